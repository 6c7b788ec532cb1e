/* The methods state what the cells were run with, as their manifests have it. */
#include "html.h"
#include "written.h"

#include "report/content.h"
#include "report/tabulars_usage.h"

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("not in the page: %s", part);
}

static void test_text(void **state)
{
	const struct written *r = *state;

	/* Both models took the first piece, but only one was let cut sentences. */
	has(r->page, "A word is represented by the vector of its first word piece, a pair of words");
	assert_null(strstr(r->page, "No sentence was cut"));
	/* Epochs and dropout differ, and so are not said to be those of all runs. */
	has(r->page,
	    "All runs have batches of 32 sentences, the sentences in shuffled order, a peak learning rate of "
	    "0.0003, to which the rate rises linearly in the first 0.1 of the updates, falling linearly to 0 in "
	    "the rest, a weight decay of 0, gradients scaled down to a norm of 1 (0: as they are).");
	has(r->page, "are chosen from " CONTENT_GRID_SMALL " by five-fold cross-validation on the training part; the "
		     "chosen setting is trained 3 times with different initialisations, at most 1000 epochs each.");
	has(r->page,
	    "Matrix products have the same bytes on every x86-64 processor with AVX2; some of the stages ran on "
	    "one without, where results are equal and not identical.");
}

/* The row of a model and a task, column by column. */
static void check_row(const struct tabular *g, const char *model, const char *task, const char *const *cells)
{
	for (size_t row = 0; row < tabular_rows(g); row++) {
		if (strcmp(tabular_text(g, row, 0), model) != 0 || strcmp(tabular_text(g, row, 1), task) != 0)
			continue;
		for (size_t c = 0; c < g->count; c++)
			assert_string_equal(tabular_text(g, row, c), cells[c]);
		return;
	}
	fail_msg("no row of %s on %s", task, model);
}

static void test_finetuning(void **state)
{
	static const char *const tiny[] = { "bert-tiny", "pos", "1", "10",     "100",  "32", "0.0003",
					    "0.1",       "0",   "1", "0.1250", "0.20", "7" },
				 *const mini[] = { "mini", "pos", "1", "3",    "100",  "32", "0.0003",
						   "0.1",  "0",   "1", "0.25", "0.25", "0" };
	const struct written *r = *state;
	struct error err = { 0 };
	struct usage u;
	struct tabular g;

	assert_int_equal(usage_read(&u, r->in.cells, r->in.cell_count, &err), 0);
	assert_int_equal(tabular_finetuning(&g, &u, r->in.collected, &err), 0);
	assert_int_equal(tabular_rows(&g), 6);
	check_row(&g, "bert-tiny", "pos", tiny);
	check_row(&g, "mini", "pos", mini);
	assert_string_equal(usage_common(&u, "finetune", "batch"), "32");
	assert_null(usage_common(&u, "finetune", "epochs"));
	assert_null(usage_common(&u, "finetune", "no such key"));
	assert_null(usage_common(&u, "prepare", "batch"));
	tabular_release(&g);
	usage_release(&u);
}

static void test_selection(void **state)
{
	static const char *const cells[] = {
		"mini", "pos", "original", "0", "64", "32", "1e-05", "3", "40", "1e-05"
	};
	const struct written *r = *state;
	struct error err = { 0 };
	struct tabular g;

	assert_int_equal(tabular_selection(&g, r->in.collected, &err), 0);
	/* Three tasks before and after, and two sources of another task. */
	assert_int_equal(tabular_rows(&g), 2 * (3 + 3 + 2) * WORLD_LAYERS);
	check_row(&g, "mini", "pos", cells);
	tabular_release(&g);
}

static void test_encoders(void **state)
{
	static const char *const cells[] = { "mini", "3", "2", "6", "24", "500", "96" };
	const struct written *r = *state;
	struct error err = { 0 };
	struct tabular g;

	assert_int_equal(tabular_encoders(&g, r->in.collected, &err), 0);
	assert_int_equal(tabular_rows(&g), 2);
	for (size_t c = 0; c < g.count; c++)
		assert_string_equal(tabular_text(&g, 1, c), cells[c]);
	tabular_release(&g);
}

/* A run that is not there is in no table, and its parameters are in no sentence. */
static void test_missing(void **state)
{
	struct written r = { 0 };
	size_t drawings;

	(void)state;
	world_init(&r.world);
	for (size_t i = 0; i < r.world.plan.count; i++)
		if (r.world.plan.cells[i].model != NULL && strcmp(r.world.plan.cells[i].model, "mini") == 0)
			r.world.states[i] = COLLECT_MISSING;
	written_init(&r, "divergence");
	html_check(r.page, r.out.path, &drawings);
	has(r.page, "All runs have 10 epochs, batches of 32 sentences");
	has(r.page, "and the dropout of each model’s own configuration.");
	written_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),     cmocka_unit_test(test_finetuning), cmocka_unit_test(test_selection),
		cmocka_unit_test(test_encoders), cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, written_setup, written_teardown);
}
