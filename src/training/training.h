/* Many updates: batches, the schedule, the loss table, and going on after an
 * interruption. Fine-tuning and pre-training differ in the head, in what is done
 * before a batch, and in what is done after some updates. */
#ifndef TRAINING_TRAINING_H
#define TRAINING_TRAINING_H

#include "base/context.h"
#include "base/output.h"
#include "base/table.h"
#include "training/trainer.h"
#include "training/training_params.h"

struct training {
	struct encoder_model *model;
	struct head *head;
	const struct packed_sentence *sentences; /* (count) */
	const char *const *names;                /* (count): what an error calls a sentence */
	size_t count;
	struct training_params params;
	const struct tuning *tuning; /* NULL: all weights are trained */
	uint64_t order_seed, dropout_seed;
	const char *phase;     /* for the progress line */
	const char *made_by;   /* the program and its kernels; NULL: not said */
	const char *inputs;    /* a digest of what decides the result and is not here nor in the model */
	double resume_seconds; /* from one resume.bin to the next; 0: as is cheap */
	const char *columns;   /* of eval.csv */
	/* Changes the sentences of a batch before they are packed; may be NULL. */
	void (*before)(void *arg, long update, struct packed_sentence *batch, size_t count);
	/* Called after update number `done` of `total`; and, with 0, before the
	 * first. Adds rows to eval.csv. May be NULL. */
	int (*after)(void *arg, long done, long total, struct table *eval, struct error *err);
	void *arg;
};

/* The learning rate of update k = 0 … T−1: up to the peak over the first
 * W = ⌈warmup · T⌉ updates, then down: lr·k/W, lr·(T−k)/(T−W). */
double training_rate(double lr, double warmup, long update, long total);

/* An error that names the first tensor with a weight that is not finite, and the
 * step that made it. */
int training_check_weights(const struct encoder_model *m, long step, struct error *err);

/* Runs all updates, or those that resume.bin in the folder leaves to be done,
 * and writes loss.csv (step,lr,loss,grad_norm) and eval.csv. A resume.bin of other
 * inputs, parameters or programs is ignored. On a stop it writes one and fails with
 * STATUS_STOPPED; at the end it removes it. */
int training_run(const struct training *t, struct folder *out, const struct context *ctx, struct error *err);

#endif
