/* What stands on top of the encoder: for each group of a batch it makes losses
 * and the gradient of the last layer's output. */
#ifndef BERT_HEAD_H
#define BERT_HEAD_H

#include "bert/encoder.h"
#include "bert/finetune.h"
#include "num/matrix.h"
#include "text/encoding.h"

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
	struct view view;
	struct matrix output; /* (rows of the group, hidden) */
	struct matrix grad;   /* the same; set where `backward` */
	float *vectors;       /* as in encoder_layer_backward; NULL where not `backward` */
	bool backward;
	struct encoder_scratch *scratch;
};

struct head {
	/* Sizes its arrays for a batch. */
	int (*begin)(struct head *head, const struct bert_model *model, const struct pack *pack, struct error *err);
	/* Works on one group; groups may run at the same time. */
	void (*group)(struct head *head, const struct top *top);
	/* The products of the batch's weight gradients; returns their number. */
	size_t (*products)(const struct head *head, const struct bert_model *model,
			   struct weight_product out[HEAD_PRODUCTS]);
	/* Results of the batch. */
	size_t count;   /* examples; 0 is allowed */
	size_t counted; /* of them, those with a known label: the mean is over these */
	size_t capacity;
	float *losses;       /* (count), 0 where the label is unknown */
	uint8_t *right;      /* (count), 1 where the largest score is the label's */
	uint32_t *predicted; /* (count) */
};

/* Σ losses / counted, in a fixed order; 0 without examples. */
double head_loss(const struct head *head);
size_t head_right(const struct head *head);

/* The vectors of an example: a word is the mean of its pieces (or the first), a
 * pair both, one after the other, a sentence its [CLS]. `rows` (length, hidden)
 * are the sentence's, `out` (width). */
size_t head_width(enum task_kind kind, size_t hidden);
void head_pool(float *out, enum task_kind kind, enum pooling pooling, const struct encoded_example *e,
	       struct matrix rows);
/* Adds the gradient of the rows. */
void head_pool_backward(struct matrix grad, enum task_kind kind, enum pooling pooling,
			const struct encoded_example *e, const float *d);

/* The linear head of fine-tuning: dropout, linear, cross-entropy. */
struct linear_head {
	struct head head;
	const struct encoding *encoding;
	const int32_t *labels; /* (examples of the encoding); −1: not known in training */
	enum pooling pooling;
	size_t *start; /* (sentences of the pack + 1): their first examples in the batch */
	size_t start_capacity;
	float *features;   /* (count, width), after dropout */
	float *scores;     /* (count, labels); backward leaves their gradient here */
	float *d_features; /* (count, width) */
	uint8_t *mask;     /* (count, width) */
	size_t room;       /* examples there is room for */
	uint64_t *place;   /* (count): the example's index in the encoding */
};

/* Nothing to release until begin has been called. */
void linear_head_init(struct linear_head *out, const struct encoding *encoding, const int32_t *labels,
		      enum pooling pooling);
void linear_head_release(struct linear_head *h);

#endif
