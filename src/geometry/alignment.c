#include "geometry/alignment.h"

#include "base/array.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

/* Rows are taken SLICE at a time; a task makes STRIP columns of YᵀX. */
enum { SLICE = 512, STRIP = 64 };

struct product {
	struct selection x, y;
	double *mean_x, *mean_y;
	double *slice_x, *slice_y; /* (SLICE, columns), centred */
	double *sum;               /* (y columns, x columns) */
	size_t rows;               /* of this slice */
};

static void column_means(double *mean, struct selection s)
{
	for (size_t i = 0; i < s.count; i++)
		for (size_t k = 0; k < s.m.columns; k++)
			mean[k] += matrix_row(s.m, s.row[i])[k];
	for (size_t k = 0; k < s.m.columns; k++)
		mean[k] /= (double)s.count;
}

static void take_slice(double *out, struct selection s, size_t from, size_t rows, const double *mean)
{
	for (size_t i = 0; i < rows; i++) {
		const float *row = matrix_row(s.m, s.row[from + i]);

		for (size_t k = 0; k < s.m.columns; k++)
			out[i * s.m.columns + k] = row[k] - mean[k];
	}
}

static void product_task(void *arg, size_t task, unsigned thread)
{
	struct product *p = arg;
	size_t columns = p->y.m.columns, from = task * STRIP;
	size_t width = columns - from < STRIP ? columns - from : STRIP;
	int nx = (int)p->x.m.columns, ny = (int)columns;

	(void)thread;
	cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)width, nx, (int)p->rows, 1.0, p->slice_y + from, ny,
		    p->slice_x, nx, 1.0, p->sum + from * p->x.m.columns, nx);
}

int alignment_product(double *out, struct selection x, struct selection y, const struct context *ctx,
		      struct error *err)
{
	struct product p = { .x = x, .y = y };
	size_t strips = (y.m.columns + STRIP - 1) / STRIP;
	double squares = 0.0;
	int rc = -1;

	p.mean_x = array_new(x.m.columns, 1, sizeof(double));
	p.mean_y = array_new(y.m.columns, 1, sizeof(double));
	p.slice_x = array_new(SLICE, x.m.columns, sizeof(double));
	p.slice_y = array_new(SLICE, y.m.columns, sizeof(double));
	p.sum = array_new(y.m.columns, x.m.columns, sizeof(double));
	if (p.mean_x == NULL || p.mean_y == NULL || p.slice_x == NULL || p.slice_y == NULL || p.sum == NULL) {
		error_memory(err, "the alignment of representations");
		goto done;
	}
	column_means(p.mean_x, x);
	column_means(p.mean_y, y);
	for (size_t from = 0; from < x.count; from += SLICE) {
		p.rows = x.count - from < SLICE ? x.count - from : SLICE;
		take_slice(p.slice_x, x, from, p.rows, p.mean_x);
		take_slice(p.slice_y, y, from, p.rows, p.mean_y);
		pool_run(ctx->pool, strips, product_task, &p);
	}
	for (size_t i = 0; i < x.m.columns * y.m.columns; i++)
		squares += p.sum[i] * p.sum[i];
	*out = sqrt(squares);
	rc = 0;
done:
	free(p.mean_x);
	free(p.mean_y);
	free(p.slice_x);
	free(p.slice_y);
	free(p.sum);
	return rc;
}

/* A distance's bits, which order as the distances do, and its pair. */
struct key {
	uint64_t bits;
	uint32_t pair;
};

struct ranking {
	const float *rows; /* (count, stride) packed and padded */
	size_t count, stride;
	struct key *keys;
};

/* Distances of a row to those after it. */
static void ranking_task(void *arg, size_t i, unsigned thread)
{
	struct ranking *r = arg;
	size_t at = i * r->count - i * (i + 1) / 2;

	(void)thread;
	for (size_t j = i + 1; j < r->count; j++, at++) {
		double d = kernel_distance(r->rows + i * r->stride, r->rows + j * r->stride, r->stride);

		memcpy(&r->keys[at].bits, &d, sizeof d);
		r->keys[at].pair = (uint32_t)at;
	}
}

/* Radix sort, eleven bits at a time, from the least. */
static void sort_keys(struct key *keys, struct key *other, size_t count)
{
	enum { BITS = 11, BINS = 1 << BITS };

	for (unsigned shift = 0; shift < 66; shift += BITS) {
		size_t at[BINS] = { 0 }, sum = 0;
		struct key *swap = keys;

		for (size_t i = 0; i < count; i++)
			at[keys[i].bits >> shift & (BINS - 1)]++;
		for (size_t b = 0; b < BINS; b++) {
			size_t here = at[b];

			at[b] = sum;
			sum += here;
		}
		for (size_t i = 0; i < count; i++)
			other[at[keys[i].bits >> shift & (BINS - 1)]++] = keys[i];
		keys = other;
		other = swap;
	}
}

static void rank_keys(float *ranks, const struct key *keys, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && keys[end].bits == keys[i].bits;)
			end++;
		for (size_t j = i; j < end; j++)
			ranks[keys[j].pair] = (float)(0.5 * (double)(i + 1 + end));
	}
}

int alignment_ranks(float **out, struct selection x, const struct context *ctx, struct error *err)
{
	size_t stride = kernel_pad(x.m.columns), pairs = x.count * (x.count - (x.count > 0)) / 2;
	float *rows = array_new(x.count, stride, sizeof *rows), *ranks = array_new(pairs, 1, sizeof *ranks);
	struct key *keys = array_new(pairs, 2, sizeof *keys);
	struct ranking r = { rows, x.count, stride, keys };

	if (rows == NULL || ranks == NULL || keys == NULL) {
		free(rows);
		free(ranks);
		free(keys);
		return error_memory(err, "the alignment of representations");
	}
	for (size_t i = 0; i < x.count; i++)
		memcpy(rows + i * stride, matrix_row(x.m, x.row[i]), x.m.columns * sizeof *rows);
	pool_run(ctx->pool, x.count, ranking_task, &r);
	sort_keys(keys, keys + pairs, pairs);
	rank_keys(ranks, keys, pairs);
	free(rows);
	free(keys);
	*out = ranks;
	return 0;
}

double alignment_correlation(const float *a, const float *b, size_t count)
{
	double ma = 0.0, mb = 0.0, aa = 0.0, bb = 0.0, ab = 0.0;

	for (size_t i = 0; i < count; i++) {
		ma += a[i];
		mb += b[i];
	}
	ma /= (double)count;
	mb /= (double)count;
	for (size_t i = 0; i < count; i++) {
		double u = a[i] - ma, v = b[i] - mb;

		aa += u * u;
		bb += v * v;
		ab += u * v;
	}
	if (!(aa > 0.0 && bb > 0.0))
		return NAN;
	return ab == aa && ab == bb ? 1.0 : fmin(ab / (sqrt(aa) * sqrt(bb)), 1.0); /* of equal values exactly 1 */
}

double *alignment_norms(struct selection x)
{
	double *norms = array_new(x.count, 1, sizeof *norms), *mean = array_new(x.m.columns, 1, sizeof *mean);

	if (norms == NULL || mean == NULL) {
		free(norms);
		free(mean);
		return NULL;
	}
	column_means(mean, x);
	for (size_t i = 0; i < x.count; i++)
		for (size_t k = 0; k < x.m.columns; k++) {
			const double e = matrix_row(x.m, x.row[i])[k] - mean[k];

			norms[i] += e * e;
		}
	free(mean);
	return norms;
}

double alignment_debiased(double product, const double *a, const double *b, size_t count)
{
	const double n = (double)count;
	double both = 0.0, sum_a = 0.0, sum_b = 0.0;

	if (count < 4)
		return NAN;
	for (size_t i = 0; i < count; i++) {
		both += a[i] * b[i];
		sum_a += a[i];
		sum_b += b[i];
	}
	return product * product - n / (n - 2) * both + sum_a * sum_b / ((n - 1) * (n - 2));
}

/* The rank of the distance of two points. */
static float rank_of(const float *ranks, size_t count, size_t i, size_t j)
{
	const size_t low = i < j ? i : j, high = i < j ? j : i;

	return ranks[low * count - low * (low + 1) / 2 + high - low - 1];
}

/* The k points nearest to i, the nearest first; `near` (k). */
static void nearest(uint32_t *near, const float *ranks, size_t count, size_t i, size_t k)
{
	size_t found = 0;

	for (size_t j = 0; j < count; j++) {
		const float rank = j == i ? 0 : rank_of(ranks, count, i, j);
		size_t at;

		if (j == i || (found == k && rank_of(ranks, count, i, near[k - 1]) <= rank))
			continue;
		at = found < k ? found++ : k - 1;
		for (; at > 0 && rank_of(ranks, count, i, near[at - 1]) > rank; at--)
			near[at] = near[at - 1];
		near[at] = (uint32_t)j;
	}
}

double alignment_neighbours(const float *a, const float *b, size_t count, size_t k)
{
	uint32_t *near = array_new(2, k, sizeof *near);
	double sum = 0.0;

	if (near == NULL || count <= k + 1) {
		free(near);
		return NAN;
	}
	for (size_t i = 0; i < count; i++) {
		size_t shared = 0;

		nearest(near, a, count, i, k);
		nearest(near + k, b, count, i, k);
		for (size_t p = 0; p < k; p++)
			for (size_t q = 0; q < k; q++)
				shared += near[p] == near[k + q];
		sum += (double)shared / (double)(2 * k - shared);
	}
	free(near);
	return sum / (double)count;
}
