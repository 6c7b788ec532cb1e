/* Centroid linkage against a search of all pairs at every step. */
#include "geometry/linkage.h"
#include "geometry/tree.h"
#include "num/near.h"
#include "reference.h"

#include "base/random.h"

static struct context ctx;

static void make(struct points *p, float *x, int *label, size_t n, size_t d, size_t labels, bool lattice,
		 uint64_t seed)
{
	struct error err = { 0 };
	struct stream random;

	stream_init(&random, seed);
	for (size_t i = 0; i < n * d; i++)
		x[i] = lattice ? (float)stream_below(&random, 4) : (float)stream_normal(&random);
	for (size_t i = 0; i < n; i++)
		label[i] = (int)stream_below(&random, (uint32_t)labels);
	if (points_init(p, matrix_of(x, n, d), label, labels, "points", &err) < 0)
		fail_msg("%s", err.text);
}

/* Every merge, its order and its distance; lattices are full of ties. */
static void test_sequence(void **state)
{
	static float x[REFERENCE_MAX * REFERENCE_WIDE];
	static int label[REFERENCE_MAX], sorted[REFERENCE_MAX];
	static struct reference_state s;
	size_t inversions = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		struct points p;
		struct merge *merges;
		struct error err = { 0 };
		size_t count, n = 60 + seed * 4, d = seed % 3 == 0 ? REFERENCE_WIDE : 1 + seed % 9,
			      pair[2] = { 0, 0 };
		static float ordered[REFERENCE_MAX * REFERENCE_WIDE];
		struct reference r = { .x = ordered, .label = sorted, .n = n, .d = d };

		make(&p, x, label, n, d, 1 + seed % 4, seed % 2 == 0, seed);
		/* The reference on the points in the order of their indices. */
		for (size_t i = 0; i < n; i++) {
			memcpy(ordered + i * d, x + p.row[i] * d, d * sizeof *x);
			sorted[i] = (int)p.label[i];
		}
		assert_int_equal(linkage_to_end(&merges, &count, &p, &ctx, &err), 0);
		assert_int_equal(count, n - p.used);
		reference_start(&r, &s);
		for (size_t i = 0; i < count; i++) {
			assert_true(reference_nearest(&r, &s, NULL, pair));
			assert_int_equal(merges[i].a, pair[0]);
			assert_int_equal(merges[i].b, pair[1]);
			assert_true(merges[i].distance == reference_squared(&r, &s, pair[0], pair[1]));
			inversions += i > 0 && merges[i].distance < merges[i - 1].distance;
			reference_merge(&r, &s, pair[0], pair[1]);
		}
		assert_false(reference_nearest(&r, &s, NULL, pair));
		free(merges);
		points_release(&p);
	}
	assert_true(inversions > 0);
}

static size_t count_open(const struct reference_state *s, unsigned char (*dropped)[REFERENCE_MAX], size_t n)
{
	size_t open = 0;

	for (size_t a = 0; a < n; a++)
		for (size_t b = a + 1; b < n; b++)
			open += s->rows[a].count > 0 && s->rows[b].count > 0 && !dropped[a][b];
	return open;
}

/* Pairs that are dropped at random: what is offered next is the nearest of those
 * that neither they nor their parts were refused. */
static void test_drops(void **state)
{
	static float x[REFERENCE_MAX * REFERENCE_WIDE];
	static int label[REFERENCE_MAX], sorted[REFERENCE_MAX];
	static struct reference_state s;
	static unsigned char dropped[REFERENCE_MAX][REFERENCE_MAX];

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct points p;
		struct linkage *l;
		struct error err = { 0 };
		struct stream random;
		static float ordered[REFERENCE_MAX * REFERENCE_WIDE];
		size_t n = 70, d = seed % 3 == 0 ? REFERENCE_WIDE : 2 + seed % 4, pair[2] = { 0, 0 }, refused = 0;
		struct reference r = { .x = ordered, .label = sorted, .n = n, .d = d };

		make(&p, x, label, n, d, 1, seed % 2 == 0, seed + 50);
		for (size_t i = 0; i < n; i++) {
			memcpy(ordered + i * d, x + p.row[i] * d, d * sizeof *x);
			sorted[i] = 0;
		}
		stream_init(&random, seed);
		l = linkage_new(&p);
		assert_int_equal(linkage_begin(l, true, &ctx, &err), 0);
		reference_start(&r, &s);
		memset(dropped, 0, sizeof dropped);
		while (reference_nearest(&r, &s, dropped, pair)) {
			struct merge got;

			assert_true(linkage_next(l, 0, &got));
			assert_int_equal(got.a, pair[0]);
			assert_int_equal(got.b, pair[1]);
			assert_int_equal(linkage_open(l), count_open(&s, dropped, n));
			if (stream_below(&random, 3) > 0) {
				assert_int_equal(linkage_drop(l, got.a, got.b), 0);
				dropped[pair[0]][pair[1]] = dropped[pair[1]][pair[0]] = 1;
				refused++;
				continue;
			}
			linkage_merge(l, got.a, got.b);
			reference_merge(&r, &s, pair[0], pair[1]);
			for (size_t i = 0; i < n; i++)
				dropped[pair[0]][i] = dropped[i][pair[0]] = dropped[pair[0]][i] | dropped[pair[1]][i];
		}
		assert_false(linkage_next(l, 0, &(struct merge){ 0 }));
		assert_int_equal(linkage_open(l), 0);
		assert_true(refused > n);
		linkage_free(l);
		points_release(&p);
	}
}

/* The tree's ranges are the clusters that the merges make. */
static void test_tree(void **state)
{
	static float x[REFERENCE_MAX * REFERENCE_WIDE];
	static int label[REFERENCE_MAX];
	uint32_t owner[REFERENCE_MAX];
	struct points p;
	struct tree t;
	struct merge *merges;
	struct error err = { 0 };
	size_t count, n = 90;

	(void)state;
	make(&p, x, label, n, 2, 3, true, 77);
	assert_int_equal(linkage_to_end(&merges, &count, &p, &ctx, &err), 0);
	assert_int_equal(tree_init(&t, &p, merges, count), 0);
	for (uint32_t i = 0; i < n; i++)
		owner[i] = i;
	for (uint32_t m = 0; m < count; m++) {
		uint32_t node = (uint32_t)n + m, inside = 0, two[2];

		for (uint32_t i = 0; i < n; i++)
			if (owner[i] == merges[m].b)
				owner[i] = merges[m].a;
		for (uint32_t i = 0; i < n; i++)
			inside += owner[i] == merges[m].a && p.same[i] == i;
		assert_int_equal(t.size[node], inside);
		for (uint32_t i = t.start[node]; i < t.start[node] + t.size[node]; i++)
			assert_int_equal(owner[t.order[i]], merges[m].a);
		assert_true(tree_alive(&t, node, m + 1));
		assert_false(tree_alive(&t, node, m));
		two[0] = t.order[t.start[node]];
		two[1] = t.order[t.start[node] + t.size[node] - 1];
		if (t.size[node] > 1)
			assert_int_equal(tree_joined(&t, two, 2), m + 1);
	}
	tree_release(&t);
	free(merges);
	points_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_drops),
		cmocka_unit_test(test_tree),
	};
	int failed;

	ctx.pool = pool_new(2);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
