/* How alike two representations of the same points are: linear CKA (Kornblith et
 * al. 2019) and RSA (Kriegeskorte et al. 2008).
 *
 * CKA of X (n, p) and Y (n, q), columns centred, is
 *     ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖)   (Frobenius),
 * computed in feature space, never n × n. RSA is Spearman's correlation of the
 * Euclidean distances within a sample of the points. Both are NaN where a side
 * is constant.
 *
 * With few points for its dimensions CKA is far above 0 for representations that have
 * nothing in common. The unbiased one puts the unbiased estimator of HSIC (Song et al.
 * 2012) in place of each product; of centred columns, with aᵢ = ‖xᵢ‖² and bᵢ = ‖yᵢ‖², it is
 *     ‖YᵀX‖² − n/(n − 2) Σ aᵢbᵢ + Σaᵢ Σbᵢ / ((n − 1)(n − 2)),
 * which may be below 0.
 *
 * The overlap of neighbours is the mean, over the points of the sample, of the Jaccard
 * index of their k nearest on either side; of points equally near the first come first. */
#ifndef GEOMETRY_ALIGNMENT_H
#define GEOMETRY_ALIGNMENT_H

#include "base/context.h"
#include "num/matrix.h"

#include <stdint.h>

/* Rows row[0 … count) of a matrix. */
struct selection {
	struct matrix m;
	const uint32_t *row; /* (count) */
	size_t count;
};

/* ‖YᵀX‖ of the centred columns. */
int alignment_product(double *out, struct selection x, struct selection y, const struct context *ctx,
		      struct error *err);

/* Ranks (from 1, ties shared) of the distances of all pairs of the selected
 * rows, (count (count − 1) / 2), in new memory. Half ranks of up to 2²³ pairs are
 * exact in float32. *constant: all distances are equal. */
int alignment_ranks(float **out, struct selection x, const struct context *ctx, struct error *err);

/* ‖xᵢ‖² of the centred rows, (count), in new memory; NULL if memory is short. */
double *alignment_norms(struct selection x);

/* The unbiased estimate that stands for a product's square; NaN for fewer than four
 * points. `a` and `b` are the norms of the two sides. */
double alignment_debiased(double product, const double *a, const double *b, size_t count);

/* Of the ranks of the distances of all pairs of `count` points. NaN for k + 1 points or
 * fewer, or if memory is short. */
double alignment_neighbours(const float *a, const float *b, size_t count, size_t k);

/* Pearson's correlation of two vectors of ranks. */
double alignment_correlation(const float *a, const float *b, size_t count);

#endif
