/* Labels do not overlap. */
#include "support.h"

#include "figure/place.h"

#include <math.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) <= 1e-9)

static double unit(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) / 16777216.0;
}

static void test_spread_keeps_the_gap_and_the_order(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 200; round++) {
		double wanted[12], places[12];
		size_t count = 1 + (size_t)(unit(&seed) * 11);

		for (size_t i = 0; i < count; i++)
			wanted[i] = places[i] = 130 * unit(&seed) - 15;
		assert_int_equal(place_spread(places, count, 8, 0, 100), 0);
		for (size_t i = 0; i < count; i++) {
			assert_true(places[i] >= -1e-9 && places[i] <= 100 + 1e-9);
			for (size_t k = 0; k < count; k++)
				if (wanted[i] < wanted[k])
					assert_true(places[k] - places[i] >= 8 - 1e-9);
		}
	}
}

/* The optimum of a small case, worked out by hand. */
static void test_spread_moves_as_little_as_possible(void **state)
{
	double pair[] = { 50, 52, NAN, 90 }, equal[] = { 40, 40, 40 }, crowded[] = { 5, 5, 5, 5, 5 };

	(void)state;
	assert_int_equal(place_spread(pair, 4, 10, 0, 100), 0);
	assert_near(pair[0], 46);
	assert_near(pair[1], 56);
	assert_true(isnan(pair[2]));
	assert_near(pair[3], 90);
	assert_int_equal(place_spread(equal, 3, 8, 0, 100), 0);
	assert_near(equal[0] + equal[2], 80);
	assert_near(equal[1], 40);
	assert_int_equal(place_spread(crowded, 5, 30, 0, 100), 0); /* no room: the gap shrinks to 25 */
	assert_near(crowded[4] - crowded[0], 100);
}

static bool overlap(const struct box *a, const struct box *b)
{
	return a->x < b->x + b->width - 1e-9 && b->x < a->x + a->width - 1e-9 && a->y < b->y + b->height - 1e-9 &&
	       b->y < a->y + a->height - 1e-9;
}

static void test_labels_overlap_nothing(void **state)
{
	struct placer placer;
	struct box placed[100];
	size_t count = 0;
	unsigned seed = 3;

	(void)state;
	placer_init(&placer, (struct box){ 0, 0, 200, 150 });
	placer_block_line(&placer, 0, 0, 200, 150, 2);
	for (int i = 0; i < 100; i++) {
		double x = 200 * unit(&seed), y = 150 * unit(&seed);

		if (placer_label(&placer, &placed[count], x, y, 2, 100, 75, 20 + 10 * unit(&seed), 7))
			count++;
	}
	assert_true(count > 15 && count < 100);
	for (size_t i = 0; i < count; i++) {
		assert_true(placed[i].x >= 0 && placed[i].x + placed[i].width <= 200);
		assert_true(placed[i].y >= 0 && placed[i].y + placed[i].height <= 150);
		for (size_t k = 0; k < i; k++)
			assert_false(overlap(&placed[i], &placed[k]));
		for (double t = 0; t <= 1; t += 1.0 / 512) {
			struct box line = { 200 * t - 1, 150 * t - 1, 2, 2 };

			assert_false(overlap(&placed[i], &line));
		}
	}
}

static void test_lines_of_every_direction(void **state)
{
	static const double ends[][4] = {
		{ 25, 0, 25, 50 }, { 0, 25, 50, 25 }, { 0, 0, 50, 50 }, { 50, 0, 0, 50 }, { 25, 25, 25, 25 }
	};
	struct placer placer;
	struct box b;

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		placer_init(&placer, (struct box){ 18, 18, 14, 14 }); /* room for one place, over the middle */
		assert_true(placer_label(&placer, &b, 18, 25, 0, 32, 25, 14, 14));
		placer_init(&placer, (struct box){ 18, 18, 14, 14 });
		placer_block_line(&placer, ends[i][0], ends[i][1], ends[i][2], ends[i][3], 1);
		assert_false(placer_label(&placer, &b, 18, 25, 0, 32, 25, 14, 14));
		placer_init(&placer, (struct box){ 18, 18, 14, 14 });
		placer_block_line(&placer, ends[i][0] + 60, ends[i][1], ends[i][2] + 60, ends[i][3], 1);
		assert_true(placer_label(&placer, &b, 18, 25, 0, 32, 25, 14, 14));
	}
}

static void test_a_full_page_refuses(void **state)
{
	struct placer placer;
	struct box b;

	(void)state;
	placer_init(&placer, (struct box){ 0, 0, 50, 50 });
	placer_block(&placer, (struct box){ 0, 0, 50, 50 });
	assert_false(placer_label(&placer, &b, 25, 25, 2, 50, 25, 10, 7));
	assert_false(placer_label(&placer, &b, NAN, 25, 2, 50, 25, 10, 7));
	assert_int_equal(placer.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spread_keeps_the_gap_and_the_order),
		cmocka_unit_test(test_spread_moves_as_little_as_possible),
		cmocka_unit_test(test_labels_overlap_nothing),
		cmocka_unit_test(test_lines_of_every_direction),
		cmocka_unit_test(test_a_full_page_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
