#include "figure/rank.h"

#include "base/array.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* rank = 1 + (number smaller) + (number equal, itself left out) / 2. */
static void ranks_of(double *out, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double rank = 1;

		for (size_t j = 0; j < count; j++)
			rank += values[j] < values[i] ? 1 : j != i && values[j] == values[i] ? 0.5 : 0;
		out[i] = rank;
	}
}

static double pearson(const double *x, const double *y, size_t count)
{
	double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < count; i++) {
		mx += x[i] / (double)count;
		my += y[i] / (double)count;
	}
	for (size_t i = 0; i < count; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		yy += (y[i] - my) * (y[i] - my);
		xy += (x[i] - mx) * (y[i] - my);
	}
	return xx > 0 && yy > 0 ? fmin(fmax(xy / sqrt(xx * yy), -1), 1) : NAN;
}

int rank_correlate(struct rank_correlation *out, const double *x, const double *y, size_t count)
{
	double *work = array_new(count + 1, 4, sizeof *work);
	double *a = work, *b = work + count, *ra = work + 2 * count, *rb = work + 3 * count;

	*out = (struct rank_correlation){ NAN, NAN, NAN, 0 };
	if (work == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (isfinite(x[i]) && isfinite(y[i])) {
			a[out->n] = x[i];
			b[out->n++] = y[i];
		}
	ranks_of(ra, a, out->n);
	ranks_of(rb, b, out->n);
	out->r = pearson(ra, rb, out->n);
	/* Fisher's z with variance (1 + r²/2) / (n − 3). */
	if (out->n > 3 && fabs(out->r) < 1) {
		double half = 1.959963984540054 * sqrt((1 + out->r * out->r / 2) / ((double)out->n - 3));

		out->low = tanh(atanh(out->r) - half);
		out->high = tanh(atanh(out->r) + half);
	}
	free(work);
	return 0;
}

/* Clusters are stretches of `order`, [start, start + size). */
struct linkage {
	const double *distances;
	double fill; /* for NaN */
	size_t count, *order, *scratch;
	size_t *start, *size;
	size_t clusters;
};

static double between(const struct linkage *l, size_t i, size_t j)
{
	double v = l->distances[i * l->count + j];

	return isfinite(v) ? v : l->fill;
}

/* Mean over the pairs of two clusters. */
static double link_mean(const struct linkage *l, size_t a, size_t b)
{
	double sum = 0;

	for (size_t i = 0; i < l->size[a]; i++)
		for (size_t j = 0; j < l->size[b]; j++)
			sum += between(l, l->order[l->start[a] + i], l->order[l->start[b] + j]);
	return sum / (double)(l->size[a] * l->size[b]);
}

static void reverse(size_t *items, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		size_t t = items[i];

		items[i] = items[count - 1 - i];
		items[count - 1 - i] = t;
	}
}

/* Joins clusters a < b: moves b beside a, and turns both so that the nearest
 * two of their ends meet. */
static void join(struct linkage *l, size_t a, size_t b)
{
	size_t *x = l->order + l->start[a], *y = l->order + l->start[b], n = l->size[a], m = l->size[b];
	size_t gap = (size_t)(y - (x + n));
	double right_left = between(l, x[n - 1], y[0]), left_left = between(l, x[0], y[0]);
	double right_right = between(l, x[n - 1], y[m - 1]), left_right = between(l, x[0], y[m - 1]);
	double best = fmin(fmin(right_left, left_left), fmin(right_right, left_right));

	if (best < right_left && (best == left_left || best == left_right))
		reverse(x, n);
	if (best < right_left && (best == right_right || (best == left_right && best < left_left)))
		reverse(y, m);
	memcpy(l->scratch, y, m * sizeof *y);
	memmove(x + n + m, x + n, gap * sizeof *x);
	memcpy(x + n, l->scratch, m * sizeof *y);
	for (size_t k = a + 1; k < b; k++)
		l->start[k] += m;
	l->size[a] += m;
	memmove(l->start + b, l->start + b + 1, (l->clusters - b - 1) * sizeof *l->start);
	memmove(l->size + b, l->size + b + 1, (l->clusters - b - 1) * sizeof *l->size);
	l->clusters--;
}

static void merge_all(struct linkage *l)
{
	while (l->clusters > 1) {
		double best = INFINITY;
		size_t a = 0, b = 1;

		for (size_t i = 0; i < l->clusters; i++)
			for (size_t j = i + 1; j < l->clusters; j++) {
				double mean = link_mean(l, i, j);

				if (mean < best) {
					best = mean;
					a = i;
					b = j;
				}
			}
		join(l, a, b);
	}
}

int rank_linkage(size_t *order, const double *distances, size_t count)
{
	size_t *work = array_new(count + 1, 3, sizeof *work), finite = 0;
	struct linkage l = {
		.distances = distances, .count = count, .order = order, .scratch = work, .clusters = count
	};

	if (work == NULL)
		return -1;
	l.start = work + count;
	l.size = work + 2 * count;
	for (size_t i = 0; i < count * count; i++)
		if (isfinite(distances[i])) {
			l.fill += distances[i];
			finite++;
		}
	l.fill /= finite == 0 ? 1 : (double)finite;
	for (size_t i = 0; i < count; i++) {
		order[i] = l.start[i] = i;
		l.size[i] = 1;
	}
	merge_all(&l);
	free(work);
	return 0;
}
