/* Weights in several files: {"weight_map": {tensor: file, …}} in an index beside
 * them. */
#include "weights/weights.h"

#include "base/array.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

/* Whether a name stays within the folder that it is relative to. */
static bool stays_within(const char *name)
{
	if (name[0] == '/' || name[0] == '\0' || strchr(name, '\\') != NULL)
		return false;
	for (const char *part = name; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || part[2] == '\0'))
			return false;
	}
	return true;
}

/* The map, whose file names are checked; NULL after an error. */
static const json_t *read_map(const json_t *object, const char *index, struct error *err)
{
	const json_t *map = json_object_get(object, "weight_map");
	const char *tensor;
	json_t *value;

	if (!json_is_object(map) || json_object_size(map) == 0) {
		error_set(err, STATUS_INPUT, "%s: weight_map: expected an object of tensors and files", index);
		return NULL;
	}
	json_object_foreach((json_t *)map, tensor, value)
	{
		const char *name = json_string_value(value);

		if (name != NULL && stays_within(name))
			continue;
		error_set(err, STATUS_INPUT, "%s: weight_map: %.200s lies in %.200s, expected a file of this folder",
			  index, tensor, name == NULL ? "no file" : name);
		return NULL;
	}
	return map;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_names(struct shard_names *out, const json_t *map, const char *index, struct error *err)
{
	const char *tensor;
	json_t *value;
	size_t kept = 0;

	json_object_foreach((json_t *)map, tensor, value)
	{
		if (array_reserve(&out->names, &out->capacity, out->count + 1, sizeof *out->names) < 0 ||
		    (out->names[out->count] = text_copy(json_string_value(value))) == NULL)
			return error_memory(err, index);
		out->count++;
	}
	qsort(out->names, out->count, sizeof *out->names, by_text);
	for (size_t i = 0; i < out->count; i++) {
		if (kept > 0 && strcmp(out->names[kept - 1], out->names[i]) == 0)
			free(out->names[i]);
		else
			out->names[kept++] = out->names[i];
	}
	out->count = kept;
	return 0;
}

int shard_names_read(struct shard_names *out, const char *index, struct error *err)
{
	json_t *object = NULL;
	const json_t *map;
	int rc = -1;

	*out = (struct shard_names){ 0 };
	if (json_read_python(&object, index, err) == 0 && (map = read_map(object, index, err)) != NULL)
		rc = list_names(out, map, index, err);
	json_decref(object);
	if (rc < 0)
		shard_names_release(out);
	return rc;
}

void shard_names_release(struct shard_names *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->names[i]);
	free(s->names);
	*s = (struct shard_names){ 0 };
}

static int open_shard(struct checkpoint *c, const char *folder, const char *name, struct error *err)
{
	const char *dot = strrchr(name, '.');
	enum weights_form form =
		dot != NULL && strcmp(dot, ".safetensors") == 0 ? WEIGHTS_SAFETENSORS : WEIGHTS_TORCH;
	char *path = path_join(folder, name);
	struct mapping file;
	int rc = -1;

	if (path == NULL ||
	    array_reserve(&c->shards, &c->shard_capacity, c->shard_count + 1, sizeof *c->shards) < 0) {
		error_memory(err, name);
	} else if (!file_exists(path)) {
		error_set(err, STATUS_INPUT, "%s: no such file, but %s names it", path, path_base(c->path));
	} else if (mapping_open(&file, path, err) == 0) {
		rc = weights_parse(&c->shards[c->shard_count], path, form, file.data, file.size, err);
		if (rc == 0)
			c->shards[c->shard_count++]->file = file;
		else
			mapping_close(&file);
	}
	free(path);
	return rc;
}

static int by_written(const void *a, const void *b)
{
	return strcmp(((const struct tensor *)a)->written, ((const struct tensor *)b)->written);
}

/* Every tensor lies where the index places it. */
static int check_map(struct checkpoint *c, const struct shard_names *names, const json_t *map, struct error *err)
{
	const char *tensor;
	json_t *value;

	for (size_t i = 0; i < c->shard_count; i++)
		if (c->shards[i]->count > 0)
			qsort(c->shards[i]->tensors, c->shards[i]->count, sizeof *c->shards[i]->tensors, by_written);
	json_object_foreach((json_t *)map, tensor, value)
	{
		const char *name = json_string_value(value);
		char *const *found = bsearch(&name, names->names, names->count, sizeof *names->names, by_text);
		const struct checkpoint *shard = c->shards[found - names->names];

		if (bsearch(&(struct tensor){ .written = (char *)tensor }, shard->tensors, shard->count,
			    sizeof *shard->tensors, by_written) == NULL)
			return error_set(err, STATUS_INPUT, "%s: no tensor %.200s, but %s places it there",
					 shard->path, tensor, path_base(c->path));
	}
	return 0;
}

int shards_open(struct checkpoint *c, const char *folder, struct error *err)
{
	struct shard_names names = { 0 };
	json_t *object = NULL;
	int rc = shard_names_read(&names, c->path, err);

	for (size_t i = 0; rc == 0 && i < names.count; i++)
		rc = open_shard(c, folder, names.names[i], err);
	if (rc == 0)
		rc = json_read_python(&object, c->path, err);
	if (rc == 0)
		rc = check_map(c, &names, json_object_get(object, "weight_map"), err);
	json_decref(object);
	shard_names_release(&names);
	return rc;
}
