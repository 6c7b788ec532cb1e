/* DirectProbe by its definition, without any short cut: every pair of clusters is
 * compared at every step, and every overlap is decided by a proof that is checked
 * in 113-bit arithmetic, where sums of products of float32 points with rounded
 * weights are exact for the sets at hand.
 *
 * The proof is looked for by Wolfe's algorithm (1976) on the differences of all
 * pairs of points, with normal equations in long double: nothing is shared with
 * the program but the definition. */
#ifndef TESTS_GEOMETRY_REFERENCE_H
#define TESTS_GEOMETRY_REFERENCE_H

#include "support.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { REFERENCE_MAX = 320, REFERENCE_WIDE = 40 };

typedef __float128 exact;

struct reference {
	const float *x; /* (n, d) */
	const int *label;
	size_t n, d;
	double tau;
	uint32_t cluster[REFERENCE_MAX]; /* by the smallest row */
	size_t clusters;
	uint32_t first_bad; /* 0: none */
	size_t unproven;
};

/* A subset of rows. */
struct rows {
	uint32_t item[REFERENCE_MAX];
	size_t count;
};

static bool reference_equal(const struct reference *r, uint32_t a, uint32_t b)
{
	for (size_t k = 0; k < r->d; k++)
		if (r->x[a * r->d + k] != r->x[b * r->d + k])
			return false;
	return true;
}

static bool reference_is_point(const struct reference *r, const struct rows *s)
{
	for (size_t i = 1; i < s->count; i++)
		if (!reference_equal(r, s->item[0], s->item[i]))
			return false;
	return true;
}

/* The difference of the points of a pair. */
static long double reference_difference(const struct reference *r, const uint32_t pair[2], size_t k)
{
	return (long double)r->x[pair[0] * r->d + k] - (long double)r->x[pair[1] * r->d + k];
}

/* Solves the bordered normal equations [0 1; 1 G] [m; z] = [1; 0] for the
 * weights of the point of least norm in the affine hull of pairs. */
static bool reference_affine(const struct reference *r, uint32_t (*pairs)[2], size_t s, long double *z)
{
	static long double a[REFERENCE_WIDE + 1][REFERENCE_WIDE + 2];
	size_t n = s + 1;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			long double sum = i + j > 0 && i * j == 0 ? 1.0L : 0.0L;

			for (size_t k = 0; i * j > 0 && k < r->d; k++)
				sum += reference_difference(r, pairs[i - 1], k) *
				       reference_difference(r, pairs[j - 1], k);
			a[i][j] = sum;
		}
		a[i][n] = i == 0 ? 1.0L : 0.0L;
	}
	for (size_t c = 0; c < n; c++) {
		size_t best = c;

		for (size_t i = c + 1; i < n; i++)
			if (fabsl(a[i][c]) > fabsl(a[best][c]))
				best = i;
		if (fabsl(a[best][c]) < 1e-15L)
			return false;
		for (size_t j = 0; j <= n; j++) {
			long double kept = a[c][j];

			a[c][j] = a[best][j];
			a[best][j] = kept;
		}
		for (size_t i = 0; i < n; i++) {
			long double f = a[i][c] / a[c][c];

			for (size_t j = c; i != c && j <= n; j++)
				a[i][j] -= f * a[c][j];
		}
	}
	for (size_t i = 0; i < s; i++)
		z[i] = a[i + 1][n] / a[i + 1][i + 1];
	return true;
}

/* The proofs: −1 apart, 1 overlap, 0 neither. *length is an upper bound of the
 * distance, in 113 bits. */
static int reference_proof(const struct reference *r, const struct rows *a, const struct rows *b,
			   uint32_t (*pairs)[2], const long double *weight, size_t s, double *length, double *width)
{
	exact x[REFERENCE_WIDE], sum = 0, norm = 0, low = 0, high = 0, tau = r->tau;

	for (size_t i = 0; i < s; i++)
		sum += (exact)weight[i];
	for (size_t k = 0; k < r->d; k++) {
		x[k] = 0;
		for (size_t i = 0; i < s; i++)
			x[k] += (exact)weight[i] / sum *
				((exact)r->x[pairs[i][0] * r->d + k] - (exact)r->x[pairs[i][1] * r->d + k]);
		norm += x[k] * x[k];
	}
	for (int side = 0; side < 2; side++) {
		const struct rows *set = side == 0 ? a : b;

		for (size_t i = 0; i < set->count; i++) {
			exact dot = 0;

			for (size_t k = 0; k < r->d; k++)
				dot += x[k] * (exact)r->x[set->item[i] * r->d + k];
			if (side == 0 && (i == 0 || dot < low))
				low = dot;
			if (side == 1 && (i == 0 || dot > high))
				high = dot;
		}
	}
	*length = sqrt((double)norm);
	*width = norm > 0 ? (double)(low - high) / *length : 0.0;
	if (norm <= tau * tau)
		return 1;
	return low - high > 0 && (low - high) * (low - high) > tau * tau * norm ? -1 : 0;
}

/* Wolfe's algorithm. Returns as reference_proof; with `distance`, goes on to it. */
static int reference_solve(const struct reference *r, const struct rows *a, const struct rows *b, double *distance)
{
	uint32_t pairs[REFERENCE_WIDE][2] = { { a->item[0], b->item[0] } };
	long double weight[REFERENCE_WIDE] = { 1.0L }, target[REFERENCE_WIDE], x[REFERENCE_WIDE];
	size_t s = 1;
	double length = 0.0, width = 0.0;
	int proof = 0;

	for (int round = 0; round < 2000; round++) {
		uint32_t next[2] = { 0, 0 };
		long double best[2] = { 0.0L, 0.0L }, norm = 0.0L;

		proof = reference_proof(r, a, b, pairs, weight, s, &length, &width);
		if (proof > 0 || (proof < 0 && (distance == NULL || length - width <= 1e-9 * length)))
			break;
		for (size_t k = 0; k < r->d; k++) {
			x[k] = 0.0L;
			for (size_t i = 0; i < s; i++)
				x[k] += weight[i] * reference_difference(r, pairs[i], k);
			norm += x[k] * x[k];
		}
		for (int side = 0; side < 2; side++) {
			const struct rows *set = side == 0 ? a : b;

			for (size_t i = 0; i < set->count; i++) {
				long double dot = 0.0L;

				for (size_t k = 0; k < r->d; k++)
					dot += (side == 0 ? x[k] : -x[k]) * r->x[set->item[i] * r->d + k];
				if (i == 0 || dot < best[side]) {
					best[side] = dot;
					next[side] = set->item[i];
				}
			}
		}
		if (best[0] + best[1] >= norm || s == REFERENCE_WIDE)
			break;
		pairs[s][0] = next[0];
		pairs[s][1] = next[1];
		weight[s++] = 0.0L;
		for (;;) {
			long double step = 1.0L;
			size_t kept = 0;

			if (!reference_affine(r, pairs, s, target)) {
				s--; /* the newest depends on the others */
				break;
			}
			for (size_t i = 0; i < s; i++)
				if (target[i] <= 0.0L && weight[i] / (weight[i] - target[i]) < step)
					step = weight[i] / (weight[i] - target[i]);
			for (size_t i = 0; i < s; i++)
				weight[i] += step * (target[i] - weight[i]);
			for (size_t i = 0; step < 1.0L && i < s; i++)
				if (weight[i] > 1e-18L) {
					memcpy(pairs[kept], pairs[i], sizeof pairs[i]);
					weight[kept++] = weight[i];
				}
			if (step == 1.0L)
				break;
			s = kept;
		}
	}
	if (distance != NULL)
		*distance = proof > 0 ? 0.0 : length;
	return proof;
}

static inline bool reference_overlap(struct reference *r, const struct rows *a, const struct rows *b)
{
	int proof;

	if (reference_is_point(r, a) && reference_is_point(r, b))
		return false;
	proof = reference_solve(r, a, b, NULL);
	r->unproven += proof == 0;
	return proof >= 0;
}

struct reference_state {
	struct rows rows[REFERENCE_MAX]; /* by id; count 0: none */
	double sum[REFERENCE_MAX][REFERENCE_WIDE];
};

static inline double reference_squared(const struct reference *r, const struct reference_state *s, size_t a, size_t b)
{
	double out = 0.0;

	for (size_t k = 0; k < r->d; k++) {
		double e = s->sum[a][k] / (double)s->rows[a].count - s->sum[b][k] / (double)s->rows[b].count;

		out += e * e;
	}
	return out;
}

/* The nearest pair of one label that is not dropped. */
static inline bool reference_nearest(const struct reference *r, const struct reference_state *s,
				     const unsigned char (*dropped)[REFERENCE_MAX], size_t pair[2])
{
	double least = INFINITY;
	int label = 0;
	bool any = false;

	for (size_t a = 0; a < r->n; a++)
		for (size_t b = a + 1; b < r->n; b++) {
			double d;

			if (s->rows[a].count == 0 || s->rows[b].count == 0 || r->label[a] != r->label[b] ||
			    (dropped != NULL && dropped[a][b]))
				continue;
			d = reference_squared(r, s, a, b);
			/* Pairs come in the order of a, then b; labels first. */
			if (!any || d < least || (d == least && r->label[a] < label)) {
				any = true;
				least = d;
				label = r->label[a];
				pair[0] = a;
				pair[1] = b;
			}
		}
	return any;
}

static inline void reference_merge(const struct reference *r, struct reference_state *s, size_t a, size_t b)
{
	for (size_t k = 0; k < r->d; k++)
		s->sum[a][k] += s->sum[b][k];
	memcpy(s->rows[a].item + s->rows[a].count, s->rows[b].item, s->rows[b].count * sizeof(uint32_t));
	s->rows[a].count += s->rows[b].count;
	s->rows[b].count = 0;
}

static inline bool reference_meets(struct reference *r, const struct reference_state *s, const struct rows *m,
				   int label)
{
	for (size_t c = 0; c < r->n; c++)
		if (s->rows[c].count > 0 && r->label[c] != label && reference_overlap(r, m, &s->rows[c]))
			return true;
	return false;
}

static inline void reference_start(const struct reference *r, struct reference_state *s)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < r->n; i++) {
		s->rows[i].item[0] = (uint32_t)i;
		s->rows[i].count = 1;
		for (size_t k = 0; k < r->d; k++)
			s->sum[i][k] = r->x[i * r->d + k];
	}
}

/* An overlap stays, so the first merge whose union overlaps is the first bad
 * state; it is found merge by merge. The forward phase tries every pair. */
static inline void reference_run(struct reference *r)
{
	static struct reference_state s, before;
	static unsigned char dropped[REFERENCE_MAX][REFERENCE_MAX];
	size_t pair[2] = { 0, 0 };
	uint32_t merges = 0;
	double largest = 0.0;

	for (size_t i = 0; i < r->n; i++) {
		double sum = 0.0;

		for (size_t k = 0; k < r->d; k++)
			sum += (double)r->x[i * r->d + k] * r->x[i * r->d + k];
		largest = fmax(largest, sqrt(sum));
	}
	r->tau = ldexp(largest, -22);
	r->first_bad = 0;
	reference_start(r, &s);
	while (r->first_bad == 0 && reference_nearest(r, &s, NULL, pair)) {
		before = s;
		reference_merge(r, &s, pair[0], pair[1]);
		merges++;
		if (reference_meets(r, &s, &s.rows[pair[0]], r->label[pair[0]]))
			r->first_bad = merges;
	}
	if (r->first_bad > 0)
		s = before;
	memset(dropped, 0, sizeof dropped);
	while (r->first_bad > 0 && reference_nearest(r, &s, dropped, pair)) {
		static struct rows m;

		m = s.rows[pair[0]];
		memcpy(m.item + m.count, s.rows[pair[1]].item, s.rows[pair[1]].count * sizeof(uint32_t));
		m.count += s.rows[pair[1]].count;
		if (reference_meets(r, &s, &m, r->label[pair[0]])) {
			dropped[pair[0]][pair[1]] = 1;
			continue;
		}
		reference_merge(r, &s, pair[0], pair[1]);
		for (size_t i = 0; i < r->n; i++) /* the union makes new pairs */
			dropped[pair[0]][i] = dropped[i][pair[0]] = 0;
	}
	r->clusters = 0;
	for (size_t c = 0; c < r->n; c++) {
		r->clusters += s.rows[c].count > 0;
		for (size_t i = 0; i < s.rows[c].count; i++)
			r->cluster[s.rows[c].item[i]] = (uint32_t)c;
	}
}

#endif
