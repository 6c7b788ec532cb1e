/* The forward and backward pass of a sweep and its update, in the number type of
 * the translation unit that includes this (probe/real.h). */
#ifndef PROBE_PASS_H
#define PROBE_PASS_H

#include "probe/layout.h"

#define LEARNING_RATE 1e-3

static inline void trainer_gather(struct trainer *t, const struct part *p, const uint32_t *order, size_t first,
				  size_t rows)
{
	size_t width = p->x.columns;

	for (size_t i = 0; i < rows; i++) {
		size_t at = order == NULL ? first + i : order[first + i];

		row_take(t->x + i * width, matrix_row(p->x, p->rows[at]), width);
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

		block_product(out, false, level_block(below, below->output, &n->layers[l - 1], rows), false,
			      layer->w);
		block_add_bias(out, layer->b, l + 1 < t->depth);
	}
	if (t->outputs == 1)
		block_logistic(p);
	else
		block_softmax(p, t->outputs);
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
	p = p < real_epsilon() ? real_epsilon() : p;
	return p > 1 - real_epsilon() ? 1 - real_epsilon() : p;
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
			delta[0] -= (real) class;
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

#endif
