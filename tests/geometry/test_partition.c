/* The clusters against the plain reference, on random sets of every kind. */
#include "geometry/bisect.h"
#include "geometry/partition.h"
#include "geometry/measures.h"
#include "reference.h"

#include "base/random.h"

static struct context ctx;

enum kind { BLOBS, MIXED, FLAT, LINE, LATTICE, TWINS, SINGLES, KINDS };

struct set {
	float x[REFERENCE_MAX * REFERENCE_WIDE];
	int label[REFERENCE_MAX];
	size_t n, d, labels;
};

static void normal_rows(struct set *s, struct stream *random, double apart)
{
	double centre[8][REFERENCE_WIDE];

	for (size_t l = 0; l < s->labels; l++)
		for (size_t k = 0; k < s->d; k++)
			centre[l][k] = apart * stream_normal(random);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->d; k++)
			s->x[i * s->d + k] = (float)(centre[s->label[i]][k] + stream_normal(random));
}

/* Points of a few dimensions, on a grid, mapped by integers: exactly coplanar. */
static void flat_rows(struct set *s, struct stream *random, size_t rank)
{
	int map[3][REFERENCE_WIDE];

	for (size_t r = 0; r < rank; r++)
		for (size_t k = 0; k < s->d; k++)
			map[r][k] = (int)stream_below(random, 7) - 3;
	for (size_t i = 0; i < s->n; i++) {
		int at[3];

		for (size_t r = 0; r < rank; r++)
			at[r] = (int)stream_below(random, 41) - 20 + 8 * s->label[i] * (r == 0);
		for (size_t k = 0; k < s->d; k++) {
			int sum = 0;

			for (size_t r = 0; r < rank; r++)
				sum += at[r] * map[r][k];
			s->x[i * s->d + k] = 0.125f * (float)sum;
		}
	}
}

static void make(struct set *s, enum kind kind, uint64_t seed)
{
	static const size_t dimensions[] = { 2, 2, 3, 3, 4, 5, 8, 12, 16, 32 };
	struct stream random;

	stream_init(&random, seed);
	s->labels = 2 + stream_below(&random, 7);
	s->d = dimensions[stream_below(&random, 10)];
	s->n = 20 + stream_below(&random, seed % 9 == 0 ? 280 : 50);
	for (size_t i = 0; i < s->n; i++)
		s->label[i] = i < s->labels ? (int)i : (int)stream_below(&random, (uint32_t)s->labels);
	if (kind == SINGLES) /* the labels above 1 keep one point each */
		for (size_t i = s->labels; i < s->n; i++)
			s->label[i] = (int)stream_below(&random, 2);
	switch (kind) {
	case LATTICE:
		s->d = 2 + s->d % 3;
		for (size_t i = 0; i < s->n * s->d; i++)
			s->x[i] = 0.5f * (float)stream_below(&random, 5) - (seed % 2 == 0 ? 1.0f : 0.0f);
		break;
	case LINE:
		flat_rows(s, &random, 1);
		break;
	case FLAT:
		flat_rows(s, &random, 2 + stream_below(&random, 2));
		break;
	default:
		normal_rows(s, &random, kind == BLOBS ? 4.0 : 0.5);
	}
	for (size_t i = 0; kind == TWINS && i < s->n / 4; i++) {
		uint32_t from = stream_below(&random, (uint32_t)s->n), to = stream_below(&random, (uint32_t)s->n);

		memcpy(s->x + to * s->d, s->x + from * s->d, s->d * sizeof *s->x);
	}
}

/* The program's clusters, named by their smallest row as the reference's are. */
static size_t find(struct partition *p, struct points *points, const struct set *s, uint32_t *cluster)
{
	struct partition_memory memory = { 0 };
	struct error err = { 0 };
	uint32_t first[REFERENCE_MAX], by_row[REFERENCE_MAX];

	if (points_init(points, matrix_of((float *)s->x, s->n, s->d), s->label, s->labels, "set", &err) < 0 ||
	    partition_find(p, points, &memory, NULL, NULL, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	partition_memory_release(&memory);
	for (size_t i = 0; i < s->n; i++)
		by_row[points->row[i]] = p->cluster[i];
	memset(first, 0xff, sizeof first);
	for (size_t r = 0; r < s->n; r++) {
		if (first[by_row[r]] == UINT32_MAX)
			first[by_row[r]] = (uint32_t)r;
		cluster[r] = first[by_row[r]];
	}
	return p->clusters;
}

static void test_random_sets(void **state)
{
	static struct set s;
	static struct reference r;
	size_t overlapping = 0, linear = 0;
	struct overlap_counts all = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct points points = { 0 };
		struct partition p = { 0 };
		uint32_t cluster[REFERENCE_MAX];
		size_t clusters;

		make(&s, (enum kind)(seed % KINDS), seed);
		memset(&r, 0, sizeof r);
		r.x = s.x;
		r.label = s.label;
		r.n = s.n;
		r.d = s.d;
		reference_run(&r);
		assert_int_equal(r.unproven, 0);
		clusters = find(&p, &points, &s, cluster);
		if (clusters != r.clusters || memcmp(cluster, r.cluster, s.n * sizeof *cluster) != 0)
			fail_msg("seed %lu: %zu points, %zu dimensions, %zu labels: %zu clusters, the reference has "
				 "%zu",
				 (unsigned long)seed, s.n, s.d, s.labels, clusters, r.clusters);
		assert_int_equal(p.undecided, 0);
		assert_int_equal(overlap_counts_answered(&p.counts), p.counts.asked);
		all.sphere += p.counts.sphere;
		all.separator += p.counts.separator;
		all.kept += p.counts.kept;
		all.twin += p.counts.twin;
		all.fisher += p.counts.fisher;
		all.centres += p.counts.centres;
		all.witness += p.counts.witness;
		overlapping += r.first_bad > 0;
		linear += clusters == s.labels;
		partition_release(&p);
		points_release(&points);
	}
	assert_true(overlapping > 100); /* the sets do test what they are for */
	assert_true(linear > 30);
	assert_true(all.sphere > 0 && all.separator > 0 && all.kept > 0 && all.twin > 0 && all.fisher > 0 &&
		    all.centres > 0 && all.witness > 0);
}

/* Distances of the clusters found, against the reference's. */
static void test_distances(void **state)
{
	static struct set s;
	static struct reference r;
	size_t compared = 0;

	(void)state;
	for (uint64_t seed = 500; seed < 540; seed++) {
		struct points points = { 0 };
		struct partition p = { 0 };
		struct measures m = { 0 };
		struct error err = { 0 };
		uint32_t cluster[REFERENCE_MAX];
		double sum[8][8] = { { 0 } };
		size_t count[8][8] = { { 0 } };
		struct measure_job job;

		make(&s, (enum kind)(seed % KINDS), seed);
		find(&p, &points, &s, cluster);
		job = (struct measure_job){ .points = &points,
					    .cluster = p.cluster,
					    .clusters = p.clusters,
					    .min_points = 1,
					    .inside = true };
		if (measures_take(&m, &job, &ctx, &err) < 0)
			fail_msg("%s", err.text);
		r = (struct reference){ .x = s.x, .label = s.label, .n = s.n, .d = s.d, .tau = points.cloud.tau };
		for (size_t a = 0; a < s.n; a++)
			for (size_t b = 0; b < s.n; b++) {
				static struct rows rows[2];
				double distance;

				if (cluster[a] != a || cluster[b] != b || s.label[a] >= s.label[b])
					continue;
				rows[0].count = rows[1].count = 0;
				for (uint32_t i = 0; i < s.n; i++) {
					if (cluster[i] == a)
						rows[0].item[rows[0].count++] = i;
					if (cluster[i] == b)
						rows[1].item[rows[1].count++] = i;
				}
				reference_solve(&r, &rows[0], &rows[1], &distance);
				sum[s.label[a]][s.label[b]] += distance;
				count[s.label[a]][s.label[b]]++;
			}
		for (size_t i = 0; i < s.labels; i++)
			for (size_t j = i + 1; j < s.labels; j++) {
				double mean = sum[i][j] / (double)count[i][j], got = m.distance[i * s.labels + j];

				assert_int_equal(m.pairs[i * s.labels + j], count[i][j]);
				if (!(fabs(got - mean) <= 1e-6 * mean + points.cloud.tau))
					fail_msg("seed %lu: labels %zu and %zu: %.17g, not %.17g",
						 (unsigned long)seed, i, j, got, mean);
				assert_true(m.gap[i * s.labels + j] <=
					    fmax(1.1e-6 * got * (double)count[i][j], points.cloud.tau));
				assert_true(m.distance[j * s.labels + i] == got);
				compared++;
			}
		measures_release(&m);
		partition_release(&p);
		points_release(&points);
	}
	assert_true(compared > 200);
}

/* Two labels on the two sides of a plane, but that a point of one lies between two
 * of the other, some roundings off. */
static void make_near(struct set *s, uint64_t seed)
{
	struct stream random;
	double part;

	stream_init(&random, seed);
	*s = (struct set){ .n = 9, .d = 4, .labels = 2 };
	for (size_t i = 0; i < s->n; i++) {
		float *row = s->x + i * s->d;

		s->label[i] = i >= 5;
		for (size_t k = 0; k < s->d; k++)
			row[k] = (float)stream_normal(&random);
		row[0] = i < 2 ? 0.0f : (i < 5 ? 0.5f : -0.5f) + (i < 5 ? fabsf(row[0]) : -fabsf(row[0]));
	}
	part = 0.25 + 0.5 * stream_uniform(&random);
	for (size_t k = 0; k < s->d; k++)
		s->x[8 * s->d + k] = (float)(part * s->x[k] + (1.0 - part) * s->x[s->d + k] - (k == 0 ? 3e-8 : 0.0));
}

/* Without any tolerance, hulls that touch cannot be told from hulls that do not:
 * they are called overlaps, and counted, in the clustering and in the measures;
 * and so are the gaps that stay open. */
static void test_undecided(void **state)
{
	static struct set s;
	uint64_t undecided = 0, measured = 0, open = 0;

	(void)state;
	for (uint64_t seed = 700; seed < 730; seed++) {
		struct points points = { 0 };
		struct partition p = { 0 };
		struct partition_memory memory = { 0 };
		struct measures m = { 0 };
		struct error err = { 0 };
		struct measure_job job;

		if (seed % 3 == 0)
			make_near(&s, seed);
		else
			make(&s, seed % 3 == 1 ? FLAT : LATTICE, seed);
		if (points_init(&points, matrix_of(s.x, s.n, s.d), s.label, s.labels, "set", &err) < 0)
			fail_msg("%s", err.text);
		points.cloud.tau = 0.0;
		if (partition_find(&p, &points, &memory, NULL, NULL, &ctx, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(p.undecided, p.counts.undecided);
		undecided += p.undecided;
		job = (struct measure_job){ .points = &points,
					    .cluster = points.label, /* as a whole, which touch too */
					    .clusters = points.labels,
					    .min_points = 1,
					    .retest = true };
		if (measures_take(&m, &job, &ctx, &err) < 0)
			fail_msg("%s", err.text);
		measured += m.undecided;
		open += m.open;
		assert_true(m.undecided == 0 || m.overlapping);
		if (m.open > 0) /* of the two near labels, the bound stands */
			assert_true(m.distance[1] < 1e-7 && m.gap[1] > 1e-6 * m.distance[1]);
		measures_release(&m);
		partition_memory_release(&memory);
		partition_release(&p);
		points_release(&points);
	}
	assert_true(undecided > 0 && measured > 0 && open > 0);
}

/* The memory of a run at the end of a phase. */
struct keeper {
	enum partition_phase phase;
	struct partition_memory kept;
	const struct points *points;
};

static int keep(void *arg, const struct partition_memory *memory, struct error *err)
{
	struct keeper *k = arg;
	size_t labels = k->points->labels;

	(void)err;
	if (memory->phase != k->phase || k->kept.phase != PARTITION_NEW)
		return 0;
	k->kept = *memory;
	k->kept.apart = array_new(labels, labels, 1);
	memcpy(k->kept.apart, memory->apart, labels * labels);
	k->kept.merges = array_new(memory->merge_count, 1, sizeof *memory->merges);
	memcpy(k->kept.merges, memory->merges, memory->merge_count * sizeof *memory->merges);
	k->kept.trials = NULL;
	k->kept.trial_count = k->kept.trial_capacity = 0;
	return 0;
}

/* A run that goes on comes to the same clusters and counts, undecided ones too. */
static void test_going_on(void **state)
{
	static struct set s;
	uint64_t undecided = 0;
	size_t resumed = 0;

	(void)state;
	for (uint64_t seed = 700; seed < 724; seed++) {
		struct points points = { 0 };
		struct partition first = { 0 }, again = { 0 };
		struct partition_memory memory = { 0 };
		struct keeper keeper = { .phase = seed % 2 == 0 ? PARTITION_LINKAGE : PARTITION_BAD,
					 .points = &points };
		struct partition_saver saver = { &keeper, keep };
		struct error err = { 0 };

		make(&s, seed % 3 == 1 ? FLAT : seed % 3 == 2 ? LATTICE : MIXED, seed);
		if (points_init(&points, matrix_of(s.x, s.n, s.d), s.label, s.labels, "set", &err) < 0)
			fail_msg("%s", err.text);
		points.cloud.tau = 0.0;
		if (partition_find(&first, &points, &memory, &saver, NULL, &ctx, &err) < 0)
			fail_msg("%s", err.text);
		if (keeper.kept.phase != PARTITION_NEW) {
			resumed++;
			if (partition_find(&again, &points, &keeper.kept, NULL, NULL, &ctx, &err) < 0)
				fail_msg("%s", err.text);
			assert_int_equal(again.undecided, first.undecided);
			assert_int_equal(again.clusters, first.clusters);
			assert_memory_equal(again.cluster, first.cluster, points.count * sizeof *first.cluster);
			undecided += first.undecided;
			partition_release(&again);
		}
		partition_memory_release(&keeper.kept);
		partition_memory_release(&memory);
		partition_release(&first);
		points_release(&points);
	}
	assert_true(resumed > 12 && undecided > 0);
}

/* A state that is said to have no overlap, and has one that is older, is an error:
 * no state lies between the two. */
static void test_bisection_fault(void **state)
{
	static struct set s;
	size_t faults = 0;

	(void)state;
	for (uint64_t seed = 90; seed < 120; seed++) {
		struct points points = { 0 };
		struct partition_memory memory = { 0 };
		struct partition p = { 0 };
		struct overlaps overlaps = { 0 };
		struct tree tree = { 0 };
		struct error err = { 0 };
		uint32_t good, bad;
		uint16_t *whole;

		make(&s, MIXED, seed);
		if (points_init(&points, matrix_of(s.x, s.n, s.d), s.label, s.labels, "set", &err) < 0 ||
		    partition_find(&p, &points, &memory, NULL, NULL, &ctx, &err) < 0 ||
		    overlaps_init(&overlaps, &points, &ctx, &err) < 0)
			fail_msg("%s", err.text);
		memcpy(overlaps.apart, memory.apart, points.labels * points.labels);
		assert_int_equal(overlaps_prepare(&overlaps, &err), 0);
		assert_int_equal(tree_init(&tree, &points, memory.merges, memory.merge_count), 0);
		whole = array_new(points.count + memory.merge_count, points.labels, sizeof *whole);
		good = memory.good + 2;
		bad = (uint32_t)memory.merge_count;
		if (memory.bad > 0 && bad > good && bisect_run(&good, &bad, &tree, &overlaps, whole, &err) < 0) {
			assert_int_equal(err.status, STATUS_CHECK);
			assert_non_null(strstr(err.text, "was shown to have none"));
			faults++;
		} else {
			assert_true(memory.bad == 0 || bad > good || good == memory.good + 2);
		}
		free(whole);
		tree_release(&tree);
		overlaps_release(&overlaps);
		partition_memory_release(&memory);
		partition_release(&p);
		points_release(&points);
	}
	assert_true(faults > 0);
}

/* The same clusters and the same counts for any number of threads. */
static void test_threads(void **state)
{
	static struct set s;
	struct pool *pools[2] = { ctx.pool, pool_new(3) };
	uint32_t cluster[2][REFERENCE_MAX];
	struct overlap_counts counts[2];

	(void)state;
	make(&s, TWINS, 4321);
	s.n = 45;
	for (int i = 0; i < 2; i++) {
		struct points points = { 0 };
		struct partition p = { 0 };

		ctx.pool = pools[i];
		find(&p, &points, &s, cluster[i]);
		counts[i] = p.counts;
		partition_release(&p);
		points_release(&points);
	}
	ctx.pool = pools[0];
	pool_free(pools[1]);
	assert_memory_equal(cluster[0], cluster[1], s.n * sizeof(uint32_t));
	assert_memory_equal(&counts[0], &counts[1], sizeof counts[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_sets),     cmocka_unit_test(test_distances),
		cmocka_unit_test(test_undecided),       cmocka_unit_test(test_going_on),
		cmocka_unit_test(test_bisection_fault), cmocka_unit_test(test_threads),
	};
	int failed;

	ctx.pool = pool_new(1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
