/* Rotary positions (Su et al. 2021): queries and keys are turned by angles that grow with
 * their place in the sentence, so that their product tells the distance. */
#ifndef ENCODER_ROTARY_H
#define ENCODER_ROTARY_H

#include "base/error.h"
#include "encoder/shape.h"
#include "num/matrix.h"

#include <stddef.h>

/* cos and sin of i · base^(−2j/d) for every place i and pair j of a head's d dimensions,
 * for the two bases of a shape. Zero it before the first use. */
struct rotary {
	float *turns; /* (2 bases, longest, 2, d/2) */
	size_t longest;
};

/* Room for sentences of `longest` pieces; none where a shape has no rotary positions. */
int rotary_reserve(struct rotary *r, const struct encoder_shape *shape, size_t longest, struct error *err);
void rotary_release(struct rotary *r);

/* Turns the queries and keys of one sentence, qkv (length, 3 hidden), as those of a
 * layer; `back` turns gradients of what was turned. Dimensions j and j + d/2 are a pair. */
void rotary_turn(const struct rotary *r, const struct encoder_shape *shape, size_t layer, struct matrix qkv,
		 bool back);

#endif
