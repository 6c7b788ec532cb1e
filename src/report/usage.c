#include "report/usage.h"

#include "base/array.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int read_definition(json_t **out, const char *path, struct error *err)
{
	json_t *manifest;

	if (json_read(&manifest, path, err) < 0)
		return -1;
	*out = json_incref(json_object_get(json_object_get(manifest, "predicate"), "buildDefinition"));
	json_decref(manifest);
	return 0;
}

int usage_read(struct usage *out, const struct report_cell *cells, size_t count, struct error *err)
{
	*out = (struct usage){ .cells = cells, .count = count };
	out->definitions = array_new(count + 1, 1, sizeof *out->definitions);
	if (out->definitions == NULL)
		return error_memory(err, "manifests");
	for (size_t i = 0; i < count; i++)
		if (cells[i].manifest != NULL && cells[i].state != NULL &&
		    strcmp(cells[i].state, "up to date") == 0 &&
		    read_definition(&out->definitions[i], cells[i].manifest, err) < 0) {
			usage_release(out);
			return -1;
		}
	return 0;
}

void usage_release(struct usage *u)
{
	for (size_t i = 0; u->definitions != NULL && i < u->count; i++)
		json_decref(u->definitions[i]);
	free(u->definitions);
	*u = (struct usage){ 0 };
}

static const json_t *value_of(const struct usage *u, size_t cell, const char *key)
{
	const json_t *value = json_object_get(json_object_get(u->definitions[cell], "externalParameters"), key);

	return value != NULL ? value
			     : json_object_get(json_object_get(u->definitions[cell], "internalParameters"), key);
}

const char *usage_text(const struct usage *u, size_t cell, const char *key)
{
	return json_string_value(value_of(u, cell, key));
}

double usage_number(const struct usage *u, size_t cell, const char *key)
{
	const json_t *value = value_of(u, cell, key);
	double number;

	if (json_is_number(value))
		return json_number_value(value);
	return json_is_string(value) && number_parse(&number, json_string_value(value)) == 0 ? number : NAN;
}

const char *usage_common(const struct usage *u, const char *stage, const char *key)
{
	const char *common = NULL;

	for (size_t i = 0; i < u->count; i++) {
		const char *text;

		if (u->definitions[i] == NULL || strcmp(u->cells[i].stage, stage) != 0)
			continue;
		text = usage_text(u, i, key);
		if (text == NULL || (common != NULL && strcmp(common, text) != 0))
			return NULL;
		common = text;
	}
	return common;
}

void usage_list(struct prose *out, const struct usage *u, const char *key)
{
	for (size_t i = 0; i < u->count; i++) {
		const char *text = usage_text(u, i, key);
		bool before = text == NULL;

		for (size_t k = 0; !before && k < i; k++) {
			const char *earlier = usage_text(u, k, key);

			before = earlier != NULL && strcmp(earlier, text) == 0;
		}
		if (!before)
			prose_item(out, ", ", "%s", text);
	}
}
