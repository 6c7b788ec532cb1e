/* One operand seen through its strides, and the kernels that multiply them.
 * Internal to num/product*.c. */
#ifndef NUM_PRODUCT_KERNEL_H
#define NUM_PRODUCT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

struct product {
	float *c;             /* (rows, n) */
	const float *a, *b;   /* (rows, k) and (k, n) through their strides */
	size_t rows, n, k;
	size_t c_row;         /* floats from one row of c to the next */
	size_t a_row, a_depth; /* floats from one row of a to the next, and along k */
	size_t b_depth, b_column;
	bool add;
	float *work;          /* (PRODUCT_WORK) */
};

void product_plain(const struct product *p);
void product_avx2(const struct product *p);
void product_avx512(const struct product *p);

#endif
