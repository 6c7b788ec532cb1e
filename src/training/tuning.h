/* What is trained of a model, by tuning_params. */
#ifndef TRAINING_TUNING_H
#define TRAINING_TUNING_H

#include "base/error.h"
#include "encoder/model.h"
#include "training/tuning_params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tuning {
	float *rates;   /* (model's parameters) what the learning rate is multiplied by; 0: not trained */
	int lowest;     /* layer with a weight that is trained: model_tensor.layer */
	size_t trained; /* weights */
};

/* Draws upper layers anew and adds adapters, by the seed, and says what is trained. Of
 * plain fine-tuning it changes nothing. */
int tuning_init(struct tuning *out, const struct tuning_params *p, struct encoder_model *m, uint64_t seed,
		struct error *err);
void tuning_release(struct tuning *t);

/* Of a tensor of the model, by its place in the list. */
float tuning_rate(const struct tuning *t, size_t parameter);

#endif
