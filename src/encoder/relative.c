#include "encoder/relative.h"

#include "base/array.h"
#include "encoder/encoder_state.h"
#include "num/product.h"
#include "num/vecmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16 /* floats: a cache line */ };

size_t relative_bucket(const struct encoder_shape *s, long distance)
{
	const long count = (long)s->relative, middle = count / 2, away = labs(distance);
	const float half = (float)middle;
	long bucket = away;

	/* In single precision and in the order of transformers: where the quotient is a whole
	 * number, its rounding decides. */
	if (away > middle)
		bucket = middle +
			 (long)ceilf(logf((float)away / half) /
				     logf((float)((double)(s->farthest - 1) / (double)middle)) * (half - 1.0f));
	bucket = count + (distance < 0 ? -bucket : bucket);
	return bucket < 0 ? 0 : bucket >= 2 * count ? (size_t)(2 * count - 1) : (size_t)bucket;
}

/* Hands out the block piece by piece; without a block it only counts. */
static float *carve(struct relative *r, size_t *used, size_t count)
{
	float *piece = r->block != NULL ? r->block + *used : NULL;

	*used += (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return piece;
}

static size_t carve_all(struct relative *r, const struct encoder_shape *s, bool dropout)
{
	const size_t rows = r->rows, h = s->hidden, all = s->layers * rows;
	size_t used = 0;

	r->hat = carve(r, &used, rows * h);
	r->inverse = carve(r, &used, rows);
	r->normed = carve(r, &used, rows * h);
	r->qkv = carve(r, &used, all * 3 * h);
	r->input = dropout ? carve(r, &used, all * h) : NULL;
	r->mask = dropout ? (uint8_t *)carve(r, &used, all * h / sizeof(float) + 1) : NULL;
	r->d_input = r->groups > 0 ? carve(r, &used, all * h) : NULL;
	r->gradients = carve(r, &used, r->groups * all * 2 * h);
	return used;
}

int relative_reserve(struct relative *r, const struct encoder_model *m, size_t longest, size_t groups, bool dropout,
		     struct error *err)
{
	const struct encoder_shape *s = &m->shape;
	size_t wanted;

	if (s->relative == 0 || longest == 0)
		return 0;
	if (longest != r->longest) {
		free(r->buckets);
		r->longest = 0;
		r->buckets = array_new(2 * longest - 1, 1, sizeof *r->buckets);
		if (r->buckets == NULL)
			return error_memory(err, "distances of the pieces");
		r->longest = longest;
		r->first = relative_bucket(s, 1 - (long)longest);
		r->rows = relative_bucket(s, (long)longest - 1) - r->first + 1;
		for (size_t i = 0; i < 2 * longest - 1; i++)
			r->buckets[i] = (uint32_t)(relative_bucket(s, (long)i - (long)(longest - 1)) - r->first);
	}
	r->groups = groups;
	wanted = carve_all(r, s, dropout);
	if (wanted > r->room) {
		free(r->block);
		r->room = 0;
		r->block = array_new(wanted, 1, sizeof *r->block);
		if (r->block == NULL)
			return error_memory(err, "distances of the pieces");
		r->room = wanted;
	}
	carve_all(r, s, dropout);
	return 0;
}

void relative_release(struct relative *r)
{
	free(r->buckets);
	free(r->block);
	*r = (struct relative){ 0 };
}

struct round {
	struct relative *r;
	const struct encoder_model *model;
	const struct packing *packing;
	const struct dropout_key *dropout;
	float *vectors;
	size_t first; /* layer, backward */
};

static struct matrix rows_of(const struct relative *r, float *data, size_t layer, size_t columns)
{
	return matrix_of(data + layer * r->rows * columns, r->rows, columns);
}

float *relative_input(const struct relative *r, const struct encoder_shape *shape, size_t layer)
{
	return r->input != NULL ? r->input + layer * r->rows * shape->hidden : r->normed;
}

float *relative_qkv(const struct relative *r, const struct encoder_shape *shape, size_t layer)
{
	return r->qkv + layer * r->rows * 3 * shape->hidden;
}

/* The mask of a layer's R, once for a batch: behind the sites of the sentences. */
static struct dropout mask_of(const struct round *round, size_t layer)
{
	const struct relative *r = round->r;
	const struct encoder_shape *s = &round->model->shape;

	if (r->input == NULL || round->dropout == NULL || round->dropout->hidden <= 0.0)
		return (struct dropout){ NULL, 1.0f };
	return (struct dropout){ r->mask + layer * r->rows * s->hidden,
				 (float)(1.0 / (1.0 - round->dropout->hidden)) };
}

static void forward_task(void *arg, size_t layer, unsigned thread)
{
	const struct round *round = arg;
	const struct relative *r = round->r;
	const struct encoder_model *m = round->model;
	const size_t h = m->shape.hidden;
	const struct matrix input = matrix_of(relative_input(r, &m->shape, layer), r->rows, h);
	const struct matrix qkv = rows_of(r, r->qkv, layer, 3 * h);
	const struct dropout d = mask_of(round, layer);

	(void)thread;
	if (d.mask != NULL)
		dropout_mask(r->mask + layer * r->rows * h, r->rows * h, round->dropout->hidden, round->dropout->seed,
			     round->dropout->update, dropout_site(SITE_ATTENTION, m->shape.layers + 1 + layer), 0);
	if (r->input != NULL)
		rows_dropout(input, matrix_of(r->normed, r->rows, h), d);
	product_packed(qkv, input, packing_layer(round->packing, m, layer, false)->qkv, false);
	rows_bias(qkv, m->weights + m->layers[layer].qkv_bias);
}

void relative_forward(struct relative *r, const struct encoder_model *m, const struct packing *packing,
		      const struct dropout_key *dropout, struct pool *pool)
{
	const size_t h = m->shape.hidden;
	struct round round = { r, m, packing, dropout, NULL, 0 };

	if (m->shape.relative == 0 || r->longest == 0)
		return;
	memcpy(r->hat, m->weights + m->relative + r->first * h, r->rows * h * sizeof *r->hat);
	rows_norm(matrix_of(r->normed, r->rows, h), matrix_of(r->hat, r->rows, h), r->inverse, NULL,
		  (struct dropout){ NULL, 1.0f }, (struct matrix){ 0 },
		  (struct norm){ m->weights + m->relative_norm, m->weights + m->relative_norm_bias,
				 (float)m->shape.layer_norm_eps });
	pool_run(pool, m->shape.layers, forward_task, &round);
}

/* The groups' sums, in their order. */
static void gather(const struct relative *r, size_t layers, size_t layer, size_t h, struct matrix d_qkv)
{
	memset(d_qkv.data, 0, d_qkv.rows * d_qkv.columns * sizeof *d_qkv.data);
	for (size_t g = 0; g < r->groups; g++) {
		const struct matrix own = rows_of(r, r->gradients, g * layers + layer, 2 * h);

		rows_add((struct matrix){ d_qkv.data, d_qkv.rows, 2 * h, d_qkv.stride }, own);
	}
}

static void backward_task(void *arg, size_t task, unsigned thread)
{
	const struct round *round = arg;
	const size_t layer = round->first + task;
	const struct relative *r = round->r;
	const struct encoder_model *m = round->model;
	const size_t h = m->shape.hidden;
	const struct matrix d_qkv = rows_of(r, r->qkv, layer, 3 * h), d_input = rows_of(r, r->d_input, layer, h);

	(void)thread;
	gather(r, m->shape.layers, layer, h, d_qkv);
	rows_sum(round->vectors + (m->layers[layer].qkv_bias - m->vectors), d_qkv);
	product_packed(d_input, d_qkv, packing_layer(round->packing, m, layer, true)->qkv, false);
	rows_dropout(d_input, d_input, mask_of(round, layer));
}

void relative_backward(struct relative *r, const struct encoder_model *m, const struct packing *packing,
		       const struct dropout_key *dropout, int lowest, struct pool *pool, float *vectors)
{
	const size_t h = m->shape.hidden, first = lowest > 0 ? (size_t)lowest - 1 : 0;
	struct round round = { r, m, packing, dropout, vectors, first };

	if (m->shape.relative == 0 || first >= m->shape.layers)
		return;
	pool_run(pool, m->shape.layers - first, backward_task, &round);
	if (lowest > 0)
		return;
	for (size_t l = 1; l < m->shape.layers; l++)
		rows_add(rows_of(r, r->d_input, 0, h), rows_of(r, r->d_input, l, h));
	rows_norm_backward(matrix_of(r->hat, r->rows, h), r->inverse, rows_of(r, r->d_input, 0, h),
			   m->weights + m->relative_norm, vectors + (m->relative_norm - m->vectors),
			   vectors + (m->relative_norm_bias - m->vectors));
}

/* The first of the rows that distances below `length` need, and their number. */
static size_t span(const struct relative *r, size_t length, size_t *count)
{
	const size_t start = r->buckets[r->longest - length];

	*count = r->buckets[r->longest + length - 2] - start + 1;
	return start;
}

struct matrix relative_rows(const struct relative *r, const struct encoder_shape *shape, size_t layer,
			    enum relative_part part, size_t head, size_t length, size_t *start)
{
	const size_t h = shape->hidden, d = h / shape->heads;
	size_t count;

	*start = span(r, length, &count);
	return (struct matrix){ relative_qkv(r, shape, layer) + *start * 3 * h + part * h + head * d, count, d,
				3 * h };
}

struct matrix relative_gradient(const struct relative *r, const struct encoder_shape *shape, size_t group,
				size_t layer, enum relative_part part, size_t head, size_t length)
{
	const size_t h = shape->hidden, d = h / shape->heads;
	size_t count, start = span(r, length, &count);
	const struct matrix all = rows_of(r, r->gradients, group * shape->layers + layer, 2 * h);

	return (struct matrix){ matrix_row(all, start) + part * h + head * d, count, d, 2 * h };
}

void relative_clear(const struct relative *r, const struct encoder_shape *shape, size_t group, size_t layer)
{
	const struct matrix all = rows_of(r, r->gradients, group * shape->layers + layer, 2 * shape->hidden);

	memset(all.data, 0, all.rows * all.columns * sizeof *all.data);
}
