#include "num/product.h"

#include "num/blas.h"
#include "num/product_kernel.h"

static void run(const struct product *p)
{
	switch (blas_kernels()) {
	case KERNELS_AVX512:
		product_avx512(p);
		break;
	case KERNELS_AVX2:
		product_avx2(p);
		break;
	case KERNELS_OTHER:
		product_plain(p);
		break;
	}
}

/* A factor as the kernels walk it. */
struct factor {
	float *data;
	size_t line, depth; /* steps from line to line of the result, and along the sum */
};

static struct factor by_rows(struct matrix m)
{
	return (struct factor){ m.data, m.stride, 1 };
}

static struct factor by_columns(struct matrix m)
{
	return (struct factor){ m.data, 1, m.stride };
}

/* y (+)= a bᵀ, sums of `depth`. */
static void multiply(struct matrix y, struct factor a, struct factor b, size_t depth, bool add, float *work)
{
	run(&(struct product){ .c = y.data,
			       .c_row = y.stride,
			       .a = a.data,
			       .a_row = a.line,
			       .a_depth = a.depth,
			       .b = b.data,
			       .b_depth = b.depth,
			       .b_column = b.line,
			       .rows = y.rows,
			       .n = y.columns,
			       .k = depth,
			       .add = add,
			       .work = work });
}

void product_nt(struct matrix y, struct matrix x, struct matrix w, bool add, float *work)
{
	multiply(y, by_rows(x), by_rows(w), x.columns, add, work);
}

void product_nn(struct matrix y, struct matrix x, struct matrix w, bool add, float *work)
{
	multiply(y, by_rows(x), by_columns(w), x.columns, add, work);
}

void product_tn(struct matrix y, struct matrix x, struct matrix w, bool add, float *work)
{
	multiply(y, by_columns(x), by_columns(w), x.rows, add, work);
}

size_t packed_size(size_t n, size_t k)
{
	return (n + PRODUCT_WIDTH - 1) / PRODUCT_WIDTH * PRODUCT_WIDTH * k;
}

static void pack(float *panels, const struct product *p)
{
	switch (blas_kernels()) {
	case KERNELS_AVX512:
		product_pack_avx512(panels, p);
		break;
	case KERNELS_AVX2:
		product_pack_avx2(panels, p);
		break;
	case KERNELS_OTHER:
		product_pack_plain(panels, p);
		break;
	}
}

struct packed packed_nt(float *panels, struct matrix w)
{
	pack(panels,
	     &(struct product){ .b = w.data, .b_depth = 1, .b_column = w.stride, .n = w.rows, .k = w.columns });
	return (struct packed){ panels, w.rows, w.columns };
}

struct packed packed_nn(float *panels, struct matrix w)
{
	pack(panels,
	     &(struct product){ .b = w.data, .b_depth = w.stride, .b_column = 1, .n = w.columns, .k = w.rows });
	return (struct packed){ panels, w.columns, w.rows };
}

void product_packed(struct matrix y, struct matrix x, struct packed b, bool add)
{
	run(&(struct product){ .c = y.data,
			       .c_row = y.stride,
			       .a = x.data,
			       .a_row = x.stride,
			       .a_depth = 1,
			       .packed = b.panels,
			       .rows = y.rows,
			       .n = b.n,
			       .k = b.k,
			       .add = add });
}
