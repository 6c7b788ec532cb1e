/* safetensors: u64 little-endian length N of the header; N bytes of JSON; the
 * data. The header maps names to dtype, shape and data_offsets (begin and end,
 * from the beginning of the data), and __metadata__ to a map of strings. All
 * of the data belongs to exactly one tensor. */
#include "weights/header.h"
#include "weights/weights.h"

#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const size_t longest_header = 100000000;

/* A growing set of strings, checked for doubles once it is whole. */
struct header_names {
	char **items;
	size_t count, capacity;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int names_add(struct header_names *n, const struct header_scanner *s, struct error *err)
{
	if (array_reserve(&n->items, &n->capacity, n->count + 1, sizeof *n->items) < 0 ||
	    (n->items[n->count] = text_copy_n(s->text, s->length)) == NULL)
		return error_memory(err, s->path);
	n->count++;
	return 0;
}

static int names_check(struct header_names *n, const char *path, struct error *err)
{
	if (n->count > 1)
		qsort(n->items, n->count, sizeof *n->items, by_text);
	for (size_t i = 1; i < n->count; i++)
		if (strcmp(n->items[i - 1], n->items[i]) == 0)
			return error_set(err, STATUS_INPUT, "%s: header: a key of __metadata__ is there twice", path);
	return 0;
}

static void names_release(struct header_names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i]);
	free(n->items);
}

static int read_metadata(struct header_scanner *s, struct error *err)
{
	struct header_names keys = { 0 };
	int rc = -1;

	if (header_need(s, '{', err) < 0)
		return -1;
	if (header_take(s, '}'))
		return 0;
	do {
		if (header_string(s, err) < 0 || names_add(&keys, s, err) < 0 || header_need(s, ':', err) < 0 ||
		    header_string(s, err) < 0)
			goto done;
	} while (header_take(s, ','));
	rc = header_need(s, '}', err);
	if (rc == 0)
		rc = names_check(&keys, s->path, err);
done:
	names_release(&keys);
	return rc;
}

/* What the header says of one tensor. */
struct header_entry {
	const struct element *type;
	size_t shape[MOST_DIMENSIONS];
	unsigned rank;
	size_t begin, end;
	unsigned seen; /* a bit for each key */
};

static int read_shape(struct header_scanner *s, struct header_entry *e, struct error *err)
{
	if (header_need(s, '[', err) < 0)
		return -1;
	if (header_take(s, ']'))
		return 0;
	do {
		if (e->rank == MOST_DIMENSIONS)
			return header_fail(s, err, "at most 8 dimensions");
		if (header_integer(s, &e->shape[e->rank++], err) < 0)
			return -1;
	} while (header_take(s, ','));
	return header_need(s, ']', err);
}

static int read_offsets(struct header_scanner *s, struct header_entry *e, struct error *err)
{
	if (header_need(s, '[', err) < 0 || header_integer(s, &e->begin, err) < 0 || header_need(s, ',', err) < 0 ||
	    header_integer(s, &e->end, err) < 0)
		return -1;
	return header_need(s, ']', err);
}

static int read_type(struct header_scanner *s, struct header_entry *e, struct error *err)
{
	if (header_string(s, err) < 0)
		return -1;
	e->type = element_of_name(s->text, s->length);
	return e->type == NULL ? header_fail(s, err, "a dtype of the safetensors format") : 0;
}

static const struct {
	const char *key;
	int (*read)(struct header_scanner *s, struct header_entry *e, struct error *err);
} parts[] = { { "dtype", read_type }, { "shape", read_shape }, { "data_offsets", read_offsets } };

enum { PARTS = sizeof parts / sizeof parts[0] };

static int read_entry(struct header_scanner *s, struct header_entry *e, struct error *err)
{
	*e = (struct header_entry){ 0 };
	if (header_need(s, '{', err) < 0)
		return -1;
	do {
		size_t k = 0;

		if (header_string(s, err) < 0)
			return -1;
		while (k < PARTS && strcmp(parts[k].key, s->text) != 0)
			k++;
		if (k == PARTS || e->seen & 1u << k)
			return header_fail(s, err, "dtype, shape and data_offsets, each once");
		e->seen |= 1u << k;
		if (header_need(s, ':', err) < 0 || parts[k].read(s, e, err) < 0)
			return -1;
	} while (header_take(s, ','));
	if (e->seen != (1u << PARTS) - 1)
		return header_fail(s, err, "dtype, shape and data_offsets, each once");
	return header_need(s, '}', err);
}

static int add_entry(struct checkpoint *c, const char *name, size_t length, const struct header_entry *e,
		     struct error *err)
{
	struct tensor t = { .type = e->type, .rank = e->rank, .offset = e->begin };
	size_t count, bytes = c->storages[0].bytes, size;

	memcpy(t.shape, e->shape, sizeof t.shape);
	if (weights_add(c, name, length, &t, err) < 0)
		return -1;
	if (e->begin > e->end || e->end > bytes)
		return error_set(err, STATUS_INPUT, "%s: tensor %s: bytes %zu to %zu, but the data has %zu", c->path,
				 name, e->begin, e->end, bytes);
	size = e->end - e->begin;
	if (shape_measure(&count, c->tensors[c->count - 1].stride, t.shape, t.rank, t.type->width) < 0 ||
	    count * t.type->width != size)
		return error_set(err, STATUS_INPUT, "%s: tensor %s: %zu bytes do not make its shape in %s", c->path,
				 name, size, t.type->name);
	return 0;
}

/* All of the header. Its tensors are added in its order, which is free. */
static int read_header(struct checkpoint *c, struct header_scanner *s, struct error *err)
{
	bool metadata = false;
	char *name = NULL;
	size_t length, capacity = 0;
	int rc = -1;

	if (s->size == 0 || s->data[0] != '{')
		return header_fail(s, err, "'{'");
	s->at = 1;
	if (header_take(s, '}'))
		goto end;
	do {
		struct header_entry e;

		if (header_string(s, err) < 0)
			goto done;
		if (array_reserve(&name, &capacity, s->length + 1, 1) < 0) {
			error_memory(err, s->path);
			goto done;
		}
		length = s->length;
		memcpy(name, s->text, length + 1);
		if (header_need(s, ':', err) < 0)
			goto done;
		if (strcmp(name, "__metadata__") == 0) {
			if (metadata) {
				header_fail(s, err, "__metadata__ once");
				goto done;
			}
			metadata = true;
			if (read_metadata(s, err) < 0)
				goto done;
		} else if (read_entry(s, &e, err) < 0 || add_entry(c, name, length, &e, err) < 0) {
			goto done;
		}
	} while (header_take(s, ','));
	if (header_need(s, '}', err) < 0)
		goto done;
end:
	header_space(s);
	rc = s->at == s->size ? 0 : header_fail(s, err, "nothing but spaces after the last '}'");
done:
	free(name);
	return rc;
}

static size_t tensor_end(const struct tensor *t)
{
	size_t count = 1;

	for (unsigned d = 0; d < t->rank; d++)
		count *= t->shape[d];
	return t->offset + count * t->type->width;
}

static int by_place(const void *a, const void *b)
{
	const struct tensor *s = a, *t = b;
	size_t s_end = tensor_end(s), t_end = tensor_end(t);

	if (s->offset != t->offset)
		return s->offset < t->offset ? -1 : 1;
	return (s_end > t_end) - (s_end < t_end);
}

/* Every byte of the data belongs to one tensor: in the order of their places
 * each begins where the one before it ended. */
static int check_places(struct checkpoint *c, struct error *err)
{
	size_t at = 0;

	if (c->count > 0)
		qsort(c->tensors, c->count, sizeof *c->tensors, by_place);
	for (size_t i = 0; i < c->count; i++) {
		if (c->tensors[i].offset != at)
			return error_set(err, STATUS_INPUT,
					 "%s: tensor %s begins at byte %zu of the data, expected %zu (%s)", c->path,
					 c->tensors[i].written, c->tensors[i].offset, at,
					 c->tensors[i].offset < at ? "an overlap" : "a gap");
		at = tensor_end(&c->tensors[i]);
	}
	if (at != c->storages[0].bytes)
		return error_set(err, STATUS_INPUT, "%s: %zu bytes of data, but the tensors end at %zu", c->path,
				 c->storages[0].bytes, at);
	return 0;
}

int safetensors_read(struct checkpoint *c, const char *data, size_t size, struct error *err)
{
	struct header_scanner s = { .path = c->path };
	uint64_t length;
	int rc;

	if (size < sizeof length)
		return error_set(err, STATUS_INPUT, "%s: %zu bytes, too short for a safetensors file", c->path, size);
	memcpy(&length, data, sizeof length);
	if (length > longest_header)
		return error_set(err, STATUS_INPUT, "%s: a header of %llu bytes, expected at most %zu", c->path,
				 (unsigned long long)length, longest_header);
	if (length > size - sizeof length)
		return error_set(err, STATUS_INPUT, "%s: a header of %llu bytes, but only %zu follow", c->path,
				 (unsigned long long)length, size - sizeof length);
	s.data = data + sizeof length;
	s.size = (size_t)length;
	if (weights_add_storage(
		    c, (struct storage){ .data = s.data + s.size, .bytes = size - sizeof length - s.size }, err) < 0)
		return -1;
	rc = read_header(c, &s, err);
	free(s.text);
	return rc < 0 ? rc : check_places(c, err);
}
