/* The dense layer of a head, on rows that it copies: norm(f(x Wᵀ + b)), as
 * head_places.dense has it. */
#ifndef TRAINING_DENSE_H
#define TRAINING_DENSE_H

#include "training/head.h"

struct dense {
	size_t in, out;
	float *input;              /* (rows, in) */
	float *pre, *hat, *normed; /* (rows, out); backward leaves the gradient of x Wᵀ in pre */
	float *inverse;            /* (rows) */
};

/* Room for the rows of a batch; what was there is lost. To be zeroed before the first. */
int dense_reserve(struct dense *d, size_t rows, size_t in, size_t out, struct error *err);
void dense_release(struct dense *d);

/* Rows from … from+count−1: input → normed. */
void dense_forward(const struct dense *d, const struct top *top, size_t from, size_t count);

/* grad (count, out) is the gradient of normed; d_input (count, in) becomes that of the
 * input, and may be the same memory. */
void dense_backward(const struct dense *d, const struct top *top, size_t from, struct matrix grad,
		    struct matrix d_input);

/* The product that is the weight's gradient. */
struct weight_product dense_product(const struct dense *d, const struct encoder_model *model, size_t rows);

#endif
