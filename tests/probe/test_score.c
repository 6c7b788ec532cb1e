/* Scores with known values. */
#include "support.h"

#include "probe/score.h"

#include <math.h>

/* scikit-learn's f1_score(average="macro", zero_division=0) over the labels that
 * occur on either side: of labels 0 … 4, 3 occurs nowhere, 4 is predicted never. */
static void test_macro_f1(void **state)
{
	static const uint32_t labels[10] = { 0, 0, 0, 0, 0, 0, 1, 1, 2, 4 };
	static const uint32_t predicted[10] = { 0, 0, 0, 0, 0, 1, 1, 0, 0, 0 };
	size_t cells[25];

	(void)state;
	/* 0: 2·5/(6 + 8); 1: 2·1/(2 + 2); 2 and 4: 0. */
	assert_true(fabs(score_macro_f1(cells, 5, labels, predicted, 10) - (10.0 / 14 + 0.5) / 4) < 1e-15);
	assert_true(fabs(score_accuracy(labels, predicted, 10) - 0.6) < 1e-15);
	assert_int_equal(cells[0 * 5 + 0], 5);
	assert_int_equal(cells[4 * 5 + 0], 1);
}

/* The first of equally frequent training labels, also one the test part lacks. */
static void test_majority(void **state)
{
	static const uint32_t train[5] = { 2, 1, 1, 2, 0 }, test[4] = { 1, 2, 1, 0 };

	(void)state;
	assert_true(score_majority(train, 5, test, 4, 3) == 0.5);
	assert_true(score_majority(train, 1, test, 4, 3) == 0.25);
	assert_true(score_majority((const uint32_t[1]){ 3 }, 1, test, 4, 4) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_macro_f1),
		cmocka_unit_test(test_majority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
