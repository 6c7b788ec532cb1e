/* Resamples of made-up measurements: drawing everything once gives the numbers back,
 * intervals cover as often as they say, and claims are as sure as their numbers. */
#include "support.h"

#include "base/array.h"
#include "num/statistics.h"
#include "findings/claims.h"
#include "findings/decide.h"
#include "findings/resample.h"

#include <math.h>
#include <string.h>

enum { LABELS = 12, EXAMPLES = 200, RUNS = 3, SEEDS = 2 };

/* One pair: an original, and a fine-tuned state for each seed. */
struct made {
	struct evidence evidence;
	struct pair pair;
	struct materials materials;
	struct ground ground;
	uint32_t sentence[EXAMPLES];
	struct material items[1 + SEEDS];
	struct stratum strata[1 + SEEDS];
	long before, after[SEEDS];
	char *names[LABELS], letters[LABELS][2];
	unsigned char right[1 + SEEDS][RUNS * EXAMPLES];
	double distances[1 + SEEDS][LABELS * LABELS], tested[1 + SEEDS][LABELS * LABELS], minimum[1 + SEEDS][LABELS];
};

static void make_state(struct made *m, size_t i, struct stream *s, const double *ease, double skill)
{
	struct stratum *t = &m->strata[i];

	for (size_t run = 0; run < RUNS; run++)
		for (size_t k = 0; k < EXAMPLES; k++)
			m->right[i][run * EXAMPLES + k] = ease[k] + 0.2 * stream_uniform(s) < skill;
	for (size_t a = 0; a < LABELS; a++) {
		m->minimum[i][a] = 1 + stream_uniform(s) + 0.2 * (double)i;
		for (size_t b = 0; b < a; b++) {
			const double value = 1 + stream_uniform(s), other = value + 0.3 * stream_uniform(s);

			m->distances[i][a * LABELS + b] = m->distances[i][b * LABELS + a] = value;
			m->tested[i][a * LABELS + b] = m->tested[i][b * LABELS + a] = other;
		}
		m->distances[i][a * LABELS + a] = m->tested[i][a * LABELS + a] = NAN;
	}
	*t = (struct stratum){ .right = m->right[i],
			       .rows = RUNS,
			       .per = 1,
			       .examples = EXAMPLES,
			       .distances = m->distances[i],
			       .tested = m->tested[i],
			       .minimum = m->minimum[i],
			       .clusters = i == 0 ? 20 : 15,
			       .linear = 0 };
	m->items[i] = (struct material){ .layers = t, .count = 1 };
}

static double share(const unsigned char *right, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += right[i];
	return 100 * sum / (double)count;
}

static double likeness(const struct made *m, size_t i)
{
	double x[LABELS * LABELS], y[LABELS * LABELS];
	size_t n = 0;

	for (size_t a = 0; a < LABELS; a++)
		for (size_t b = 0; b < a; b++) {
			x[n] = m->distances[i][a * LABELS + b];
			y[n++] = m->tested[i][a * LABELS + b];
		}
	return statistics_pearson(x, y, n);
}

/* Of ease + 0.2 u < skill the part is skill − 0.1. The examples of a sentence, `together`
 * of them, are equally easy. */
static void make_together(struct made *m, uint64_t seed, double before, double after, size_t together)
{
	struct side *sides[2] = { &m->pair.before, &m->pair.after };
	double ease[EXAMPLES];
	struct stream s;

	memset(m, 0, sizeof *m);
	stream_init(&s, seed);
	for (size_t k = 0; k < EXAMPLES; k++) {
		ease[k] = k % together == 0 ? stream_uniform(&s) : ease[k - 1];
		m->sentence[k] = (uint32_t)(k / together);
	}
	make_state(m, 0, &s, ease, before);
	for (size_t i = 1; i <= SEEDS; i++) {
		make_state(m, i, &s, ease, after);
		m->after[i - 1] = (long)i;
	}
	for (size_t i = 0; i < LABELS; i++) {
		m->letters[i][0] = (char)('a' + i);
		m->names[i] = m->letters[i];
	}
	m->pair = (struct pair){ .model = "m", .task = "t", .grew = 0, .compared = SEEDS * LABELS };
	for (int i = 0; i < 2; i++)
		*sides[i] = (struct side){
			.clusters = i == 0 ? 20 : 15, .linear = 0, .shape = KNOWN_DEFINED, .likeness = KNOWN_DEFINED
		};
	m->pair.before.accuracy = share(m->right[0], RUNS * EXAMPLES);
	m->pair.after.accuracy = (share(m->right[1], RUNS * EXAMPLES) + share(m->right[2], RUNS * EXAMPLES)) / 2;
	m->pair.difference = m->pair.after.accuracy - m->pair.before.accuracy;
	m->pair.before.similarity = likeness(m, 0);
	m->pair.after.similarity = (likeness(m, 1) + likeness(m, 2)) / 2;
	for (size_t k = 1; k <= SEEDS; k++)
		for (size_t i = 0; i < LABELS; i++) {
			const double change = m->minimum[k][i] - m->minimum[0][i];

			m->pair.grew += change > 0;
			m->pair.change += change / (SEEDS * LABELS);
		}
	m->ground = (struct ground){
		"t", { m->names, LABELS }, EXAMPLES, together == 1 ? NULL : m->sentence, EXAMPLES / together
	};
	m->materials = (struct materials){ .grounds = &m->ground,
					   .ground_count = 1,
					   .items = m->items,
					   .count = 1 + SEEDS,
					   .seeds = SEEDS,
					   .pair_before = &m->before,
					   .pair_after = m->after };
	m->evidence = (struct evidence){ .pairs = &m->pair, .pair_count = 1 };
}

static void make(struct made *m, uint64_t seed, double before, double after)
{
	make_together(m, seed, before, after, 1);
}

static void everything_once(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	const struct evidence *plain;
	struct resample *r;
	struct error err;

	(void)state;
	make(m, 1, 0.6, 0.8);
	assert_ok(resample_open(&r, &m->evidence, &m->materials, &err), err);
	plain = resample_plain(r);
	assert_float_equal(plain->pairs[0].before.accuracy, m->pair.before.accuracy, 1e-9);
	assert_float_equal(plain->pairs[0].after.accuracy, m->pair.after.accuracy, 1e-9);
	assert_float_equal(plain->pairs[0].difference, m->pair.difference, 1e-9);
	assert_float_equal(plain->pairs[0].before.similarity, m->pair.before.similarity, 1e-9);
	assert_float_equal(plain->pairs[0].after.similarity, m->pair.after.similarity, 1e-9);
	assert_float_equal(plain->pairs[0].after.clusters, 15, 0);
	assert_float_equal(plain->pairs[0].grew, m->pair.grew, 0);
	assert_float_equal(plain->pairs[0].compared, SEEDS * LABELS, 0);
	assert_float_equal(plain->pairs[0].change, m->pair.change, 1e-9);
	resample_close(r);
	free(m);
}

/* A transfer and a run's layer of the same states; what is not there stays as it is. */
static void layers_and_transfers(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	double norms[LABELS], sum = 0, minimum[2] = { 0, 0 }, x[LABELS * LABELS], y[LABELS * LABELS];
	long run_before = 0, run_after = 1;
	struct motion motion = { norms, LABELS, 1 };
	struct transfer transfer = { .model = "m", .target = "t", .source = "t" };
	struct layer layer = { .scale = 4, .likeness = KNOWN_DEFINED }, absent;
	struct run run = { .model = "m", .task = "t", .layers = &layer, .count = 1 };
	const struct evidence *drawn;
	struct resample *r;
	struct stream stream;
	struct error err;
	size_t pairs = 0;

	(void)state;
	make(m, 9, 0.5, 0.7);
	for (size_t a = 0; a < LABELS; a++) {
		norms[a] = (double)a;
		sum += norms[a];
		for (int i = 0; i < 2; i++)
			minimum[i] += m->minimum[i][a] / LABELS;
		for (size_t b = 0; b < a; b++) {
			x[pairs] = m->distances[0][a * LABELS + b];
			y[pairs++] = m->distances[1][a * LABELS + b];
		}
	}
	m->evidence = (struct evidence){ .transfers = &transfer,
					 .transfer_count = 1,
					 .runs = &run,
					 .run_count = 1,
					 .layers = &layer,
					 .layers_table = { .rows = 1 } };
	m->materials.transfer_before = &m->before;
	m->materials.transfer_after = m->after;
	m->materials.run_before = &run_before;
	m->materials.run_after = &run_after;
	m->materials.motions = &motion;
	transfer.change = m->pair.change;
	assert_ok(resample_open(&r, &m->evidence, &m->materials, &err), err);
	drawn = resample_plain(r);
	assert_float_equal(drawn->transfers[0].difference, m->pair.difference, 1e-9);
	assert_float_equal(drawn->transfers[0].change, m->pair.change, 1e-9);
	layer = drawn->runs[0].layers[0];
	assert_float_equal(layer.accuracy[0], share(m->right[0], RUNS * EXAMPLES) / 100, 1e-9);
	assert_float_equal(layer.accuracy[1], share(m->right[1], RUNS * EXAMPLES) / 100, 1e-9);
	assert_float_equal(layer.minimum[0], minimum[0], 1e-9);
	assert_float_equal(layer.minimum[1], minimum[1], 1e-9);
	assert_float_equal(layer.similarity, statistics_pearson(x, y, pairs), 1e-9);
	assert_float_equal(layer.relative_shift, sum / LABELS / 4, 1e-9);

	layer.relative_shift = transfer.difference = NAN; /* not measured: stays so in every draw */
	layer.accuracy[1] = NAN;
	layer.likeness = KNOWN_MISSING;
	layer.similarity = NAN;
	run_after = NO_MATERIAL;
	stream_init(&stream, 3);
	drawn = resample_draw(r, &stream);
	absent = drawn->runs[0].layers[0];
	assert_true(isnan(drawn->transfers[0].difference) && isnan(absent.accuracy[1]));
	assert_true(isnan(absent.similarity) && isnan(absent.relative_shift) && isnan(absent.minimum[1]));
	assert_true(!isnan(absent.minimum[0]));
	resample_close(r);
	free(m);
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* In how many samples of a population in which the difference is known the middle 95 % of
 * its draws hold it. */
static size_t covered(size_t trials, size_t together)
{
	const double before = 0.6, after = 0.7, truth = 100 * (after - before);
	struct made *m = calloc(1, sizeof *m);
	size_t count = 0;

	for (uint64_t trial = 0; trial < trials; trial++) {
		double changes[RESAMPLES];
		struct resample *r;
		struct stream s;
		struct error err;

		make_together(m, 1000 + trial, before, after, together);
		assert_ok(resample_open(&r, &m->evidence, &m->materials, &err), err);
		stream_init(&s, trial);
		for (size_t i = 0; i < RESAMPLES; i++)
			changes[i] = resample_draw(r, &s)->pairs[0].difference;
		qsort(changes, RESAMPLES, sizeof *changes, ascending);
		count += statistics_quantile(changes, RESAMPLES, 0.025) <= truth &&
			 truth <= statistics_quantile(changes, RESAMPLES, 0.975);
		resample_close(r);
	}
	free(m);
	return count;
}

/* Of the ranges of 95 % of the resamples 90 to 99 of 100 hold the truth, by themselves or
 * in sentences of five. */
static void intervals_cover(void **state)
{
	enum { TRIALS = 400 };

	(void)state;
	for (size_t together = 1; together <= 5; together += 4) {
		const size_t count = covered(TRIALS, together);

		if (count < TRIALS * 90 / 100 || count > TRIALS * 99 / 100)
			fail_msg("%zu of %d intervals cover, with %zu examples in a sentence", count, TRIALS,
				 together);
	}
}

static struct claim decided(struct made *m, int number, size_t seeds)
{
	struct resample *r;
	struct claims c;
	struct claim out;
	struct error err;

	m->materials.seeds = seeds;
	assert_ok(resample_open(&r, &m->evidence, &m->materials, &err), err);
	assert_ok(claims_resample(&c, &m->evidence, r, NULL, 1, 5, &err), err);
	out = c.items[number - 1];
	out.name = out.statement = out.why = out.certainty = NULL;
	claims_release(&c);
	resample_close(r);
	return out;
}

static void as_sure_as_the_numbers(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	struct claim c;

	(void)state;
	make(m, 2, 0.4, 0.9);
	c = decided(m, 1, SEEDS);
	assert_int_equal(c.verdict, VERDICT_HOLDS);
	assert_true(c.support >= 0.999 && c.draws == RESAMPLES);
	assert_true(c.effect.value == 100 && c.effect.low == 100 && c.effect.high == 100);
	make(m, 2, 0.9, 0.4);
	assert_int_equal(decided(m, 1, SEEDS).verdict, VERDICT_FAILS);
	make(m, 3, 0.6, 0.6);
	c = decided(m, 1, SEEDS);
	assert_int_equal(c.verdict, c.predicate == VERDICT_HOLDS ? VERDICT_LEANS_TO_HOLD : VERDICT_LEANS_TO_FAIL);
	assert_true(c.support > 0.05 && c.support < 0.95);
	free(m);
}

/* Of counts of clusters one seed says nothing more; two that disagree are unsure. */
static void clusters_by_seed(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	struct claim c;

	(void)state;
	make(m, 4, 0.5, 0.8);
	c = decided(m, 4, 1);
	assert_int_equal(c.predicate, VERDICT_HOLDS);
	assert_int_equal(c.verdict, VERDICT_LEANS_TO_HOLD);
	assert_true(isnan(c.support));
	m->strata[1].clusters = 8;
	m->strata[2].clusters = 22;
	c = decided(m, 4, SEEDS);
	assert_int_equal(c.verdict, VERDICT_LEANS_TO_HOLD);
	assert_true(c.support > 0.70 && c.support < 0.80); /* both times the second seed: a quarter */
	free(m);
}

/* A seed that is not there is not drawn, and a single one decides nothing about seeds. */
static void missing_seeds(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	struct claim c;

	(void)state;
	make(m, 7, 0.4, 0.9);
	m->after[0] = NO_MATERIAL;
	m->pair.after.accuracy = share(m->right[2], RUNS * EXAMPLES);
	m->pair.difference = m->pair.after.accuracy - m->pair.before.accuracy;
	c = decided(m, 1, SEEDS);
	assert_int_equal(c.draws, RESAMPLES);
	assert_int_equal(c.verdict, VERDICT_HOLDS);
	assert_true(isnan(decided(m, 4, SEEDS).support));
	free(m);
}

/* A claim about every case fails where one case contradicts it. */
static void one_case_contradicts(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	struct claim c;

	(void)state;
	make(m, 8, 0.6, 0.6);
	for (size_t i = 0; i < LABELS * LABELS; i++) /* the test set's distances were random before */
		m->tested[0][i] = isnan(m->tested[0][i]) ? NAN : (double)(i % 7);
	for (size_t a = 0; a < LABELS; a++)
		for (size_t b = 0; b < a; b++)
			m->tested[0][a * LABELS + b] = m->tested[0][b * LABELS + a];
	m->pair.before.similarity = likeness(m, 0);
	assert_true(m->pair.before.similarity < 0.5 && m->pair.after.similarity > 0.9);
	c = decided(m, 2, SEEDS);
	assert_int_equal(c.verdict, VERDICT_FAILS);
	assert_true(c.support < 0.001);
	free(m);
}

/* The same seed draws the same. */
static void draws_are_repeatable(void **state)
{
	struct made *m = calloc(1, sizeof *m);
	struct claim a, b;

	(void)state;
	make(m, 6, 0.6, 0.65);
	a = decided(m, 1, SEEDS);
	b = decided(m, 1, SEEDS);
	assert_memory_equal(&a, &b, sizeof a);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_once),        cmocka_unit_test(intervals_cover),
		cmocka_unit_test(as_sure_as_the_numbers), cmocka_unit_test(clusters_by_seed),
		cmocka_unit_test(draws_are_repeatable),   cmocka_unit_test(missing_seeds),
		cmocka_unit_test(one_case_contradicts),   cmocka_unit_test(layers_and_transfers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
