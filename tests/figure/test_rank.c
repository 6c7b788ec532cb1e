/* Rank correlation and the order of a clustering. */
#include "support.h"

#include "figure/rank.h"

#include <math.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

/* Worked out by hand. */
static void test_spearman(void **state)
{
	const double x[] = { 1.5, 2.25, 2.25, 4.125, 5.75, 7.0625, 3.3 },
		     y[] = { 0.11, 0.53, 0.29, 0.47, 0.83, 0.61, NAN };
	const double rising[] = { 1, 2, 3, 4, 5 }, falling[] = { 50, 4, 3, 2.5, -100 }, flat[] = { 3, 3, 3, 3, 3 };
	struct rank_correlation r;
	double half;

	(void)state;
	assert_int_equal(rank_correlate(&r, x, y, 7), 0);
	assert_int_equal(r.n, 6);
	/* Ranks 1, 2.5, 2.5, 4, 5, 6 and 1, 4, 2, 3, 6, 5: 14.5 / √(17 × 17.5). */
	assert_near(r.r, 14.5 / sqrt(17 * 17.5), 1e-12);
	half = 1.959963984540054 * sqrt((1 + r.r * r.r / 2) / 3);
	assert_near(r.low, tanh(atanh(r.r) - half), 1e-12);
	assert_near(r.high, tanh(atanh(r.r) + half), 1e-12);
	assert_int_equal(rank_correlate(&r, rising, falling, 5), 0);
	assert_near(r.r, -1, 1e-12);
	assert_true(isnan(r.low));
	assert_int_equal(rank_correlate(&r, rising, flat, 5), 0);
	assert_true(isnan(r.r));
	assert_int_equal(rank_correlate(&r, rising, falling, 0), 0);
	assert_true(isnan(r.r) && r.n == 0);
}

/* Points on a line, shuffled: the order of the leaves is that of the line, in
 * one direction or the other. */
static void test_linkage_finds_the_line(void **state)
{
	enum { N = 23 };
	static double distances[N * N];
	size_t order[N];
	double place[N];

	(void)state;
	for (size_t i = 0; i < N; i++)
		place[i] = pow((double)((i * 7) % N), 1.31);
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < N; k++)
			distances[i * N + k] = i == k ? NAN : fabs(place[i] - place[k]);
	assert_int_equal(rank_linkage(order, distances, N), 0);
	for (size_t i = 1; i < N; i++)
		assert_true((place[order[i]] > place[order[i - 1]]) == (place[order[1]] > place[order[0]]));
}

/* Two tight groups stay together, whatever is missing. */
static void test_linkage_keeps_groups(void **state)
{
	enum { N = 10 };
	static double distances[N * N];
	bool seen[N] = { false };
	size_t order[N], changes = 0;

	(void)state;
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < N; k++)
			distances[i * N + k] = i == k           ? NAN
					       : i % 2 == k % 2 ? 1 + 0.01 * (double)(i + k)
								: 9 + 0.1 * (double)(i + k);
	distances[0 * N + 1] = distances[1 * N + 0] = NAN;
	assert_int_equal(rank_linkage(order, distances, N), 0);
	for (size_t i = 0; i < N; i++) {
		assert_false(seen[order[i]]);
		seen[order[i]] = true;
		changes += i > 0 && order[i] % 2 != order[i - 1] % 2;
	}
	assert_int_equal(changes, 1);
}

/* 2 is near to 0 and far from 1: by the mean it goes to 3 first, by a single
 * link it would not, and 3 would lie at the other end. */
static void test_linkage_is_by_the_mean(void **state)
{
	static const double distances[] = { NAN, 1, 2, 10, 1, NAN, 9, 3, 2, 9, NAN, 4, 10, 3, 4, NAN };
	static const size_t expected[] = { 1, 0, 2, 3 };
	size_t order[4];

	(void)state;
	assert_int_equal(rank_linkage(order, distances, 4), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(order[order[0] == 1 ? i : 3 - i], expected[i]);
}

static void test_linkage_of_few(void **state)
{
	const double none[] = { NAN, NAN, NAN, NAN };
	size_t order[2] = { 7, 7 };

	(void)state;
	assert_int_equal(rank_linkage(order, none, 1), 0);
	assert_int_equal(order[0], 0);
	assert_int_equal(rank_linkage(order, none, 2), 0);
	assert_int_equal(order[0] + order[1], 1);
	assert_int_equal(rank_linkage(order, none, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spearman),
		cmocka_unit_test(test_linkage_finds_the_line),
		cmocka_unit_test(test_linkage_keeps_groups),
		cmocka_unit_test(test_linkage_is_by_the_mean),
		cmocka_unit_test(test_linkage_of_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
