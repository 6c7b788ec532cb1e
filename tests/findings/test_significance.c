/* The tests of significance, against values worked out by hand or by another
 * program. */
#include "support.h"

#include "findings/prose.h"
#include "findings/results.h"
#include "num/statistics.h"

#include <math.h>
#include <string.h>

static void near(double a, double b)
{
	if (!(fabs(a - b) < 1e-12))
		fail_msg("%.17g, expected %.17g", a, b);
}

static void test_permutation(void **state)
{
	const double low[] = { 0.711, 0.713, 0.7125, 0.709, 0.71 }, high[] = { 0.731, 0.733, 0.7325, 0.729, 0.73 };
	const double a[] = { 1, 2, 3 }, b[] = { 2.5, 3.5, 4 };

	(void)state;
	near(statistics_permutation(low, 5, high, 5), 2.0 / 252);
	near(statistics_permutation(low, 5, low, 5), 1);
	/* Of the 20 choices, those as far from the middle sum, 8, as 6 is: 1+2+2.5,
	 * 1+2+3, and their complements. */
	near(statistics_permutation(a, 3, b, 3), 4.0 / 20);
	assert_true(isnan(statistics_permutation(a, 0, b, 3)));
}

static void test_mcnemar(void **state)
{
	(void)state;
	near(statistics_mcnemar(0, 0), 1);
	near(statistics_mcnemar(3, 3), 1);
	near(statistics_mcnemar(0, 6), 2.0 / 64);
	near(statistics_mcnemar(9, 1), 2.0 * 11 / 1024);
}

static void test_rank(void **state)
{
	const double x[] = { 0, 1, 2, 3 }, rising[] = { -1e9, 0.25, 0.26, 1e12 }, tied[] = { 1, 2, 2, 3 };
	const double flat[] = { 5, 5, 5, 5 };

	(void)state;
	near(statistics_spearman(x, rising, 4), 1);
	near(statistics_spearman(x, tied, 4), 4.5 / sqrt(5 * 4.5));
	assert_true(isnan(statistics_spearman(x, flat, 4)));
	assert_true(isnan(statistics_spearman(x, x, 1)));
}

static void test_mean(void **state)
{
	const double x[] = { 0.7071, 0.7183, 0.7212, 0.7009, 0.7101 };
	struct mean m = mean_of(x, 5);

	(void)state;
	near(m.value, 0.71152);
	assert_true(fabs(m.sd - 0.008276593502) < 1e-9);
	assert_true(fabs(m.half - 2.776445105198 * 0.008276593502 / sqrt(5)) < 1e-10);
	assert_true(isnan(mean_of(x, 1).sd));
	assert_true(isnan(mean_of(x, 0).value));
}

static void test_show(void **state)
{
	(void)state;
	assert_string_equal(show(86.255, 1).text, "86.3");
	assert_string_equal(show(-0.004, 2).text, "0.00");
	assert_string_equal(show_signed(-1.68, 2).text, "−1.68");
	assert_string_equal(show_signed(0.004, 2).text, "0.00");
	assert_string_equal(show_signed(3.14159, 2).text, "+3.14");
	assert_string_equal(show(NAN, 2).text, "–");
	assert_string_equal(show_p(2.0 / 252).text, "0.008");
	assert_string_equal(show_p(1e-9).text, "< 0.001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permutation), cmocka_unit_test(test_mcnemar), cmocka_unit_test(test_rank),
		cmocka_unit_test(test_mean),        cmocka_unit_test(test_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
