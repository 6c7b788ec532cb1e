/* How alike two representations of the same points are: linear CKA (Kornblith et
 * al. 2019) and RSA (Kriegeskorte et al. 2008).
 *
 * CKA of X (n, p) and Y (n, q), columns centred, is
 *     ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖)   (Frobenius),
 * computed in feature space, never n × n. RSA is Spearman's correlation of the
 * Euclidean distances within a sample of the points. Both are NaN where a side
 * is constant. */
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

/* Pearson's correlation of two vectors of ranks. */
double alignment_correlation(const float *a, const float *b, size_t count);

#endif
