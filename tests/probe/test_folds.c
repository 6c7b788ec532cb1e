/* The grid, and folds against scikit-learn's. */
#include "support.h"

#include "base/table.h"
#include "probe/draw.h"
#include "probe/folds.h"
#include "probe/grid.h"

#include <string.h>

/* tests/fixtures/mlp/folds.csv: what StratifiedKFold(5) gives for two sets of
 * labels, one of them with labels of fewer examples than folds. */
static void folds_compare(const char *set, bool bytewise)
{
	char *root = path_join(FIXTURES, "mlp/folds.csv"), names[64][8];
	uint32_t labels[256], expected[256], fold[256];
	size_t count = 0, classes = 0;
	struct table t;
	struct error err = { 0 };

	if (table_read_as(&t, root, "set,row,label,fold", &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < t.rows; i++) {
		size_t c = 0;

		if (strcmp(table_text(&t, i, 0), set) != 0)
			continue;
		while (c < classes && strcmp(names[c], table_text(&t, i, 2)) != 0)
			c++;
		if (c == classes)
			snprintf(names[classes++], sizeof *names, "%s", table_text(&t, i, 2));
		labels[count] = (uint32_t)c;
		expected[count++] = (uint32_t)table_number(&t, i, 3);
	}
	assert_true(count >= 20);
	/* The classes' numbers do not matter, only the order of the examples. */
	for (size_t i = 0; bytewise && i < count; i++)
		labels[i] = (uint32_t)classes - 1 - labels[i];
	if (folds_stratified(fold, labels, count, classes, 5, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(fold[i], expected[i]);
	table_release(&t);
	free(root);
}

static void test_folds(void **state)
{
	(void)state;
	folds_compare("skewed", false);
	folds_compare("skewed", true);
	folds_compare("small", false);
	folds_compare("small", true);
}

static void test_grid_named(void **state)
{
	struct probe_grid g;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(grid_parse(&g, "paper", &err), 0);
	assert_int_equal(g.count, 128);
	assert_true(g.items[0].alpha == 1e-7 && g.items[0].hidden1 == 32 && g.items[0].hidden2 == 32);
	assert_true(g.items[1].alpha == 1e-7 && g.items[1].hidden1 == 32 && g.items[1].hidden2 == 64);
	assert_true(g.items[127].alpha == 1 && g.items[127].hidden1 == 256 && g.items[127].hidden2 == 256);
	grid_release(&g);
	assert_int_equal(grid_parse(&g, "small", &err), 0);
	assert_int_equal(g.count, 12);
	assert_true(g.items[6].alpha == 1e-3 && g.items[6].hidden1 == 256 && g.items[6].hidden2 == 64);
	grid_release(&g);
}

/* Alphas are outermost, as in ParameterGrid, however the text is cut. */
static void test_grid_written(void **state)
{
	static const char *const texts[] = { "64x32:1e-4,0.01;8x8:1e-4,0.01",
					     "64x32:1e-4,8x8:0.0001,64x32:1e-2;8x8:0.01" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct probe_grid g, linear;
		struct error err = { 0 };

		if (grid_parse(&g, texts[i], &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(g.count, 4);
		assert_true(g.items[0].hidden1 == 64 && g.items[0].hidden2 == 32 && g.items[0].alpha == 1e-4);
		assert_true(g.items[1].hidden1 == 8 && g.items[1].hidden2 == 8 && g.items[1].alpha == 1e-4);
		assert_true(g.items[2].hidden1 == 64 && g.items[2].alpha == 1e-2);
		assert_int_equal(grid_linear(&linear, &g, &err), 0);
		assert_int_equal(linear.count, 2);
		assert_true(linear.items[0].hidden1 == 0 && linear.items[1].alpha == 1e-2);
		grid_release(&g);
		grid_release(&linear);
	}
}

static void test_grid_malformed(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "64x64", "grid: \"64x64\": expected hidden sizes and an alpha, such as 64x64:1e-4" },
		{ "64:1e-4", "grid: \"64\": expected two hidden sizes of 1 to 4096, such as 64x128" },
		{ "64x0:1e-4", "grid: \"64x0\": expected two hidden sizes of 1 to 4096, such as 64x128" },
		{ "64x5000:1e-4", "grid: \"64x5000\": expected two hidden sizes of 1 to 4096, such as 64x128" },
		{ "64x64x64:1e-4", "grid: \"64x64x64\": expected two hidden sizes of 1 to 4096, such as 64x128" },
		{ "64x64:1e-4,", "grid: \"\": expected an alpha of 0 or more, such as 1e-4" },
		{ "64x64:-1", "grid: \"-1\": expected an alpha of 0 or more, such as 1e-4" },
		{ "64x64:nan", "grid: \"nan\": expected an alpha of 0 or more, such as 1e-4" },
		{ "64x64:1e-4;1e-2", "grid: \"1e-2\": expected hidden sizes and an alpha, such as 64x64:1e-4" },
		{ "64x64:1e-4,0.0001", "grid: \"0.0001\": this setting stands in the grid twice" },
		{ "large", "grid: \"large\": expected hidden sizes and an alpha, such as 64x64:1e-4" },
		{ "", "grid: \"\": expected hidden sizes and an alpha, such as 64x64:1e-4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct probe_grid g;
		struct error err = { 0 };

		assert_int_equal(grid_parse(&g, bad[i].text, &err), -1);
		assert_string_equal(err.text, bad[i].message);
		assert_int_equal(err.status, STATUS_INPUT);
		grid_release(&g);
	}
}

/* RandomState(1).random_sample(3) and, of a new one, .permutation(10). */
static void test_draws(void **state)
{
	static const double expected[3] = { 0.417022004702574, 0.7203244934421581, 0.00011437481734488664 };
	static const uint32_t order[10] = { 2, 9, 6, 4, 0, 3, 1, 7, 8, 5 };
	uint32_t items[10];
	gsl_rng *g = draw_new(1);

	(void)state;
	assert_non_null(g);
	for (size_t i = 0; i < 3; i++)
		assert_true(draw_uniform(g, 0, 1) == expected[i]);
	gsl_rng_free(g);
	g = draw_new(1);
	for (uint32_t i = 0; i < 10; i++)
		items[i] = i;
	draw_shuffle(g, items, 10);
	assert_memory_equal(items, order, sizeof order);
	gsl_rng_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folds),        cmocka_unit_test(test_grid_named),
		cmocka_unit_test(test_grid_written), cmocka_unit_test(test_grid_malformed),
		cmocka_unit_test(test_draws),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
