#include "training/tuning.h"

#include "base/array.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_in_bias(const char *name)
{
	const size_t length = strlen(name);

	return length > 5 && strcmp(name + length - 5, ".bias") == 0;
}

/* The head is always trained. */
static bool is_trained(const struct tuning_params *p, const struct model_tensor *t, int layers)
{
	char why[160];

	if (t->layer > layers)
		return true;
	if (tuning_freezes(p->freeze, t->layer, layers, why) > 0)
		return false;
	switch (p->method) {
	case TUNING_FULL:
		return true;
	case TUNING_LORA:
		return t->adapter;
	case TUNING_BITFIT:
		return ends_in_bias(t->name);
	default:
		return false;
	}
}

int tuning_init(struct tuning *out, const struct tuning_params *p, struct encoder_model *m, uint64_t seed,
		struct error *err)
{
	const int layers = (int)m->shape.layers;
	char why[160];

	*out = (struct tuning){ .lowest = layers + 1 };
	if (tuning_check(p, &m->shape, err) < 0)
		return -1;
	model_reinit(m, (size_t)p->reinit, seed);
	if (p->method == TUNING_LORA && model_adapt(m, tuning_targets(p->targets, why), (size_t)p->rank,
						    p->alpha / (double)p->rank, seed, err) < 0)
		return -1;
	out->rates = array_new(m->parameter_count, 1, sizeof *out->rates);
	if (out->rates == NULL)
		return error_memory(err, "rates of the weights");
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *t = &m->parameters[i];
		const int below = t->layer > layers ? 0 : layers - t->layer;

		if (!is_trained(p, t, layers))
			continue;
		out->rates[i] = (float)pow(tuning_decay(p), below);
		out->trained += t->count;
		out->lowest = t->layer < out->lowest ? t->layer : out->lowest;
	}
	return 0;
}

void tuning_release(struct tuning *t)
{
	free(t->rates);
	*t = (struct tuning){ 0 };
}

float tuning_rate(const struct tuning *t, size_t parameter)
{
	return t == NULL ? 1.0f : t->rates[parameter];
}
