/* One operand seen through its strides, and the kernels that multiply them.
 * Internal to num/product*.c. */
#ifndef NUM_PRODUCT_KERNEL_H
#define NUM_PRODUCT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PRODUCT_DEPTH = 256, /* rows of a panel */
	PRODUCT_WIDTH = 32,  /* columns of a panel, at most */
	PRODUCT_ROWS = 384,  /* rows of A that meet all panels before the next */
	PRODUCT_GAP = 16,    /* elements behind each line of A where it is copied */
	PRODUCT_PANEL = PRODUCT_DEPTH * PRODUCT_WIDTH,
	PRODUCT_WORK = PRODUCT_PANEL + PRODUCT_ROWS * (PRODUCT_DEPTH + PRODUCT_GAP),
};

/* All pointers are to the kernel's type of numbers, and all strides count them. */
struct product {
	void *c;           /* (rows, n) */
	const void *a, *b; /* (rows, k) and (k, n) through their strides */
	size_t rows, n, k;
	size_t c_row;          /* from one row of c to the next */
	size_t a_row, a_depth; /* from one row of a to the next, and along k; one of them is 1 */
	size_t b_depth, b_column;
	bool add;
	void *work;         /* (PRODUCT_WORK): a panel, and a copy of a part of A */
	const void *packed; /* the panels of b, one after the other; NULL: b as it stands */
};

struct product_kernel {
	void (*multiply)(const struct product *p);

	/* Copies b into panels: for each PRODUCT_DEPTH of k, for each panel's width of n,
	 * (depth, width). */
	void (*pack)(void *panels, const struct product *p);
};

extern const struct product_kernel product_plain, product_avx2, product_avx512;
extern const struct product_kernel product_double_plain, product_double_avx2, product_double_avx512;

#endif
