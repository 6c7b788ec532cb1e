/* The shape of a tensor, for tests that do not know it. */
#ifndef TESTS_WEIGHTS_SHAPE_H
#define TESTS_WEIGHTS_SHAPE_H

#include "encoder/family.h"
#include "weights/weights.h"

#include <string.h>

/* Fills shape[0 … 3] and returns the rank; -1 if there is no such tensor. */
static inline int shape_in(const struct checkpoint *c, const char *name, size_t shape[4])
{
	int rank = -1;

	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->tensors[i].name, name) == 0) {
			for (unsigned d = 0; d < 4; d++)
				shape[d] = d < c->tensors[i].rank ? c->tensors[i].shape[d] : 0;
			return (int)c->tensors[i].rank;
		}
	for (size_t i = 0; rank < 0 && i < c->shard_count; i++)
		rank = shape_in(c->shards[i], name, shape);
	return rank;
}

#endif
