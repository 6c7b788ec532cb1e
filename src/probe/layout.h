/* Where the networks of a sweep lie, in the number type of the translation unit
 * that includes this (probe/real.h).
 *
 * The first layers of all networks lie side by side in one matrix (width, Σ
 * hidden1), so that they are one product with the batch; those further on are a
 * product for each network. The outputs of each level lie side by side as well:
 * a network has a range of columns there. All widths are padded to multiples of
 * PAD by units whose weights are zero, and stay so: their gradients are zero. */
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
	TILE = 256, /* columns of the wide layer whose gradient is made at a time */
};
/* A layer of one network. The first layer's blocks lie in the wide matrix. */
struct layer {
	size_t fan_in, fan_out; /* as the setting says */
	struct block w;         /* (fan_in, padded fan_out); further on fan_in is padded, too */
	real *m, *v;            /* Adam's moments, shaped as w, without gaps */
	real *b, *bm, *bv;      /* (padded fan_out) biases and their moments */
	size_t column;          /* the first column of its outputs in the level */
};

struct network {
	size_t index; /* into the sweep's settings and results */
	struct layer layers[LEVELS];
	double loss; /* of the epoch so far, times the examples */
	double best;
	long bad_epochs;
};

/* The outputs of a layer of all networks for one batch, side by side. */
struct level {
	size_t width; /* Σ padded fan_out of the networks that still train */
	real *output; /* (BATCH, width) */
	real *delta;  /* (BATCH, width) gradients of the batch's summed loss */
};

struct trainer {
	const struct sweep *sweep;
	struct sweep_result *results;
	size_t depth;             /* layers: 3, or 1 without hidden ones */
	size_t outputs;           /* classes, or 1 for two */
	struct network *networks; /* (count) those that still train */
	size_t count;
	struct level levels[LEVELS];
	real *memory;            /* all weights, biases and moments */
	real *x;                 /* (BATCH, width of x) */
	real *gradient;          /* largest of a tile's and a further layer's weights */
	real *bias_gradient;     /* (widest level) */
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

static inline struct block level_block(const struct level *l, real *data, const struct layer *layer, size_t rows)
{
	return (struct block){ data + layer->column, rows, layer->w.columns, l->width };
}

static inline struct block trainer_batch(const struct trainer *t, size_t rows)
{
	size_t width = t->sweep->train.x.columns;

	return (struct block){ t->x, rows, width, width };
}

static inline void network_shape(struct network *n, const struct trainer *t)
{
	const struct setting *s = t->sweep->settings[n->index];
	size_t sizes[LEVELS + 1] = { t->sweep->train.x.columns, s->hidden1, s->hidden2, t->outputs };

	if (t->depth == 1)
		sizes[1] = t->outputs;
	for (size_t l = 0; l < t->depth; l++) {
		n->layers[l].fan_in = sizes[l];
		n->layers[l].fan_out = sizes[l + 1];
		n->layers[l].w.rows = l == 0 ? sizes[0] : padded(sizes[l]);
		n->layers[l].w.columns = padded(sizes[l + 1]);
	}
}

/* Columns of each network in each level, in the order of the networks. */
static inline void trainer_place(struct trainer *t)
{
	for (size_t l = 0; l < t->depth; l++) {
		t->levels[l].width = 0;
		for (size_t k = 0; k < t->count; k++) {
			t->networks[k].layers[l].column = t->levels[l].width;
			t->levels[l].width += t->networks[k].layers[l].w.columns;
		}
	}
}

static inline real *memory_take(real *memory, size_t *at, size_t count)
{
	size_t from = *at;

	*at += count;
	return memory == NULL ? NULL : memory + from;
}

/* Points the layers into one piece of memory (NULL: into none); returns the
 * elements it needs. First comes the wide layer: its weights (rows, width), and
 * as one more row its biases. */
static inline size_t trainer_assign(struct trainer *t, real *memory)
{
	size_t at = 0, wide = t->levels[0].width, rows = t->networks[0].layers[0].w.rows;
	real *weights = memory_take(memory, &at, rows * wide), *biases = memory_take(memory, &at, wide);

	for (size_t k = 0; k < t->count; k++) {
		for (size_t l = 0; l < t->depth; l++) {
			struct layer *layer = &t->networks[k].layers[l];
			size_t row = layer->w.columns, area = layer->w.rows * row;

			if (l > 0) {
				layer->w.data = memory_take(memory, &at, area);
				layer->b = memory_take(memory, &at, row);
			} else if (memory != NULL) {
				layer->w.data = weights + layer->column;
				layer->b = biases + layer->column;
			}
			layer->w.stride = l == 0 ? wide : row;
			layer->m = memory_take(memory, &at, area);
			layer->v = memory_take(memory, &at, area);
			layer->bm = memory_take(memory, &at, row);
			layer->bv = memory_take(memory, &at, row);
		}
	}
	return at;
}

static inline size_t trainer_gradient_size(const struct trainer *t)
{
	size_t largest = 0, tile = TILE;

	for (size_t k = 0; k < t->count; k++) {
		const struct layer *layers = t->networks[k].layers;

		tile = layers[0].w.columns > tile ? layers[0].w.columns : tile;
		for (size_t l = 1; l < t->depth; l++) {
			size_t area = layers[l].w.rows * layers[l].w.columns;

			largest = area > largest ? area : largest;
		}
	}
	tile *= t->sweep->train.x.columns;
	return tile > largest ? tile : largest;
}

/* Weights and biases ~ U(±√(6/(fan_in + fan_out))) (Glorot and Bengio 2010),
 * layer by layer, row-major, biases after weights. */
static inline void network_draw(struct network *n, size_t depth, gsl_rng *stream)
{
	for (size_t l = 0; l < depth; l++) {
		struct layer *layer = &n->layers[l];
		double bound = sqrt(6.0 / (double)(layer->fan_in + layer->fan_out));

		for (size_t i = 0; i < layer->fan_in; i++)
			for (size_t j = 0; j < layer->fan_out; j++)
				layer->w.data[i * layer->w.stride + j] = (real)draw_uniform(stream, -bound, bound);
		for (size_t j = 0; j < layer->fan_out; j++)
			layer->b[j] = (real)draw_uniform(stream, -bound, bound);
	}
}

static inline int trainer_allocate(struct trainer *t, struct error *err)
{
	size_t widest = 0;

	t->memory = array_new(trainer_assign(t, NULL), 1, sizeof(real));
	t->x = array_new(BATCH, t->sweep->train.x.columns, sizeof(real));
	t->gradient = array_new(trainer_gradient_size(t), 1, sizeof(real));
	t->order = array_new(t->sweep->train.count, 1, sizeof *t->order);
	if (t->memory == NULL || t->x == NULL || t->gradient == NULL || t->order == NULL)
		return error_memory(err, "weights of the probes");
	for (size_t l = 0; l < t->depth; l++) {
		struct level *level = &t->levels[l];

		widest = level->width > widest ? level->width : widest;
		level->output = array_new(BATCH, level->width, sizeof(real));
		level->delta = array_new(BATCH, level->width, sizeof(real));
		if (level->output == NULL || level->delta == NULL)
			return error_memory(err, "outputs of the probes");
	}
	t->bias_gradient = array_new(widest, 1, sizeof(real));
	return t->bias_gradient == NULL ? error_memory(err, "gradients of the probes") : 0;
}

static inline int trainer_init(struct trainer *t, struct sweep_result *results, const struct sweep *s,
			       struct error *err)
{
	*t = (struct trainer){ .sweep = s, .results = results, .count = s->count };
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
	trainer_place(t);
	if (trainer_allocate(t, err) < 0)
		return -1;
	trainer_assign(t, t->memory);
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

static inline void trainer_release(struct trainer *t)
{
	for (size_t l = 0; l < LEVELS; l++) {
		free(t->levels[l].output);
		free(t->levels[l].delta);
	}
	gsl_rng_free(t->stream);
	free(t->networks);
	free(t->memory);
	free(t->x);
	free(t->gradient);
	free(t->bias_gradient);
	free(t->order);
}

/* Closes the gaps in the wide layer that networks have left: the kept columns of
 * each row, of weights and then of biases, move to the left. `was` is the old
 * width. */
static inline void wide_compact(struct trainer *t, size_t was)
{
	size_t rows = t->networks[0].layers[0].w.rows, now = t->levels[0].width;

	for (size_t i = 0; i <= rows; i++) {
		for (size_t k = 0; k < t->count; k++) {
			struct layer *layer = &t->networks[k].layers[0];
			size_t from = (size_t)(layer->w.data - t->memory);

			memmove(t->memory + i * now + layer->column, t->memory + i * was + from,
				layer->w.columns * sizeof(real));
		}
	}
	for (size_t k = 0; k < t->count; k++) {
		struct layer *layer = &t->networks[k].layers[0];

		layer->w.stride = now;
		layer->w.data = t->memory + layer->column;
		layer->b = t->memory + rows * now + layer->column;
	}
}

#endif
