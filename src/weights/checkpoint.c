#include "weights/checkpoint.h"

#include "base/array.h"
#include "base/file.h"
#include "weights/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int checkpoint_parse(struct checkpoint **out, const char *path, enum weights_form form,
		     const struct encoder_naming *naming, const char *data, size_t size, struct error *err)
{
	if (weights_parse(out, path, form, data, size, err) < 0)
		return -1;
	if (weights_index(*out, naming, err) == 0)
		return 0;
	checkpoint_close(*out);
	*out = NULL;
	return -1;
}

/* Maps a file and reads it. */
static int open_file(struct checkpoint **out, const char *path, enum weights_form form,
		     const struct encoder_naming *naming, struct error *err)
{
	struct mapping file;

	if (mapping_open(&file, path, err) < 0)
		return -1;
	if (checkpoint_parse(out, path, form, naming, file.data, file.size, err) < 0) {
		mapping_close(&file);
		return -1;
	}
	(*out)->file = file;
	return 0;
}

static int open_index(struct checkpoint **out, const char *path, const char *model,
		      const struct encoder_naming *naming, struct error *err)
{
	*out = weights_new(path);
	if (*out == NULL)
		return error_memory(err, path);
	if (shards_open(*out, model, err) == 0 && weights_index(*out, naming, err) == 0)
		return 0;
	checkpoint_close(*out);
	*out = NULL;
	return -1;
}

const char *const weights_files[] = { "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
				      "pytorch_model.bin.index.json", NULL };

bool weights_is_index(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && strcmp(dot, ".json") == 0;
}

int weights_missing(const char *model, struct error *err)
{
	static const char *const others[] = { "tf_model.h5", "flax_model.msgpack", "model.ckpt.index",
					      "bert_model.ckpt.index", "rust_model.ot" };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		char *path = path_join(model, others[i]);
		bool there = path != NULL && file_exists(path);

		free(path);
		if (there)
			return error_set(err, STATUS_INPUT,
					 "%s: no weights, neither model.safetensors nor pytorch_model.bin; %s is not "
					 "read: save the model with transformers",
					 model, others[i]);
	}
	return files_missing(model, weights_files, "no weights, neither model.safetensors nor pytorch_model.bin",
			     err);
}

int checkpoint_open(struct checkpoint **out, const char *model, const struct encoder_naming *naming,
		    struct error *err)
{
	*out = NULL;
	for (size_t i = 0; weights_files[i] != NULL; i++) {
		char *path = path_join(model, weights_files[i]);
		int rc;

		if (path == NULL)
			return error_memory(err, "path");
		if (!file_exists(path)) {
			free(path);
			continue;
		}
		if (weights_is_index(weights_files[i]))
			rc = open_index(out, path, model, naming, err);
		else
			rc = open_file(out, path, i == 0 ? WEIGHTS_SAFETENSORS : WEIGHTS_TORCH, naming, err);
		free(path);
		return rc;
	}
	return weights_missing(model, err);
}

void checkpoint_close(struct checkpoint *c)
{
	weights_close(c);
}

static int compare_name(const void *name, const void *tensor)
{
	return strcmp(name, ((const struct tensor *)tensor)->name);
}

/* The tensor, and in `*file` the weights file that has it; NULL if none has. */
static const struct tensor *find_in(const struct checkpoint **file, const struct checkpoint *c, const char *name)
{
	const struct tensor *t =
		c->count == 0 ? NULL : bsearch(name, c->tensors, c->count, sizeof *c->tensors, compare_name);

	*file = c;
	for (size_t i = 0; t == NULL && i < c->shard_count; i++)
		t = find_in(file, c->shards[i], name);
	return t;
}

static const struct tensor *find(const struct checkpoint *c, const char *name)
{
	const struct checkpoint *file;

	return find_in(&file, c, name);
}

bool checkpoint_has(const struct checkpoint *c, const char *name)
{
	return find(c, name) != NULL;
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
	const struct checkpoint *file;
	const struct tensor *t = find_in(&file, c, name);
	char expected[256], found[256];

	shape_text(expected, shape, rank);
	if (t == NULL)
		return error_set(err, STATUS_INPUT, "%s: no tensor %s, expected one of shape %s", c->path, name,
				 expected);
	shape_text(found, t->shape, t->rank);
	if (t->rank != rank || memcmp(t->shape, shape, rank * sizeof *shape) != 0)
		return error_set(err, STATUS_INPUT, "%s: tensor %s has shape %s, expected %s", file->path, name,
				 found, expected);
	if (t->type->convert == NULL)
		return error_set(err, STATUS_INPUT, "%s: tensor %s %s is of type %s, expected F32, F16, BF16 or F64",
				 file->path, name, found, t->type->name);
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

/* Where the first number is that is none; `count` if all are. */
static size_t first_not_finite(const float *data, size_t count)
{
	size_t i = 0;

	while (i < count && isfinite(data[i]))
		i++;
	return i;
}

/* NaN and infinity, also of a double that is too large for a float. */
static int check_numbers(const struct checkpoint *file, const struct tensor *t, const float *data, struct error *err)
{
	size_t count = 1, index[MOST_DIMENSIONS] = { 0 }, at;
	char place[256];

	for (unsigned d = 0; d < t->rank; d++)
		count *= t->shape[d];
	at = first_not_finite(data, count);
	if (at == count)
		return 0;
	for (size_t d = t->rank, rest = at; d-- > 0; rest /= t->shape[d])
		index[d] = rest % t->shape[d];
	shape_text(place, index, t->rank);
	return error_set(err, STATUS_INPUT,
			 "%s: tensor %s has %s at %s, counted from 0, expected finite numbers in float32", file->path,
			 t->written, isnan(data[at]) ? "NaN" : "infinity", place);
}

int checkpoint_read(const struct checkpoint *c, const char *name, const size_t *shape, unsigned rank, float *out,
		    struct error *err)
{
	const struct checkpoint *file;
	const struct tensor *t = find_in(&file, c, name);
	const char *bytes;

	if (checkpoint_check(c, name, shape, rank, err) < 0 ||
	    (bytes = storage_bytes(file, t->storage, name, err)) == NULL)
		return -1;
	copy_elements(t, bytes, out);
	return check_numbers(file, t, out, err);
}
