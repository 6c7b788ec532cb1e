/* Products against the chain of multiply-adds that an element is, byte for byte, so that
 * neither the kernel nor where a row stands changes a result. */
#include "support.h"

#include "base/random.h"
#include "num/product.h"
#include "num/product_kernel.h"

#include <math.h>
#include <string.h>

/* A kernel for one type of numbers. */
struct version {
	const struct product_kernel *kernel;
	bool doubles, fused; /* the products and sums of a plain one are rounded apart */
};

static const struct version versions[] = {
	{ &product_plain, false, false }, { &product_double_plain, true, false },
	{ &product_avx2, false, true },   { &product_double_avx2, true, true },
	{ &product_avx512, false, true }, { &product_double_avx512, true, true },
};

/* Those that this processor runs. */
static size_t version_count(void)
{
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return 2;
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
			       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
		       ? 6
		       : 4;
}

static float *numbers(size_t n, uint64_t seed)
{
	float *x = array_new(n + 1, 1, sizeof *x);
	struct stream s;

	assert_non_null(x);
	stream_init(&s, seed);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)stream_normal(&s);
	return x;
}

/* The same, as numbers of a version's type. */
static void *numbers_for(const struct version *v, size_t n, uint64_t seed)
{
	float *x = numbers(n, seed);
	double *y;

	if (!v->doubles)
		return x;
	y = array_new(n + 1, 1, sizeof *y);
	assert_non_null(y);
	for (size_t i = 0; i < n; i++)
		y[i] = (double)x[i] / 3.0;
	free(x);
	return y;
}

static float float_element(const struct product *p, size_t i, size_t j, bool fused)
{
	const float *a = (const float *)p->a + i * p->a_row, *b = (const float *)p->b + j * p->b_column;
	float sum = p->add ? ((const float *)p->c)[i * p->c_row + j] : 0.0f;

	for (size_t d = 0; d < p->k; d++)
		sum = fused ? fmaf(a[d * p->a_depth], b[d * p->b_depth], sum)
			    : a[d * p->a_depth] * b[d * p->b_depth] + sum;
	return sum;
}

static double double_element(const struct product *p, size_t i, size_t j, bool fused)
{
	const double *a = (const double *)p->a + i * p->a_row, *b = (const double *)p->b + j * p->b_column;
	double sum = p->add ? ((const double *)p->c)[i * p->c_row + j] : 0.0;

	for (size_t d = 0; d < p->k; d++)
		sum = fused ? fma(a[d * p->a_depth], b[d * p->b_depth], sum)
			    : a[d * p->a_depth] * b[d * p->b_depth] + sum;
	return sum;
}

/* What c should hold, between its rows what it held. */
static void *expected(const struct version *v, const struct product *p)
{
	const size_t size = v->doubles ? sizeof(double) : sizeof(float);
	void *c = array_new(p->rows, p->c_row, size);

	assert_non_null(c);
	memcpy(c, p->c, p->rows * p->c_row * size);
	for (size_t i = 0; i < p->rows; i++)
		for (size_t j = 0; j < p->n; j++)
			if (v->doubles)
				((double *)c)[i * p->c_row + j] = double_element(p, i, j, v->fused);
			else
				((float *)c)[i * p->c_row + j] = float_element(p, i, j, v->fused);
	return c;
}

/* The three forms: a (rows, k) or its transpose, b (k, n) or its transpose. */
enum { FORM_NT, FORM_NN, FORM_TN, FORMS };

/* Lines have `gap` elements more than they need. */
static struct product form_of(int form, size_t rows, size_t n, size_t k, size_t gap)
{
	struct product p = { .c_row = n + gap, .rows = rows, .n = n, .k = k };

	p.a_row = form == FORM_TN ? 1 : k + gap;
	p.a_depth = form == FORM_TN ? rows + gap : 1;
	p.b_depth = form == FORM_NT ? 1 : n + gap;
	p.b_column = form == FORM_NT ? k + gap : 1;
	return p;
}

static void check(const struct version *v, int form, const size_t size[3], size_t gap, bool packed)
{
	struct product p = form_of(form, size[0], size[1], size[2], gap);
	const size_t bytes = v->doubles ? sizeof(double) : sizeof(float);
	void *a = numbers_for(v, form == FORM_TN ? p.k * p.a_depth : p.rows * p.a_row, 1);
	void *b = numbers_for(v, form == FORM_NT ? p.n * p.b_column : p.k * p.b_depth, 2);
	void *panels = array_new(packed_size(p.n, p.k) + 1, 1, bytes);

	p.a = a;
	p.b = b;
	p.work = array_new(PRODUCT_WORK, 1, bytes);
	p.packed = packed ? panels : NULL;
	assert_true(panels != NULL && p.work != NULL);
	if (packed)
		v->kernel->pack(panels, &p);
	for (int add = 0; add < 2; add++) {
		void *right;

		p.add = add;
		p.c = numbers_for(v, p.rows * p.c_row, 3);
		right = expected(v, &p);
		v->kernel->multiply(&p);
		assert_memory_equal(p.c, right, p.rows * p.c_row * bytes);
		free(p.c);
		free(right);
	}
	free(a);
	free(b);
	free(p.work);
	free(panels);
}

static void elements_are_chains(void **state)
{
	const size_t sizes[][3] = { { 1, 1, 1 },     { 7, 5, 3 },     { 6, 16, 8 },    { 13, 33, 9 },
				    { 25, 25, 64 },  { 50, 17, 257 }, { 24, 64, 512 }, { 3, 100, 700 },
				    { 61, 83, 391 }, { 29, 30, 0 } };

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (int form = 0; form < FORMS; form++)
			for (size_t v = 0; v < version_count(); v++) {
				check(&versions[v], form, sizes[s], 5, false);
				check(&versions[v], form, sizes[s], 0, form != FORM_TN);
			}
}

/* More rows than meet the panels at once, and lines a page apart, which are copied. */
static void parts_are_as_the_whole(void **state)
{
	const size_t tall[3] = { 391, 37, 70 }, apart[3] = { 30, 150, 300 }, both[3] = { 400, 130, 20 };

	(void)state;
	for (int form = 0; form < FORMS; form++)
		for (size_t v = 0; v < version_count(); v++) {
			check(&versions[v], form, tall, 5, false);
			check(&versions[v], form, apart, 1030, false);
			check(&versions[v], form, both, 1030, true);
		}
}

static void the_three_forms_agree_with_their_names(void **state)
{
	float x[2 * 3] = { 1, 2, 3, 4, 5, 6 }, w[2 * 3] = { 7, 8, 9, 10, 11, 12 }, y[9];
	double wide_x[2 * 3] = { 1, 2, 3, 4, 5, 6 }, wide_w[2 * 3] = { 7, 8, 9, 10, 11, 12 }, wide_y[9];
	float square[4] = { 1, 2, 3, 4 };
	double wide_square[4] = { 1, 2, 3, 4 };
	const float nt[4] = { 50, 68, 122, 167 }, tn[9] = { 47, 52, 57, 64, 71, 78, 81, 90, 99 };
	const float nn[6] = { 27, 30, 33, 61, 68, 75 };
	const struct matrix_double u = { wide_x, 2, 3, 3 }, v = { wide_w, 2, 3, 3 };

	(void)state;
	product_nt(matrix_of(y, 2, 2), matrix_of(x, 2, 3), matrix_of(w, 2, 3), false);
	assert_memory_equal(y, nt, sizeof nt);
	product_double_nt((struct matrix_double){ wide_y, 2, 2, 2 }, u, v, false);
	for (size_t i = 0; i < 4; i++)
		assert_true(wide_y[i] == (double)nt[i]);
	product_tn(matrix_of(y, 3, 3), matrix_of(x, 2, 3), matrix_of(w, 2, 3), false);
	assert_memory_equal(y, tn, sizeof tn);
	product_double_tn((struct matrix_double){ wide_y, 3, 3, 3 }, u, v, false);
	for (size_t i = 0; i < 9; i++)
		assert_true(wide_y[i] == (double)tn[i]);
	product_nn(matrix_of(y, 2, 3), matrix_of(square, 2, 2), matrix_of(w, 2, 3), false);
	assert_memory_equal(y, nn, sizeof nn);
	product_nn(matrix_of(y, 2, 3), matrix_of(square, 2, 2), matrix_of(w, 2, 3), true);
	product_double_nn((struct matrix_double){ wide_y, 2, 3, 3 }, (struct matrix_double){ wide_square, 2, 2, 2 },
			  v, false);
	product_double_nn((struct matrix_double){ wide_y, 2, 3, 3 }, (struct matrix_double){ wide_square, 2, 2, 2 },
			  v, true);
	for (size_t i = 0; i < 6; i++)
		assert_true(y[i] == 2.0f * nn[i] && wide_y[i] == 2.0 * (double)nn[i]);
}

/* Packed operands give the same bytes as those that stand as they are. */
static void packing_changes_nothing(void **state)
{
	const size_t sizes[][3] = { { 1, 1, 1 }, { 13, 33, 9 }, { 50, 17, 257 }, { 24, 64, 512 }, { 61, 83, 700 } };

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		const size_t rows = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
		float *x = numbers(rows * k, 1), *w = numbers(n * k, 2), *a = numbers(rows * n, 3),
		      *b = numbers(rows * n, 3);
		float *panels = array_new(packed_size(n, k), 1, sizeof *panels);

		for (int form = 0; form < 2; form++)
			for (int add = 0; add < 2; add++) {
				const struct matrix nt = matrix_of(w, n, k), nn = matrix_of(w, k, n);
				struct packed packed = form == 0 ? packed_nt(panels, nt) : packed_nn(panels, nn);

				(form == 0 ? product_nt : product_nn)(matrix_of(a, rows, n), matrix_of(x, rows, k),
								      form == 0 ? nt : nn, add);
				product_packed(matrix_of(b, rows, n), matrix_of(x, rows, k), packed, add);
				assert_memory_equal(a, b, rows * n * sizeof *a);
			}
		free(x);
		free(w);
		free(a);
		free(b);
		free(panels);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_chains),
		cmocka_unit_test(parts_are_as_the_whole),
		cmocka_unit_test(the_three_forms_agree_with_their_names),
		cmocka_unit_test(packing_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
