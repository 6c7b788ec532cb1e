/* One operand seen through its strides, and the kernels that multiply them.
 * Internal to num/product*.c. */
#ifndef NUM_PRODUCT_KERNEL_H
#define NUM_PRODUCT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

struct product {
	float *c;           /* (rows, n) */
	const float *a, *b; /* (rows, k) and (k, n) through their strides */
	size_t rows, n, k;
	size_t c_row;          /* floats from one row of c to the next */
	size_t a_row, a_depth; /* floats from one row of a to the next, and along k */
	size_t b_depth, b_column;
	bool add;
	float *work;         /* (PRODUCT_WORK); not needed where b is packed */
	const float *packed; /* the panels of b, one after the other; NULL: b as it stands */
};

void product_plain(const struct product *p);
void product_avx2(const struct product *p);
void product_avx512(const struct product *p);

/* Copies b into panels: for each PRODUCT_DEPTH of k, for each panel's width of n,
 * (depth, width), zero beyond the last column. */
void product_pack_plain(float *packed, const struct product *p);
void product_pack_avx2(float *packed, const struct product *p);
void product_pack_avx512(float *packed, const struct product *p);

#endif
