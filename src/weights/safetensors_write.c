#include "weights/checkpoint.h"

#include "base/array.h"
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct named_tensor *const *)a)->name, (*(const struct named_tensor *const *)b)->name);
}

static size_t tensor_bytes(const struct named_tensor *t)
{
	size_t count = 1;

	for (unsigned d = 0; d < t->rank; d++)
		count *= t->shape[d];
	return count * sizeof *t->data;
}

/* The header's text, in new memory; NULL if memory is short. */
static char *header_text(const struct named_tensor *const *sorted, size_t count)
{
	json_t *header = json_pack("{s:{s:s}}", "__metadata__", "format", "pt");
	size_t at = 0;
	char *text = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct named_tensor *t = sorted[i];
		size_t end = at + tensor_bytes(t);
		json_t *shape = json_array();
		json_t *entry = json_pack("{s:s,s:o,s:[I,I]}", "dtype", "F32", "shape", shape, "data_offsets",
					  (json_int_t)at, (json_int_t)end);

		if (json_object_set_new(header, t->name, entry) < 0)
			goto done;
		for (unsigned d = 0; d < t->rank; d++)
			if (json_array_append_new(shape, json_integer((json_int_t)t->shape[d])) < 0)
				goto done;
		at = end;
	}
	text = json_dumps(header, JSON_COMPACT);
done:
	json_decref(header);
	return text;
}

/* The length, the header, and spaces up to a multiple of the alignment. */
static void write_header(struct output *o, const char *header)
{
	size_t length = strlen(header);
	size_t padded = (8 + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 8;
	uint64_t number = padded;
	char spaces[ALIGNMENT];

	memset(spaces, ' ', sizeof spaces);
	output_write(o, &number, sizeof number);
	output_write(o, header, length);
	output_write(o, spaces, padded - length);
}

int safetensors_write(const struct named_tensor *tensors, size_t count, struct folder *folder, const char *name,
		      struct error *err)
{
	const struct named_tensor **sorted = array_new(count, 1, sizeof *sorted);
	struct output *o = NULL;
	char *header = NULL;
	int rc = -1;

	if (sorted == NULL) {
		error_memory(err, name);
		goto done;
	}
	for (size_t i = 0; i < count; i++)
		sorted[i] = &tensors[i];
	qsort(sorted, count, sizeof *sorted, by_name);
	for (size_t i = 1; i < count; i++)
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0) {
			error_set(err, STATUS_INPUT, "%s: tensor %s is to be written twice", name, sorted[i]->name);
			goto done;
		}
	header = header_text(sorted, count);
	if (header == NULL) {
		error_memory(err, name);
		goto done;
	}
	if (output_open(&o, folder, name, err) < 0)
		goto done;
	write_header(o, header);
	for (size_t i = 0; i < count; i++)
		output_write(o, sorted[i]->data, tensor_bytes(sorted[i]));
	rc = output_commit(o, err);
done:
	free(header);
	free(sorted);
	return rc;
}
