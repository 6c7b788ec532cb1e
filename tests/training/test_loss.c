/* The loss of one example against plain arithmetic, and scores that are not
 * finite. */
#include "support.h"

#include "training/loss.h"

#include <math.h>
#include <string.h>

static const float scores[5] = { 0.8125f, -3.3217f, 2.71828f, 12.0625f, -0.57721f };

static void as_in_plain_arithmetic(void **state)
{
	const float scale = 0.125f;
	double sum = 0.0;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		sum += exp((double)scores[i]);
	for (int32_t label = 0; label < 5; label++) {
		float s[5];
		struct loss loss;

		memcpy(s, scores, sizeof s);
		loss = loss_of(s, 5, label, scale);
		assert_true(fabs((double)loss.value - (log(sum) - (double)scores[label])) < 1e-5);
		assert_int_equal(loss.predicted, 3);
		assert_int_equal(loss.right, label == 3);
		for (int32_t i = 0; i < 5; i++) {
			double expected = (double)scale * (exp((double)scores[i]) / sum - (i == label));

			assert_true(fabs((double)s[i] - expected) < 1e-7);
		}
	}
}

static void without_a_label(void **state)
{
	const float none[5] = { 0 };
	float s[5];
	struct loss loss;

	(void)state;
	memcpy(s, scores, sizeof s);
	loss = loss_of(s, 5, -1, 0.125f);
	assert_true(loss.value == 0.0f);
	assert_int_equal(loss.predicted, 3);
	assert_int_equal(loss.right, 0);
	assert_memory_equal(s, none, sizeof s);
}

/* Whichever score it is, and whichever the label. */
static void scores_that_are_not_finite(void **state)
{
	static const float bad[] = { NAN, INFINITY };

	(void)state;
	for (size_t k = 0; k < 2; k++)
		for (int32_t at = 0; at < 5; at++)
			for (int32_t label = 0; label < 5; label++) {
				float s[5];

				memcpy(s, scores, sizeof s);
				s[at] = bad[k];
				assert_true(!isfinite(loss_of(s, 5, label, 1.0f).value));
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_in_plain_arithmetic),
		cmocka_unit_test(without_a_label),
		cmocka_unit_test(scores_that_are_not_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
