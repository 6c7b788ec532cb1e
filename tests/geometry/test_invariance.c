/* What a rotation, a reflection and a small translation must not change. */
#include "num/near.h"

#include "base/array.h"
#include "base/random.h"
#include "geometry/alignment.h"
#include "geometry/measures.h"
#include "geometry/partition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct context ctx;

enum { POINTS = 220, DIMENSIONS = 12, LABELS = 5 };

struct set {
	float x[POINTS * DIMENSIONS];
	int label[POINTS];
};

/* Points about places of few dimensions more than labels can share. */
static void make(struct set *s, double apart, uint64_t seed)
{
	struct stream random;
	double place[20][DIMENSIONS];

	stream_init(&random, seed);
	for (size_t i = 0; i < 20; i++)
		for (size_t k = 0; k < DIMENSIONS; k++)
			place[i][k] = apart * stream_normal(&random) * (k < 3);
	for (size_t i = 0; i < POINTS; i++) {
		size_t at = i % 20;

		s->label[i] = (int)(at % LABELS);
		for (size_t k = 0; k < DIMENSIONS; k++)
			s->x[i * DIMENSIONS + k] =
				(float)(place[at][k] + stream_normal(&random) * (k < 3 ? 1.0 : 0.01));
	}
}

/* Two reflections across random planes, which are a rotation, and a step. */
static void move(struct set *out, const struct set *s, double step, double scale, uint64_t seed)
{
	struct stream random;
	double normal[2][DIMENSIONS], shift[DIMENSIONS], x[DIMENSIONS];

	stream_init(&random, seed);
	for (int m = 0; m < 2; m++) {
		double sum = 0.0;

		for (size_t k = 0; k < DIMENSIONS; k++) {
			normal[m][k] = stream_normal(&random);
			sum += normal[m][k] * normal[m][k];
		}
		for (size_t k = 0; k < DIMENSIONS; k++)
			normal[m][k] /= sqrt(sum);
	}
	for (size_t k = 0; k < DIMENSIONS; k++)
		shift[k] = step * stream_normal(&random);
	memcpy(out->label, s->label, sizeof s->label);
	for (size_t i = 0; i < POINTS; i++) {
		for (size_t k = 0; k < DIMENSIONS; k++)
			x[k] = s->x[i * DIMENSIONS + k];
		for (int m = 0; m < 2; m++) {
			double dot = 0.0;

			for (size_t k = 0; k < DIMENSIONS; k++)
				dot += normal[m][k] * x[k];
			for (size_t k = 0; k < DIMENSIONS; k++)
				x[k] -= 2.0 * dot * normal[m][k];
		}
		for (size_t k = 0; k < DIMENSIONS; k++)
			out->x[i * DIMENSIONS + k] = (float)(scale * x[k] + shift[k]);
	}
}

struct measured {
	size_t clusters;
	uint32_t cluster[POINTS]; /* by row */
	struct measures measures;
	double tau;
};

static void measure(struct measured *out, const struct set *s)
{
	struct points points = { 0 };
	struct partition p = { 0 };
	struct partition_memory memory = { 0 };
	struct error err = { 0 };
	struct measure_job job = { .points = &points, .min_points = 2, .inside = true };

	if (points_init(&points, matrix_of((float *)(uintptr_t)s->x, POINTS, DIMENSIONS), s->label, LABELS, "set",
			&err) < 0 ||
	    partition_find(&p, &points, &memory, NULL, NULL, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	job.cluster = p.cluster;
	job.clusters = out->clusters = p.clusters;
	if (measures_take(&out->measures, &job, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < POINTS; i++)
		out->cluster[points.row[i]] = p.cluster[i];
	out->tau = points.cloud.tau;
	partition_memory_release(&memory);
	partition_release(&p);
	points_release(&points);
}

/* The same clusters; label distances, minima and distances inside to within what
 * the rounding of the points moves them. */
static void test_measures(void **state)
{
	static struct set s, moved;
	size_t compared = 0, split = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		static struct measured a, b;

		make(&s, seed % 3 == 0 ? 9.0 : 4.0, seed);
		move(&moved, &s, 0.05, 1.0, seed + 100);
		measure(&a, &s);
		measure(&b, &moved);
		assert_int_equal(a.clusters, b.clusters);
		assert_memory_equal(a.cluster, b.cluster, sizeof a.cluster);
		split += a.clusters > LABELS;
		for (size_t at = 0; at < LABELS * LABELS; at++) {
			double x = a.measures.distance[at], y = b.measures.distance[at];

			assert_int_equal(isnan(x), isnan(y));
			assert_int_equal(a.measures.pairs[at], b.measures.pairs[at]);
			if (isnan(x))
				continue;
			assert_near(y, x, 3e-6 * x + 4.0 * a.tau);
			compared++;
		}
		for (uint32_t l = 0; l < LABELS; l++) {
			struct label_inside in = measures_inside(&a.measures, l, 2);
			struct label_inside again = measures_inside(&b.measures, l, 2);

			assert_int_equal(in.pairs, again.pairs);
			assert_near(again.mean, in.mean, 1e-5 * in.mean);
			assert_near(again.largest, in.largest, 1e-5 * in.largest);
			if (a.measures.nearest[l] >= 0)
				assert_near(b.measures.minimum[l], a.measures.minimum[l],
					    3e-6 * a.measures.minimum[l] + 4.0 * a.tau);
		}
		measures_release(&a.measures);
		measures_release(&b.measures);
	}
	assert_true(compared > 300 && split > 5);
}

/* Measures of a set and another one, moved, and larger by a factor: the same as of the
 * set and the other; of a set and itself, moved: those of no change. */
static void test_alignment(void **state)
{
	static struct set s, other, moved[2];
	struct error err = { 0 };
	uint32_t order[POINTS];
	double values[2][ALIGNMENT_MEASURES];

	(void)state;
	for (uint32_t i = 0; i < POINTS; i++)
		order[i] = i;
	make(&s, 2.0, 51);
	make(&other, 2.0, 52);
	move(&moved[0], &other, 0.3, 2.5, 61);
	move(&moved[1], &s, 0.3, 0.4, 62);
	for (int round = 0; round < 2; round++) {
		const struct set *with[2] = { round == 0 ? &other : &moved[0], &moved[1] };
		struct selection x = { matrix_of(s.x, POINTS, DIMENSIONS), order, POINTS };
		for (int k = 0; k < 2; k++) {
			struct selection y = { matrix_of((float *)(uintptr_t)with[k]->x, POINTS, DIMENSIONS), order,
					       POINTS };
			double found[ALIGNMENT_MEASURES];
			struct side sides[2];

			assert_int_equal(side_init(&sides[0], x, x, &ctx, &err), 0);
			assert_int_equal(side_init(&sides[1], y, y, &ctx, &err), 0);
			assert_int_equal(alignment_take(found, &sides[0], &sides[1], &ctx, &err), 0);
			side_release(&sides[0]);
			side_release(&sides[1]);
			for (size_t i = 0; i < ALIGNMENT_MEASURES; i++) {
				const bool distance = strcmp(alignment_measures[i].key, "procrustes") == 0;

				if (k == 1)
					assert_near(found[i], distance ? 0.0 : 1.0, 1e-5);
				else
					assert_true(distance ? found[i] > 0.1 : found[i] < 0.9);
			}
			if (k == 0)
				memcpy(values[round], found, sizeof found);
		}
	}
	for (size_t i = 0; i < ALIGNMENT_MEASURES; i++)
		assert_near(values[1][i], values[0][i], 1e-5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_alignment),
	};
	int failed;

	ctx.pool = pool_new(1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
