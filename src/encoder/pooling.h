/* The vectors of an example: a word is the mean of its pieces (or the first), a
 * pair both, one after the other, a sentence its [CLS]. */
#ifndef ENCODER_POOLING_H
#define ENCODER_POOLING_H

#include "num/matrix.h"
#include "text/encoding.h"

#include <stddef.h>

enum pooling { POOLING_MEAN, POOLING_FIRST };

/* Of an example's vectors together. */
size_t pooling_width(enum task_kind kind, size_t hidden);

/* `rows` (length, hidden) are the sentence's, `out` (width). */
void pooling_forward(float *out, enum task_kind kind, enum pooling pooling, const struct encoded_example *e,
		     struct matrix rows);

/* Adds the gradient of the rows (length, hidden); `d` (width) is that of `out`. */
void pooling_backward(struct matrix grad, enum task_kind kind, enum pooling pooling, const struct encoded_example *e,
		      const float *d);

#endif
