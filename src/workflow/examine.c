#include "workflow/examine.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "workflow/manifest.h"
#include "workflow/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first parameter that differs, in `why`. */
static bool parameters_differ(const json_t *was, const json_t *is, char why[400])
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)is, key, value)
	{
		const json_t *old = json_object_get(was, key);

		if (old != NULL && json_equal((json_t *)old, value))
			continue;
		snprintf(why, 400, "parameters changed: %s %s → %s", key, old ? json_string_value(old) : "(none)",
			 json_string_value(value));
		return true;
	}
	json_object_foreach((json_t *)was, key, value)
	{
		if (json_object_get(is, key) != NULL)
			continue;
		snprintf(why, 400, "parameters changed: %s %s → (none)", key, json_string_value(value));
		return true;
	}
	return false;
}

static bool inputs_differ(const json_t *told, const struct inputs *are, char why[400])
{
	for (size_t i = 0; i < are->count; i++) {
		/* Both are sorted by name, so the usual case is a comparison in place. */
		size_t at = i;
		struct told_file f;
		bool in_place =
			statement_next(told, &at, &f) && f.name != NULL && strcmp(f.name, are->items[i].name) == 0;
		const char *was = in_place ? f.sha256 : statement_digest(told, are->items[i].name);

		if (was != NULL && strcmp(was, are->items[i].sha256) == 0)
			continue;
		snprintf(why, 400, "inputs changed: %s", are->items[i].name);
		return true;
	}
	if (json_array_size(told) == are->count)
		return false;
	snprintf(why, 400, "inputs changed: %zu files before, %zu now", json_array_size(told), are->count);
	return true;
}

/* A program change that a person accepted as harmless stands beside the
 * manifest, with the digest it was accepted for. */
static bool program_accepted(struct store *s, size_t cell, const char *was)
{
	char *path = store_file(s, cell, "accepted.json");
	json_t *accepted = NULL;
	struct error ignored;
	const char *digest, *by;
	bool yes = false;

	if (path != NULL && file_exists(path) && json_read(&accepted, path, &ignored) == 0) {
		digest = json_string_value(json_object_get(accepted, "program"));
		by = json_string_value(json_object_get(accepted, "made_by"));
		yes = digest != NULL && strcmp(digest, program_of(s->plan->cells[cell].stage)) == 0 && by != NULL &&
		      was != NULL && strcmp(by, was) == 0;
	}
	json_decref(accepted);
	free(path);
	return yes;
}

const char *examine_made_by(struct store *s, size_t cell)
{
	const struct cell *c = &s->plan->cells[cell];
	const json_t *predicate = json_object_get(store_manifest(s, cell), "predicate");
	char tool[64];

	snprintf(tool, sizeof tool, "tunescope-%s", c->stage->name);
	return json_string_value(json_object_get(
		json_object_get(json_object_get(json_object_get(predicate, "runDetails"), "builder"), "version"),
		tool));
}

bool examine_accepted(struct store *s, size_t cell)
{
	return program_accepted(s, cell, examine_made_by(s, cell));
}

int examine_accept(struct store *s, size_t cell, struct error *err)
{
	const struct cell *c = &s->plan->cells[cell];
	const char *was = examine_made_by(s, cell);
	char *directory;
	struct folder folder = { 0 };
	json_t *record;
	int rc = -1;

	if (was == NULL || strncmp(was, "sha256:", 7) != 0 || strcmp(was + 7, program_of(c->stage)) == 0 ||
	    program_accepted(s, cell, was))
		return 0;
	directory = cell_directory(s->plan->experiment, c);
	record = json_pack("{s:s, s:s}", "program", program_of(c->stage), "made_by", was);
	if (directory == NULL || record == NULL)
		error_memory(err, c->name);
	else if (folder_open(&folder, directory, err) == 0)
		rc = json_write(&folder, "accepted.json", record, err);
	folder_release(&folder);
	json_decref(record);
	free(directory);
	return rc;
}

static bool program_differs(struct store *s, size_t cell, char why[400])
{
	const struct cell *c = &s->plan->cells[cell];
	const char *was = examine_made_by(s, cell);

	if (was != NULL && strncmp(was, "sha256:", 7) == 0 && strcmp(was + 7, program_of(c->stage)) == 0)
		return false;
	if (program_accepted(s, cell, was))
		return false;
	if (s->accept_program && was != NULL)
		return false;
	snprintf(why, 400, "program changed");
	return true;
}

static bool outputs_differ(struct store *s, size_t cell, const json_t *manifest, struct examination *x)
{
	struct told_file f;
	struct error err;

	for (size_t at = 0; statement_next(statement_outputs(manifest), &at, &f);) {
		char *path = f.name == NULL ? NULL : store_path(s, cell, f.name);
		char found[65] = "";
		bool there = path != NULL && file_exists(path);

		if (there && digests_of(s->digests, path, found, &err) < 0)
			there = false;
		free(path);
		if (there && f.sha256 != NULL && strcmp(f.sha256, found) == 0)
			continue;
		if (!there && f.name != NULL && store_released(s, cell, f.name)) {
			x->released = true;
			continue;
		}
		snprintf(x->why, sizeof x->why, "output %s: %s", there ? "changed" : "missing",
			 f.name ? f.name : "(unnamed)");
		return true;
	}
	return false;
}

static void examine_manifest(struct store *s, size_t cell, const json_t *manifest, struct examination *x)
{
	const enum cell_state *states = examine_states(s, cell);
	json_t *parameters = parameters_of(s, cell, states);
	struct inputs in;
	struct error err;

	x->state = CELL_OUTDATED;
	if (inputs_of(&in, s, cell, states, &err) < 0)
		snprintf(x->why, sizeof x->why, "%.*s", (int)sizeof x->why - 1, err.text);
	else if (!inputs_differ(statement_inputs(manifest), &in, x->why) &&
		 !parameters_differ(statement_parameters(manifest), parameters, x->why) &&
		 !outputs_differ(s, cell, manifest, x) && !program_differs(s, cell, x->why))
		x->state = CELL_CURRENT;
	inputs_release(&in);
	json_decref(parameters);
}

static bool failed_before(struct store *s, size_t cell, char why[400])
{
	char *path = store_file(s, cell, "failed");
	struct mapping map;
	struct error ignored;
	bool failed = path != NULL && file_exists(path) && mapping_open(&map, path, &ignored) == 0;

	if (failed) {
		snprintf(why, 400, "%.*s", (int)strcspn(map.data, "\n"), map.data);
		mapping_close(&map);
	}
	free(path);
	return failed;
}

static void examine(struct store *s, size_t cell, bool deep, struct examination *x)
{
	const struct cell *c = &s->plan->cells[cell];
	json_t *manifest = store_manifest(s, cell);

	if (manifest == NULL) {
		snprintf(x->why, sizeof x->why, "never ran");
		return;
	}
	for (size_t i = 0; deep && i < c->need_count; i++)
		if (examine_cell(s, c->needs[i], true)->state != CELL_CURRENT) {
			x->state = CELL_OUTDATED;
			snprintf(x->why, sizeof x->why, "inputs: %s would run", s->plan->cells[c->needs[i]].name);
			return;
		}
	examine_manifest(s, cell, manifest, x);
}

const struct examination *examine_cell(struct store *s, size_t cell, bool deep)
{
	struct examination *x = &s->examined[cell];

	if (x->done)
		return x;
	*x = (struct examination){ .done = true, .state = CELL_MISSING };
	examine(s, cell, deep, x);
	/* A failure counts only where there is no whole result of the same question. */
	if (x->state != CELL_CURRENT && failed_before(s, cell, x->why))
		x->state = CELL_FAILED;
	return x;
}

const enum cell_state *examine_states(struct store *s, size_t cell)
{
	enum reader reader = s->plan->cells[cell].stage->reader;

	if (reader != READER_OF_CELLS && reader != READER_OF_ALL)
		return NULL;
	for (size_t i = 0; !s->states_known && i < s->plan->count; i++)
		if (!stage_reads_all(s->plan->cells[i].stage))
			s->states[i] = examine_cell(s, i, true)->state;
	s->states_known = true;
	return s->states;
}
