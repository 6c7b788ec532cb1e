/* Scales, ticks and the text of numbers. */
#include "support.h"

#include "figure/scale.h"

#include <math.h>
#include <string.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) <= 1e-9)

static struct range range_from(const double *values, size_t count)
{
	struct range r = { 0 };

	range_add_all(&r, values, count);
	return r;
}

static void check_ticks(double low, double high, enum scale_kind kind, size_t want, const char *expected)
{
	const double values[] = { low, high };
	struct range r = range_from(values, 2);
	struct scale s = scale_of(&r, kind, 0, 0, 100);
	struct tick ticks[TICKS_MAX];
	size_t count = scale_ticks(ticks, &s, want);
	char all[512] = "";

	for (size_t i = 0; i < count; i++) {
		strcat(all, i == 0 ? "" : " ");
		strcat(all, ticks[i].text);
	}
	assert_string_equal(all, expected);
}

static void test_ticks_are_round_numbers(void **state)
{
	(void)state;
	check_ticks(0, 1, SCALE_LINEAR, 5, "0 0.2 0.4 0.6 0.8 1.0");
	check_ticks(0.137, 0.911, SCALE_LINEAR, 4, "0.2 0.4 0.6 0.8");
	check_ticks(-1.7, 2.2, SCALE_LINEAR, 4, "−1 0 1 2");
	check_ticks(0, 48213, SCALE_LINEAR, 5, "0 10,000 20,000 30,000 40,000");
	check_ticks(1234, 1236, SCALE_LINEAR, 4, "1234.0 1234.5 1235.0 1235.5 1236.0");
	check_ticks(0, 3.2e-5, SCALE_LINEAR, 3, "0 2×10⁻⁵");
	check_ticks(-2e9, 2e9, SCALE_LINEAR, 4, "−2×10⁹ −1×10⁹ 0 1×10⁹ 2×10⁹");
	check_ticks(1e-5, 1e5, SCALE_LOG, 6, "10⁻⁴ 0.01 1 100 10,000");
	check_ticks(0.13, 2.9, SCALE_LOG, 5, "0.2 0.5 1 2");
	check_ticks(0, 1e6, SCALE_SYMLOG, 3, "10⁶ 0");
}

static void test_ticks_lie_within_the_scale(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		double low = tan(i * 0.7317) * pow(10, i % 13 - 6),
		       high = low + fabs(tan(i * 1.331)) * pow(10, i % 11 - 5);
		const double values[] = { low, high };
		struct range r = range_from(values, 2);
		struct scale s = scale_of(&r, range_kind(&r), 0.03, 3, 97);
		struct tick ticks[TICKS_MAX];
		size_t count = scale_ticks(ticks, &s, 5);

		assert_true(count <= 7);
		for (size_t k = 0; k < count; k++) {
			double at = scale_at(&s, ticks[k].value);

			assert_true(at >= 3 - 1e-6 && at <= 97 + 1e-6);
			assert_true(strlen(ticks[k].text) > 0);
		}
	}
}

static void test_kind_follows_the_orders_of_magnitude(void **state)
{
	const double narrow[] = { 1, 9 }, wide[] = { 1e-5, 1e5 }, zero[] = { 0, 1e-5, 1e5 },
		     mixed[] = { -300, 1e-4, 1e-5 };
	const double under[] = { 1, 9.9e3 }, over[] = { 1, 1.01e4 }; /* 99.5 and 100.5 times the geometric mean */
	const double with_nan[] = { NAN, INFINITY, 2, -INFINITY };
	struct range r;

	(void)state;
	r = range_from(narrow, 2);
	assert_int_equal(range_kind(&r), SCALE_LINEAR);
	r = range_from(wide, 2);
	assert_int_equal(range_kind(&r), SCALE_LOG);
	r = range_from(under, 2);
	assert_int_equal(range_kind(&r), SCALE_LINEAR);
	r = range_from(over, 2);
	assert_int_equal(range_kind(&r), SCALE_LOG);
	r = range_from(zero, 3);
	assert_int_equal(range_kind(&r), SCALE_SYMLOG);
	r = range_from(mixed, 3);
	assert_int_equal(range_kind(&r), SCALE_SYMLOG);
	r = range_from(with_nan, 4);
	assert_int_equal(r.count, 1);
	assert_true(r.low == 2 && r.high == 2);
}

static void test_places(void **state)
{
	const double values[] = { 10, 1000 }, mixed[] = { -1e4, 1, 1e4 }, tiny[] = { -1e6, 1e-6, 1e-6, 1e-6, 1e-6 };
	struct range r = range_from(values, 2);
	struct scale s = scale_of(&r, SCALE_LOG, 0, 0, 200);

	(void)state;
	assert_near(scale_at(&s, 100), 100);
	assert_near(scale_at(&s, 1000), 200);
	assert_true(isnan(scale_at(&s, 0)));
	assert_true(isnan(scale_at(&s, NAN)));
	assert_true(isnan(scale_at(&s, INFINITY)));
	r = range_from(mixed, 3);
	s = scale_of(&r, SCALE_SYMLOG, 0, 100, 0); /* an axis that points upwards */
	assert_near(scale_at(&s, 0), 50);
	assert_near(scale_at(&s, 1e4), 0);
	assert_near(scale_at(&s, 100) + scale_at(&s, -100), 100);
	r = range_from(tiny, 5);
	s = scale_of(&r, SCALE_SYMLOG, 0, 0, 1);
	assert_near(s.threshold, 0.1); /* seven decades below the largest */
}

static void test_ranges_without_length(void **state)
{
	const double one[] = { 7.25 }, nothing[] = { NAN }, zero[] = { 0, 0 }, huge[] = { -1.7e308, 1.7e308 };
	struct range r = range_from(one, 1);
	struct scale s = scale_of(&r, range_kind(&r), 0.05, 0, 10);

	(void)state;
	assert_near(scale_at(&s, 7.25), 5);
	r = range_from(zero, 2);
	s = scale_of(&r, range_kind(&r), 0.05, 0, 10);
	assert_near(scale_at(&s, 0), 5);
	r = range_from(nothing, 1);
	s = scale_of(&r, range_kind(&r), 0.05, 0, 10);
	assert_true(s.low < s.high);
	r = range_from(huge, 2);
	s = scale_of(&r, range_kind(&r), 0.05, 0, 10);
	assert_near(scale_at(&s, 0), 5);
	assert_near(scale_at(&s, 1.7e308), 10);
}

static void test_numbers(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 1, "1.00" },
		{ -0.4567, "−0.457" },
		{ 12.345, "12.3" },
		{ 123.4, "123" },
		{ 4321.9, "4322" },
		{ 43219, "43,219" },
		{ 1234567, "1,234,567" },
		{ 1.5e9, "1.50×10⁹" },
		{ 3.2e-7, "3.20×10⁻⁷" },
		{ 0.00123, "0.00123" },
		{ NAN, "missing" },
		{ -INFINITY, "−∞" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[32];

		value_format(text, cases[i].value);
		assert_string_equal(text, cases[i].text);
	}
}

/* Two ticks for an axis on which steps of 1, 2 and 5 leave fewer. */
static void test_few_ticks(void **state)
{
	const struct scale about = { SCALE_LINEAR, -0.27, 0.31, 0, 30, 0 },
			   one_side = { SCALE_LINEAR, 3, 9, 0, 30, 0 }, below = { SCALE_LINEAR, -700, 0.5, 0, 30, 0 };
	struct tick t[2];

	(void)state;
	assert_int_equal(scale_even_ticks(t, &about), 2);
	assert_true(t[0].value == -0.2 && t[1].value == 0.2);
	assert_string_equal(t[0].text, "−0.2");
	assert_string_equal(t[1].text, "0.2");
	assert_int_equal(scale_even_ticks(t, &one_side), 0);
	assert_int_equal(scale_far_ticks(t, &about), 2);
	assert_true(t[0].value == 0);
	assert_string_equal(t[1].text, "0.2");
	assert_int_equal(scale_far_ticks(t, &one_side), 1);
	assert_string_equal(t[0].text, "5");
	assert_int_equal(scale_far_ticks(t, &below), 2);
	assert_string_equal(t[1].text, "−500");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_ticks),
		cmocka_unit_test(test_ticks_are_round_numbers),
		cmocka_unit_test(test_ticks_lie_within_the_scale),
		cmocka_unit_test(test_kind_follows_the_orders_of_magnitude),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_ranges_without_length),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
