#include "workflow/store.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct digests *open_digests(const struct plan *plan)
{
	char *memory = path_join(plan->experiment->cache, "digests");
	struct digests *d = memory == NULL ? NULL : digests_open(memory);

	free(memory);
	return d;
}

int store_open(struct store *out, const struct plan *plan, struct error *err)
{
	*out = (struct store){ .plan = plan, .digests = open_digests(plan) };
	out->manifests = array_new(plan->count, 1, sizeof *out->manifests);
	out->loaded = array_new(plan->count, 1, sizeof *out->loaded);
	out->examined = array_new(plan->count, 1, sizeof *out->examined);
	if (out->digests == NULL || out->manifests == NULL || out->loaded == NULL || out->examined == NULL) {
		store_close(out);
		return error_memory(err, "the store");
	}
	return 0;
}

void store_close(struct store *s)
{
	for (size_t i = 0; s->manifests != NULL && i < s->plan->count; i++)
		json_decref(s->manifests[i]);
	free(s->manifests);
	free(s->loaded);
	free(s->examined);
	digests_close(s->digests);
	*s = (struct store){ 0 };
}

/* The path of a file in a cell's directory, in new memory. */
static char *cell_file(const struct store *s, size_t cell, const char *file)
{
	return text_format("%s/%s/%s", s->plan->experiment->cache, s->plan->cells[cell].name, file);
}

char *store_path(const struct store *s, size_t cell, const char *name)
{
	const char *own = s->plan->cells[cell].name;
	size_t length = strlen(own);

	if (strncmp(name, own, length) != 0 || name[length] != '/' || name[length + 1] == '\0' ||
	    !path_leads_down(name + length + 1))
		return NULL;
	return path_join(s->plan->experiment->cache, name);
}

json_t *store_manifest(struct store *s, size_t cell)
{
	struct error ignored;
	char *path;

	if (cell >= s->plan->count)
		return NULL;
	if (!s->loaded[cell]) {
		path = cell_file(s, cell, "manifest.json");
		if (path != NULL && file_exists(path))
			json_read(&s->manifests[cell], path, &ignored);
		s->loaded[cell] = true;
		free(path);
	}
	return s->manifests[cell];
}

void store_forget(struct store *s, size_t cell)
{
	json_decref(s->manifests[cell]);
	s->manifests[cell] = NULL;
	s->loaded[cell] = false;
	for (size_t i = 0; i < s->plan->count; i++)
		s->examined[i].done = false;
}

int store_reread(struct store *s, size_t cell, struct error *err)
{
	store_forget(s, cell);
	digests_close(s->digests);
	s->digests = open_digests(s->plan);
	return s->digests == NULL ? error_memory(err, "digests") : 0;
}

bool store_released(const struct store *s, size_t cell, const char *name)
{
	char *path = cell_file(s, cell, "released");
	struct error ignored;
	struct mapping map;
	struct line line = { 0 };
	bool found = false;

	if (path != NULL && file_exists(path) && mapping_open(&map, path, &ignored) == 0) {
		while (!found && line_next(&line, &map))
			found = line.length == strlen(name) && memcmp(line.data, name, line.length) == 0;
		mapping_close(&map);
	}
	free(path);
	return found;
}

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

static const char *dependency(const json_t *list, const char *name)
{
	size_t i;
	json_t *item;

	json_array_foreach((json_t *)list, i, item)
	{
		const char *other = json_string_value(json_object_get(item, "name"));

		if (other != NULL && strcmp(other, name) == 0)
			return json_string_value(json_object_get(json_object_get(item, "digest"), "sha256"));
	}
	return NULL;
}

static bool inputs_differ(const json_t *was, const struct inputs *is, char why[400])
{
	for (size_t i = 0; i < is->count; i++) {
		/* Both are sorted by name, so the usual case is a comparison in place. */
		const json_t *at = json_array_get(was, i);
		const char *name = json_string_value(json_object_get(at, "name"));
		const char *old =
			name != NULL && strcmp(name, is->items[i].name) == 0
				? json_string_value(json_object_get(json_object_get(at, "digest"), "sha256"))
				: dependency(was, is->items[i].name);

		if (old != NULL && strcmp(old, is->items[i].sha256) == 0)
			continue;
		snprintf(why, 400, "inputs changed: %s", is->items[i].name);
		return true;
	}
	if (json_array_size(was) == is->count)
		return false;
	snprintf(why, 400, "inputs changed: %zu files before, %zu now", json_array_size(was), is->count);
	return true;
}

/* A program change that a person accepted as harmless stands beside the
 * manifest, with the digest it was accepted for. */
static bool program_accepted(struct store *s, size_t cell, const char *was)
{
	char *path = cell_file(s, cell, "accepted.json");
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

const char *store_made_by(struct store *s, size_t cell)
{
	const struct cell *c = &s->plan->cells[cell];
	const json_t *predicate = json_object_get(store_manifest(s, cell), "predicate");
	char tool[64];

	snprintf(tool, sizeof tool, "tunescope-%s", c->stage->name);
	return json_string_value(json_object_get(
		json_object_get(json_object_get(json_object_get(predicate, "runDetails"), "builder"), "version"),
		tool));
}

bool store_accepted(struct store *s, size_t cell)
{
	return program_accepted(s, cell, store_made_by(s, cell));
}

int store_accept(struct store *s, size_t cell, struct error *err)
{
	const struct cell *c = &s->plan->cells[cell];
	const char *was = store_made_by(s, cell);
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
	const char *was = store_made_by(s, cell);

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
	size_t i;
	json_t *subject;
	struct error err;

	json_array_foreach(json_object_get(manifest, "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));
		const char *sha = json_string_value(json_object_get(json_object_get(subject, "digest"), "sha256"));
		char *path = name == NULL ? NULL : store_path(s, cell, name);
		char found[65] = "";
		bool there = path != NULL && file_exists(path);

		if (there && digests_of(s->digests, path, found, &err) < 0)
			there = false;
		free(path);
		if (there && sha != NULL && strcmp(sha, found) == 0)
			continue;
		if (!there && name != NULL && store_released(s, cell, name)) {
			x->released = true;
			continue;
		}
		snprintf(x->why, sizeof x->why, "output %s: %s", there ? "changed" : "missing",
			 name ? name : "(unnamed)");
		return true;
	}
	return false;
}

static void examine_manifest(struct store *s, size_t cell, const json_t *manifest, struct examination *x)
{
	const json_t *predicate = json_object_get(manifest, "predicate");
	const json_t *definition = json_object_get(predicate, "buildDefinition");
	json_t *parameters = parameters_of(s, cell);
	struct inputs in;
	struct error err;

	x->state = CELL_OUTDATED;
	if (inputs_of(&in, s, cell, &err) < 0)
		snprintf(x->why, sizeof x->why, "%.*s", (int)sizeof x->why - 1, err.text);
	else if (!inputs_differ(json_object_get(definition, "resolvedDependencies"), &in, x->why) &&
		 !parameters_differ(json_object_get(definition, "externalParameters"), parameters, x->why) &&
		 !outputs_differ(s, cell, manifest, x) && !program_differs(s, cell, x->why))
		x->state = CELL_CURRENT;
	inputs_release(&in);
	json_decref(parameters);
}

static bool failed_before(struct store *s, size_t cell, char why[400])
{
	char *path = cell_file(s, cell, "failed");
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
		if (store_examine(s, c->needs[i], true)->state != CELL_CURRENT) {
			x->state = CELL_OUTDATED;
			snprintf(x->why, sizeof x->why, "inputs: %s would run", s->plan->cells[c->needs[i]].name);
			return;
		}
	examine_manifest(s, cell, manifest, x);
}

const struct examination *store_examine(struct store *s, size_t cell, bool deep)
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

static bool reads_checkpoints_of(const struct cell *c, size_t cell)
{
	for (size_t i = 0; i < c->need_count; i++)
		if (c->needs[i] == cell)
			return true;
	return false;
}

/* "finetune/…/c03/model.safetensors" of an intermediate checkpoint. */
static bool is_intermediate(const struct cell *c, const char *name, long last)
{
	long number;

	return strncmp(name, c->name, strlen(c->name)) == 0 &&
	       sscanf(name + strlen(c->name), "/c%ld/", &number) == 1 && number < last &&
	       strcmp(path_base(name), "model.safetensors") == 0;
}

int store_release(struct store *s, size_t cell, struct error *err)
{
	const struct experiment *e = s->plan->experiment;
	const struct cell *c = &s->plan->cells[cell];
	json_t *manifest = store_manifest(s, cell), *subject;
	long last = experiment_integer(e, "finetune", "checkpoints", c->model, c->task);
	char *directory = cell_directory(e, c);
	struct folder folder = { 0 };
	struct output *list = NULL;
	size_t i;
	int rc = -1;

	if (directory == NULL || folder_open(&folder, directory, err) < 0)
		goto done;
	rc = 0;
	if (manifest == NULL || strcmp(experiment_get(e, "experiment", "keep", NULL, NULL), "results") != 0)
		goto done;
	for (i = 0; i < s->plan->count; i++)
		if (reads_checkpoints_of(&s->plan->cells[i], cell) &&
		    store_examine(s, i, false)->state != CELL_CURRENT)
			goto done;
	rc = output_open(&list, &folder, "released", err);
	json_array_foreach(rc < 0 ? NULL : json_object_get(manifest, "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));

		if (name != NULL && is_intermediate(c, name, last))
			output_format(list, "%s\n", name);
	}
	if (rc == 0)
		rc = output_commit(list, err);
	json_array_foreach(rc < 0 ? NULL : json_object_get(manifest, "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));
		char *path = name != NULL && is_intermediate(c, name, last) ? store_path(s, cell, name) : NULL;

		if (path != NULL)
			unlink(path);
		free(path);
	}
done:
	folder_release(&folder);
	free(directory);
	return rc;
}
