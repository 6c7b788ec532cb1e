#include "encoder/attention.h"

#include "num/product.h"
#include "num/vecmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One head of one sentence. */
struct attention_head {
	struct matrix q, k, v; /* (n, d), columns of qkv */
	struct matrix prob;    /* (n, n) */
	struct dropout dropout;
	float scale; /* 1/√d */
};

static struct attention_head head_of(const struct group_view *v, const struct packed_sentence *sentence, size_t index,
				     const struct layer_state *s)
{
	const size_t h = v->model->shape.hidden, heads = v->model->shape.heads, d = h / heads, n = sentence->length;
	const size_t at = heads * (sentence->scores - v->score_base) + index * n * n;
	float *qkv = s->qkv + (sentence->row - v->row_base) * 3 * h + index * d;
	struct attention_head head = { .q = { qkv, n, d, 3 * h },
				       .k = { qkv + h, n, d, 3 * h },
				       .v = { qkv + 2 * h, n, d, 3 * h },
				       .prob = matrix_of(s->prob + at, n, n),
				       .dropout = { NULL, 1.0f },
				       .scale = 1.0f / sqrtf((float)(v->model->shape.relative > 0 ? 3 * d : d)) };

	if (v->dropout != NULL && v->dropout->attention > 0.0)
		head.dropout = (struct dropout){ s->prob_mask + at, (float)(1.0 / (1.0 - v->dropout->attention)) };
	return head;
}

/* The head's columns of the sentence's rows. */
static struct matrix columns_of(const struct group_view *v, struct matrix x, const struct packed_sentence *sentence,
				size_t index)
{
	const size_t d = v->model->shape.hidden / v->model->shape.heads;

	return (struct matrix){ matrix_row(x, sentence->row - v->group->row) + index * d, sentence->length, d,
				x.stride };
}

static void draw(const struct group_view *v, size_t layer, const struct packed_sentence *sentence,
		 const struct layer_state *s)
{
	const size_t heads = v->model->shape.heads;

	if (v->dropout == NULL || v->dropout->attention <= 0.0)
		return;
	dropout_mask(s->prob_mask + heads * (sentence->scores - v->score_base),
		     heads * sentence->length * sentence->length, v->dropout->attention, v->dropout->seed,
		     v->dropout->update, dropout_site(SITE_ATTENTION, layer), sentence->number);
}

size_t attention_bucket(const struct encoder_shape *s, long distance)
{
	const size_t half = s->buckets / 2, exact = half / 2, away = (size_t)labs(distance);
	const size_t side = distance > 0 ? half : 0;
	double steps;

	if (away < exact)
		return side + away;
	steps = log2((double)away / (double)exact) / log2((double)s->farthest / (double)exact) *
		(double)(half - exact);
	return side + (exact + (size_t)steps < half ? exact + (size_t)steps : half - 1);
}

/* The head's bias for each distance from −(n − 1) to n − 1. */
static void read_distances(const struct group_view *v, size_t index, size_t n, float *out)
{
	const struct encoder_shape *s = &v->model->shape;
	const float *table = v->model->weights + v->model->distances;

	for (size_t i = 0; i < 2 * n - 1; i++)
		out[i] = table[attention_bucket(s, (long)i - (long)(n - 1)) * s->heads + index];
}

/* p := scale p + b, whose row i begins with the bias for distance −i. */
static void add_distances(struct matrix p, float scale, const float *distances)
{
	for (size_t i = 0; i < p.rows; i++) {
		const float *b = distances + (p.rows - 1 - i);
		float *row = matrix_row(p, i);

		for (size_t j = 0; j < p.columns; j++)
			row[j] = row[j] * scale + b[j];
	}
}

/* d = the gradient of scale p + b: the table's is added to, and d becomes that of p. */
static void distances_backward(const struct group_view *v, size_t index, struct matrix d, float scale,
			       struct encoder_scratch *w, float *vectors)
{
	const struct encoder_shape *s = &v->model->shape;
	const size_t n = d.rows;
	float *sums = w->distance + (2 * n - 1), *table = vectors + (v->model->distances - v->model->vectors);

	memset(sums, 0, (2 * n - 1) * sizeof *sums);
	for (size_t i = 0; i < n; i++) {
		float *row = matrix_row(d, i), *sum = sums + (n - 1 - i);

		for (size_t j = 0; j < n; j++) {
			sum[j] += row[j];
			row[j] *= scale;
		}
	}
	for (size_t i = 0; i < 2 * n - 1; i++)
		table[attention_bucket(s, (long)i - (long)(n - 1)) * s->heads + index] += sums[i];
}

/* The two parts of a head's scores that tell places, and the rows of the table that they
 * are made with. */
struct places {
	struct matrix keys, queries; /* (m, d) */
	struct matrix a, b;          /* (n, m): of the queries, of the keys */
	const uint32_t *bucket;      /* of distance 0; a row of keys and queries, less `start` */
	size_t start;
};

static struct places places_of(const struct group_view *v, size_t layer, size_t index, size_t n,
			       struct encoder_scratch *w)
{
	const struct relative *r = v->relative;
	const struct encoder_shape *shape = &v->model->shape;
	struct places p = { .bucket = r->buckets + (r->longest - 1) };

	p.keys = relative_rows(r, shape, layer, RELATIVE_KEYS, index, n, &p.start);
	p.queries = relative_rows(r, shape, layer, RELATIVE_QUERIES, index, n, &p.start);
	p.a = matrix_of(w->far, n, p.keys.rows);
	p.b = matrix_of(w->far + n * p.keys.rows, n, p.keys.rows);
	return p;
}

/* score[i, j] += a[i, r] + b[j, r] for the bucket r of i − j. */
static void add_places(const struct group_view *v, size_t layer, size_t index, const struct attention_head *head,
		       struct matrix score, struct encoder_scratch *w)
{
	const struct places p = places_of(v, layer, index, score.rows, w);

	product_nt(p.a, head->q, p.keys, false);
	product_nt(p.b, head->k, p.queries, false);
	for (size_t i = 0; i < score.rows; i++)
		for (size_t j = 0; j < score.rows; j++) {
			const size_t r = p.bucket[(ptrdiff_t)i - (ptrdiff_t)j] - p.start;

			matrix_row(score, i)[j] += matrix_row(p.a, i)[r] + matrix_row(p.b, j)[r];
		}
}

/* Adds to the gradients of queries and keys, and to the group's of the table. */
static void places_backward(const struct group_view *v, size_t layer, size_t index, const struct attention_head *head,
			    struct matrix d_score, struct matrix dq, struct matrix dk, struct encoder_scratch *w)
{
	const size_t n = d_score.rows, group = (size_t)(v->group - v->pack->groups);
	const struct encoder_shape *shape = &v->model->shape;
	const struct places p = places_of(v, layer, index, n, w);

	memset(p.a.data, 0, 2 * n * p.keys.rows * sizeof *p.a.data);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			const size_t r = p.bucket[(ptrdiff_t)i - (ptrdiff_t)j] - p.start;
			const float d = matrix_row(d_score, i)[j];

			matrix_row(p.a, i)[r] += d;
			matrix_row(p.b, j)[r] += d;
		}
	product_nn(dq, p.a, p.keys, true);
	product_nn(dk, p.b, p.queries, true);
	product_tn(relative_gradient(v->relative, shape, group, layer, RELATIVE_KEYS, index, n), p.a, head->q, true);
	product_tn(relative_gradient(v->relative, shape, group, layer, RELATIVE_QUERIES, index, n), p.b, head->k,
		   true);
}

/* Pieces that one sees to either side. */
static size_t reach_of(const struct encoder_shape *s, size_t layer, size_t length)
{
	return shape_is_local(s, layer) && s->window < length ? s->window : length;
}

/* What row i of n sees: its columns from *first on. */
static struct matrix seen(struct matrix x, size_t i, size_t reach, size_t *first)
{
	const size_t end = i + reach + 1 < x.columns ? i + reach + 1 : x.columns;

	*first = i > reach ? i - reach : 0;
	return (struct matrix){ matrix_row(x, i) + *first, 1, end - *first, x.stride };
}

/* Zeroes what row i does not see. */
static void blind(struct matrix x, size_t i, size_t first, size_t count)
{
	memset(matrix_row(x, i), 0, first * sizeof *x.data);
	memset(matrix_row(x, i) + first + count, 0, (x.columns - first - count) * sizeof *x.data);
}

static void softmax(struct matrix p, float scale, size_t reach)
{
	if (reach + 1 >= p.rows) {
		rows_softmax(p, scale);
		return;
	}
	for (size_t i = 0; i < p.rows; i++) {
		size_t first;
		const struct matrix part = seen(p, i, reach, &first);

		rows_softmax(part, scale);
		blind(p, i, first, part.columns);
	}
}

static void softmax_backward(struct matrix d, struct matrix p, float scale, size_t reach)
{
	if (reach + 1 >= p.rows) {
		rows_softmax_backward(d, p, scale);
		return;
	}
	for (size_t i = 0; i < p.rows; i++) {
		size_t first;
		const struct matrix part = seen(p, i, reach, &first);

		rows_softmax_backward((struct matrix){ matrix_row(d, i) + first, 1, part.columns, d.stride }, part,
				      scale);
		blind(d, i, first, part.columns);
	}
}

void attention_forward(const struct group_view *v, size_t layer, const struct layer_state *s,
		       struct encoder_scratch *w)
{
	const size_t h = v->model->shape.hidden;
	const struct matrix context = matrix_of(s->context + (v->group->row - v->row_base) * h, v->group->rows, h);

	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *sentence = &v->pack->sentences[v->group->first + i];

		draw(v, layer, sentence, s);
		for (size_t index = 0; index < v->model->shape.heads; index++) {
			struct attention_head head = head_of(v, sentence, index, s);
			struct matrix p = head.prob;

			product_nt(p, head.q, head.k, false);
			if (v->model->shape.relative > 0)
				add_places(v, layer, index, &head, p, w);
			if (v->model->shape.buckets > 0) {
				read_distances(v, index, p.rows, w->distance);
				add_distances(p, head.scale, w->distance);
				head.scale = 1.0f;
			}
			softmax(p, head.scale, reach_of(&v->model->shape, layer, p.rows));
			if (head.dropout.mask != NULL) {
				p = matrix_of(w->score, p.rows, p.columns);
				rows_dropout(p, head.prob, head.dropout);
			}
			product_nn(columns_of(v, context, sentence, index), p, head.v, false);
		}
	}
}

/* With P the weights and P' = dropout(P):
 *   dV = P'ᵀ dC,  dP' = dC Vᵀ,  dS = P ∘ (dP − Σ dP ∘ P)/√d,  dQ = dS K,  dK = dSᵀ Q. */
static void head_backward(const struct group_view *v, size_t layer, size_t index, const struct attention_head *head,
			  struct matrix d_context, struct encoder_scratch *w, float *vectors)
{
	const size_t n = head->q.rows, d = head->q.columns, reach = reach_of(&v->model->shape, layer, n);
	const struct matrix dropped = matrix_of(w->score, n, n), d_score = matrix_of(w->score + n * n, n, n);
	const struct matrix dq = matrix_of(w->head, n, d), dk = matrix_of(w->head + n * d, n, d);
	const struct matrix dv = matrix_of(w->head + 2 * n * d, n, d);
	const struct matrix from[3] = { dq, dk, dv }, to[3] = { head->q, head->k, head->v };

	if (head->dropout.mask != NULL)
		rows_dropout(dropped, head->prob, head->dropout);
	product_tn(dv, head->dropout.mask != NULL ? dropped : head->prob, d_context, false);
	product_nt(d_score, d_context, head->v, false);
	if (head->dropout.mask != NULL)
		rows_dropout(d_score, d_score, head->dropout);
	if (v->model->shape.buckets > 0) {
		softmax_backward(d_score, head->prob, 1.0f, reach);
		distances_backward(v, index, d_score, head->scale, w, vectors);
	} else
		softmax_backward(d_score, head->prob, head->scale, reach);
	product_nn(dq, d_score, head->k, false);
	product_tn(dk, d_score, head->q, false);
	if (v->model->shape.relative > 0)
		places_backward(v, layer, index, head, d_score, dq, dk, w);
	for (size_t i = 0; i < 3; i++)
		for (size_t r = 0; r < n; r++)
			memcpy(matrix_row(to[i], r), matrix_row(from[i], r), d * sizeof(float));
}

void attention_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			struct matrix d_context, struct encoder_scratch *w, float *vectors)
{
	if (v->model->shape.relative > 0)
		relative_clear(v->relative, &v->model->shape, (size_t)(v->group - v->pack->groups), layer);
	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *sentence = &v->pack->sentences[v->group->first + i];

		for (size_t index = 0; index < v->model->shape.heads; index++) {
			const struct attention_head head = head_of(v, sentence, index, s);

			head_backward(v, layer, index, &head, columns_of(v, d_context, sentence, index), w, vectors);
		}
	}
}
