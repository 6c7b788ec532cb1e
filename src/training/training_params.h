/* What fine-tuning and pre-training let a user choose alike, and its ranges: the
 * table of parameters (workflow/parameters.h) lets nothing else through. */
#ifndef TRAINING_TRAINING_PARAMS_H
#define TRAINING_TRAINING_PARAMS_H

#include <stdbool.h>

/* A smaller rate moves no weight of float32. */
#define TRAINING_LR_MIN 1e-12

/* Of all updates: 1 is a rate that only rises. */
#define TRAINING_WARMUP_MAX 1.0

struct training_params {
	long epochs;               /* ≥ 1 */
	long batch;                /* sentences, ≥ 1 */
	double lr, warmup;         /* peak rate; fraction of the updates */
	double weight_decay, clip; /* ≥ 0; largest norm of the gradients, 0: none */
	double dropout;            /* < 1; < 0: the model's own */
	bool shuffled;             /* a new order every epoch, or that of the sentences */
};

/* What is wrong with the parameters, or NULL. */
const char *training_params_check(const struct training_params *p);

#endif
