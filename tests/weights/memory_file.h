/* Weights files that tests make in memory. */
#ifndef TESTS_WEIGHTS_MEMORY_FILE_H
#define TESTS_WEIGHTS_MEMORY_FILE_H

#include "weights/shape.h"
#include "support.h"

#include "weights/checkpoint.h"
#include "weights/weights.h"

#include <string.h>

struct bytes {
	char *data;
	size_t size;
};

static inline void bytes_add(struct bytes *b, const void *data, size_t size)
{
	b->data = realloc(b->data, b->size + size + 1);
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

/* A checkpoint over bytes of its own. */
struct opened {
	char *copy;
	struct checkpoint *c;
};

/* The copy has just the file's size, so that a sanitizer sees a byte too far. */
static inline int opened_parse(struct opened *out, enum weights_form form, const char *data, size_t size,
			       struct error *err)
{
	int rc;

	out->copy = malloc(size ? size : 1);
	memcpy(out->copy, data, size);
	rc = checkpoint_parse(&out->c, "x", form, &bert_family.naming, out->copy, size, err);
	if (rc < 0) {
		assert_null(out->c);
		assert_true(err->status != STATUS_OK && err->text[0] != '\0' && strchr(err->text, '\n') == NULL);
		free(out->copy);
	}
	return rc;
}

static inline void opened_close(struct opened *o)
{
	checkpoint_close(o->c);
	free(o->copy);
}

/* One clear error, of the input, beginning with the file's name. */
static inline void assert_bytes_refused(enum weights_form form, struct bytes b, const char *expected)
{
	struct opened o;
	struct error err = { 0 };

	if (opened_parse(&o, form, b.data, b.size, &err) == 0)
		fail_msg("accepted, expected: %s", expected);
	assert_string_equal(err.text, expected);
	assert_int_equal(err.status, STATUS_INPUT);
}

/* Every beginning of a good file is refused. */
static inline void assert_truncations_refused(enum weights_form form, struct bytes b)
{
	struct opened o;
	struct error err = { 0 };

	assert_int_equal(opened_parse(&o, form, b.data, b.size, &err), 0);
	opened_close(&o);
	for (size_t size = 0; size < b.size; size++) {
		if (opened_parse(&o, form, b.data, size, &err) == 0)
			fail_msg("accepted when cut to %zu of %zu bytes", size, b.size);
		assert_int_equal(err.status, STATUS_INPUT);
	}
}

/* With any one byte changed, a file is read or refused, and nothing worse. */
static inline void assert_survives_changes(enum weights_form form, struct bytes b, size_t step)
{
	struct opened o;
	struct error err = { 0 };

	for (size_t at = 0; at < b.size; at++)
		for (unsigned change = 1; change < 256; change += (unsigned)step) {
			char kept = b.data[at];

			b.data[at] = (char)(kept ^ (char)change);
			if (opened_parse(&o, form, b.data, b.size, &err) == 0)
				opened_close(&o);
			b.data[at] = kept;
		}
}

#endif
