/* Masked-language-model pre-training from random weights (Devlin et al. 2019):
 * 15 % of the pieces, of which 80 % become [MASK], 10 % a random piece, 10 %
 * stay. Only for the embedded experiment. */
#ifndef TRAINING_PRETRAIN_H
#define TRAINING_PRETRAIN_H

#include "base/context.h"
#include "base/output.h"
#include "training/training_params.h"

#include <stdint.h>

struct pretrain_params {
	const char *family; /* "bert" */
	long layers, hidden, heads, intermediate, positions;
	long embedding; /* width of the embeddings; 0: hidden */
	struct training_params training;
};

struct pretrain_job {
	const char *text, *heldout; /* a sentence a line, words separated by spaces */
	const char *vocabulary;     /* directory with vocab.txt and tokenizer_config.json */
	struct pretrain_params params;
	uint64_t seed_weights, seed_order, seed_mask, seed_dropout;
	const char *made_by; /* the program and its kernels: others do not go on from its resume.bin */
};

const char *pretrain_params_check(const struct pretrain_params *p);

/* Writes a model directory (files at the folder's root), loss.csv
 * (step,lr,loss,grad_norm) and eval.csv (epoch,step,split,loss,accuracy,baseline:
 * held-out loss and accuracy on masked pieces, and the accuracy of always
 * giving the most frequent piece). */
int pretrain_run(const struct pretrain_job *job, struct folder *out, const struct context *ctx, struct error *err);

#endif
