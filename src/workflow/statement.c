#include "workflow/statement.h"

#include <string.h>

static const json_t *definition_of(const json_t *manifest)
{
	return json_object_get(json_object_get(manifest, "predicate"), "buildDefinition");
}

const json_t *statement_outputs(const json_t *manifest)
{
	return json_object_get(manifest, "subject");
}

const json_t *statement_inputs(const json_t *manifest)
{
	return json_object_get(definition_of(manifest), "resolvedDependencies");
}

const json_t *statement_parameters(const json_t *manifest)
{
	return json_object_get(definition_of(manifest), "externalParameters");
}

bool statement_next(const json_t *list, size_t *at, struct told_file *out)
{
	const json_t *item = json_array_get(list, *at);

	if (item == NULL)
		return false;
	*out = (struct told_file){ json_string_value(json_object_get(item, "name")),
				   json_string_value(json_object_get(json_object_get(item, "digest"), "sha256")) };
	(*at)++;
	return true;
}

const char *statement_digest(const json_t *list, const char *name)
{
	struct told_file f;

	for (size_t at = 0; statement_next(list, &at, &f);)
		if (f.name != NULL && strcmp(f.name, name) == 0)
			return f.sha256;
	return NULL;
}
