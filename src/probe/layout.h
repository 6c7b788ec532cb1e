/* Where the networks of a sweep lie, in the number type of the translation unit
 * that includes this (probe/real.h).
 *
 * Networks take a batch one after another: they share its examples and the room
 * for outputs and gradients, which so stay in the cache; each has weights and
 * moments of its own. All widths are padded to multiples of PAD by units whose
 * weights are zero, and stay so: their gradients are zero. */
#ifndef PROBE_LAYOUT_H
#define PROBE_LAYOUT_H

#include "base/array.h"
#include "base/random.h"
#include "probe/draw.h"
#include "probe/real.h"
#include "probe/sweep.h"

#include <stdlib.h>

enum {
	LEVELS = 3,
	BATCH = 200,
	PADDED_BATCH = (BATCH + PAD - 1) / PAD * PAD,
	TILE = 192, /* rows of a weight matrix whose gradient is made at a time */
};

/* A layer of one network. */
struct mlp_layer {
	size_t fan_in, fan_out; /* as the setting says */
	struct mlp_block w;     /* (fan_in, padded fan_out), without gaps; further on fan_in is padded, too */
	real *m, *v;            /* Adam's moments, shaped as w */
	real *b, *bm, *bv;      /* (padded fan_out) biases and their moments */
};

struct network {
	size_t index; /* into the sweep's settings and results */
	struct mlp_layer layers[LEVELS];
	double loss; /* of the epoch so far, times the examples */
	double best;
	long bad_epochs;
};

struct mlp_trainer {
	const struct sweep *sweep;
	struct sweep_result *results;
	size_t depth;             /* layers: 3, or 1 without hidden ones */
	size_t outputs;           /* classes, or 1 for two */
	struct network *networks; /* (count) those that still train */
	size_t count;
	real *memory;            /* all weights, biases and moments */
	struct mlp_block x;      /* (BATCH, width of x) the batch at hand */
	real *output[LEVELS];    /* (BATCH, widest padded fan_out) of a layer of the network at hand */
	real *delta[LEVELS];     /* as output: gradients of the batch's summed loss */
	real *gradient;          /* (TILE, widest padded fan_out) */
	real *bias_gradient;     /* (widest padded fan_out) */
	uint32_t *order;         /* (train.count) positions in the part, this epoch's order */
	uint32_t classes[BATCH]; /* of the batch at hand */
	gsl_rng *stream;         /* of weights, then, with own_order, of the order */
	struct stream shuffle;   /* of the order otherwise */
	long step;               /* Adam's t */
	long epochs;
};

static inline size_t padded(size_t n)
{
	return (n + PAD - 1) / PAD * PAD;
}

/* The outputs of a layer, or their gradients, for the network at hand. */
static inline struct mlp_block level_block(real *data, const struct mlp_layer *layer, size_t rows)
{
	return (struct mlp_block){ data, rows, layer->w.columns, layer->w.columns };
}

static inline struct mlp_block mlp_batch(const struct mlp_trainer *t, size_t rows)
{
	struct mlp_block x = t->x;

	x.rows = rows;
	return x;
}

static inline void network_shape(struct network *n, const struct mlp_trainer *t)
{
	const struct probe_setting *s = t->sweep->settings[n->index];
	size_t sizes[LEVELS + 1] = { t->sweep->train.x.columns, s->hidden1, s->hidden2, t->outputs };

	if (t->depth == 1)
		sizes[1] = t->outputs;
	for (size_t l = 0; l < t->depth; l++) {
		n->layers[l].fan_in = sizes[l];
		n->layers[l].fan_out = sizes[l + 1];
		n->layers[l].w.rows = l == 0 ? sizes[0] : padded(sizes[l]);
		n->layers[l].w.columns = n->layers[l].w.stride = padded(sizes[l + 1]);
	}
}

static inline real *memory_take(real *memory, size_t *at, size_t count)
{
	size_t from = *at;

	*at += count;
	return memory == NULL ? NULL : memory + from;
}

/* Points the layers into one piece of memory (NULL: into none); returns the
 * elements it needs. */
static inline size_t mlp_assign(struct mlp_trainer *t, real *memory)
{
	size_t at = 0;

	for (size_t k = 0; k < t->count; k++) {
		for (size_t l = 0; l < t->depth; l++) {
			struct mlp_layer *layer = &t->networks[k].layers[l];
			size_t row = layer->w.columns, area = layer->w.rows * row;

			layer->w.data = memory_take(memory, &at, area);
			layer->m = memory_take(memory, &at, area);
			layer->v = memory_take(memory, &at, area);
			layer->b = memory_take(memory, &at, row);
			layer->bm = memory_take(memory, &at, row);
			layer->bv = memory_take(memory, &at, row);
		}
	}
	return at;
}

/* Weights and biases ~ U(±√(6/(fan_in + fan_out))) (Glorot and Bengio 2010),
 * layer by layer, row-major, biases after weights. */
static inline void network_draw(struct network *n, size_t depth, gsl_rng *stream)
{
	for (size_t l = 0; l < depth; l++) {
		struct mlp_layer *layer = &n->layers[l];
		double bound = sqrt(6.0 / (double)(layer->fan_in + layer->fan_out));

		for (size_t i = 0; i < layer->fan_in; i++)
			for (size_t j = 0; j < layer->fan_out; j++)
				layer->w.data[i * layer->w.columns + j] = (real)draw_uniform(stream, -bound, bound);
		for (size_t j = 0; j < layer->fan_out; j++)
			layer->b[j] = (real)draw_uniform(stream, -bound, bound);
	}
}

/* Rows lie an odd multiple of PAD apart, so that those of one column do not
 * crowd into a few sets of the cache. */
static inline size_t batch_stride(size_t width)
{
	return padded(width) + (padded(width) / PAD % 2 == 0 ? PAD : 0);
}

static inline int mlp_allocate(struct mlp_trainer *t, struct error *err)
{
	size_t width = t->sweep->train.x.columns, widest = 0;

	for (size_t l = 0; l < t->depth; l++) {
		size_t level = 0;

		for (size_t k = 0; k < t->count; k++)
			if (t->networks[k].layers[l].w.columns > level)
				level = t->networks[k].layers[l].w.columns;
		widest = level > widest ? level : widest;
		t->output[l] = array_new(BATCH, level, sizeof(real));
		t->delta[l] = array_new(BATCH, level, sizeof(real));
		if (t->output[l] == NULL || t->delta[l] == NULL)
			return error_memory(err, "outputs of the probes");
	}
	t->memory = array_new(mlp_assign(t, NULL), 1, sizeof(real));
	t->x = (struct mlp_block){ array_new(BATCH, batch_stride(width), sizeof(real)), BATCH, width,
				   batch_stride(width) };
	t->gradient = array_new(TILE, widest, sizeof(real));
	t->bias_gradient = array_new(widest, 1, sizeof(real));
	t->order = array_new(t->sweep->train.count, 1, sizeof *t->order);
	if (t->memory == NULL || t->x.data == NULL || t->gradient == NULL || t->bias_gradient == NULL ||
	    t->order == NULL)
		return error_memory(err, "weights of the probes");
	return 0;
}

static inline int mlp_init(struct mlp_trainer *t, struct sweep_result *results, const struct sweep *s,
			   struct error *err)
{
	*t = (struct mlp_trainer){ .sweep = s, .results = results, .count = s->count };
	t->depth = s->settings[0]->hidden1 == 0 ? 1 : LEVELS;
	t->outputs = s->classes > 2 ? s->classes : 1;
	t->networks = array_new(s->count, 1, sizeof *t->networks);
	if (t->networks == NULL)
		return error_memory(err, "probes");
	for (size_t k = 0; k < t->count; k++) {
		t->networks[k].index = k;
		t->networks[k].best = INFINITY;
		network_shape(&t->networks[k], t);
	}
	if (mlp_allocate(t, err) < 0)
		return -1;
	mlp_assign(t, t->memory);
	for (size_t k = 0; k < t->count; k++) {
		gsl_rng_free(t->stream);
		t->stream = draw_new(s->seed);
		if (t->stream == NULL)
			return error_memory(err, "random numbers");
		network_draw(&t->networks[k], t->depth, t->stream);
	}
	stream_init(&t->shuffle, s->seed);
	for (size_t i = 0; i < s->train.count; i++)
		t->order[i] = (uint32_t)i;
	return 0;
}

static inline void mlp_release(struct mlp_trainer *t)
{
	for (size_t l = 0; l < LEVELS; l++) {
		free(t->output[l]);
		free(t->delta[l]);
	}
	gsl_rng_free(t->stream);
	free(t->networks);
	free(t->memory);
	free(t->x.data);
	free(t->gradient);
	free(t->bias_gradient);
	free(t->order);
}

#endif
