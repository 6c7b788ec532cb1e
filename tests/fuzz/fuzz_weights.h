/* What the fuzz targets of weights files share. */
#ifndef TESTS_FUZZ_WEIGHTS_H
#define TESTS_FUZZ_WEIGHTS_H

#include "base/array.h"
#include "encoder/family.h"
#include "weights/checkpoint.h"
#include "weights/weights.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Parses a file; an accepted one must find and read its own tensors. */
static inline void fuzz_weights(enum weights_form form, const uint8_t *data, size_t size)
{
	const size_t largest = 1 << 16;
	struct checkpoint *c;
	struct error err = { 0 };

	if (checkpoint_parse(&c, "x", form, &bert_family.naming, (const char *)data, size, &err) < 0) {
		if (c != NULL || err.status == STATUS_OK || err.text[0] == '\0' || strchr(err.text, '\n') != NULL)
			abort();
		return;
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct tensor *t = &c->tensors[i];
		size_t count, stride[MOST_DIMENSIONS];
		float *read;

		if (!checkpoint_has(c, t->name) ||
		    shape_measure(&count, stride, t->shape, t->rank, t->type->width) < 0)
			abort();
		if (count > largest || (read = array_new(count, 1, sizeof *read)) == NULL)
			continue;
		checkpoint_read(c, t->name, t->shape, t->rank, read, &err);
		free(read);
	}
	checkpoint_close(c);
}

#endif
