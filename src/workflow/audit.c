#include "workflow/audit.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"
#include "workflow/examine.h"
#include "workflow/manifest.h"
#include "workflow/statement.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void tell(struct audit *a, const char *cell, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void tell(struct audit *a, const char *cell, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	a->breaks++;
	a->tell(a->arg, cell, text);
}

static void audit_file(struct audit *a, const char *cell, const char *name, const char *path, const char *sha256)
{
	char found[65];
	uint64_t bytes;
	struct error fault;

	if (sha256_file(found, &bytes, path, &fault) < 0)
		tell(a, cell, "%s", fault.text);
	else if (strcmp(found, sha256) != 0)
		tell(a, cell, "%s: SHA-256 is %s, the manifest has %s", name, found, sha256);
}

static void audit_subjects(struct audit *a, struct store *s, size_t cell, const json_t *manifest)
{
	const struct cell *c = &s->plan->cells[cell];
	struct told_file f;

	for (size_t at = 0; statement_next(statement_outputs(manifest), &at, &f);) {
		char *path = f.name == NULL || f.sha256 == NULL ? NULL : store_path(s, cell, f.name);

		if (path == NULL) {
			tell(a, c->name, "manifest.json: subject %zu is no artefact of this cell", at - 1);
			continue;
		}
		a->artefacts++;
		if (!file_exists(path) && store_released(s, cell, f.name))
			a->released++;
		else
			audit_file(a, c->name, f.name, path, f.sha256);
		free(path);
	}
}

/* Sources are hashed anew; a producer's word is checked when it is audited. */
static void audit_input(struct audit *a, const char *cell, const struct input *in, const json_t *told)
{
	const char *sha256 = statement_digest(told, in->name);

	a->inputs++;
	if (sha256 == NULL) {
		tell(a, cell, "%s: the experiment names it as an input, the manifest does not", in->name);
		return;
	}
	if (in->producer == NO_PRODUCER) {
		a->sources++;
		audit_file(a, cell, in->name, in->path, sha256);
	} else if (strcmp(sha256, in->sha256) != 0) {
		tell(a, cell, "%s: the input's SHA-256 was %s, its producer's manifest has %s", in->name, sha256,
		     in->sha256);
	}
}

static void audit_inputs(struct audit *a, struct store *s, size_t cell, const json_t *manifest)
{
	const char *name = s->plan->cells[cell].name;
	const json_t *told = statement_inputs(manifest);
	struct inputs in;
	struct error fault;

	if (inputs_of(&in, s, cell, examine_states(s, cell), &fault) < 0) {
		tell(a, name, "%s", fault.text);
		return;
	}
	for (size_t i = 0; i < in.count; i++)
		audit_input(a, name, &in.items[i], told);
	if (json_array_size(told) != in.count)
		tell(a, name, "manifest.json: %zu inputs, the experiment names %zu", json_array_size(told), in.count);
	inputs_release(&in);
}

/* Where another machine drew, it may have had other fonts. */
static bool is_of_fonts(const char *key, const json_t *was, const json_t *is)
{
	return strcmp(key, "fonts") == 0 && json_is_string(was) && json_is_string(is);
}

static void audit_parameters(struct audit *a, struct store *s, size_t cell, const json_t *manifest)
{
	const struct cell *c = &s->plan->cells[cell];
	json_t *parameters = parameters_of(s, cell, examine_states(s, cell));
	const json_t *told = statement_parameters(manifest);
	const char *key;
	json_t *value;

	json_object_foreach(parameters, key, value)
	{
		json_t *was = json_object_get(told, key);

		if (was != NULL && json_equal(was, value))
			continue;
		if (is_of_fonts(key, was, value)) {
			a->fonts++;
			a->tell_fonts(a->arg, c->name, json_string_value(was), json_string_value(value));
		} else
			tell(a, c->name, "parameter %s is %s, the manifest has %s", key, json_string_value(value),
			     json_is_string(was) ? json_string_value(was) : "none");
	}
	if (json_object_size(told) > json_object_size(parameters))
		tell(a, c->name, "manifest.json has %zu parameters, the experiment %zu", json_object_size(told),
		     json_object_size(parameters));
	json_decref(parameters);
}

static void audit_statement(struct audit *a, struct store *s, size_t cell, const json_t *manifest)
{
	const struct cell *c = &s->plan->cells[cell];
	const json_t *predicate = json_object_get(manifest, "predicate");
	const json_t *definition = json_object_get(predicate, "buildDefinition");
	const char *type = json_string_value(json_object_get(manifest, "_type"));
	const char *build = json_string_value(json_object_get(definition, "buildType"));
	char expected[128];

	snprintf(expected, sizeof expected, "https://tunescope.invalid/stages/%s/v1", c->stage->name);
	if (type == NULL || strcmp(type, "https://in-toto.io/Statement/v1") != 0)
		tell(a, c->name, "manifest.json: _type is %s, expected an in-toto Statement v1",
		     type ? type : "missing");
	if (build == NULL || strcmp(build, expected) != 0)
		tell(a, c->name, "manifest.json: buildType is %s, expected %s", build ? build : "missing", expected);
	audit_inputs(a, s, cell, manifest);
	audit_parameters(a, s, cell, manifest);
}

/* What made the cell: this program, or one that was accepted in its stead. */
static void audit_builder(struct audit *a, struct store *s, size_t cell, const json_t *manifest)
{
	const struct cell *c = &s->plan->cells[cell];
	const char *type = json_string_value(json_object_get(manifest, "predicateType"));
	const char *was = examine_made_by(s, cell);

	if (type == NULL || strcmp(type, "https://slsa.dev/provenance/v1") != 0)
		tell(a, c->name, "manifest.json: predicateType is %s, expected SLSA provenance v1",
		     type ? type : "missing");
	if (was == NULL || strncmp(was, "sha256:", 7) != 0)
		tell(a, c->name, "manifest.json: no digest of tunescope-%s", c->stage->name);
	else if (strcmp(was + 7, program_of(c->stage)) != 0 && !examine_accepted(s, cell))
		tell(a, c->name, "made by the program %s, this one is %s", was + 7, program_of(c->stage));
	else if (strcmp(was + 7, program_of(c->stage)) == 0 && !builder_is_own(manifest))
		tell(a, c->name, "manifest.json: the builder is not this program's version");
}

void audit_cell(struct audit *a, struct store *s, size_t cell)
{
	const struct cell *c = &s->plan->cells[cell];
	const json_t *manifest = store_manifest(s, cell);

	if (manifest == NULL) {
		tell(a, c->name, "no manifest.json");
		return;
	}
	audit_statement(a, s, cell, manifest);
	audit_builder(a, s, cell, manifest);
	audit_subjects(a, s, cell, manifest);
}

int audit_copy(struct audit *a, const char *cell, const char *copy, const char *sha256)
{
	size_t before = a->breaks;

	audit_file(a, cell, copy, copy, sha256);
	return a->breaks == before ? 0 : -1;
}
