/* The inner loops of the geometry: sums in their order, byte for byte, and groups of
 * vectors as one after the other. */
#include "support.h"

#include "base/array.h"
#include "base/random.h"
#include "geometry/active.h"
#include "geometry/shared.h"

#include <string.h>

static void fill(double *x, size_t n, uint64_t seed)
{
	struct stream s;

	stream_init(&s, seed);
	for (size_t i = 0; i < n; i++)
		x[i] = stream_normal(&s);
}

static void sums_have_their_order(void **state)
{
	enum { ROWS = 7, WIDE = 24 };
	float rows[ROWS * WIDE];
	double w[WIDE], got[ROWS];
	uint32_t index[ROWS] = { 6, 0, 3, 3, 1, 5, 2 };
	struct stream random;

	(void)state;
	stream_init(&random, 41);
	for (size_t i = 0; i < ROWS * WIDE; i++)
		rows[i] = (float)stream_normal(&random);
	for (size_t k = 0; k < WIDE; k++)
		w[k] = stream_normal(&random);
	kernel_dots(got, rows, WIDE, index, ROWS, w);
	for (size_t i = 0; i < ROWS; i++) {
		double lane[8] = { 0.0 };

		for (size_t k = 0; k < WIDE; k++)
			lane[k % 8] += (double)rows[index[i] * WIDE + k] * w[k];
		for (size_t k = 0; k < 4; k++)
			lane[k] += lane[k + 4];
		assert_true(got[i] == (lane[0] + lane[1]) + (lane[2] + lane[3]));
	}
}

/* What is within its limit is exact, to the limit itself; what is not, is not. */
static void distances_are_exact_within_their_limits(void **state)
{
	enum { WIDE = 200, TRIES = 50 };
	static double block[WIDE * KERNEL_LANES], centre[WIDE];
	static float rows[2 * WIDE];
	struct stream random;
	size_t beyond = 0;

	(void)state;
	stream_init(&random, 42);
	for (size_t try = 0; try < TRIES; try++) {
		double sums[KERNEL_LANES] = { 0.0 }, most[KERNEL_LANES], got[KERNEL_LANES], whole;
		const size_t d = 1 + stream_below(&random, WIDE);

		for (size_t i = 0; i < d * KERNEL_LANES; i++)
			block[i] = stream_normal(&random);
		for (size_t k = 0; k < d; k++)
			centre[k] = stream_normal(&random);
		for (size_t i = 0; i < d * KERNEL_LANES; i++) {
			double e = block[i] - centre[i / KERNEL_LANES];

			sums[i % KERNEL_LANES] += e * e;
		}
		for (size_t j = 0; j < KERNEL_LANES; j++)
			most[j] = try % 5 == j ? sums[j] : 0.5 * sums[j];
		kernel_block_within(got, block, centre, d, most);
		for (size_t j = 0; j < KERNEL_LANES; j++) {
			assert_true(most[j] < sums[j] ? got[j] > most[j] : got[j] == sums[j]);
			beyond += got[j] != sums[j];
		}
		for (size_t j = 0; j < KERNEL_LANES; j++)
			most[j] = 0.3 * sums[j];
		kernel_block_within(got, block, centre, d, most);
		for (size_t j = 0; j < KERNEL_LANES; j++) {
			assert_true(got[j] > most[j]);
			beyond += got[j] != sums[j];
		}
		for (size_t i = 0; i < 2 * WIDE; i++)
			rows[i] = (float)stream_normal(&random);
		whole = kernel_distance(rows, rows + WIDE, WIDE);
		assert_true(kernel_distance_within(rows, rows + WIDE, WIDE, whole) == whole);
		assert_true(kernel_distance_within(rows, rows + WIDE, WIDE, 0.9 * whole) > 0.9 * whole);
		beyond += kernel_distance_within(rows, rows + WIDE, WIDE, 0.3 * whole) < whole;
	}
	assert_true(beyond > TRIES);
}

static void groups_are_as_their_vectors(void **state)
{
	enum { ROWS = 12, WIDE = 24, APART = 17 };
	double q[ROWS * WIDE], w[KERNEL_GROUP * WIDE], x[KERNEL_GROUP * WIDE], one[WIDE];
	double dots[KERNEL_GROUP * APART], dot[ROWS];

	(void)state;
	fill(q, ROWS * WIDE, 1);
	fill(w, KERNEL_GROUP * WIDE, 2);
	for (size_t rows = 0; rows <= ROWS; rows++) {
		kernel_dots_group(dots, APART, q, WIDE, rows, w);
		for (size_t g = 0; g < KERNEL_GROUP; g++) {
			kernel_dots_double(dot, q, WIDE, rows, w + g * WIDE);
			assert_memory_equal(dots + g * APART, dot, rows * sizeof *dot);
		}
		if (rows % KERNEL_COMBINED != 0)
			continue;
		fill(x, KERNEL_GROUP * WIDE, 3);
		kernel_combine_group(x, dots, APART, q, WIDE, rows);
		for (size_t g = 0; g < KERNEL_GROUP; g++) {
			fill(w, KERNEL_GROUP * WIDE, 3);
			memcpy(one, w + g * WIDE, sizeof one);
			kernel_combine(one, dots + g * APART, q, WIDE, rows);
			assert_memory_equal(x + g * WIDE, one, sizeof one);
		}
		fill(w, KERNEL_GROUP * WIDE, 2);
	}
}

/* Points that are added four at a time, and one at a time, make the same factorisation;
 * some depend on others. */
static void points_prepared_together_are_as_alone(void **state)
{
	enum { D = 20, POINTS = 24 };
	double numbers[POINTS * D];
	float *rows = array_new(POINTS, kernel_pad(D), sizeof *rows);
	struct active together, alone;

	(void)state;
	fill(numbers, POINTS * D, 4);
	for (size_t i = 0; i < POINTS * D; i++)
		rows[i / D * kernel_pad(D) + i % D] = (float)numbers[i];
	memcpy(rows + 6 * kernel_pad(D), rows + 2 * kernel_pad(D), D * sizeof *rows);
	assert_int_equal(active_init(&together, D), 0);
	assert_int_equal(active_init(&alone, D), 0);
	for (size_t i = 0; i < POINTS; i += ACTIVE_GROUP) {
		struct arrival group[ACTIVE_GROUP];

		for (size_t k = 0; k < ACTIVE_GROUP; k++)
			group[k] = (struct arrival){ rows + (i + k) * kernel_pad(D), (uint32_t)(i + k),
						     (uint8_t)((i + k) / 2 % 2) };
		active_prepare(&together, group, ACTIVE_GROUP);
		for (size_t k = 0; k < ACTIVE_GROUP; k++)
			assert_int_equal(active_append(&together, k, 0.5), active_append_one(&alone, group[k], 0.5));
	}
	assert_int_equal(together.count, alone.count);
	assert_in_range(together.count, D - 1, D + 2);
	assert_memory_equal(together.q, alone.q, together.count * together.wide * sizeof *together.q);
	assert_memory_equal(together.r, alone.r, together.capacity * together.capacity * sizeof *together.r);
	assert_memory_equal(together.point, alone.point, together.count * sizeof *together.point);
	active_release(&together);
	active_release(&alone);
	free(rows);
}

struct product {
	struct pool *pool;
	float *rows;
	uint32_t *index;
	double *w, *out;
	size_t wide, count;
};

static void product_task(void *arg, size_t task, unsigned thread)
{
	const struct product *p = arg;
	const struct asker by = { p->pool, thread };

	for (int i = 0; task == 0 && i < 50; i++)
		shared_dots(&by, p->out, p->rows, p->wide, p->index, p->count, p->w);
}

/* Whoever takes part, and however many points there are: for one part, for an uneven
 * last one, for more parts than threads take. */
static void shared_products_are_as_one_thread_s(void **state)
{
	enum { ROWS = 5000, WIDE = 40 };
	static const size_t counts[] = { 1, 409, 819, 820, 827, 2049, 4999, 5000 };
	struct product p = { .wide = WIDE };
	double *expected = array_new(ROWS, 1, sizeof *expected), *random = array_new(ROWS, WIDE, sizeof *random);

	(void)state;
	p.rows = array_new(ROWS, WIDE, sizeof *p.rows);
	p.index = array_new(ROWS, 1, sizeof *p.index);
	p.w = array_new(WIDE, 1, sizeof *p.w);
	p.out = array_new(ROWS, 1, sizeof *p.out);
	fill(random, (size_t)ROWS * WIDE, 5);
	fill(p.w, WIDE, 6);
	for (size_t i = 0; i < (size_t)ROWS * WIDE; i++)
		p.rows[i] = (float)random[i];
	for (uint32_t i = 0; i < ROWS; i++)
		p.index[i] = (i * 7) % ROWS;
	for (unsigned threads = 1; threads <= 4; threads++) {
		p.pool = pool_new(threads);
		for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
			p.count = counts[c];
			memset(p.out, 0, ROWS * sizeof *p.out);
			kernel_dots(expected, p.rows, WIDE, p.index, p.count, p.w);
			pool_run_helped(p.pool, threads, product_task, &p);
			assert_memory_equal(p.out, expected, p.count * sizeof *expected);
		}
		pool_free(p.pool);
	}
	free(p.rows);
	free(p.index);
	free(p.w);
	free(p.out);
	free(expected);
	free(random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_have_their_order),
		cmocka_unit_test(distances_are_exact_within_their_limits),
		cmocka_unit_test(groups_are_as_their_vectors),
		cmocka_unit_test(points_prepared_together_are_as_alone),
		cmocka_unit_test(shared_products_are_as_one_thread_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
