/* The training of a sweep, in the number type of the translation unit that
 * includes this (probe/real.h).
 *
 * The first layers of all networks lie side by side in one matrix (width, Σ
 * hidden1), so that they are one product with the batch; those further on are a
 * product for each network. The outputs of each level lie side by side as well:
 * a network has a range of columns there. All widths are padded to multiples of
 * PAD by units whose weights are zero, and stay so: their gradients are zero. */
#ifndef PROBE_TRAINER_H
#define PROBE_TRAINER_H

#include "base/array.h"
#include "base/context.h"
#include "base/random.h"
#include "probe/draw.h"
#include "probe/real.h"
#include "probe/sweep.h"

#include <stdlib.h>
#include <string.h>

enum {
	LEVELS = 3,
	BATCH = 200,
	TILE = 512,     /* columns of the wide layer whose gradient is made at a time */
	PATIENCE = 10,
};
#define LEARNING_RATE 1e-3
#define TOLERANCE 1e-4

/* A layer of one network. The first layer's blocks lie in the wide matrix. */
struct layer {
	size_t fan_in, fan_out; /* as the setting says */
	struct block w;         /* (fan_in, padded fan_out); further on fan_in is padded, too */
	real *m, *v;            /* Adam's moments, laid out as w */
	real *b, *bm, *bv;      /* (padded fan_out) biases and their moments */
	size_t column;          /* the first column of its outputs in the level */
};

struct network {
	size_t index; /* into the sweep's settings and results */
	struct layer layers[LEVELS];
	double loss;       /* of the epoch so far, times the examples */
	double best;
	long bad_epochs;
};

/* The outputs of a layer of all networks for one batch, side by side. */
struct level {
	size_t width;       /* Σ padded fan_out of the networks that still train */
	real *output;       /* (BATCH, width) */
	real *delta;        /* (BATCH, width) gradients of the batch's summed loss */
};

struct trainer {
	const struct sweep *sweep;
	struct sweep_result *results;
	size_t depth;              /* layers: 3, or 1 without hidden ones */
	size_t outputs;            /* classes, or 1 for two */
	struct network *networks;  /* (count) those that still train */
	size_t count;
	struct level levels[LEVELS];
	real *memory;              /* all weights, moments and biases */
	real *x;                   /* (BATCH, width of x) */
	real *gradient;            /* largest of a tile's and a further layer's weights */
	real *bias_gradient;       /* (widest level) */
	uint32_t *order;           /* (train.count) positions in the part, this epoch's order */
	uint32_t classes[BATCH];   /* of the batch at hand */
	gsl_rng *stream;           /* of weights, then, with own_order, of the order */
	struct stream shuffle;     /* of the order otherwise */
	long step;                 /* Adam's t */
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

/* Points the layers into one piece of memory; returns the elements it needs.
 * Each array of the wide layer is whole: (rows, width) weights, then moments. */
static inline size_t trainer_assign(struct trainer *t, real *memory)
{
	size_t wide = t->levels[0].width, at = 0;

	for (size_t k = 0; k < t->count; k++) {
		for (size_t l = 0; l < t->depth; l++) {
			struct layer *layer = &t->networks[k].layers[l];
			size_t area = layer->w.rows * (l == 0 ? wide : layer->w.columns);
			size_t row = l == 0 ? wide : layer->w.columns;
			size_t base = l == 0 ? 0 : at, column = l == 0 ? layer->column : 0;

			if (l > 0 || k == 0)
				at += 3 * (area + row);
			if (memory == NULL)
				continue;
			layer->w.stride = row;
			layer->w.data = memory + base + column;
			layer->m = layer->w.data + area;
			layer->v = layer->m + area;
			layer->b = memory + base + 3 * area + column;
			layer->bm = layer->b + row;
			layer->bv = layer->bm + row;
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

static inline void trainer_gather(struct trainer *t, const struct part *p, const uint32_t *order, size_t first,
                                  size_t rows)
{
	size_t width = p->x.columns;

	for (size_t i = 0; i < rows; i++) {
		size_t at = order == NULL ? first + i : order[first + i];
		const float *from = matrix_row(p->x, p->rows[at]);

		for (size_t j = 0; j < width; j++)
			t->x[i * width + j] = (real)from[j];
		t->classes[i] = p->classes == NULL ? 0 : p->classes[at];
	}
}

/* The outputs of layers 1 … of one network, from those of layer 0. */
static inline void network_forward(const struct trainer *t, const struct network *n, size_t rows)
{
	const struct layer *last = &n->layers[t->depth - 1];
	const struct level *top = &t->levels[t->depth - 1];
	struct block p = level_block(top, top->output, last, rows);

	for (size_t l = 1; l < t->depth; l++) {
		const struct level *below = &t->levels[l - 1], *level = &t->levels[l];
		const struct layer *layer = &n->layers[l];
		struct block out = level_block(level, level->output, layer, rows);

		block_product(out, false, level_block(below, below->output, &n->layers[l - 1], rows), false, layer->w);
		block_add_bias(out, layer->b, l + 1 < t->depth);
	}
	for (size_t i = 0; i < rows; i++) {
		if (t->outputs == 1)
			row_logistic(p.data + i * p.stride, p.columns);
		else
			row_softmax(p.data + i * p.stride, t->outputs, p.columns);
	}
}

/* The first layers of all networks at once, then the rest of each. */
static inline void trainer_forward(struct trainer *t, size_t rows)
{
	struct level *first = &t->levels[0];
	struct block w = t->networks[0].layers[0].w, out = { first->output, rows, first->width, first->width };

	w.columns = first->width;
	block_product(out, false, trainer_batch(t, rows), false, w);
	block_add_bias(out, t->networks[0].layers[0].b, t->depth > 1);
	for (size_t k = 0; k < t->count; k++)
		network_forward(t, &t->networks[k], rows);
}

static inline real clipped(real p)
{
	p = p < REAL_EPSILON ? REAL_EPSILON : p;
	return p > 1 - REAL_EPSILON ? 1 - REAL_EPSILON : p;
}

/* −ln of the probability of a class, clipped at the type's epsilon. */
static inline double row_loss(const real *p, size_t outputs, uint32_t class)
{
	if (outputs > 1)
		return -log((double)clipped(p[class]));
	return -log(class == 1 ? (double)clipped(p[0]) : (double)(1 - clipped(p[0])));
}

/* delta = p − y; returns Σ of the examples' cross-entropies. */
static inline double network_loss(const struct trainer *t, const struct network *n, size_t rows)
{
	const struct level *top = &t->levels[t->depth - 1];
	const struct layer *layer = &n->layers[t->depth - 1];
	struct block p = level_block(top, top->output, layer, rows), d = level_block(top, top->delta, layer, rows);
	double loss = 0;

	for (size_t i = 0; i < rows; i++) {
		const real *row = p.data + i * p.stride;
		real *delta = d.data + i * d.stride;
		uint32_t class = t->classes[i];

		loss += row_loss(row, t->outputs, class);
		memcpy(delta, row, p.columns * sizeof *row);
		if (t->outputs > 1)
			delta[class] -= 1;
		else
			delta[0] -= (real)class;
	}
	return loss;
}

static inline struct adam trainer_adam(const struct trainer *t, double alpha, size_t rows)
{
	double decay1 = pow(0.9, (double)t->step), decay2 = pow(0.999, (double)t->step);

	return (struct adam){ (real)(LEARNING_RATE * sqrt(1 - decay2) / (1 - decay1)), (real)alpha,
		              (real)(1.0 / (double)rows) };
}

/* The gradient of a layer's weights, Σ over the batch of input · delta. */
static inline struct block layer_gradient(const struct trainer *t, struct block input, struct block delta)
{
	struct block g = { t->gradient, input.columns, delta.columns, delta.columns };

	block_product(g, true, input, false, delta);
	return g;
}

/* The delta of the level below, through the weights, before their update. */
static inline void layer_backward(const struct trainer *t, const struct network *n, size_t l, size_t rows)
{
	const struct level *below = &t->levels[l - 1], *level = &t->levels[l];
	const struct layer *layer = &n->layers[l];
	struct block delta = level_block(below, below->delta, &n->layers[l - 1], rows);

	block_product(delta, false, level_block(level, level->delta, layer, rows), true, layer->w);
	block_relu_backward(delta, level_block(below, below->output, &n->layers[l - 1], rows));
}

/* Updates a layer's weights from the gradient in g, and adds the penalty on
 * what they were to the loss. */
static inline void layer_update(const struct trainer *t, struct network *n, size_t l, struct block g, size_t rows)
{
	const struct level *level = &t->levels[l];
	struct layer *layer = &n->layers[l];
	double alpha = t->sweep->settings[n->index]->alpha;
	struct adam adam = trainer_adam(t, alpha, rows);
	struct block bias = { layer->b, 1, layer->w.columns, layer->w.columns };
	struct block sums = { t->bias_gradient, 1, layer->w.columns, layer->w.columns };

	n->loss += 0.5 * alpha * adam_update(layer->w, layer->m, layer->v, g, adam);
	block_column_sums(sums.data, level_block(level, level->delta, layer, rows));
	adam.alpha = 0;
	adam_update(bias, layer->bm, layer->bv, sums, adam);
}

static inline void network_backward(const struct trainer *t, struct network *n, size_t rows)
{
	for (size_t l = t->depth; l-- > 1;) {
		const struct level *below = &t->levels[l - 1], *level = &t->levels[l];
		struct block g = layer_gradient(t, level_block(below, below->output, &n->layers[l - 1], rows),
		                                level_block(level, level->delta, &n->layers[l], rows));

		layer_backward(t, n, l, rows);
		layer_update(t, n, l, g, rows);
	}
}

/* The wide layer, a tile of networks at a time, so that a gradient is used while
 * it is in the cache. */
static inline void trainer_backward_wide(struct trainer *t, size_t rows)
{
	const struct level *level = &t->levels[0];

	for (size_t k = 0, end; k < t->count; k = end) {
		size_t column = t->networks[k].layers[0].column, width = 0;
		struct block g;

		for (end = k; end < t->count; end++) {
			size_t more = t->networks[end].layers[0].w.columns;

			if (end > k && width + more > TILE)
				break;
			width += more;
		}
		g = layer_gradient(t, trainer_batch(t, rows),
		                   (struct block){ level->delta + column, rows, width, level->width });
		for (size_t i = k; i < end; i++) {
			g.columns = t->networks[i].layers[0].w.columns;
			layer_update(t, &t->networks[i], 0, g, rows);
			g.data += g.columns;
		}
	}
}

static inline void trainer_step(struct trainer *t, size_t rows)
{
	t->step++;
	trainer_forward(t, rows);
	for (size_t k = 0; k < t->count; k++)
		t->networks[k].loss += network_loss(t, &t->networks[k], rows);
	for (size_t k = 0; k < t->count; k++)
		network_backward(t, &t->networks[k], rows);
	trainer_backward_wide(t, rows);
}

static inline void trainer_epoch(struct trainer *t)
{
	const struct part *train = &t->sweep->train;

	if (t->sweep->own_order)
		draw_shuffle(t->stream, t->order, train->count);
	else
		stream_permute(&t->shuffle, t->order, train->count);
	for (size_t first = 0; first < train->count; first += BATCH) {
		size_t rows = train->count - first < BATCH ? train->count - first : BATCH;

		trainer_gather(t, train, t->order, first, rows);
		trainer_step(t, rows);
	}
	t->epochs++;
}

/* Notes the epoch's loss; returns whether the network is done. */
static inline bool network_note(struct network *n, const struct trainer *t, struct sweep_result *r)
{
	double loss = n->loss / (double)t->sweep->train.count;

	n->loss = 0;
	r->losses[t->epochs - 1] = loss;
	r->epochs = t->epochs;
	n->bad_epochs = loss > n->best - TOLERANCE ? n->bad_epochs + 1 : 0;
	n->best = loss < n->best ? loss : n->best;
	return n->bad_epochs > PATIENCE || t->epochs == t->sweep->max_iter;
}

static inline uint32_t row_class(const real *p, size_t outputs, size_t classes)
{
	uint32_t best = 0;

	if (outputs == 1)
		return p[0] > (real)0.5 && classes > 1;
	for (uint32_t j = 1; j < outputs; j++)
		if (p[j] > p[best])
			best = j;
	return best;
}

/* The network's predictions for the parts, and the codelength of the first. */
static inline void network_predict(struct trainer *t, const struct network *n)
{
	const struct level *top = &t->levels[t->depth - 1];
	struct sweep_result *r = &t->results[n->index];
	const struct layer *first = &n->layers[0];

	for (size_t k = 0; k < SWEEP_PARTS; k++) {
		const struct part *part = &t->sweep->predict[k];

		for (size_t at = 0; at < part->count; at += BATCH) {
			size_t rows = part->count - at < BATCH ? part->count - at : BATCH;
			struct block out = level_block(&t->levels[0], t->levels[0].output, first, rows);
			struct block p = level_block(top, top->output, &n->layers[t->depth - 1], rows);

			trainer_gather(t, part, NULL, at, rows);
			block_product(out, false, trainer_batch(t, rows), false, first->w);
			block_add_bias(out, first->b, t->depth > 1);
			network_forward(t, n, rows);
			for (size_t i = 0; i < rows; i++) {
				const real *row = p.data + i * p.stride;

				r->predicted[k][at + i] = row_class(row, t->outputs, t->sweep->classes);
				if (k == 0 && part->classes != NULL)
					r->bits += row_loss(row, t->outputs, t->classes[i]) / log(2.0);
			}
		}
	}
}

/* Closes the gaps in the wide layer that networks have left: the kept columns of
 * each row move to the left. `was` is the old width. */
static inline void wide_compact(struct trainer *t, size_t was)
{
	struct layer *first = &t->networks[0].layers[0];
	size_t rows = first->w.rows, now = t->levels[0].width;
	real *old = t->memory, *new = t->memory;

	/* The arrays follow each other: 3 of (rows, was), then 3 of (1, was). */
	for (size_t i = 0; i < 3 * rows + 3; i++, old += was, new += now) {
		for (size_t k = 0; k < t->count; k++) {
			struct layer *layer = &t->networks[k].layers[0];
			size_t from = (size_t)(layer->w.data - t->memory);

			memmove(new + layer->column, old + from, layer->w.columns * sizeof *new);
		}
	}
	for (size_t k = 0; k < t->count; k++) {
		struct layer *layer = &t->networks[k].layers[0];

		layer->w.stride = now;
		layer->w.data = t->memory + layer->column;
		layer->m = layer->w.data + rows * now;
		layer->v = layer->m + rows * now;
		layer->b = t->memory + 3 * rows * now + layer->column;
		layer->bm = layer->b + now;
		layer->bv = layer->bm + now;
	}
}

/* Takes out the networks that are done. */
static inline void trainer_thin(struct trainer *t)
{
	size_t kept = 0, was = t->levels[0].width;

	for (size_t k = 0; k < t->count; k++) {
		struct network *n = &t->networks[k];

		if (!network_note(n, t, &t->results[n->index])) {
			kept++;
			continue;
		}
		network_predict(t, n);
		if (t->sweep->left != NULL)
			t->sweep->left(t->sweep->arg);
		n->index = SIZE_MAX;
	}
	if (kept == t->count)
		return;
	kept = 0;
	for (size_t k = 0; k < t->count; k++)
		if (t->networks[k].index != SIZE_MAX)
			t->networks[kept++] = t->networks[k];
	t->count = kept;
	if (kept == 0)
		return;
	trainer_place(t);
	wide_compact(t, was);
}

static inline int trainer_run(struct sweep_result *results, const struct sweep *s, struct error *err)
{
	struct trainer t;
	int rc = trainer_init(&t, results, s, err);

	for (size_t i = 0; rc == 0 && i < s->count; i++) {
		results[i].losses = array_new((size_t)s->max_iter, 1, sizeof(double));
		if (results[i].losses == NULL)
			rc = error_memory(err, "loss curve");
	}
	while (rc == 0 && t.count > 0) {
		if (s->stop != NULL && *s->stop != 0) {
			rc = context_stop_error(err);
			break;
		}
		trainer_epoch(&t);
		trainer_thin(&t);
	}
	trainer_release(&t);
	return rc;
}

#endif
