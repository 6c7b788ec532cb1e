#include "weights/torch_state.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

/* Strides of 0 make many elements of few. A vector may be such a one; matrices
 * could claim more memory than the file has bytes. */
static const size_t most_repeated = 65536;

int state_read(struct torch_state *out, const struct checkpoint *c, const struct pickle *p, struct error *err)
{
	const struct value *root = pickle_result(p);

	if (root->kind != VALUE_DICT)
		return error_set(err, STATUS_INPUT, "%s: holds a value of type %s, expected a state_dict", c->path,
				 value_name(root));
	for (size_t i = 0; i + 1 < root->sequence.count; i += 2) {
		const struct value *key = root->sequence.items[i], *v = root->sequence.items[i + 1];
		int length = key->kind == VALUE_TEXT && key->bytes.length < 200 ? (int)key->bytes.length : 0;

		if (key->kind != VALUE_TEXT)
			return error_set(err, STATUS_INPUT, "%s: a key of the state_dict is of type %s, expected str",
					 c->path, value_name(key));
		if (v->kind != VALUE_TENSOR)
			return error_set(err, STATUS_INPUT,
					 "%s: entry %zu of the state_dict (%.*s) is of type %s, expected tensor",
					 c->path, i / 2 + 1, length, length ? key->bytes.data : "", value_name(v));
		if (array_reserve(&out->items, &out->capacity, out->count + 1, sizeof *out->items) < 0)
			return error_memory(err, c->path);
		out->items[out->count++] = (struct state_entry){ key->bytes, &v->tensor };
	}
	return 0;
}

void state_release(struct torch_state *s)
{
	free(s->items);
	*s = (struct torch_state){ 0 };
}

/* The last element is offset + sum over dimensions of (size − 1) stride. */
static bool within(const struct pickle_tensor *t, size_t first)
{
	size_t last = first;

	if (__builtin_add_overflow(last, t->offset, &last))
		return false;
	for (unsigned d = 0; d < t->rank; d++) {
		size_t reach;

		if (t->shape[d] == 0)
			return true;
		if (__builtin_mul_overflow(t->shape[d] - 1, t->stride[d], &reach) ||
		    __builtin_add_overflow(last, reach, &last))
			return false;
	}
	return last < t->storage->elements;
}

int state_add(struct checkpoint *c, const struct state_entry *e, size_t storage, struct error *err)
{
	const struct pickle_tensor *from = e->tensor;
	const struct pickle_storage *s = from->storage;
	struct tensor t = { .type = s->type, .rank = from->rank, .storage = storage };
	size_t count, plain[MOST_DIMENSIONS], bytes;
	const char *name;

	memcpy(t.shape, from->shape, sizeof t.shape);
	memcpy(t.stride, from->stride, sizeof t.stride);
	if (weights_add(c, e->name.data, e->name.length, &t, err) < 0)
		return -1;
	name = c->tensors[c->count - 1].written;
	if (__builtin_mul_overflow(s->elements, s->type->width, &bytes) || bytes != c->storages[storage].bytes)
		return error_set(err, STATUS_INPUT,
				 "%s: tensor %s: storage %.*s has %zu bytes, expected %zu elements of %s", c->path,
				 name, (int)s->key.length, s->key.data, c->storages[storage].bytes, s->elements,
				 s->type->name);
	if (shape_measure(&count, plain, from->shape, from->rank, s->type->width) < 0)
		return error_set(err, STATUS_INPUT, "%s: tensor %s: its size overflows", c->path, name);
	if (!within(from, s->first))
		return error_set(err, STATUS_INPUT, "%s: tensor %s reaches beyond the %zu elements of storage %.*s",
				 c->path, name, s->elements, (int)s->key.length, s->key.data);
	if (count > s->elements && count > most_repeated)
		return error_set(err, STATUS_INPUT, "%s: tensor %s has %zu elements, but storage %.*s has only %zu",
				 c->path, name, count, (int)s->key.length, s->key.data, s->elements);
	if (count > 0)
		c->tensors[c->count - 1].offset = (s->first + from->offset) * s->type->width;
	return 0;
}
