#include "training/tuning.h"

#include "base/array.h"
#include "encoder/family.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Query, key and value of some families are one matrix, and have one adapter. */
static int check_targets(const struct tuning_params *p, const struct encoder_shape *shape, struct error *err)
{
	const unsigned joined = MATRIX_QUERY | MATRIX_KEY | MATRIX_VALUE;
	char why[160];
	const unsigned targets = tuning_targets(p->targets == NULL ? "" : p->targets, why);

	if (targets == 0)
		return error_set(err, STATUS_INPUT, "targets: %s", why);
	if (p->rank < 1)
		return error_set(err, STATUS_INPUT, "rank: expected at least 1");
	if (shape->family->joins_qkv && (targets & joined) != 0 && (targets & joined) != joined)
		return error_set(err, STATUS_INPUT,
				 "targets: %s has query, key and value in one matrix: name all three or none",
				 shape->family->model_type);
	return 0;
}

int tuning_check(const struct tuning_params *p, const struct encoder_shape *shape, struct error *err)
{
	const bool by_layer = tuning_freezes_any(p) || tuning_decay(p) != 1 || p->reinit > 0;
	char why[160];

	if (p->method == TUNING_LORA && check_targets(p, shape, err) < 0)
		return -1;
	if (tuning_freezes(p->freeze, 0, (long)shape->layers, why) < 0)
		return error_set(err, STATUS_INPUT, "freeze: %s", why);
	if (p->reinit < 0 || (size_t)p->reinit > shape->layers)
		return error_set(err, STATUS_INPUT, "reinit: %ld layers, but the model has %zu", p->reinit,
				 shape->layers);
	if (p->method == TUNING_HEAD && (tuning_freezes_any(p) || tuning_decay(p) != 1))
		return error_set(err, STATUS_INPUT, "%s: without effect where method = head trains no layer",
				 tuning_freezes_any(p) ? "freeze" : "decay");
	if (shape->shared && by_layer)
		return error_set(err, STATUS_INPUT, "%s: the layers of %s share their weights",
				 tuning_freezes_any(p)  ? "freeze"
				 : tuning_decay(p) != 1 ? "decay"
							: "reinit",
				 shape->family->model_type);
	return 0;
}

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
