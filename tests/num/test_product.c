/* Products against a plain triple loop in double; rows that do not know each
 * other; the same bytes from both vector kernels. */
#include "support.h"

#include "base/random.h"
#include "num/blas.h"
#include "num/product.h"
#include "num/product_kernel.h"

#include <math.h>
#include <string.h>

struct version {
	const char *name;
	void (*run)(const struct product *p);
};

static const struct version versions[] = {
	{ "plain", product_plain },
	{ "avx2", product_avx2 },
	{ "avx512", product_avx512 },
};

static size_t version_count(void)
{
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return 1;
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
			       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
		       ? 3
		       : 2;
}

static float *numbers(size_t n, uint64_t seed)
{
	float *x = array_new(n, 1, sizeof *x);
	struct stream s;

	assert_non_null(x);
	stream_init(&s, seed);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)stream_normal(&s);
	return x;
}

/* Strides of the three forms: a (rows, k) or its transpose, b (k, n) or its
 * transpose, all with rows of 5 floats more than they need. */
static struct product form(int which, float *c, const float *a, const float *b, size_t rows, size_t n, size_t k,
			   float *work)
{
	struct product p = { .c = c, .c_row = n + 5, .a = a, .b = b, .rows = rows, .n = n, .k = k, .work = work };

	p.a_row = which == 2 ? 1 : k + 5;
	p.a_depth = which == 2 ? rows + 5 : 1;
	p.b_depth = which == 0 ? 1 : n + 5;
	p.b_column = which == 0 ? k + 5 : 1;
	return p;
}

static void products_are_right(void **state)
{
	const size_t sizes[][3] = { { 1, 1, 1 },     { 7, 5, 3 },     { 6, 16, 8 },    { 13, 33, 9 }, { 25, 25, 64 },
				    { 50, 17, 257 }, { 24, 64, 512 }, { 3, 100, 700 }, { 29, 30, 0 } };
	float *work = array_new(PRODUCT_WORK, 1, sizeof *work);

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (int which = 0; which < 3; which++)
			for (size_t v = 0; v < version_count(); v++) {
				const size_t rows = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
				float *a = numbers((rows + k + 5) * (rows + k + 5), 1);
				float *b = numbers((n + k + 5) * (n + k + 5), 2);
				float *c = numbers(rows * (n + 5), 3), *before = numbers(rows * (n + 5), 3);

				for (int add = 0; add < 2; add++) {
					struct product p = form(which, c, a, b, rows, n, k, work);

					p.add = add;
					memcpy(c, before, rows * (n + 5) * sizeof *c);
					versions[v].run(&p);
					for (size_t i = 0; i < rows; i++)
						for (size_t j = 0; j < n + 5; j++) {
							double sum =
								j < n && !add ? 0.0 : (double)before[i * (n + 5) + j];
							double size = 1.0;

							for (size_t d = 0; j < n && d < k; d++) {
								double term =
									(double)a[i * p.a_row + d * p.a_depth] *
									(double)b[d * p.b_depth + j * p.b_column];

								sum += term;
								size += fabs(term);
							}
							assert_true(fabs((double)c[i * (n + 5) + j] - sum) <
								    1e-6 * size);
						}
				}
				free(a);
				free(b);
				free(c);
				free(before);
			}
	free(work);
}

/* Row r of a product has the bytes it has alone, for any number of rows and any
 * place among them, and from either vector kernel. */
static void rows_do_not_know_each_other(void **state)
{
	enum { ROWS = 61, N = 83, K = 391 };
	float *a = numbers((K + 5) * (ROWS + 5) * 2, 4), *b = numbers((N + 5) * (K + 5), 5);
	float *c = numbers(ROWS * (N + 5), 6), *one = numbers(N + 5, 6);
	float *work = array_new(PRODUCT_WORK, 1, sizeof *work), *first = array_new(ROWS, N, sizeof *first);

	(void)state;
	for (int which = 0; which < 3; which++)
		for (size_t v = 0; v < version_count(); v++) {
			struct product all = form(which, c, a, b, ROWS, N, K, work);

			versions[v].run(&all);
			for (size_t r = 0; r < ROWS; r++) {
				struct product p = form(which, one, a, b, ROWS, N, K, work);

				p.a += r * p.a_row;
				p.rows = 1;
				versions[v].run(&p);
				assert_memory_equal(one, c + r * (N + 5), N * sizeof *one);
				if (v == 1)
					memcpy(first + r * N, one, N * sizeof *one);
				else if (v == 2)
					assert_memory_equal(one, first + r * N, N * sizeof *one);
			}
		}
	free(a);
	free(b);
	free(c);
	free(one);
	free(work);
	free(first);
}

static void the_three_forms_agree_with_their_names(void **state)
{
	float x[2 * 3] = { 1, 2, 3, 4, 5, 6 }, w[2 * 3] = { 7, 8, 9, 10, 11, 12 }, y[9];
	const float nt[4] = { 50, 68, 122, 167 }, tn[9] = { 47, 52, 57, 64, 71, 78, 81, 90, 99 };
	const float nn[6] = { 27, 30, 33, 61, 68, 75 };
	float *work = array_new(PRODUCT_WORK, 1, sizeof *work);

	(void)state;
	product_nt(matrix_of(y, 2, 2), matrix_of(x, 2, 3), matrix_of(w, 2, 3), false, work);
	assert_memory_equal(y, nt, sizeof nt);
	product_tn(matrix_of(y, 3, 3), matrix_of(x, 2, 3), matrix_of(w, 2, 3), false, work);
	assert_memory_equal(y, tn, sizeof tn);
	product_nn(matrix_of(y, 2, 3), matrix_of((float[]){ 1, 2, 3, 4 }, 2, 2), matrix_of(w, 2, 3), false, work);
	assert_memory_equal(y, nn, sizeof nn);
	product_nn(matrix_of(y, 2, 3), matrix_of((float[]){ 1, 2, 3, 4 }, 2, 2), matrix_of(w, 2, 3), true, work);
	for (size_t i = 0; i < 6; i++)
		assert_true(y[i] == 2.0f * nn[i]);
	free(work);
}

/* Packed operands give the same bytes as those that stand as they are. */
static void packing_changes_nothing(void **state)
{
	const size_t sizes[][3] = { { 1, 1, 1 }, { 13, 33, 9 }, { 50, 17, 257 }, { 24, 64, 512 }, { 61, 83, 700 } };
	float *work = array_new(PRODUCT_WORK, 1, sizeof *work);

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		const size_t rows = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
		float *x = numbers(rows * k, 1), *w = numbers(n * k, 2), *a = numbers(rows * n, 3),
		      *b = numbers(rows * n, 3);
		float *panels = array_new(packed_size(n, k), 1, sizeof *panels);

		for (int form_of = 0; form_of < 2; form_of++)
			for (int add = 0; add < 2; add++) {
				const struct matrix nt = matrix_of(w, n, k), nn = matrix_of(w, k, n);
				struct packed packed = form_of == 0 ? packed_nt(panels, nt) : packed_nn(panels, nn);

				(form_of == 0 ? product_nt : product_nn)(matrix_of(a, rows, n), matrix_of(x, rows, k),
									 form_of == 0 ? nt : nn, add, work);
				product_packed(matrix_of(b, rows, n), matrix_of(x, rows, k), packed, add);
				assert_memory_equal(a, b, rows * n * sizeof *a);
			}
		free(x);
		free(w);
		free(a);
		free(b);
		free(panels);
	}
	free(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_are_right),
		cmocka_unit_test(rows_do_not_know_each_other),
		cmocka_unit_test(the_three_forms_agree_with_their_names),
		cmocka_unit_test(packing_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
