/* Statistics against SciPy's and mpmath's values. */
#include "num/statistics.h"
#include "num/near.h"

#include "base/json.h"

#include <math.h>

static json_t *reference;

static double *numbers(const json_t *array, size_t *count)
{
	double *out = array_new(json_array_size(array), 1, sizeof *out);

	*count = json_array_size(array);
	for (size_t i = 0; i < *count; i++)
		out[i] = json_number_value(json_array_get(array, i));
	return out;
}

static void test_correlations(void **state)
{
	static const char *const kinds[] = { "pearson", "spearman" }, *const results[] = { "r", "rho" };

	(void)state;
	for (int k = 0; k < 2; k++) {
		const json_t *rows = json_object_get(reference, kinds[k]), *row;
		size_t i;

		assert_true(json_array_size(rows) > 3);
		json_array_foreach(rows, i, row)
		{
			size_t n, m;
			double *x = numbers(json_object_get(row, "x"), &n),
			       *y = numbers(json_object_get(row, "y"), &m);
			double expected = json_number_value(json_object_get(row, results[k]));
			double r = k == 0 ? statistics_pearson(x, y, n) : statistics_spearman(x, y, n);

			assert_int_equal(n, m);
			assert_near(r, expected, 1e-9);
			free(x);
			free(y);
		}
	}
}

static void test_undefined(void **state)
{
	double x[4] = { 0.1, 0.1, 0.1, 0.1 }, y[4] = { 1.25, 2.5, 3.75, 1.0 };

	(void)state;
	assert_true(isnan(statistics_pearson(x, y, 4)));
	assert_true(isnan(statistics_pearson(y, x, 4)));
	assert_true(isnan(statistics_spearman(x, y, 4)));
	assert_true(isnan(statistics_pearson(x, y, 1)));
	assert_true(isnan(statistics_quantile(x, 0, 0.5)));
	assert_true(isnan(statistics_permutation(x, 0, y, 4)));
	assert_true(isnan(statistics_permutation_least(0, 4)));
	assert_near(statistics_permutation_least(5, 5), 2.0 / 252, 1e-15);
	assert_near(statistics_permutation_least(3, 9), 1.0 / 220, 1e-15);
	assert_near(statistics_permutation((double[]){ 1, 2, 3 }, 3, (double[]){ 4, 5, 6 }, 3),
		    statistics_permutation_least(3, 3), 1e-15);
}

static void test_ranks(void **state)
{
	const double x[7] = { 3.5, -1.25, 3.5, 0.0, 3.5, 7.125, 0.0 };
	const double expected[7] = { 5, 1, 5, 2.5, 5, 7, 2.5 };
	double ranks[7];

	(void)state;
	assert_int_equal(statistics_ranks(ranks, x, 7), 0);
	assert_memory_equal(ranks, expected, sizeof ranks);
}

static void test_quantiles(void **state)
{
	const double sorted[4] = { 1.0, 2.0, 4.0, 8.0 };

	(void)state;
	assert_near(statistics_quantile(sorted, 4, 0.0), 1.0, 0.0);
	assert_near(statistics_quantile(sorted, 4, 0.5), 3.0, 1e-15);
	assert_near(statistics_quantile(sorted, 4, 0.9), 6.8, 1e-14);
	assert_near(statistics_quantile(sorted, 4, 1.0), 8.0, 0.0);
}

static void test_tests(void **state)
{
	const json_t *row;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(reference, "mcnemar"), i, row)
	{
		double p = json_number_value(json_object_get(row, "p"));
		size_t b = (size_t)json_integer_value(json_object_get(row, "b"));
		size_t c = (size_t)json_integer_value(json_object_get(row, "c"));

		assert_near(statistics_mcnemar(b, c) / p, 1.0, 1e-9);
	}
	json_array_foreach(json_object_get(reference, "permutation"), i, row)
	{
		size_t n, m;
		double *a = numbers(json_object_get(row, "a"), &n), *b = numbers(json_object_get(row, "b"), &m);

		assert_near(statistics_permutation(a, n, b, m), json_number_value(json_object_get(row, "p")), 1e-12);
		free(a);
		free(b);
	}
}

/* The mean of the items drawn; NaN where the first item is drawn first. */
static double drawn_mean(void *arg, const uint32_t *drawn, size_t items)
{
	const double *x = arg;
	double sum = 0.0;

	for (size_t i = 0; i < items; i++)
		sum += x[drawn[i]];
	return drawn[0] == 0 ? NAN : sum / (double)items;
}

static void test_bootstrap(void **state)
{
	double x[40], mean = 0.0, squares = 0.0;
	struct interval a, b, other;

	(void)state;
	for (int i = 0; i < 40; i++) {
		x[i] = sin(1.7 * i) + 0.01 * i;
		mean += x[i] / 40.0;
	}
	for (int i = 0; i < 40; i++)
		squares += (x[i] - mean) * (x[i] - mean);
	assert_int_equal(statistics_bootstrap(&a, 40, 4000, 0.95, 7, drawn_mean, x), 0);
	assert_int_equal(statistics_bootstrap(&b, 40, 4000, 0.95, 7, drawn_mean, x), 0);
	assert_int_equal(statistics_bootstrap(&other, 40, 4000, 0.95, 8, drawn_mean, x), 0);
	assert_memory_equal(&a, &b, sizeof a);
	assert_true(a.low != other.low);
	/* One draw in forty is dropped; the normal interval is 1.96 sd / √n wide each way. */
	assert_in_range(a.dropped, 60, 150);
	assert_near(a.high - a.low, 2.0 * 1.96 * sqrt(squares) / 40.0, 0.04);
	assert_true(a.low < mean && mean < a.high);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_correlations), cmocka_unit_test(test_undefined),
		cmocka_unit_test(test_ranks),        cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_tests),        cmocka_unit_test(test_bootstrap),
	};
	struct error err = { 0 };
	int failed;

	if (json_read(&reference, FIXTURES "/statistics/statistics.json", &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(reference);
	return failed;
}
