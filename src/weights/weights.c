#include "weights/weights.h"

#include "base/array.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* A model of 24 layers has 400. Entries of a few bytes each can name one tensor
 * again and again, and every one of them costs a struct and two names here. */
static const size_t most_tensors = 65536;

int weights_add(struct checkpoint *c, const char *written, size_t length, const struct tensor *tensor,
		struct error *err)
{
	const size_t longest = 1000;
	struct tensor *added;

	if (c->count == most_tensors)
		return error_set(err, STATUS_INPUT, "%s: more than %zu tensors", c->path, most_tensors);
	if (length == 0 || length > longest || utf8_check(written, length) < length)
		return error_set(err, STATUS_INPUT, "%s: a tensor's name of %zu bytes, expected 1 to %zu of UTF-8",
				 c->path, length, longest);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)written[i] < 0x20 || written[i] == 0x7F)
			return error_set(err, STATUS_INPUT, "%s: a control character in the name of tensor %zu",
					 c->path, c->count + 1);
	if (array_reserve(&c->tensors, &c->capacity, c->count + 1, sizeof *c->tensors) < 0)
		return error_memory(err, c->path);
	added = &c->tensors[c->count++];
	*added = *tensor;
	added->written = text_copy_n(written, length);
	return added->written == NULL ? error_memory(err, c->path) : 0;
}

int weights_add_storage(struct checkpoint *c, struct storage storage, struct error *err)
{
	if (array_reserve(&c->storages, &c->storage_capacity, c->storage_count + 1, sizeof *c->storages) < 0)
		return error_memory(err, c->path);
	c->storages[c->storage_count++] = storage;
	return 0;
}

int shape_measure(size_t *count, size_t *stride, const size_t *shape, unsigned rank, size_t width)
{
	size_t product = 1, bytes;
	bool empty = false;

	for (unsigned d = rank; d-- > 0;) {
		stride[d] = product;
		if (shape[d] == 0)
			empty = true;
		else if (__builtin_mul_overflow(product, shape[d], &product))
			return -1;
	}
	if (__builtin_mul_overflow(product, width, &bytes) || bytes > PTRDIFF_MAX)
		return -1;
	*count = empty ? 0 : product;
	return 0;
}
