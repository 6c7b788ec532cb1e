/* Statistics in double precision. What is not defined is NaN. */
#ifndef NUM_STATISTICS_H
#define NUM_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* The q-quantile, 0 ≤ q ≤ 1, by linear interpolation between order statistics
 * (type 7 of Hyndman and Fan 1996). `sorted` ascends. */
double statistics_quantile(const double *sorted, size_t count, double q);

/* Pearson's correlation. NaN with fewer than two values or without variance. */
double statistics_pearson(const double *x, const double *y, size_t count);

/* Ranks from 1, equal values sharing the mean of theirs. -1 if memory is short. */
int statistics_ranks(double *ranks, const double *x, size_t count);

/* Spearman's correlation: Pearson's of the ranks. NaN also if memory is short. */
double statistics_spearman(const double *x, const double *y, size_t count);

/* Percentile bootstrap (Efron 1979): draws `items` of 0 … items−1 with
 * replacement, `draws` times, and takes the statistic of each draw. Draws whose
 * statistic is NaN are dropped and counted. The interval holds `level` of the
 * others. */
struct interval {
	double low, high;
	size_t dropped;
};

int statistics_bootstrap(struct interval *out, size_t items, size_t draws, double level, uint64_t seed,
			 double (*statistic)(void *arg, const uint32_t *drawn, size_t items), void *arg);

/* Exact two-sided permutation test: the share of all splits of the pooled
 * values into groups of these sizes whose means differ at least as much as the
 * observed ones (to 1e-12). NaN for empty groups and for more than 10⁷ splits. */
double statistics_permutation(const double *a, size_t count_a, const double *b, size_t count_b);

/* The smallest p that it can give: 2 splits of all with groups of one size, else 1. */
double statistics_permutation_least(size_t count_a, size_t count_b);

/* McNemar's exact test, two-sided: of b + c disagreements, b one way. */
double statistics_mcnemar(size_t b, size_t c);

#endif
