/* Cross-entropy of one example. */
#ifndef TRAINING_LOSS_H
#define TRAINING_LOSS_H

#include <stddef.h>
#include <stdint.h>

struct loss {
	/* −log softmax(scores)[label]; 0 without a label; not finite where a score
	 * is not. */
	float value;
	uint32_t predicted; /* the first largest score */
	uint8_t right;      /* predicted is the label */
};

/* Overwrites the scores (n) with scale · (softmax(scores) − one-hot(label)), or
 * with 0 where the label is −1. */
struct loss loss_of(float *scores, size_t n, int32_t label, float scale);

#endif
