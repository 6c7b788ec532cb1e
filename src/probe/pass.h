/* The forward and backward pass of a sweep and its update, in the number type of
 * the translation unit that includes this (probe/real.h). */
#ifndef PROBE_PASS_H
#define PROBE_PASS_H

#include "probe/layout.h"

#define LEARNING_RATE 1e-3

static inline void mlp_gather(struct mlp_trainer *t, const struct sweep_part *p, const uint32_t *order, size_t first,
			      size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		size_t at = order == NULL ? first + i : order[first + i];

		row_take(t->x.data + i * t->x.stride, matrix_row(p->x, p->rows[at]), p->x.columns);
		t->classes[i] = p->classes == NULL ? 0 : p->classes[at];
	}
}

/* What a layer reads: the batch, or the outputs of the layer below. */
static inline struct mlp_block layer_input(const struct mlp_trainer *t, const struct network *n, size_t l,
					   size_t rows)
{
	return l == 0 ? mlp_batch(t, rows) : level_block(t->output[l - 1], &n->layers[l - 1], rows);
}

/* The outputs of all layers of one network; returns the last: probabilities. */
static inline struct mlp_block network_forward(const struct mlp_trainer *t, const struct network *n, size_t rows)
{
	struct mlp_block out = { 0 };

	for (size_t l = 0; l < t->depth; l++) {
		const struct mlp_layer *layer = &n->layers[l];

		out = level_block(t->output[l], layer, rows);
		block_product(out, layer_input(t, n, l, rows), layer->w, TURN_NONE);
		block_add_bias(out, layer->b, l + 1 < t->depth);
	}
	if (t->outputs == 1)
		block_logistic(out, t->delta[t->depth - 1]);
	else
		block_softmax(out, t->outputs, t->delta[t->depth - 1]);
	return out;
}

static inline real clipped(real p)
{
	p = p < real_epsilon() ? real_epsilon() : p;
	return p > 1 - real_epsilon() ? 1 - real_epsilon() : p;
}

/* −Σ ln of the probabilities of the batch's classes, clipped at the type's
 * epsilon. */
static inline double batch_loss(const struct mlp_trainer *t, struct mlp_block p)
{
	real logs[PADDED_BATCH];
	double loss = 0;

	for (size_t i = 0; i < PADDED_BATCH; i++)
		logs[i] = 1;
	for (size_t i = 0; i < p.rows; i++) {
		const real *row = p.data + i * p.stride;

		logs[i] = t->outputs > 1       ? clipped(row[t->classes[i]])
			  : t->classes[i] == 1 ? clipped(row[0])
					       : 1 - clipped(row[0]);
		loss += (double)(logs[i] - logs[i]); /* a logarithm of NaN may be any number */
	}
	row_log(logs, PADDED_BATCH);
	for (size_t i = 0; i < p.rows; i++)
		loss -= (double)logs[i];
	return loss;
}

/* delta = p − y */
static inline void batch_delta(const struct mlp_trainer *t, struct mlp_block delta, struct mlp_block p)
{
	memcpy(delta.data, p.data, p.rows * p.columns * sizeof *p.data);
	for (size_t i = 0; i < p.rows; i++) {
		real *row = delta.data + i * delta.stride;

		if (t->outputs > 1)
			row[t->classes[i]] -= 1;
		else
			row[0] -= (real)t->classes[i];
	}
}

static inline struct adam mlp_adam(const struct mlp_trainer *t, double alpha, size_t rows)
{
	double decay1 = pow(0.9, (double)t->step), decay2 = pow(0.999, (double)t->step);

	return (struct adam){ (real)(LEARNING_RATE * sqrt(1 - decay2) / (1 - decay1)), (real)alpha,
			      (real)(1.0 / (double)rows) };
}

/* The delta of the level below, through the weights, before their update. */
static inline void layer_backward(const struct mlp_trainer *t, const struct network *n, size_t l, size_t rows)
{
	struct mlp_block delta = level_block(t->delta[l - 1], &n->layers[l - 1], rows);

	block_product(delta, level_block(t->delta[l], &n->layers[l], rows), n->layers[l].w, TURN_B);
	block_relu_backward(delta, level_block(t->output[l - 1], &n->layers[l - 1], rows));
}

/* Updates a layer's weights, and adds the penalty on what they were to the loss.
 * Their gradient, Σ over the batch of input · delta, is made a tile at a time and
 * used while it is in the cache. */
static inline void layer_update(const struct mlp_trainer *t, struct network *n, size_t l, size_t rows)
{
	struct mlp_layer *layer = &n->layers[l];
	struct mlp_block input = layer_input(t, n, l, rows), delta = level_block(t->delta[l], layer, rows);
	struct mlp_block tile = { t->gradient, TILE, layer->w.columns, layer->w.columns };
	double alpha = t->sweep->settings[n->index]->alpha;
	struct adam adam = mlp_adam(t, alpha, rows);

	for (size_t first = 0; first < layer->w.rows; first += TILE, input.data += TILE) {
		size_t at = first * layer->w.columns;

		input.columns = tile.rows = layer->w.rows - first < TILE ? layer->w.rows - first : TILE;
		block_product(tile, input, delta, TURN_A);
		n->loss += 0.5 * alpha *
			   adam_update(layer->w.data + at, layer->m + at, layer->v + at, tile.data, tile.rows,
				       tile.columns, adam);
	}
	block_column_sums(t->bias_gradient, delta);
	adam.alpha = 0;
	adam_update(layer->b, layer->bm, layer->bv, t->bias_gradient, 1, layer->w.columns, adam);
}

/* One step of one network on the batch at hand. */
static inline void network_step(const struct mlp_trainer *t, struct network *n, size_t rows)
{
	size_t last = t->depth - 1;
	struct mlp_block p = network_forward(t, n, rows);

	n->loss += batch_loss(t, p);
	batch_delta(t, level_block(t->delta[last], &n->layers[last], rows), p);
	for (size_t l = last; l > 0; l--) {
		layer_backward(t, n, l, rows);
		layer_update(t, n, l, rows);
	}
	layer_update(t, n, 0, rows);
}

static inline void mlp_step(struct mlp_trainer *t, size_t rows)
{
	t->step++;
	for (size_t k = 0; k < t->count; k++)
		network_step(t, &t->networks[k], rows);
}

#endif
