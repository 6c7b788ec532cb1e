#include "geometry/distance_ranks.h"

#include "base/array.h"
#include "geometry/kernels.h"

#include <stdlib.h>
#include <string.h>

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

int distance_ranks(float **out, struct selection x, const struct context *ctx, struct error *err)
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
