/* Collecting a small experiment: every measure in its place, and what is
 * missing named. */
#include "world.h"

#include "findings/claims.h"
#include "findings/results.h"

#include <sys/stat.h>

static struct table read_table(const struct world *w, const char *name)
{
	char *path = path_join(w->collected.path, name);
	struct error err = { 0 };
	struct table t;

	if (table_read(&t, path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
	return t;
}

static void expect(const struct table *t, const struct place *p, const char *measure, const char *column,
		   double value)
{
	long row = results_find(t, p, measure);
	double found = row < 0 ? NAN : table_number_at(t, (size_t)row, column);

	if (row < 0)
		fail_msg("no %s of %s %s %s layer %ld", measure, p->model, p->state, p->task, p->layer);
	if (isnan(value) ? !isnan(found) : !(fabs(found - value) < 1e-12))
		fail_msg("%s %s: %.17g, expected %.17g", measure, column, found, value);
}

static void test_results(void **state)
{
	struct world w;
	struct table t;
	struct place p = { "mini", "ps-fxn", "ps-role-s1-c04", 1, "test", 3 };
	double runs[3];
	struct mean m;

	(void)state;
	world_init(&w);
	world_collect(&w);
	t = read_table(&w, "results.csv");
	for (int run = 0; run < 3; run++)
		runs[run] = 0.61 + 0.06 + 0.03 + 0.01 * world_noise("probe/mini/ps-role-s1-c04/ps-fxn", 3, run);
	m = mean_of(runs, 3);
	expect(&t, &p, "accuracy", "value", m.value);
	expect(&t, &p, "accuracy", "low", m.value - m.half);
	expect(&t, &p, "accuracy", "high", m.value + m.half);
	expect(&t, &p, "accuracy", "n", 3);
	expect(&t, &p, "accuracy_sd", "value", m.sd);
	expect(&t, &p, "macro_f1", "value", m.value - 0.1);
	expect(&t, &p, "majority", "value", 0.25);
	expect(&t, &p, "selectivity", "value", m.value - 0.2);
	expect(&t, &p, "linear_accuracy", "value", 0.5);
	expect(&t, &p, "linear_accuracy", "n", 3);
	/* What is measured on the training part says so. */
	p.split = "train";
	expect(&t, &p, "linear_train", "value", 1);
	expect(&t, &p, "codelength", "value", 90 - 70 * 0.03);
	expect(&t, &p, "codelength", "n", 40);
	expect(&t, &p, "compression", "value", 100 / (90 - 70 * 0.03));
	p.layer = 1;
	expect(&t, &p, "linear_train", "value", 0.9);
	p.split = "test";
	assert_int_equal(results_find(&t, &p, "codelength"), -1);

	p = (struct place){ "bert-tiny", "pos", "original", 0, "train", 3 };
	expect(&t, &p, "clusters", "value", 23);
	expect(&t, &p, "linear", "value", 0);
	expect(&t, &p, "conflicts", "n", 120);
	expect(&t, &p, "minimum", "value", 3);
	expect(&t, &p, "minimum", "n", 5);
	p.state = "pos-s1-c04";
	p.seed = 1;
	expect(&t, &p, "clusters", "value", 5);
	expect(&t, &p, "minimum", "value", 9);
	/* A checkpoint on the way comes from trajectory, the ends do not. */
	p.state = "pos-s1-c02";
	expect(&t, &p, "minimum", "value", 6);
	assert_int_equal(results_find(&t, &p, "clusters"), -1);
	expect(&t, &p, "cka", "value", 1 - 0.02 * 2 * 3);
	expect(&t, &p, "rsa", "high", 0.99);
	expect(&t, &p, "shift", "value", 0.2 * 2 * 4);
	expect(&t, &p, "similarity", "n", 10);
	p.split = "both";
	p.state = "pos-s1-c04";
	expect(&t, &p, "divergence", "value", 0.62 + 0.05 * world_noise("divergence/bert-tiny/pos-s1-c04/pos", 0, 0));
	table_release(&t);
	world_release(&w);
}

/* What the probes see of a layer, before and after fine-tuning, in layers.csv. */
static void test_probed_layers(void **state)
{
	static const char *const cells[2] = { "probe/mini/original/ps-role", "probe/mini/ps-role-s1-c04/ps-role" };
	struct world w;
	struct table t;
	size_t row = 0;

	(void)state;
	world_init(&w);
	world_collect(&w);
	t = read_table(&w, "layers.csv");
	while (row < t.rows &&
	       (strcmp(table_text(&t, row, 0), "mini") != 0 || strcmp(table_text(&t, row, 1), "ps-role") != 0))
		row++;
	for (int layer = 0; layer < WORLD_LAYERS; layer++, row++) {
		assert_true(row < t.rows && table_number_at(&t, row, "layer") == layer);
		for (int after = 0; after < 2; after++) {
			double accuracy = 0.61 + 0.02 * layer + 0.07 * after;

			for (int run = 0; run < 3; run++)
				accuracy += 0.01 * world_noise(cells[after], layer, run) / 3;
			assert_true(
				fabs(table_number_at(&t, row, after ? "selectivity_after" : "selectivity_before") -
				     (accuracy - 0.2)) < 1e-12);
			assert_true(fabs(table_number_at(&t, row, after ? "codelength_after" : "codelength_before") -
					 (90 - 4.9 * after)) < 1e-12);
			assert_true(table_number_at(&t, row, after ? "linear_train_after" : "linear_train_before") ==
				    (layer == 1 ? 0.9 : 1));
		}
	}
	table_release(&t);
	world_release(&w);
}

/* The participation ratio, from the covariance itself. */
static void test_participation(void **state)
{
	double d[WORLD_LABELS][WORLD_WIDTH], mean[WORLD_WIDTH] = { 0 }, trace = 0, squares = 0, norm = 0;
	const int layer = 2;
	struct place p = { "mini", "ps-role", "ps-role-s1-c04", 1, "train", layer };
	struct table t;
	struct world w;
	long row;

	(void)state;
	world_init(&w);
	world_collect(&w);
	t = read_table(&w, "results.csv");
	for (int i = 0; i < WORLD_LABELS; i++) {
		double square = 0;

		for (int k = 0; k < WORLD_WIDTH; k++) {
			double start = world_noise("start", i, k + 100 * layer);

			d[i][k] =
				k <= layer + 1
					? (double)(float)(start + (1 + layer) * (world_noise("moved", i, k) - 0.5)) -
						  (double)(float)start
					: 0;
			square += d[i][k] * d[i][k];
			mean[k] += d[i][k] / WORLD_LABELS;
		}
		norm += sqrt(square) / WORLD_LABELS;
	}
	for (int a = 0; a < WORLD_WIDTH; a++)
		for (int b = 0; b < WORLD_WIDTH; b++) {
			double covariance = 0;

			for (int i = 0; i < WORLD_LABELS; i++)
				covariance += (d[i][a] - mean[a]) * (d[i][b] - mean[b]);
			squares += covariance * covariance;
			trace += a == b ? covariance : 0;
		}
	expect(&t, &p, "shift", "value", norm);
	row = results_find(&t, &p, "participation");
	assert_true(row >= 0);
	assert_true(fabs(table_number_at(&t, (size_t)row, "value") - trace * trace / squares) < 1e-10);
	table_release(&t);
	world_release(&w);
}

static void test_merged(void **state)
{
	struct world w;
	struct table t;
	size_t row;

	(void)state;
	world_init(&w);
	world_collect(&w);
	t = read_table(&w, "similarity.csv");
	assert_int_equal(t.rows, 2 * 3 * WORLD_LAYERS * 4);
	assert_string_equal(table_text_at(&t, 0, "model"), "bert-tiny");
	assert_string_equal(table_text_at(&t, 0, "state_a"), "original");
	assert_string_equal(table_text_at(&t, 0, "state_b"), "pos-s1-c01");
	assert_string_equal(table_text_at(&t, 0, "step"), "25");
	table_release(&t);
	t = read_table(&w, "minimum.csv");
	assert_string_equal(table_text_at(&t, 0, "state"), "original");
	assert_string_equal(table_text_at(&t, 0, "step"), "0");
	table_release(&t);
	t = read_table(&w, "distances.csv");
	assert_int_equal(t.rows, 2 * 3 * 2 * WORLD_LAYERS * 10); /* no cross-task cells */
	for (row = 0; strcmp(table_text_at(&t, row, "state"), "original") == 0; row++)
		;
	assert_string_equal(table_text_at(&t, row, "step"), "100");
	assert_string_equal(table_text_at(&t, row, "split"), "train");
	table_release(&t);
	t = read_table(&w, "margins.csv");
	assert_int_equal(t.rows, 2 * (3 * 2 + 2) * WORLD_LAYERS * WORLD_LABELS); /* and the cross-task cells */
	table_release(&t);
	t = read_table(&w, "divergence.csv");
	assert_string_equal(table_text_at(&t, 0, "state"), "original");
	assert_string_equal(table_text_at(&t, 0, "state_a"), "train");
	table_release(&t);
	t = read_table(&w, "loss.csv");
	assert_string_equal(table_text_at(&t, 1, "step"), "2");
	table_release(&t);
	t = read_table(&w, "pretrain.csv");
	assert_int_equal(t.rows, 0);
	table_release(&t);
	t = read_table(&w, "counts.csv");
	assert_string_equal(table_text_at(&t, 2, "train"), "1234");
	assert_string_equal(table_text_at(&t, 2, "unknown"), "5");
	table_release(&t);
	world_release(&w);
}

static size_t row_of(const struct table *t, const char *model, const char *task, const char *variant)
{
	for (size_t row = 0; row < t->rows; row++)
		if (strcmp(table_text(t, row, 0), model) == 0 && strcmp(table_text(t, row, 1), task) == 0 &&
		    strcmp(table_text(t, row, 2), variant) == 0)
			return row;
	fail_msg("no row %s %s %s", model, task, variant);
	return 0;
}

static void test_table7(void **state)
{
	struct world w;
	struct table t;
	size_t row;

	(void)state;
	world_init(&w);
	world_collect(&w);
	t = read_table(&w, "table7.csv");
	assert_int_equal(t.rows, 2 * 3 * 2);
	row = row_of(&t, "bert-tiny", "pos", "original");
	assert_true(table_number_at(&t, row, "accuracy") > 67 && table_number_at(&t, row, "accuracy") < 68);
	assert_string_equal(table_text_at(&t, row, "similarity_state"), "undefined");
	assert_string_equal(table_text_at(&t, row, "train_test_similarity"), "");
	row = row_of(&t, "bert-tiny", "pos", "fine-tuned");
	assert_string_equal(table_text_at(&t, row, "similarity_state"), "defined");
	assert_true(fabs(table_number_at(&t, row, "similarity_zero") -
			 table_number_at(&t, row, "train_test_similarity") + 0.01) < 1e-12);
	assert_string_equal(table_text_at(&t, row, "hidden1"), "64");
	assert_string_equal(table_text_at(&t, row, "labels_compared"), "5");
	assert_string_equal(table_text_at(&t, row, "label_growth"), "5");
	assert_true(fabs(table_number_at(&t, row, "minimum_change") - 6) < 1e-12);
	assert_true(fabs(table_number_at(&t, row, "p_permutation") - 2.0 / 20) < 1e-12);
	/* The vote is right on 3 of 8 before, on 8 of 8 after: 2 · 2⁻⁵. */
	assert_true(fabs(table_number_at(&t, row, "p_mcnemar") - 2.0 / 32) < 1e-12);
	table_release(&t);
	t = read_table(&w, "crosstask.csv");
	assert_int_equal(t.rows, 2 * 3);
	assert_string_equal(table_text_at(&t, 2, "role"), "opposing");
	assert_string_equal(table_text_at(&t, 2, "shrank"), "5");
	assert_true(fabs(table_number_at(&t, 2, "minimum_change") + 0.4 * 3) < 1e-12);
	table_release(&t);
	world_release(&w);
}

static enum verdict verdict_of(const struct world *w, int number, const char *part)
{
	char *path = path_join(w->collected.path, "claims.json");
	struct error err = { 0 };
	struct claims c;
	enum verdict v;

	if (claims_read(&c, path, &err) < 0)
		fail_msg("%s", err.text);
	v = c.items[number - 1].predicate;
	if (strstr(c.items[number - 1].why, part) == NULL)
		fail_msg("claim %d: %s: %s, expected \"%s\"", number, verdict_name(v), c.items[number - 1].why, part);
	claims_release(&c);
	free(path);
	return v;
}

/* Fits of 40 epochs: of 1,000 at most they converged, of 40 at most they were cut. */
static void test_convergence(void **state)
{
	static const char cut[] = "[experiment]\nseed = 1\n[model mini]\npath = mini\n"
				  "[task pos]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
				  "[finetune]\ncheckpoints = 4\nseeds = 1\n"
				  "[probe]\nlayers = all\nruns = 3\nmax_iter = 40\n";

	(void)state;
	for (int limited = 0; limited < 2; limited++) {
		struct world w;
		struct table t;

		world_init_as(&w, limited ? cut : world_ini);
		world_collect(&w);
		t = read_table(&w, "convergence.csv");
		/* Each model and task; the classifier, the linear and the control probe. */
		assert_int_equal(t.rows, limited ? 3 : 2 * 3 * 3);
		for (size_t row = 0; row < t.rows; row++) {
			double fits = table_number_at(&t, row, "fits");

			assert_true(fits >= 2 * WORLD_LAYERS * 3); /* original and fine-tuned, three runs */
			assert_true(table_number_at(&t, row, "cut_short") == (limited ? fits : 0));
			assert_true(table_number_at(&t, row, "max_iter") == (limited ? 40 : 1000));
		}
		table_release(&t);
		world_release(&w);
	}
}

static void test_claims(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	world_collect(&w);
	assert_int_equal(verdict_of(&w, 1, "6 of 6 pairs"), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&w, 2, "4 of the 4 pairs"), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&w, 3, "fell in no pair"), VERDICT_UNDECIDED);
	assert_int_equal(verdict_of(&w, 4, "2 of the 2 pairs"), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&w, 5, "20 of 20 labels"), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&w, 6, "6 of 6 sources"), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&w, 7, "6 of 6 runs"), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&w, 8, "4 of the 4 runs"), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&w, 9, "6 of 6 runs"), VERDICT_HOLDS);
	world_release(&w);
}

static void test_missing(void **state)
{
	struct world w;
	struct table t;
	char *text;

	(void)state;
	world_init(&w);
	world_set(&w, "probe/mini/pos-s1-c04/pos", COLLECT_FAILED);
	world_set(&w, "divergence/mini/ps-fxn-s1-c04/ps-fxn", COLLECT_STALE);
	world_set(&w, "similarity/mini/pos-s1", COLLECT_MISSING);
	world_set(&w, "directprobe/bert-tiny/pos-s1-c04/ps-fxn/train", COLLECT_MISSING);
	for (size_t i = 0; i < w.plan.count; i++)
		if (strcmp(w.plan.cells[i].name, "trajectory/bert-tiny/pos-s1") == 0)
			world_file(w.directories[i], "spread.csv", "layer,size\n0,1\n");
	world_collect(&w);
	text = support_text(w.collected.path, "missing.json");
	assert_non_null(strstr(text, "\"cell\": \"probe/mini/pos-s1-c04/pos\",\n  \"why\": \"failed\""));
	assert_non_null(strstr(text, "\"why\": \"stale\""));
	assert_non_null(strstr(text, "\"cell\": \"similarity/mini/pos-s1\",\n  \"why\": \"missing\""));
	assert_non_null(strstr(text, "spread.csv:1: another header, expected layer,scale,pc1,pc2"));
	free(text);
	t = read_table(&w, "table7.csv");
	assert_string_equal(table_text_at(&t, row_of(&t, "mini", "pos", "fine-tuned"), "accuracy"), "");
	assert_string_equal(table_text_at(&t, row_of(&t, "mini", "ps-fxn", "fine-tuned"), "similarity_state"),
			    "missing");
	table_release(&t);
	assert_int_equal(verdict_of(&w, 1, "5 of 5 pairs (100.0 %); 1 of 6 pairs missing"), VERDICT_UNDECIDED);
	assert_int_equal(verdict_of(&w, 2, "1 of 6 pairs missing"), VERDICT_UNDECIDED);
	assert_int_equal(verdict_of(&w, 6, "5 of 5 sources; 1 source is missing"), VERDICT_UNDECIDED);
	assert_int_equal(verdict_of(&w, 7, "1 run is missing"), VERDICT_UNDECIDED);
	assert_int_equal(verdict_of(&w, 9, "5 of 5 runs"), VERDICT_UNDECIDED);
	world_release(&w);
}

/* Nothing but the plan: everything is missing, every table is there. */
static void test_nothing(void **state)
{
	static const char *const names[] = { "results.csv",   "similarity.csv", "shift.csv",     "minimum.csv",
					     "distances.csv", "paths.csv",      "alignment.csv", "divergence.csv",
					     "loss.csv",      "confusion.csv",  "pretrain.csv",  "counts.csv",
					     "crosstask.csv", "layers.csv" };
	struct world w;

	(void)state;
	world_init(&w);
	for (size_t i = 0; i < w.plan.count; i++)
		w.states[i] = COLLECT_MISSING;
	world_collect(&w);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct table t = read_table(&w, names[i]);

		if (strcmp(names[i], "crosstask.csv") != 0)
			assert_int_equal(t.rows, 0);
		table_release(&t);
	}
	for (int claim = 1; claim <= CLAIM_COUNT; claim++)
		assert_int_equal(verdict_of(&w, claim, ""), VERDICT_UNDECIDED);
	world_release(&w);
}

static void test_same_bytes(void **state)
{
	struct world a, b;

	(void)state;
	world_init(&a);
	world_init(&b);
	pool_free(b.context.pool);
	b.context.pool = pool_new(3);
	world_collect(&a);
	world_collect(&b);
	assert_int_equal(a.collected.count, b.collected.count);
	for (size_t i = 0; i < a.collected.count; i++)
		assert_string_equal(a.collected.items[i].sha256, b.collected.items[i].sha256);
	world_release(&a);
	world_release(&b);
}

/* The directory of a cell. */
static const char *directory_of(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->plan.count; i++)
		if (strcmp(w->plan.cells[i].name, name) == 0)
			return w->directories[i];
	fail_msg("no cell %s", name);
	return NULL;
}

/* The distance of the first two labels at a layer in a cell's table, as four digits. */
static double first_distance(const char *directory, const char *state, long layer)
{
	char *path = path_join(directory, "distances.csv");
	struct error err = { 0 };
	struct table t;
	double found = NAN;

	if (table_read(&t, path, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t row = 0; row < t.rows; row++)
		if ((state == NULL || strcmp(table_text_at(&t, row, "state"), state) == 0) &&
		    (long)table_number_at(&t, row, "layer") == layer &&
		    strcmp(table_text_at(&t, row, "label_a"), "ADJ") == 0 &&
		    strcmp(table_text_at(&t, row, "label_b"), "NOUN") == 0)
			found = table_number_at(&t, row, "distance");
	table_release(&t);
	free(path);
	assert_true(!isnan(found));
	return found;
}

static void expect_near(const json_t *number, double value)
{
	assert_true(json_is_number(number));
	assert_true(fabs(json_number_value(number) - value) <= 1e-3 * fabs(value));
}

static json_t *at3(const json_t *array, size_t a, size_t b, size_t c)
{
	return json_array_get(json_array_get(json_array_get(array, a), b), c);
}

/* What the page's views are drawn from is what the cells hold. */
static void test_exploration(void **state)
{
	static const char *const keys[] = { "before", "after" };
	struct world w;
	struct error err = { 0 };
	json_t *all, *run, *mistake;
	FILE *f;
	char *path;

	(void)state;
	world_init(&w);
	f = world_open(directory_of(&w, "prepare/pos"), "test.tsv");
	for (int i = 0; i < WORLD_EXAMPLES; i++)
		fprintf(f, "s%d\tword%d stands\t0\t0\t\t\tADJ\n", i, i);
	fclose(f);
	world_collect(&w);
	path = path_join(w.collected.path, "exploration.json");
	if (json_read(&all, path, &err) < 0)
		fail_msg("%s", err.text);
	run = json_array_get(json_object_get(all, "runs"), 0);
	assert_string_equal(json_string_value(json_object_get(run, "task")), "pos");
	assert_string_equal(json_string_value(json_object_get(run, "model")), "bert-tiny");
	assert_int_equal(json_array_size(json_object_get(run, "steps")), 5);
	for (size_t layer = 0; layer < WORLD_LAYERS; layer++) {
		const char *trajectory = directory_of(&w, "trajectory/bert-tiny/pos-s1");

		expect_near(json_array_get(json_array_get(json_object_get(run, "before"), layer), 0),
			    first_distance(directory_of(&w, "directprobe/bert-tiny/original/pos/train"), NULL,
					   (long)layer));
		expect_near(json_array_get(json_array_get(json_object_get(run, "after"), layer), 0),
			    first_distance(directory_of(&w, "directprobe/bert-tiny/pos-s1-c04/pos/train"), NULL,
					   (long)layer));
		for (size_t c = 0; c < 5; c++)
			expect_near(at3(json_object_get(run, "followed"), layer, c, 0),
				    first_distance(trajectory, world_states[c], (long)layer));
	}
	for (size_t k = 0; k < 2; k++) { /* ADJ, and ADJ read as NOUN */
		const json_t *counts = json_object_get(json_object_get(run, "confusion"), keys[k]);

		assert_int_equal(json_array_size(counts), 2);
		assert_int_equal(json_integer_value(json_array_get(json_array_get(counts, 1), 1)), 1);
		assert_int_equal(json_integer_value(json_array_get(json_array_get(counts, 1), 2)), 2);
	}
	/* Two of three runs have the first three examples right before, the first eight after. */
	assert_int_equal(json_integer_value(json_object_get(run, "wrong")), WORLD_EXAMPLES - 3);
	mistake = json_array_get(json_object_get(run, "mistakes"), 0);
	assert_int_equal(json_integer_value(json_array_get(mistake, 0)), 3);
	assert_int_equal(json_integer_value(json_array_get(mistake, 5)), 0); /* ADJ */
	assert_int_equal(json_integer_value(json_array_get(mistake, 6)), 1);
	assert_int_equal(json_integer_value(json_array_get(mistake, 7)), 0);
	run = json_object_get(json_object_get(all, "tasks"), "pos");
	assert_string_equal(json_string_value(json_object_get(json_object_get(run, "sentences"), "3")),
			    "word3 stands");
	json_decref(all);
	free(path);
	world_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),       cmocka_unit_test(test_probed_layers),
		cmocka_unit_test(test_participation), cmocka_unit_test(test_merged),
		cmocka_unit_test(test_table7),        cmocka_unit_test(test_claims),
		cmocka_unit_test(test_missing),       cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_convergence),   cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_exploration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
