#include "num/statistics.h"

#include "base/array.h"
#include "base/random.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

double statistics_quantile(const double *sorted, size_t count, double q)
{
	double at;
	size_t below;

	if (count == 0)
		return NAN;
	at = q * (double)(count - 1);
	below = (size_t)at;
	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* Two passes: sums of products of the deviations from the means. */
double statistics_pearson(const double *x, const double *y, size_t count)
{
	double mx = 0.0, my = 0.0, xx = 0.0, yy = 0.0, xy = 0.0, r;

	if (count < 2)
		return NAN;
	for (size_t i = 0; i < count; i++) {
		mx += x[i];
		my += y[i];
	}
	mx /= (double)count;
	my /= (double)count;
	for (size_t i = 0; i < count; i++) {
		double u = x[i] - mx, v = y[i] - my;

		xx += u * u;
		yy += v * v;
		xy += u * v;
	}
	/* Deviations of equal values are rounding, if anything. */
	if (!(xx > 1e-28 * mx * mx * (double)count) || !(yy > 1e-28 * my * my * (double)count) || xx == 0.0 ||
	    yy == 0.0)
		return NAN;
	r = xy == xx && xy == yy ? 1.0 : xy / (sqrt(xx) * sqrt(yy)); /* of equal values exactly 1 */
	return r > 1.0 ? 1.0 : r < -1.0 ? -1.0 : r;
}

struct ranked {
	double value;
	size_t place;
};

static int ranked_compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

int statistics_ranks(double *ranks, const double *x, size_t count)
{
	struct ranked *order = array_new(count, 1, sizeof *order);

	if (order == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		order[i] = (struct ranked){ x[i], i };
	qsort(order, count, sizeof *order, ranked_compare);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && order[end].value == order[i].value;)
			end++;
		for (size_t j = i; j < end; j++)
			ranks[order[j].place] = 0.5 * (double)(i + 1 + end);
	}
	free(order);
	return 0;
}

double statistics_spearman(const double *x, const double *y, size_t count)
{
	double *ranks = array_new(2, count, sizeof *ranks);
	double r = NAN;

	if (ranks != NULL && statistics_ranks(ranks, x, count) == 0 && statistics_ranks(ranks + count, y, count) == 0)
		r = statistics_pearson(ranks, ranks + count, count);
	free(ranks);
	return r;
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int statistics_bootstrap(struct interval *out, size_t items, size_t draws, double level, uint64_t seed,
			 double (*statistic)(void *arg, const uint32_t *drawn, size_t items), void *arg)
{
	uint32_t *drawn = array_new(items, 1, sizeof *drawn);
	double *values = array_new(draws, 1, sizeof *values);
	size_t kept = 0;
	struct stream s;

	*out = (struct interval){ NAN, NAN, 0 };
	if (drawn == NULL || values == NULL) {
		free(drawn);
		free(values);
		return -1;
	}
	stream_init(&s, seed);
	for (size_t i = 0; i < draws && items > 0; i++) {
		double value;

		for (size_t k = 0; k < items; k++)
			drawn[k] = stream_below(&s, (uint32_t)items);
		value = statistic(arg, drawn, items);
		if (isnan(value))
			out->dropped++;
		else
			values[kept++] = value;
	}
	qsort(values, kept, sizeof *values, double_compare);
	out->low = statistics_quantile(values, kept, 0.5 * (1.0 - level));
	out->high = statistics_quantile(values, kept, 0.5 * (1.0 + level));
	free(drawn);
	free(values);
	return 0;
}

/* The number of ways to choose k of n, or infinity above `limit`. */
static double ways(size_t n, size_t k, double limit)
{
	double count = 1.0;

	for (size_t i = 1; i <= k; i++) {
		count = count * (double)(n - k + i) / (double)i;
		if (count > limit * 1e6)
			return INFINITY;
	}
	return count > limit ? INFINITY : count;
}

/* Steps to the next choice of k of n indices, in lexicographic order. */
static bool next_choice(size_t *chosen, size_t k, size_t n)
{
	size_t i = k;

	while (i > 0 && chosen[i - 1] == n - k + i - 1)
		i--;
	if (i == 0)
		return false;
	chosen[i - 1]++;
	for (; i < k; i++)
		chosen[i] = chosen[i - 1] + 1;
	return true;
}

double statistics_permutation(const double *a, size_t count_a, const double *b, size_t count_b)
{
	size_t n = count_a + count_b, least = 0, splits = 0;
	size_t *chosen = array_new(count_a, 1, sizeof *chosen);
	double *pooled = array_new(n, 1, sizeof *pooled);
	double total = 0.0, observed = 0.0, p = NAN;

	if (chosen == NULL || pooled == NULL || count_a == 0 || count_b == 0 || isinf(ways(n, count_a, 1e7)))
		goto done;
	memcpy(pooled, a, count_a * sizeof *a);
	memcpy(pooled + count_a, b, count_b * sizeof *b);
	for (size_t i = 0; i < n; i++)
		total += pooled[i];
	for (size_t i = 0; i < count_a; i++)
		chosen[i] = i;
	do {
		double sum = 0.0, difference;

		for (size_t i = 0; i < count_a; i++)
			sum += pooled[chosen[i]];
		difference = fabs(sum / (double)count_a - (total - sum) / (double)count_b);
		if (splits++ == 0)
			observed = difference; /* the first choice is the group itself */
		least += difference >= observed - 1e-12;
	} while (next_choice(chosen, count_a, n));
	p = (double)least / (double)splits;
done:
	free(chosen);
	free(pooled);
	return p;
}

double statistics_permutation_least(size_t count_a, size_t count_b)
{
	if (count_a == 0 || count_b == 0)
		return NAN;
	return (count_a == count_b ? 2 : 1) / ways(count_a + count_b, count_a, INFINITY);
}

double statistics_mcnemar(size_t b, size_t c)
{
	size_t fewer = b < c ? b : c;
	double p;

	if (b == c)
		return 1.0;
	p = 2.0 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)(b + c));
	return p < 1.0 ? p : 1.0;
}
