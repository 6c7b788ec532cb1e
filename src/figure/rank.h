/* Order: rank correlation, and the order of leaves of a hierarchical clustering. */
#ifndef FIGURE_RANK_H
#define FIGURE_RANK_H

#include <stddef.h>

/* Spearman's rank correlation over the pairs in which both are finite, ties at
 * their mean rank, with the approximate 95 % interval of Bonett and Wright
 * (2000). NaN where it is undefined. */
struct rank_correlation {
	double r, low, high;
	size_t n;
};

/* -1 if memory is short. */
int rank_correlate(struct rank_correlation *out, const double *x, const double *y, size_t count);

/* Leaves of an average-linkage clustering of (count, count) distances, from
 * left to right; a NaN counts as the mean of the others. The nearer ends of two
 * clusters are put side by side. -1 if memory is short. */
int rank_linkage(size_t *order, const double *distances, size_t count);

#endif
