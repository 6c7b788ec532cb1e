/* Collect, figures and report of an experiment with recipes. */
#include "html.h"
#include "written.h"

#include "findings/claims.h"
#include "findings/evidence.h"

#include <math.h>

static const char recipes_ini[] =
	"[experiment]\nseed = 1\n[model bert-tiny]\npath = tiny\n[model mini]\npath = mini\n"
	"[recipe full]\n[recipe head]\nmethod = head\n"
	"[task pos]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
	"[task ps-fxn]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
	"[finetune]\ncheckpoints = 4\nseeds = 1\n[probe]\nlayers = all\nruns = 3\n"
	"[cross]\ntarget = ps-fxn\nsources = ps-fxn, pos\n";

static int setup(void **state)
{
	struct written *r = calloc(1, sizeof *r);

	world_init_as(&r->world, recipes_ini);
	written_init(r, NULL);
	*state = r;
	return 0;
}

static struct table table_of(const struct written *r, const char *name)
{
	struct error err = { 0 };
	char *path = path_join(r->world.collected.path, name);
	struct table t;

	if (table_read(&t, path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
	return t;
}

static size_t rows_with(const struct table *t, const char *model, const char *state)
{
	size_t count = 0;

	for (size_t row = 0; row < t->rows; row++)
		count += strcmp(table_text(t, row, 0), model) == 0 && strcmp(table_text(t, row, 2), state) == 0;
	return count;
}

/* results.csv is by model, subjects.csv by model and recipe, the original's rows once
 * for each. */
static void results_by_subject(void **state)
{
	const struct written *r = *state;
	struct table results = table_of(r, "results.csv"), subjects = table_of(r, "subjects.csv");

	assert_true(rows_with(&results, "mini", "original") > 0);
	assert_true(rows_with(&results, "mini", "pos-head-s1-c04") > 0);
	assert_int_equal(rows_with(&results, "mini (head)", "original"), 0);
	assert_int_equal(rows_with(&subjects, "mini (head)", "original"), rows_with(&results, "mini", "original"));
	assert_int_equal(rows_with(&subjects, "mini (full)", "original"), rows_with(&results, "mini", "original"));
	assert_int_equal(rows_with(&subjects, "mini (head)", "pos-head-s1-c04"),
			 rows_with(&results, "mini", "pos-head-s1-c04"));
	assert_int_equal(rows_with(&subjects, "mini (head)", "pos-full-s1-c04"), 0);
	table_release(&results);
	table_release(&subjects);
}

/* Every merged table tells the recipe, and the runs of both are there. */
static void tables_by_subject(void **state)
{
	static const char *const names[] = { "loss.csv", "minimum.csv", "similarity.csv", "accuracy.csv",
					     "table7.csv" };
	const struct written *r = *state;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct table t = table_of(r, names[i]);
		size_t found[2] = { 0 };

		for (size_t row = 0; row < t.rows; row++) {
			found[0] += strcmp(table_text(&t, row, 0), "bert-tiny (full)") == 0;
			found[1] += strcmp(table_text(&t, row, 0), "bert-tiny (head)") == 0;
		}
		assert_true(found[0] > 0);
		assert_int_equal(found[0], found[1]);
		table_release(&t);
	}
}

static void evidence_of_one_recipe(void **state)
{
	const struct written *r = *state;
	struct evidence e, part;
	struct error err = { 0 };

	assert_int_equal(evidence_read(&e, r->world.collected.path, &err), 0);
	assert_string_equal(evidence_recipe_at(&e, 0), "full");
	assert_string_equal(evidence_recipe_at(&e, 1), "head");
	assert_null(evidence_recipe_at(&e, 2));
	assert_string_equal(evidence_model(&e, "mini (head)"), "mini");
	assert_int_equal(evidence_part(&part, &e, "head", &err), 0);
	assert_int_equal(part.pair_count, 4);
	assert_int_equal(part.run_count, 4);
	for (size_t i = 0; i < part.run_count; i++) {
		assert_true(part.runs[i].has_similarity);
		assert_string_equal(evidence_recipe(&e, part.runs[i].model), "head");
	}
	evidence_part_release(&part);
	evidence_release(&e);
}

static void the_page_compares(void **state)
{
	const struct written *r = *state;
	static const char *const parts[] = { "Which fine-tuning changes what?", "mini (head)", "claims-by-recipe",
					     "recipes-pos" };

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strstr(r->page, parts[i]) == NULL)
			fail_msg("not in the page: %s", parts[i]);
}

/* Each claim is decided for each recipe by itself, and says how sure that is. */
static void claims_of_each_recipe(void **state)
{
	static const char *const recipes[] = { "full", "head" };
	const struct written *r = *state;
	struct table t = table_of(r, "robustness.csv");
	size_t supported = 0;

	assert_int_equal(t.rows, 2 * CLAIM_COUNT);
	for (size_t row = 0; row < t.rows; row++) {
		const double support = table_number_at(&t, row, "support");

		assert_string_equal(table_text_at(&t, row, "recipe"), recipes[row / CLAIM_COUNT]);
		assert_int_equal((long)table_number_at(&t, row, "claim"), (long)(1 + row % CLAIM_COUNT));
		/* The pairs, runs and sources of one recipe alone: two models, two tasks. */
		assert_int_equal((long)table_number_at(&t, row, "of"), 4);
		assert_true(isnan(support) || (support >= 0 && support <= 1));
		supported += isnan(support) ? 0 : 1;
	}
	assert_true(supported > (size_t)CLAIM_COUNT);
	table_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_by_subject),     cmocka_unit_test(tables_by_subject),
		cmocka_unit_test(evidence_of_one_recipe), cmocka_unit_test(the_page_compares),
		cmocka_unit_test(claims_of_each_recipe),
	};

	return cmocka_run_group_tests(tests, setup, written_teardown);
}
