/* One update of an encoder with its head: forward, backward, clipping, AdamW.
 *
 * A step is four rounds of tasks: the weights, copied into panels; the groups of the batch, forward and
 * backward; the gradients of the weights, matrix by matrix; the update, range
 * by range. Each task's work and the order of every sum follow from the batch
 * alone. */
#ifndef TRAINING_TRAINER_H
#define TRAINING_TRAINER_H

#include "base/context.h"
#include "encoder/activations.h"
#include "training/head.h"
#include "training/tuning.h"
#include "encoder/model.h"
#include "encoder/pack.h"

#include <stdbool.h>

struct trainer {
	struct encoder_model *model;
	struct head *head;
	const struct tuning *tuning; /* what is trained; NULL: all */
	float *gradients;            /* (model->size) */
	float *moments1, *moments2;  /* (model->size) */
	/* Rows of the three embedding matrices that ever had a gradient: the
	 * moments of the others are zero, so that a dense update would leave them
	 * as they are. */
	uint8_t *active; /* (vocabulary + positions + types) */
	struct pack pack;
	struct packing packing;
	struct relative relative;
	struct activations activations;
	struct encoder_scratch *scratch; /* (threads) */
	unsigned threads;
	float *vectors; /* (groups, model->size − model->vectors) */
	size_t vectors_room;
	int32_t *touched; /* pieces of the batch, each once */
	size_t touched_count;
	int32_t *chain_head; /* (vocabulary): first row of a piece, or −1 */
	int32_t *chain_next; /* (rows): the next row of the same piece, or −1 */
	size_t chain_room;
	struct weight_product *products; /* of the second round */
	size_t product_count, product_capacity;
	struct gradient_task *tasks; /* of the second and third round */
	size_t task_count, task_capacity;
	struct adamw *steps; /* (model's parameters): of the third round */
	double *squares;     /* (tasks): of the gradients that a task made */
	size_t squares_capacity;
};

int trainer_init(struct trainer *out, struct encoder_model *model, struct head *head, unsigned threads,
		 struct error *err);
void trainer_release(struct trainer *t);

struct training_step {
	double hidden_dropout, attention_dropout, head_dropout;
	uint64_t dropout_seed;
	uint32_t update; /* 0, 1, …: what dropout counts by */
	double lr;
	double clip; /* largest norm of the gradients; 0: none */
	double weight_decay;
	double beta1, beta2, eps;
	long t; /* of Adam's bias correction: 1, 2, … */
};

struct step_result {
	double loss; /* mean over the examples */
	double norm; /* of all gradients, before clipping */
	size_t rows; /* pieces */
};

/* Loss and gradients (left in t->gradients) of a batch, without an update. */
int trainer_gradients(struct trainer *t, const struct packed_sentence *sentences, size_t count,
		      const struct training_step *step, struct step_result *out, const struct context *ctx,
		      struct error *err);

/* The same, and the update. Where loss or norm is not finite there is no
 * update; the caller asks trainer_diagnose. */
int trainer_step(struct trainer *t, const struct packed_sentence *sentences, size_t count,
		 const struct training_step *step, struct step_result *out, const struct context *ctx,
		 struct error *err);

/* Where numbers stopped being finite in the last batch. */
struct diagnosis {
	bool forward;       /* in a layer's output, else in a gradient */
	int layer;          /* 0: embeddings, 1 … L, L + 1: head */
	const char *tensor; /* whose gradient it is; NULL in the forward pass */
	size_t sentence;    /* in the pack, of the first bad row; forward only */
};
struct diagnosis trainer_diagnose(const struct trainer *t);

#endif
