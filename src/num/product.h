/* Matrix products whose rows do not know each other.
 *
 * Each element of a result is one chain of fused multiply-adds, in the order
 * of the summed index and starting from 0 (or from what is there, to add). So
 * the bytes of a row depend on that row and on the other operand alone: not on
 * how many rows there are, nor on where the row stands among them, nor on the
 * threads that share the rows out. OpenBLAS does not give this: its Haswell
 * kernels round the first and last eight, or every second six, of the rows of a
 * call otherwise than the rest, so that even tiles of one height, padded with
 * zeros, would let a sentence's vectors depend on its neighbours.
 *
 * The kernel is the usual one (Goto and van de Geijn 2008): panels of B are copied
 * so that a block of C stays in registers while a panel stays in the first-level
 * cache and a part of A in the second. There is one for AVX-512 and one for
 * AVX2, which give the same bytes, and a plain one for older processors, which
 * rounds products and sums apart (num/kernels.h). */
#ifndef NUM_PRODUCT_H
#define NUM_PRODUCT_H

#include "num/matrix.h"

#include <stdbool.h>

/* All set y, or with `add` add to it. y must not overlap the operands. */

/* y (rows, n) = x (rows, k) · wᵀ, w (n, k): a linear layer forward. */
void product_nt(struct matrix y, struct matrix x, struct matrix w, bool add);
void product_double_nt(struct matrix_double y, struct matrix_double x, struct matrix_double w, bool add);

/* y (rows, n) = x (rows, k) · w, w (k, n): the gradient of its input. */
void product_nn(struct matrix y, struct matrix x, struct matrix w, bool add);
void product_double_nn(struct matrix_double y, struct matrix_double x, struct matrix_double w, bool add);

/* y (m, n) = xᵀ · w, x (k, m), w (k, n): the gradient of its weights. */
void product_tn(struct matrix y, struct matrix x, struct matrix w, bool add);
void product_double_tn(struct matrix_double y, struct matrix_double x, struct matrix_double w, bool add);

/* A weight matrix copied once into the panels that products read, for many
 * products with it. */
struct packed {
	const float *panels;
	size_t n, k; /* of y (rows, n) = x (rows, k) · B */
};

/* Floats that the panels of a (k, n) operand take. */
size_t packed_size(size_t n, size_t k);

/* B = wᵀ, w (n, k), as in product_nt; and B = w (k, n), as in product_nn. The
 * panels fit the kernels in use, and aligned to 64 bytes are read fastest. */
struct packed packed_nt(float *panels, struct matrix w);
struct packed packed_nn(float *panels, struct matrix w);

/* y = x · B, or y += x · B: the same bytes as product_nt and product_nn. */
void product_packed(struct matrix y, struct matrix x, struct packed b, bool add);

#endif
