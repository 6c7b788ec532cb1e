#include "num/product.h"

#include "num/kernels.h"
#include "num/product_kernel.h"

/* The kernels for both types of numbers. */
struct kernel_pair {
	const struct product_kernel *floats, *doubles;
};

static struct kernel_pair kernels(void)
{
	static const struct kernel_pair pairs[] = {
		[KERNELS_PLAIN] = { &product_plain, &product_double_plain },
		[KERNELS_AVX2] = { &product_avx2, &product_double_avx2 },
		[KERNELS_AVX512] = { &product_avx512, &product_double_avx512 },
	};

	return pairs[kernels_in_use()];
}

static void *work(void)
{
	static _Thread_local union {
		_Alignas(64) float floats[PRODUCT_WORK];
		double doubles[PRODUCT_WORK];
	} own;

	return &own;
}

/* A factor as the kernels walk it. */
struct factor {
	const void *data;
	size_t line, depth; /* steps from line to line of the result, and along the sum */
};

#define BY_ROWS(m) ((struct factor){ (m).data, (m).stride, 1 })
#define BY_COLUMNS(m) ((struct factor){ (m).data, 1, (m).stride })

/* y (+)= a bᵀ, sums of `depth`. */
static struct product product_of(struct factor a, struct factor b, size_t depth, bool add)
{
	return (struct product){ .a = a.data,
				 .a_row = a.line,
				 .a_depth = a.depth,
				 .b = b.data,
				 .b_depth = b.depth,
				 .b_column = b.line,
				 .k = depth,
				 .add = add,
				 .work = work() };
}

#define MULTIPLY(kernel, y, a, b, depth, add)                                                                        \
	do {                                                                                                         \
		struct product p = product_of(a, b, depth, add);                                                     \
                                                                                                                     \
		p.c = (y).data;                                                                                      \
		p.c_row = (y).stride;                                                                                \
		p.rows = (y).rows;                                                                                   \
		p.n = (y).columns;                                                                                   \
		kernels().kernel->multiply(&p);                                                                      \
	} while (0)

void product_nt(struct matrix y, struct matrix x, struct matrix w, bool add)
{
	MULTIPLY(floats, y, BY_ROWS(x), BY_ROWS(w), x.columns, add);
}

void product_nn(struct matrix y, struct matrix x, struct matrix w, bool add)
{
	MULTIPLY(floats, y, BY_ROWS(x), BY_COLUMNS(w), x.columns, add);
}

void product_tn(struct matrix y, struct matrix x, struct matrix w, bool add)
{
	MULTIPLY(floats, y, BY_COLUMNS(x), BY_COLUMNS(w), x.rows, add);
}

void product_double_nt(struct matrix_double y, struct matrix_double x, struct matrix_double w, bool add)
{
	MULTIPLY(doubles, y, BY_ROWS(x), BY_ROWS(w), x.columns, add);
}

void product_double_nn(struct matrix_double y, struct matrix_double x, struct matrix_double w, bool add)
{
	MULTIPLY(doubles, y, BY_ROWS(x), BY_COLUMNS(w), x.columns, add);
}

void product_double_tn(struct matrix_double y, struct matrix_double x, struct matrix_double w, bool add)
{
	MULTIPLY(doubles, y, BY_COLUMNS(x), BY_COLUMNS(w), x.rows, add);
}

size_t packed_size(size_t n, size_t k)
{
	return (n + PRODUCT_WIDTH - 1) / PRODUCT_WIDTH * PRODUCT_WIDTH * k;
}

struct packed packed_nt(float *panels, struct matrix w)
{
	kernels().floats->pack(
		panels,
		&(struct product){ .b = w.data, .b_depth = 1, .b_column = w.stride, .n = w.rows, .k = w.columns });
	return (struct packed){ panels, w.rows, w.columns };
}

struct packed packed_nn(float *panels, struct matrix w)
{
	kernels().floats->pack(
		panels,
		&(struct product){ .b = w.data, .b_depth = w.stride, .b_column = 1, .n = w.columns, .k = w.rows });
	return (struct packed){ panels, w.columns, w.rows };
}

void product_packed(struct matrix y, struct matrix x, struct packed b, bool add)
{
	kernels().floats->multiply(&(struct product){ .c = y.data,
						      .c_row = y.stride,
						      .a = x.data,
						      .a_row = x.stride,
						      .a_depth = 1,
						      .packed = b.panels,
						      .rows = y.rows,
						      .n = b.n,
						      .k = b.k,
						      .add = add,
						      .work = work() });
}
