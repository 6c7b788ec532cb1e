#include "bert/checkpoint.h"

#include "base/array.h"
#include "bert/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse(struct checkpoint *c, enum weights_form form, const char *data, size_t size, struct error *err)
{
	int rc;

	if (form == WEIGHTS_SAFETENSORS)
		rc = safetensors_read(c, data, size, err);
	else if (size >= 2 && memcmp(data, "PK", 2) == 0)
		rc = torch_zip_read(c, data, size, err);
	else
		rc = torch_legacy_read(c, data, size, err);
	return rc < 0 ? rc : weights_index(c, err);
}

int checkpoint_parse(struct checkpoint **out, const char *path, enum weights_form form, const char *data, size_t size,
		     struct error *err)
{
	struct checkpoint *c = calloc(1, sizeof *c);

	*out = NULL;
	if (c == NULL || (c->path = text_copy(path)) == NULL || (c->loaded = calloc(1, sizeof *c->loaded)) == NULL) {
		checkpoint_close(c);
		return error_memory(err, path);
	}
	if (parse(c, form, data, size, err) < 0) {
		checkpoint_close(c);
		return -1;
	}
	*out = c;
	return 0;
}

/* Maps a file and reads it. */
static int open_file(struct checkpoint **out, const char *path, enum weights_form form, struct error *err)
{
	struct mapping file;

	if (mapping_open(&file, path, err) < 0)
		return -1;
	if (checkpoint_parse(out, path, form, file.data, file.size, err) < 0) {
		mapping_close(&file);
		return -1;
	}
	(*out)->file = file;
	return 0;
}

int checkpoint_open(struct checkpoint **out, const char *model, struct error *err)
{
	static const struct {
		const char *name;
		enum weights_form form;
	} files[] = { { "model.safetensors", WEIGHTS_SAFETENSORS }, { "pytorch_model.bin", WEIGHTS_TORCH } };

	*out = NULL;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char *path = path_join(model, files[i].name);
		int rc;

		if (path == NULL)
			return error_memory(err, "path");
		if (!file_exists(path)) {
			free(path);
			continue;
		}
		rc = open_file(out, path, files[i].form, err);
		free(path);
		return rc;
	}
	return error_set(err, STATUS_INPUT, "%s: no weights, neither model.safetensors nor pytorch_model.bin", model);
}

void checkpoint_close(struct checkpoint *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++) {
		free(c->tensors[i].name);
		free(c->tensors[i].written);
	}
	free(c->tensors);
	free(c->storages);
	if (c->loaded != NULL)
		free(c->loaded->data);
	free(c->loaded);
	torch_zip_close(c->zip);
	mapping_close(&c->file);
	free(c->path);
	free(c);
}

static int compare_name(const void *name, const void *tensor)
{
	return strcmp(name, ((const struct tensor *)tensor)->name);
}

static const struct tensor *find(const struct checkpoint *c, const char *name)
{
	return bsearch(name, c->tensors, c->count, sizeof *c->tensors, compare_name);
}

bool checkpoint_has(const struct checkpoint *c, const char *name)
{
	return find(c, name) != NULL;
}

int checkpoint_shape(const struct checkpoint *c, const char *name, size_t shape[4])
{
	const struct tensor *t = find(c, name);

	if (t == NULL)
		return -1;
	for (unsigned d = 0; d < 4; d++)
		shape[d] = d < t->rank ? t->shape[d] : 0;
	return (int)t->rank;
}

/* "(30522, 384)" */
static void shape_text(char out[256], const size_t *shape, unsigned rank)
{
	size_t used = 0;

	used += (size_t)snprintf(out + used, 256 - used, "(");
	for (unsigned d = 0; d < rank; d++)
		used += (size_t)snprintf(out + used, 256 - used, "%s%zu", d ? ", " : "", shape[d]);
	snprintf(out + used, 256 - used, ")");
}

int checkpoint_check(const struct checkpoint *c, const char *name, const size_t *shape, unsigned rank,
		     struct error *err)
{
	const struct tensor *t = find(c, name);
	char expected[256], found[256];

	shape_text(expected, shape, rank);
	if (t == NULL)
		return error_set(err, STATUS_INPUT, "%s: no tensor %s, expected one of shape %s", c->path, name,
				 expected);
	shape_text(found, t->shape, t->rank);
	if (t->rank != rank || memcmp(t->shape, shape, rank * sizeof *shape) != 0)
		return error_set(err, STATUS_INPUT, "%s: tensor %s has shape %s, expected %s", c->path, name, found,
				 expected);
	if (t->type->convert == NULL)
		return error_set(err, STATUS_INPUT, "%s: tensor %s %s is of type %s, expected F32, F16, BF16 or F64",
				 c->path, name, found, t->type->name);
	return 0;
}

/* Walks the outer dimensions in C order, and converts the innermost run at
 * once. Dimensions that lie one after another are first made one. */
static void copy_elements(const struct tensor *t, const char *data, float *out)
{
	size_t shape[MOST_DIMENSIONS + 1] = { 1 }, stride[MOST_DIMENSIONS + 1] = { 1 },
				       index[MOST_DIMENSIONS + 1] = { 0 };
	unsigned rank = 0; /* shape[0 … rank] */
	size_t width = t->type->width, at = 0;

	for (unsigned d = 0; d < t->rank; d++) {
		if (t->shape[d] == 0)
			return;
		if (t->shape[d] == 1)
			continue;
		if (shape[rank] != 1 && stride[rank] != t->stride[d] * t->shape[d])
			rank++, shape[rank] = 1;
		shape[rank] *= t->shape[d];
		stride[rank] = t->stride[d];
	}
	for (;;) {
		unsigned d = rank;

		t->type->convert(out, data + t->offset + at * width, shape[rank], stride[rank] * width);
		out += shape[rank];
		while (d > 0 && ++index[d - 1] == shape[d - 1]) {
			at -= (shape[d - 1] - 1) * stride[d - 1];
			index[--d] = 0;
		}
		if (d == 0)
			return;
		at += stride[d - 1];
	}
}

/* The bytes of a storage. Those of a zip's entry stay until another is wanted:
 * else each tensor in it would cost its whole length again. NULL with an error. */
static const char *storage_bytes(const struct checkpoint *c, size_t index, const char *name, struct error *err)
{
	const struct storage *storage = &c->storages[index];
	struct loaded *kept = c->loaded;

	if (storage->data != NULL)
		return storage->data;
	if (kept->data != NULL && kept->storage == index)
		return kept->data;
	free(kept->data);
	kept->data = array_new(storage->bytes, 1, 1);
	kept->storage = index;
	if (kept->data == NULL) {
		error_memory(err, name);
	} else if (torch_zip_load(c, storage, kept->data, err) < 0) {
		free(kept->data);
		kept->data = NULL;
	}
	return kept->data;
}

int checkpoint_read(const struct checkpoint *c, const char *name, const size_t *shape, unsigned rank, float *out,
		    struct error *err)
{
	const struct tensor *t = find(c, name);
	const char *bytes;

	if (checkpoint_check(c, name, shape, rank, err) < 0 ||
	    (bytes = storage_bytes(c, t->storage, name, err)) == NULL)
		return -1;
	copy_elements(t, bytes, out);
	return 0;
}
