/* Hulls: verdicts with their proofs, distances, and what must not change them. */
#include "geometry/hull.h"
#include "geometry/kernels.h"
#include "num/near.h"
#include "reference.h"

#include "base/random.h"

struct world {
	float *data;
	uint32_t *index; /* 0, 1, 2, … */
	struct cloud cloud;
	struct hull_work work;
};

/* A cloud of n rows of d, to be filled, then closed. */
static void world_open(struct world *w, size_t n, size_t d)
{
	w->data = array_new(n, kernel_pad(d), sizeof *w->data);
	w->index = array_new(n, 1, sizeof *w->index);
	for (uint32_t i = 0; i < n; i++)
		w->index[i] = i;
	w->cloud = (struct cloud){ .data = w->data, .count = n, .dimensions = d, .stride = kernel_pad(d) };
}

static float *world_row(struct world *w, size_t row)
{
	return w->data + row * w->cloud.stride;
}

static void world_close(struct world *w)
{
	double largest = 0.0;

	for (size_t i = 0; i < w->cloud.count; i++) {
		double sum = 0.0;

		for (size_t k = 0; k < w->cloud.dimensions; k++)
			sum += (double)world_row(w, i)[k] * world_row(w, i)[k];
		largest = fmax(largest, sqrt(sum));
	}
	w->cloud.scale = largest;
	w->cloud.tau = ldexp(largest, -22);
	assert_int_equal(hull_work_init(&w->work, &w->cloud, w->cloud.count), 0);
}

static void world_release(struct world *w)
{
	hull_work_release(&w->work);
	free(w->data);
	free(w->index);
}

static struct hull part(struct world *w, size_t from, size_t count)
{
	return (struct hull){ w->index + from, count, NULL };
}

/* The proof in the active set, from the points alone. */
static void check_proof(struct world *w, struct hull a, struct hull b, const struct separation *s)
{
	const struct active *active = &w->work.active;
	struct hull_start proof = { active->point, active->side, active->weight, active->count };
	double upper, lower, sum[2] = { 0.0, 0.0 };

	assert_int_equal(s->proof, PROOF_WEIGHTS);
	assert_true(active->count <= w->cloud.dimensions + 2);
	for (size_t i = 0; i < active->count; i++) {
		assert_true(active->weight[i] >= 0.0);
		sum[active->side[i]] += active->weight[i];
	}
	assert_near(sum[0], 1.0, 1e-12);
	assert_near(sum[1], 1.0, 1e-12);
	hull_check(&upper, &lower, a, b, &proof, &w->work);
	assert_near(upper, s->upper, 1e-12 * w->cloud.scale);
	if (s->verdict == HULLS_OVERLAP)
		assert_true(upper <= w->cloud.tau);
	else
		assert_true(lower > w->cloud.tau);
}

static double distance_of(struct world *w, struct hull a, struct hull b)
{
	struct separation s;

	hull_separate(&s, a, b, HULL_MEASURE, NULL, &w->work);
	check_proof(w, a, b, &s);
	assert_int_not_equal(s.verdict, HULLS_UNDECIDED);
	if (s.verdict == HULLS_OVERLAP)
		return 0.0;
	assert_true(s.upper - s.lower <= fmax(1e-6 * s.upper, w->cloud.tau));
	return s.upper;
}

static void fill_normal(struct world *w, size_t first, size_t count, double shift, struct stream *random)
{
	for (size_t i = first; i < first + count; i++)
		for (size_t k = 0; k < w->cloud.dimensions; k++)
			world_row(w, i)[k] = (float)(stream_normal(random) + (k == 0 ? shift : 0.0));
}

/* Against Wolfe's algorithm in long double with a proof in 113 bits. */
static void test_reference(void **state)
{
	struct stream random;
	size_t apart = 0, meet = 0;

	(void)state;
	stream_init(&random, 17);
	for (int round = 0; round < 300; round++) {
		static float compact[REFERENCE_MAX * REFERENCE_WIDE];
		static struct rows rows[2];
		size_t d = 1 + stream_below(&random, 16);
		size_t n[2] = { 1 + stream_below(&random, 30), 1 + stream_below(&random, 150) };
		double shift = 6.0 * stream_uniform(&random), expected, got;
		struct reference r = { .x = compact, .n = n[0] + n[1], .d = d };
		struct world w;
		int proof;

		world_open(&w, n[0] + n[1], d);
		fill_normal(&w, 0, n[0], 0.0, &random);
		fill_normal(&w, n[0], n[1], shift, &random);
		world_close(&w);
		for (size_t i = 0; i < r.n; i++)
			memcpy(compact + i * d, world_row(&w, i), d * sizeof *compact);
		r.tau = w.cloud.tau;
		for (int side = 0; side < 2; side++) {
			rows[side].count = n[side];
			for (uint32_t i = 0; i < n[side]; i++)
				rows[side].item[i] = i + (side == 0 ? 0 : (uint32_t)n[0]);
		}
		proof = reference_solve(&r, &rows[0], &rows[1], &expected);
		assert_int_not_equal(proof, 0);
		got = distance_of(&w, part(&w, 0, n[0]), part(&w, n[0], n[1]));
		assert_near(got, expected, 1e-6 * expected + w.cloud.tau);
		apart += proof < 0;
		meet += proof > 0;
		world_release(&w);
	}
	assert_true(apart > 50 && meet > 50);
}

/* Symmetric; the same after a turn and a small move; the test agrees. */
static void test_invariance(void **state)
{
	struct stream random;

	(void)state;
	stream_init(&random, 23);
	for (int round = 0; round < 20; round++) {
		size_t d = 24, n = 120;
		struct world w, turned;
		double turn[24][24], move[24], there, back, again;
		struct separation test;

		world_open(&w, 2 * n, d);
		fill_normal(&w, 0, n, 0.0, &random);
		fill_normal(&w, n, n, 4.0 + 0.1 * round, &random);
		world_close(&w);
		/* Gram–Schmidt of random rows. */
		for (size_t i = 0; i < d; i++) {
			double length = 0.0;

			move[i] = 0.01 * stream_normal(&random);
			for (size_t k = 0; k < d; k++)
				turn[i][k] = stream_normal(&random);
			for (size_t j = 0; j < i; j++) {
				double dot = 0.0;

				for (size_t k = 0; k < d; k++)
					dot += turn[i][k] * turn[j][k];
				for (size_t k = 0; k < d; k++)
					turn[i][k] -= dot * turn[j][k];
			}
			for (size_t k = 0; k < d; k++)
				length += turn[i][k] * turn[i][k];
			for (size_t k = 0; k < d; k++)
				turn[i][k] /= sqrt(length);
		}
		world_open(&turned, 2 * n, d);
		for (size_t i = 0; i < 2 * n; i++)
			for (size_t j = 0; j < d; j++) {
				double sum = move[j];

				for (size_t k = 0; k < d; k++)
					sum += turn[j][k] * world_row(&w, i)[k];
				world_row(&turned, i)[j] = (float)sum;
			}
		world_close(&turned);
		there = distance_of(&w, part(&w, 0, n), part(&w, n, n));
		back = distance_of(&w, part(&w, n, n), part(&w, 0, n));
		again = distance_of(&turned, part(&turned, 0, n), part(&turned, n, n));
		assert_near(back, there, 1e-6 * there + w.cloud.tau);
		assert_near(again, there, 3e-6 * there + 4.0 * w.cloud.tau);
		hull_separate(&test, part(&w, 0, n), part(&w, n, n), HULL_TEST, NULL, &w.work);
		assert_int_equal(test.verdict, there > 0.0 ? HULLS_APART : HULLS_OVERLAP);
		world_release(&w);
		world_release(&turned);
	}
}

/* Touching, nearly touching, equal and degenerate hulls. */
static void test_touching(void **state)
{
	struct world w;
	const float gap = 0.001f;

	(void)state;
	world_open(&w, 12, 2);
	/* A square, a point on its edge, one on its corner, one inside, one off by tau/2, one off by 2 tau. */
	for (size_t i = 0; i < 4; i++) {
		world_row(&w, i)[0] = (float)(i % 2);
		world_row(&w, i)[1] = (float)(i / 2);
	}
	world_row(&w, 4)[0] = 1.0f;
	world_row(&w, 4)[1] = 0.5f;
	world_row(&w, 5)[0] = world_row(&w, 5)[1] = 1.0f;
	world_row(&w, 6)[0] = world_row(&w, 6)[1] = 0.375f;
	world_row(&w, 7)[0] = 1.0f + 0x1p-23f;
	world_row(&w, 7)[1] = 0.5f;
	world_row(&w, 8)[0] = 1.0f + 0x1p-20f;
	world_row(&w, 8)[1] = 0.5f;
	world_row(&w, 9)[0] = 1.0f + gap;
	world_row(&w, 9)[1] = 0.25f;
	world_row(&w, 10)[0] = 1.0f;
	world_row(&w, 10)[1] = -2.0f;
	world_row(&w, 11)[0] = 1.0f;
	world_row(&w, 11)[1] = 3.0f;
	world_close(&w);
	for (size_t i = 4; i < 8; i++)
		assert_near(distance_of(&w, part(&w, 0, 4), part(&w, i, 1)), 0.0, 0.0);
	assert_near(distance_of(&w, part(&w, 0, 4), part(&w, 8, 1)), 0x1p-20, w.cloud.tau);
	assert_near(distance_of(&w, part(&w, 0, 4), part(&w, 9, 1)), (double)(1.0f + gap) - 1.0, 1e-9);
	/* An edge along the square's edge; equal hulls; one segment in another. */
	assert_near(distance_of(&w, part(&w, 0, 4), part(&w, 10, 2)), 0.0, 0.0);
	assert_near(distance_of(&w, part(&w, 0, 4), part(&w, 0, 4)), 0.0, 0.0);
	assert_near(distance_of(&w, part(&w, 10, 2), part(&w, 4, 1)), 0.0, 0.0);
	world_release(&w);
}

/* A point of a hull lies midway between the centres, to a rounding: what is
 * solved from there must not lose its sense of length. */
static void test_point_on_the_origin(void **state)
{
	static const float rows[7][2] = { { 0, -3 }, { 1, 2 }, { 1, -1 }, { 0, 0 }, { 3, 2 }, { 1, 3 }, { -3, -3 } };
	float centre[2][KERNEL_LANES * 2] = { { 1.0f, -0x1p-54f }, { -1.0f, 0.0f } };
	struct separation s;
	struct world w;

	(void)state;
	world_open(&w, 7, 2);
	assert_true(w.cloud.stride <= KERNEL_LANES * 2);
	for (size_t i = 0; i < 7; i++)
		memcpy(world_row(&w, i), rows[i], sizeof rows[i]);
	world_close(&w);
	for (int purpose = HULL_TEST; purpose <= HULL_MEASURE; purpose++) {
		struct hull a = { w.index, 5, centre[0] }, b = { w.index + 5, 2, centre[1] };

		hull_separate(&s, a, b, (enum hull_purpose)purpose, NULL, &w.work);
		assert_int_equal(s.verdict, HULLS_APART);
		check_proof(&w, a, b, &s);
	}
	/* From (1, 2) to the line through (1, 3) and (-3, -3). */
	assert_near(s.upper, 1.0 / sqrt(1.0 + 1.5 * 1.5), 1e-9);
	world_release(&w);
}

/* Many equal points, and all on a line, in many dimensions. */
static void test_degenerate(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, 200, 20);
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < 20; k++)
			world_row(&w, i)[k] =
				(i < 100 ? (float)(i / 50) : 2.5f + (float)(i % 7)) * (float)(k % 5 + 1) + 4.0f;
	world_close(&w);
	/* Steps of the line are √(4 · 55) long. */
	assert_near(distance_of(&w, part(&w, 0, 100), part(&w, 100, 100)), 1.5 * sqrt(220.0), 1e-4);
	assert_near(distance_of(&w, part(&w, 0, 50), part(&w, 50, 50)), sqrt(220.0), 1e-4);
	assert_near(distance_of(&w, part(&w, 100, 50), part(&w, 150, 50)), 0.0, 0.0);
	world_release(&w);
}

/* Large hulls go by working sets; a start from elsewhere changes nothing. */
static void test_large(void **state)
{
	struct stream random;
	struct world w;
	double cold;
	struct separation s;
	uint32_t points[4] = { 3, 9, 700, 900 };
	uint8_t sides[4] = { 0, 0, 1, 1 };
	double weights[4] = { 0.25, 0.75, 0.5, 0.5 };
	struct hull_start start = { points, sides, weights, 4 };

	(void)state;
	stream_init(&random, 31);
	world_open(&w, 1300, 48);
	fill_normal(&w, 0, 600, 0.0, &random);
	fill_normal(&w, 600, 700, 7.0, &random);
	world_close(&w);
	cold = distance_of(&w, part(&w, 0, 600), part(&w, 600, 700));
	assert_true(cold > 0.0);
	hull_separate(&s, part(&w, 0, 600), part(&w, 600, 700), HULL_MEASURE, &start, &w.work);
	assert_near(s.upper, cold, 2e-6 * cold);
	check_proof(&w, part(&w, 0, 600), part(&w, 600, 700), &s);
	/* From where it ended, it is there. */
	{
		struct active *a = &w.work.active;
		uint32_t p[50];
		uint8_t side[50];
		double weight[50];
		struct hull_start end = { p, side, weight, a->count };

		memcpy(p, a->point, a->count * sizeof *p);
		memcpy(side, a->side, a->count * sizeof *side);
		memcpy(weight, a->weight, a->count * sizeof *weight);
		hull_separate(&s, part(&w, 0, 600), part(&w, 600, 700), HULL_MEASURE, &end, &w.work);
		assert_int_equal(s.rounds, 1);
		assert_near(s.upper, cold, 2e-6 * cold);
	}
	/* A subset is no nearer. */
	assert_true(distance_of(&w, part(&w, 0, 300), part(&w, 600, 700)) >= cold * (1.0 - 1e-6));
	/* One hull inside the other's. */
	assert_near(distance_of(&w, part(&w, 0, 600), part(&w, 100, 1)), 0.0, 0.0);
	world_release(&w);
}

/* Of a start, the points that the hulls have count, on their own sides: it may be what
 * other hulls ended with. */
static void test_start_of_others(void **state)
{
	uint32_t points[] = { 650, 3, 1250, 9, 700 }, ours[] = { 3, 9, 1250 };
	double weights[] = { 0.5, 0.25, 1.0, 0.75, 0.5 };
	struct hull_start other = { points, NULL, weights, 5 }, half = { ours, NULL, weights, 3 };
	struct hull hulls[2];
	struct stream random;
	struct separation cold, s;
	struct world w;

	(void)state;
	stream_init(&random, 37);
	world_open(&w, 1300, 24);
	fill_normal(&w, 0, 600, 0.0, &random);
	fill_normal(&w, 600, 700, 7.0, &random);
	world_close(&w);
	hulls[0] = part(&w, 0, 600);
	hulls[1] = part(&w, 600, 600);
	hull_separate(&cold, hulls[0], hulls[1], HULL_MEASURE, NULL, &w.work);
	for (int i = 0; i < 2; i++) {
		hull_separate(&s, hulls[i], hulls[1 - i], HULL_MEASURE, &other, &w.work);
		assert_int_equal(s.verdict, HULLS_APART);
		assert_near(s.upper, cold.upper, 2e-6 * cold.upper);
		check_proof(&w, hulls[i], hulls[1 - i], &s);
	}
	/* Nothing of one of them: as without a start. */
	hull_separate(&s, hulls[0], hulls[1], HULL_MEASURE, &half, &w.work);
	assert_int_equal(s.rounds, cold.rounds);
	assert_true(s.upper == cold.upper && s.lower == cold.lower);
	world_release(&w);
}

/* Two rows that differ in their last digits, taken from each other: nothing of the
 * difference is lost. */
static void test_exact_sum(void **state)
{
	enum { WIDE = 24 };
	float row[WIDE], other[WIDE];
	double x[WIDE] = { 0.0 }, rest[WIDE] = { 0.0 };
	struct stream random;

	(void)state;
	stream_init(&random, 43);
	for (size_t k = 0; k < WIDE; k++) {
		row[k] = (float)stream_normal(&random);
		other[k] = nextafterf(row[k], 9.0f);
	}
	kernel_add_exactly(x, rest, 1.0 / 3.0, row, WIDE);
	kernel_add_exactly(x, rest, -1.0 / 3.0, other, WIDE);
	for (size_t k = 0; k < WIDE; k++) {
		double expected = ((double)row[k] - (double)other[k]) * (1.0 / 3.0);

		assert_near((x[k] + rest[k]) / expected, 1.0, 1e-15);
	}
}

/* A direction, tried while two hulls grow and each tries more points: the answer is
 * that of all points, however many of them were looked at before. */
static void test_growing(void **state)
{
	enum { POINTS = 300, D = 5 };
	struct stream random;
	size_t apart = 0, tried = 0;

	(void)state;
	stream_init(&random, 71);
	for (int round = 0; round < 50; round++) {
		struct reach reach[2] = { hull_reach_nothing(0), hull_reach_nothing(1) };
		struct hull hulls[2] = { { NULL, 0, NULL }, { NULL, 0, NULL } };
		double direction[KERNEL_LANES] = { 1.0 };
		struct world w;

		world_open(&w, POINTS, D);
		fill_normal(&w, 0, POINTS, 0.0, &random);
		for (size_t i = 0; i < POINTS; i++) /* the first half above the second, but for a few */
			world_row(&w, i)[0] += i < POINTS / 2 ? 2.0f : -2.0f;
		world_close(&w);
		for (int step = 0; step < 10; step++, tried++) {
			int side = (int)stream_below(&random, 2);
			double value[2] = { INFINITY, -INFINITY };
			struct hull rest;

			hulls[0] = part(&w, 0, hulls[0].count + stream_below(&random, 10));
			hulls[1] = part(&w, POINTS / 2, hulls[1].count + stream_below(&random, 10));
			rest = part(&w, side == 0 ? hulls[0].count : POINTS / 2 + hulls[1].count,
				    stream_below(&random, 30));
			for (int i = 0; i < 2; i++)
				for (size_t k = 0; k < hulls[i].count + (i == side ? rest.count : 0); k++) {
					double at = (double)world_row(&w, (i == 0 ? 0 : POINTS / 2) + k)[0];

					value[i] = i == 0 ? fmin(value[i], at) : fmax(value[i], at);
				}
			assert_int_equal(hull_try(hulls, rest, side, direction, reach, &w.work),
					 value[0] > value[1] + w.cloud.tau);
			apart += value[0] > value[1] + w.cloud.tau;
			for (int i = 0; i < 2; i++)
				assert_int_equal(reach[i].count, hulls[i].count);
		}
		world_release(&w);
	}
	assert_true(apart > tried / 5 && apart < tried - tried / 5);
}

/* The mirror that sends the points anywhere: p − 2 v (v·p). */
static void reflect(double *p, const double *v, size_t d)
{
	double along = 0.0;

	for (size_t k = 0; k < d; k++)
		along += v[k] * p[k];
	for (size_t k = 0; k < d; k++)
		p[k] -= 2.0 * along * v[k];
}

/* Two simplices of d + 1 points in all, which face each other about tau apart and meet
 * inside both when seen along that line: every point has weight in the distance. */
static void make_facing(struct world *w, size_t d, struct stream *random)
{
	size_t count = d + 1, first = d / 2;
	double *v = array_new(d, 1, sizeof *v), *p = array_new(count, d, sizeof *p), length = 0.0;
	double *last = p + (first - 1) * d, largest = 0.0;

	for (size_t k = 0; k < d; k++)
		v[k] = stream_normal(random);
	for (size_t k = 0; k < d; k++)
		length += v[k] * v[k];
	for (size_t k = 0; k < d; k++)
		v[k] /= sqrt(length);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 1; k < d; k++)
			p[i * d + k] = i == first - 1 ? 0.0 : stream_normal(random);
	for (size_t i = 0; i < count; i++) /* the last of the first has what the others leave */
		for (size_t k = 1; k < d && i != first - 1; k++)
			last[k] += i < first ? -p[i * d + k] : p[i * d + k] * (double)first / (double)(count - first);
	for (size_t k = 1; k < d; k++)
		largest += last[k] * last[k];
	for (size_t i = 0; i < count; i++) {
		p[i * d] = i < first ? ldexp(sqrt(largest), -22) : 0.0;
		reflect(p + i * d, v, d);
		for (size_t k = 0; k < d; k++)
			world_row(w, i)[k] = (float)p[i * d + k];
	}
	free(v);
	free(p);
}

/* Hulls as near as tau, on either side of it: both bounds of their distance have
 * digits enough to tell, and so has the direction that is kept. */
static void test_as_near_as_tau(void **state)
{
	static const double less = 1.0 - 1e-4, more = 1.0 + 1e-4;
	struct stream random;

	(void)state;
	stream_init(&random, 17);
	for (int round = 0; round < 60; round++) {
		size_t d = round % 3 == 0 ? 16 : round % 3 == 1 ? 64 : 160, first = d / 2;
		double *direction = array_new(kernel_pad(d), 1, sizeof *direction);
		struct reach reach[2] = { hull_reach_nothing(0), hull_reach_nothing(1) };
		struct world w;
		struct hull a, b;
		struct separation s;

		world_open(&w, d + 1, d);
		make_facing(&w, d, &random);
		world_close(&w);
		a = part(&w, 0, first);
		b = part(&w, first, d + 1 - first);
		w.cloud.tau = 0.0;
		hull_separate(&s, a, b, HULL_MEASURE, NULL, &w.work);
		assert_int_equal(s.verdict, HULLS_APART);
		assert_true(s.upper < ldexp(w.cloud.scale, -20));
		assert_true(s.upper - s.lower <= 1e-4 * s.upper);
		check_proof(&w, a, b, &s);
		w.cloud.tau = s.upper * more;
		hull_separate(&s, a, b, HULL_TEST, NULL, &w.work);
		assert_int_equal(s.verdict, HULLS_OVERLAP);
		check_proof(&w, a, b, &s);
		w.cloud.tau = s.upper * less;
		hull_separate(&s, a, b, HULL_TEST, NULL, &w.work);
		assert_int_equal(s.verdict, HULLS_APART);
		hull_direction(direction, &w.work);
		check_proof(&w, a, b, &s);
		assert_true(hull_try((struct hull[2]){ a, b }, (struct hull){ NULL, 0, NULL }, 0, direction, reach,
				     &w.work));
		free(direction);
		world_release(&w);
	}
}

/* With no tolerance at all, double precision cannot decide about hulls that touch
 * in a point of neither, nor close the gap of two that are a few roundings apart.
 * Both the fast and the safe way end; what they leave is the best that they met,
 * a valid bound with its weights. */
static void test_undecided(void **state)
{
	struct stream random;
	size_t undecided = 0, open = 0;

	(void)state;
	stream_init(&random, 91);
	for (int round = 0; round < 200; round++) {
		struct world w;
		struct hull a, b;
		struct separation s, again;
		struct hull_start proof;
		double upper, lower, weight[3], shift = round % 2 == 0 ? 0.0 : 3e-8;

		world_open(&w, 9, 4);
		fill_normal(&w, 0, 9, 0.0, &random);
		for (size_t i = 0; i < 9; i++) { /* on the two sides of a plane, but for three points */
			float *row = world_row(&w, i);

			row[0] = i < 5 ? 0.5f + fabsf(row[0]) : -0.5f - fabsf(row[0]);
			if (i == 0 || i == 1)
				row[0] = 0.0f;
		}
		weight[0] = 0.25 + 0.5 * stream_uniform(&random);
		weight[1] = 1.0 - weight[0];
		for (size_t k = 0; k < 4; k++) /* the last but one lies between the first two, up to a rounding */
			world_row(&w, 8)[k] = (float)(weight[0] * world_row(&w, 0)[k] +
						      weight[1] * world_row(&w, 1)[k] - (k == 0 ? shift : 0.0));
		world_close(&w);
		w.cloud.tau = 0.0;
		a = part(&w, 0, 5);
		b = part(&w, 5, 4);
		hull_separate(&s, a, b, HULL_MEASURE, NULL, &w.work);
		proof = (struct hull_start){ w.work.active.point, w.work.active.side, w.work.active.weight,
					     w.work.active.count };
		hull_check(&upper, &lower, a, b, &proof, &w.work);
		assert_near(upper, s.upper, 1e-15);
		assert_near(lower, s.lower, 1e-15);
		assert_true(s.upper < 1e-7);
		undecided += s.verdict == HULLS_UNDECIDED;
		open += s.open;
		assert_true(!s.open || s.verdict == HULLS_APART);
		/* Of a test, the weights show the hulls to be apart if it says so. */
		hull_separate(&again, a, b, HULL_TEST, NULL, &w.work);
		proof.count = w.work.active.count;
		hull_check(&upper, &lower, a, b, &proof, &w.work);
		assert_true(again.verdict == HULLS_APART ? lower > 0.0 : again.verdict == HULLS_UNDECIDED);
		assert_false(again.open);
		/* With the tolerance, all of them are decided. */
		w.cloud.tau = ldexp(w.cloud.scale, -22);
		hull_separate(&again, a, b, HULL_MEASURE, NULL, &w.work);
		assert_int_not_equal(again.verdict, HULLS_UNDECIDED);
		assert_false(again.open);
		world_release(&w);
	}
	assert_true(undecided > 20 && open > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),       cmocka_unit_test(test_invariance),
		cmocka_unit_test(test_touching),        cmocka_unit_test(test_point_on_the_origin),
		cmocka_unit_test(test_degenerate),      cmocka_unit_test(test_large),
		cmocka_unit_test(test_start_of_others), cmocka_unit_test(test_exact_sum),
		cmocka_unit_test(test_growing),         cmocka_unit_test(test_as_near_as_tau),
		cmocka_unit_test(test_undecided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
