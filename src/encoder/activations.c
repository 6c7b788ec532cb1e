#include "encoder/activations.h"

#include "base/array.h"

#include <stdlib.h>

enum { ALIGNMENT = 64 };

/* Hands out the block piece by piece; without a block it only counts. */
struct carving {
	char *block;
	size_t used;
	size_t rows, scores;
	bool dropout;
};

static void *carve(struct carving *c, size_t count, size_t size)
{
	char *piece = c->block != NULL ? c->block + c->used : NULL;

	c->used += (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return piece;
}

static float *floats(struct carving *c, size_t columns)
{
	return carve(c, c->rows * columns, sizeof(float));
}

static uint8_t *mask(struct carving *c, size_t count)
{
	return c->dropout ? carve(c, count, 1) : NULL;
}

/* `last`: it may be that of the last layer. */
static void carve_layer(struct carving *c, const struct encoder_shape *shape, struct layer_state *l, bool keep,
			bool last)
{
	const size_t h = shape->hidden;

	l->qkv = floats(c, 3 * h);
	l->prob = carve(c, shape->heads * c->scores, sizeof(float));
	l->context = floats(c, h);
	l->hat1 = floats(c, h);
	l->inverse1 = floats(c, 1);
	l->normed = shape->norm_first ? floats(c, h) : NULL;
	l->middle = floats(c, h);
	l->pre = floats(c, shape_up(shape));
	l->act = floats(c, shape->intermediate);
	l->hat2 = floats(c, h);
	l->inverse2 = floats(c, 1);
	l->d_out = shape->norm_first ? l->hat2 : l->hat1;
	l->d_down = !shape->norm_first ? l->hat2 : keep ? floats(c, h) : NULL;
	l->prob_mask = mask(c, shape->heads * c->scores);
	l->out_mask = mask(c, c->rows * h);
	l->down_mask = shape->drops_gate ? NULL : mask(c, c->rows * h);
	l->gate_mask = shape->drops_gate ? mask(c, c->rows * shape->intermediate) : NULL;
	if (shape->norm_first && last) {
		l->top_hat = floats(c, h);
		l->top_inverse = floats(c, 1);
	}
}

static void carve_embedding(struct carving *c, const struct encoder_shape *shape, struct embedding_state *e,
			    bool keep)
{
	e->hat = floats(c, shape->embedding);
	e->inverse = floats(c, 1);
	e->mask = mask(c, c->rows * shape->embedding);
	e->output = floats(c, shape->hidden);
	e->normed = shape_is_projected(shape) ? floats(c, shape->embedding) : e->output;
	e->d_project = shape_is_projected(shape) && keep ? floats(c, shape->hidden) : NULL;
}

static void carve_all(struct activations *a, struct carving *c, const struct encoder_shape *shape, bool keep)
{
	float *below;

	carve_embedding(c, shape, &a->embedding, keep);
	below = a->embedding.output;
	for (size_t i = 0; i < a->layer_count; i++) {
		if (keep || i == 0)
			carve_layer(c, shape, &a->layers[i], keep, !keep || i + 1 == a->layer_count);
		else
			a->layers[i] = a->layers[0];
		a->layers[i].input = below;
		a->layers[i].output = below = keep || i == 0 ? floats(c, shape->hidden) : a->embedding.output;
	}
}

int activations_reserve(struct activations *a, const struct encoder_shape *c, size_t rows, size_t scores, bool keep,
			bool dropout, struct error *err)
{
	struct carving carving = { .rows = rows, .scores = scores, .dropout = dropout };

	if (a->layers == NULL) {
		a->layer_count = keep ? c->layers : 2;
		a->layers = array_new(a->layer_count, 1, sizeof *a->layers);
		if (a->layers == NULL)
			return error_memory(err, "activations");
	}
	carve_all(a, &carving, c, keep);
	if (carving.used > a->block_size) {
		free(a->block);
		a->block_size = 0;
		a->block = aligned_alloc(ALIGNMENT, carving.used);
		if (a->block == NULL)
			return error_memory(err, "activations");
		a->block_size = carving.used;
	}
	carving.used = 0;
	carving.block = a->block;
	carve_all(a, &carving, c, keep);
	return 0;
}

void activations_release(struct activations *a)
{
	free(a->layers);
	free(a->block);
	*a = (struct activations){ 0 };
}

const struct layer_state *activations_layer(const struct activations *a, size_t layer)
{
	return &a->layers[layer % a->layer_count];
}
