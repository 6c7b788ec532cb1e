/* Principal components against NumPy's singular values. */
#include "num/pca.h"
#include "num/near.h"

#include "base/json.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

static double *matrix(const json_t *rows, size_t *count, size_t *columns)
{
	double *x;

	*count = json_array_size(rows);
	*columns = json_array_size(json_array_get(rows, 0));
	x = array_new(*count, *columns, sizeof *x);
	for (size_t i = 0; i < *count * *columns; i++)
		x[i] = json_number_value(json_array_get(json_array_get(rows, i / *columns), i % *columns));
	return x;
}

static void test_reference(void **state)
{
	struct error err = { 0 };
	json_t *all, *row;
	size_t i;

	(void)state;
	assert_int_equal(json_read(&all, FIXTURES "/statistics/statistics.json", &err), 0);
	json_array_foreach(json_object_get(all, "pca"), i, row)
	{
		size_t rows, columns, components, c, n;
		double *x = matrix(json_object_get(row, "matrix"), &rows, &columns);
		double *loadings = matrix(json_object_get(row, "loadings"), &components, &n);
		double *scores = matrix(json_object_get(row, "scores"), &n, &c);
		struct pca p;

		assert_int_equal(pca_init(&p, x, rows, columns, json_is_true(json_object_get(row, "centred")), 0), 0);
		assert_int_equal(p.components, components);
		for (size_t k = 0; k < components; k++)
			assert_near(p.squares[k],
				    json_number_value(json_array_get(json_object_get(row, "sum_of_squares"), k)),
				    1e-9);
		for (size_t k = 0; k < components * columns; k++)
			assert_near(p.loadings[k], loadings[k], 1e-9);
		for (size_t k = 0; k < rows * components; k++)
			assert_near(p.scores[k], scores[k], 1e-9);
		pca_release(&p);
		free(x);
		free(loadings);
		free(scores);
	}
	json_decref(all);
}

/* Few rows in many dimensions and many in few go through different products. */
static void test_shapes(void **state)
{
	const size_t shapes[2][2] = { { 9, 200 }, { 200, 9 } };
	struct stream random;

	(void)state;
	stream_init(&random, 11);
	for (int s = 0; s < 2; s++) {
		size_t rows = shapes[s][0], columns = shapes[s][1];
		double *x = array_new(rows, columns, sizeof *x), sum = 0.0;
		struct pca all, two;

		for (size_t i = 0; i < rows * columns; i++) {
			x[i] = stream_normal(&random) + 3.0;
			sum += x[i] * x[i];
		}
		assert_int_equal(pca_init(&all, x, rows, columns, false, 0), 0);
		assert_int_equal(pca_init(&two, x, rows, columns, false, 2), 0);
		assert_int_equal(all.components, 9);
		assert_int_equal(two.components, 2);
		assert_near(all.total / sum, 1.0, 1e-12);
		/* All components together give the points back. */
		for (size_t i = 0; i < rows; i++)
			for (size_t k = 0; k < columns; k++) {
				double back = 0.0;

				for (size_t c = 0; c < 9; c++)
					back += all.scores[i * 9 + c] * all.loadings[c * columns + k];
				assert_near(back, x[i * columns + k], 1e-9);
			}
		assert_memory_equal(two.loadings, all.loadings, 2 * columns * sizeof(double));
		pca_release(&all);
		pca_release(&two);
		free(x);
	}
}

static void test_no_variance(void **state)
{
	const double x[6] = { 1.5, -2.25, 1.5, -2.25, 1.5, -2.25 };
	struct pca p;

	(void)state;
	assert_int_equal(pca_init(&p, x, 3, 2, true, 2), 0);
	assert_int_equal(p.components, 0);
	pca_release(&p);
	assert_int_equal(pca_init(&p, x, 0, 2, true, 2), 0);
	assert_int_equal(p.components, 0);
	pca_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_no_variance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
