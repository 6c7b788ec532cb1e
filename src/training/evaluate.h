/* What a head makes of many sentences, without gradients. */
#ifndef TRAINING_EVALUATE_H
#define TRAINING_EVALUATE_H

#include "base/context.h"
#include "training/head.h"

struct evaluation {
	double loss;    /* summed over the examples with a known label */
	size_t counted; /* those */
	size_t count;   /* all examples */
	size_t right;   /* of all */
};

/* The head needs no room yet; it is left with that of the last sentences. */
int evaluate_head(struct evaluation *out, struct head *head, const struct encoder_model *model,
		  const struct packed_sentence *sentences, size_t count, const struct context *ctx,
		  struct error *err);

#endif
