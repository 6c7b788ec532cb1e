#include "workflow/manifest.h"

#include "base/array.h"
#include "base/json.h"
#include "base/name.h"
#include "base/random.h"
#include "workflow/parameters.h"
#include "workflow/program.h"
#include "workflow/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Recipes are compared: all runs of a model on a task with one seed begin with the same
 * head and see the same batches, and each state is probed as the original is. */
static void name_unbranded(char of[3 * NAME_LONGEST], const struct cell *c)
{
	if (c->stage->id == STAGE_PROBE || c->stage->id == STAGE_DIVERGENCE)
		snprintf(of, 3 * NAME_LONGEST, "%s/%s/%s/%s", c->stage->name, c->model, state_original, c->task);
	else
		snprintf(of, 3 * NAME_LONGEST, "%s/%s/%s-s%ld", c->stage->name, c->model, c->source, c->seed);
}

uint64_t cell_seed(const struct experiment *e, const struct cell *c, const char *purpose)
{
	long seed = experiment_integer(e, "experiment", "seed", NULL, NULL);
	char of[3 * NAME_LONGEST];

	/* All tasks of the embedded language speak about the same sentences. */
	if (strcmp(purpose, "grammar") == 0)
		return seed_derive(seed, "prepare", purpose);
	/* All states of a model are measured on the same examples of a task. */
	if (strcmp(purpose, "sample") == 0 && c->stage->id == STAGE_DIRECTPROBE) {
		snprintf(of, sizeof of, "%s/%s/%s/%s", c->stage->name, c->model, c->task,
			 c->split == SPLIT_TEST ? "test" : "train");
		return seed_derive(seed, of, purpose);
	}
	if (c->recipe != NULL) {
		name_unbranded(of, c);
		return seed_derive(seed, of, purpose);
	}
	return seed_derive(seed, c->name, purpose);
}

static void set_text(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key, json_string(value));
}

static void set_seed(json_t *object, const struct plan *plan, const struct cell *c, const char *purpose)
{
	char key[64], value[32];

	snprintf(key, sizeof key, "seed.%s", purpose);
	snprintf(value, sizeof value, "%" PRIu64, cell_seed(plan->experiment, c, purpose));
	set_text(object, key, value);
}

/* What is read of cells that are not up to date is that they are not. */
static void set_states(json_t *object, const struct plan *p, const enum cell_state *states)
{
	static const char *const words[] = { "", "stale", "missing", "failed" };

	for (size_t i = 0; i < p->count; i++) {
		bool told = !stage_reads_all(p->cells[i].stage) && states[i] != CELL_CURRENT;
		char *key = told ? text_format("cell.%s", p->cells[i].name) : NULL;

		if (key != NULL)
			set_text(object, key, words[states[i]]);
		free(key);
	}
}

static void set_fonts(json_t *object, const struct store *s, bool pages)
{
	const char *fonts = s->fonts == NULL ? NULL : s->fonts(s->fonts_arg, pages);

	if (fonts != NULL)
		set_text(object, "fonts", fonts);
}

json_t *parameters_of(const struct store *s, size_t cell, const enum cell_state *states)
{
	const struct plan *plan = s->plan;
	const struct cell *c = &plan->cells[cell];
	json_t *out = json_object();
	const char *format;

	for (size_t i = 0; i < parameter_count(); i++) {
		const struct parameter *p = parameter_at(i);
		char key[128];
		const char *value;

		if ((p->stages >> c->stage->id & 1) == 0)
			continue;
		if ((strcmp(p->section, "model") == 0 && c->model == NULL) ||
		    (strcmp(p->section, "task") == 0 && c->task == NULL) ||
		    (strcmp(p->section, "text") == 0 && c->task != NULL))
			continue;
		value = experiment_tuned(plan->experiment, p->section, p->key, c->model, c->task, c->recipe);
		if (value == NULL || (p->stages & PARAMETER_UNSAID && strcmp(value, p->value) == 0))
			continue;
		snprintf(key, sizeof key, strcmp(p->section, c->stage->name) == 0 ? "%s%s" : "%s.%s",
			 strcmp(p->section, c->stage->name) == 0 ? "" : p->section, p->key);
		set_text(out, key, value);
	}
	for (const char *const *purpose = c->stage->seeds; *purpose != NULL; purpose++)
		set_seed(out, plan, c, *purpose);
	format = c->task == NULL ? "embedded" : experiment_get(plan->experiment, "task", "format", NULL, c->task);
	if (c->stage->id == STAGE_PREPARE && strcmp(format, "embedded") == 0)
		set_seed(out, plan, c, "grammar");
	if (c->stage->id == STAGE_FINETUNE && c->seed != 0)
		json_object_set_new(out, "run", json_sprintf("%ld", c->seed));
	if (c->state != NULL)
		set_text(out, "state", c->state);
	if (c->stage->reader == READER_OF_CELLS || c->stage->reader == READER_OF_ALL)
		set_states(out, plan, states);
	if (c->stage->place != NULL)
		set_fonts(out, s, c->stage->reader == READER_OF_ALL);
	return out;
}

const char *program_of(const struct stage *stage)
{
	for (const struct program_digest *p = program_digests; p->stage != NULL; p++)
		if (strcmp(p->stage, stage->name) == 0)
			return p->sha256;
	return "";
}

static void builder_name(char out[80])
{
	snprintf(out, 80, "https://tunescope.invalid/%s", program_version);
}

bool builder_is_own(const json_t *manifest)
{
	const json_t *details = json_object_get(json_object_get(manifest, "predicate"), "runDetails");
	const char *id = json_string_value(json_object_get(json_object_get(details, "builder"), "id"));
	char own[80];

	builder_name(own);
	return id != NULL && strcmp(id, own) == 0;
}

json_t *manifest_new(const struct store *s, size_t cell, const enum cell_state *states, const struct inputs *in,
		     const struct folder *outputs, json_t *internal)
{
	const struct cell *c = &s->plan->cells[cell];
	json_t *subjects = json_array(), *dependencies = json_array(), *definition;
	char builder[80], program[80], tool[64];

	for (size_t i = 0; i < outputs->count; i++)
		json_array_append_new(subjects,
				      json_pack("{s:s+++, s:{s:s}}", "name", c->name, "/", outputs->items[i].name, "",
						"digest", "sha256", outputs->items[i].sha256));
	for (size_t i = 0; i < in->count; i++)
		json_array_append_new(dependencies, json_pack("{s:s, s:{s:s}}", "name", in->items[i].name, "digest",
							      "sha256", in->items[i].sha256));
	builder_name(builder);
	snprintf(program, sizeof program, "sha256:%s", program_of(c->stage));
	snprintf(tool, sizeof tool, "tunescope-%s", c->stage->name);
	definition = json_pack("{s:s++, s:o, s:o}", "buildType", "https://tunescope.invalid/stages/", c->stage->name,
			       "/v1", "externalParameters", parameters_of(s, cell, states), "resolvedDependencies",
			       dependencies);
	if (internal != NULL)
		json_object_set(definition, "internalParameters", internal);
	return json_pack("{s:s, s:o, s:s, s:{s:o, s:{s:{s:s, s:{s:s}}}}}", "_type", "https://in-toto.io/Statement/v1",
			 "subject", subjects, "predicateType", "https://slsa.dev/provenance/v1", "predicate",
			 "buildDefinition", definition, "runDetails", "builder", "id", builder, "version", tool,
			 program);
}
