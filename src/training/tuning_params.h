/* What fine-tuning trains, and how fast, as a user says it: all weights, adapters of low
 * rank (LoRA; Hu et al. 2021), biases (BitFit; Ben Zaken et al. 2022) or the head alone;
 * layers that stay as they are, learn more slowly the lower they lie, or start from random
 * weights. */
#ifndef TRAINING_TUNING_PARAMS_H
#define TRAINING_TUNING_PARAMS_H

#include "base/error.h"
#include "encoder/shape.h"

#include <stdbool.h>

enum tuning_method { TUNING_FULL, TUNING_LORA, TUNING_BITFIT, TUNING_HEAD };

/* "full|lora|bitfit|head": as they are told, in the order of the enumeration. */
extern const char tuning_methods[];
void tuning_method_name(char out[16], enum tuning_method method);
/* −1: not one of them. */
int tuning_method_of(enum tuning_method *out, const char *name);

struct tuning_params {
	enum tuning_method method;
	long rank;           /* of adapters, ≥ 1 */
	double alpha;        /* their sum is multiplied by alpha/rank */
	const char *targets; /* the matrices that have one: "query, value" */
	const char *freeze;  /* "embeddings, 1-4"; NULL or "none": nothing */
	double decay;        /* the rate of layer l is multiplied by decay^(L − l); 0 stands for 1 */
	long reinit;         /* so many of the upper layers start anew */
};

/* The matrices of a list of targets (model_matrix); 0 and what is wrong. */
unsigned tuning_targets(const char *list, char why[160]);

/* Whether a layer (0: the embeddings) is in a list such as "embeddings, 1-4". −1 and what
 * is wrong with the list, which `layers` bounds (−1: not known yet). */
int tuning_freezes(const char *list, long layer, long layers, char why[160]);

bool tuning_freezes_any(const struct tuning_params *p);
double tuning_decay(const struct tuning_params *p);

/* Whether they are those of plain fine-tuning. */
bool tuning_is_plain(const struct tuning_params *p);

/* Whether the parameters fit a model of this shape, and each has an effect; the error
 * begins with the key. */
int tuning_check(const struct tuning_params *p, const struct encoder_shape *shape, struct error *err);

#endif
