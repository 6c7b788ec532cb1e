/* The linear head of fine-tuning: dropout, linear, cross-entropy; behind a dense layer
 * where the shape has it. */
#ifndef TRAINING_LINEAR_HEAD_H
#define TRAINING_LINEAR_HEAD_H

#include "encoder/pooling.h"
#include "training/dense.h"

struct linear_head {
	struct head head;
	const struct encoding *encoding;
	const int32_t *labels; /* (examples of the encoding); −1: not known in training */
	enum pooling pooling;
	size_t *start; /* (sentences of the pack + 1): their first examples in the batch */
	size_t start_capacity;
	struct dense dense; /* (width → width), where there is one: its input is pooled, its result the features */
	float *features;    /* (count, width), after dropout */
	float *scores;      /* (count, labels); backward leaves their gradient here */
	float *d_features;  /* (count, width) */
	uint8_t *mask;      /* (count, width) */
	size_t room;        /* examples there is room for */
	uint64_t *place;    /* (count): the example's index in the encoding */
};

/* Nothing to release until begin has been called. */
void linear_head_init(struct linear_head *out, const struct encoding *encoding, const int32_t *labels,
		      enum pooling pooling);
void linear_head_release(struct linear_head *h);

#endif
