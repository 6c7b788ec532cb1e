/* What stands on top of the encoder: for each group of a batch it makes losses
 * and the gradient of the last layer's output. */
#ifndef TRAINING_HEAD_H
#define TRAINING_HEAD_H

#include "encoder/encoder_state.h"
#include "num/matrix.h"

#include <stdbool.h>

/* A weight's gradient as a product over the rows of the batch:
 * gradient (out, in) = dyᵀ x. */
struct weight_product {
	size_t offset; /* of the weight in the arena */
	float *dy;     /* (rows, out) */
	float *x;      /* (rows, in) */
	size_t rows, out, in;
};

enum { HEAD_PRODUCTS = 2 /* at most */ };

/* The rows of a group, as the last layer left them. */
struct top {
	struct group_view view;
	struct matrix output; /* (rows of the group, hidden) */
	struct matrix grad;   /* the same; set where `backward` */
	float *vectors;       /* as in encoder_layer_backward; NULL where not `backward` */
	bool backward;
	struct encoder_scratch *scratch;
};

struct head {
	/* Sizes its arrays for a batch. */
	int (*begin)(struct head *head, const struct encoder_model *model, const struct pack *pack,
		     struct error *err);
	/* Works on one group; groups may run at the same time. */
	void (*group)(struct head *head, const struct top *top);
	/* The products of the batch's weight gradients; returns their number. */
	size_t (*products)(const struct head *head, const struct encoder_model *model,
			   struct weight_product out[HEAD_PRODUCTS]);
	/* Results of the batch. */
	size_t count;        /* examples; 0 is allowed */
	size_t counted;      /* of them, those with a known label: the mean is over these */
	int32_t *targets;    /* (count), −1 where the label is unknown */
	float *losses;       /* (count), 0 where the label is unknown */
	uint8_t *right;      /* (count), 1 where the largest score is the label's */
	uint32_t *predicted; /* (count) */
};

/* Room for the results of a batch of `count` examples, for a head's `begin`. What
 * was there is lost. */
int head_reserve(struct head *head, size_t count, struct error *err);
void head_release(struct head *head);

/* For a head's `group`: the results of the examples from `first` on by their
 * scores (examples, labels), which become the gradients of the mean loss. */
void head_score(struct head *head, size_t first, struct matrix scores);

/* Σ losses / counted, in a fixed order; 0 without examples. */
double head_loss(const struct head *head);
size_t head_right(const struct head *head);

#endif
