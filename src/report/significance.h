/* Tests on the runs and the examples of probes, and rank correlation. */
#ifndef REPORT_SIGNIFICANCE_H
#define REPORT_SIGNIFICANCE_H

#include <stddef.h>

/* Exact two-sided permutation test on the difference of two means: the fraction
 * of all ways to choose n of the n + m values whose difference is at least as
 * large. NaN where a side is empty or there are more than a million ways. */
double significance_permutation(const double *a, size_t n, const double *b, size_t m);

/* McNemar's exact two-sided test: of the b + c examples on which two
 * classifiers differ, b are right for one. 1 if there are none. */
double significance_mcnemar(size_t b, size_t c);

/* Spearman's ρ: Pearson's r of the ranks, equal values sharing the mean of
 * theirs. NaN for fewer than two values or a side without variance. */
double significance_spearman(const double *x, const double *y, size_t n);

#endif
