/* tunescope probe on plain files, as it is called from a shell: scikit-learn's
 * numbers (tests/fixtures/mlp) come out of the program itself. */
#include "support.h"

#include "base/json.h"
#include "base/table.h"

#include <math.h>
#include <string.h>

static char *place;

#define FILES(folder)                                                                                                \
	"--train " folder "/train.npy --train-labels " folder "/train-labels.txt --test " folder "/test.npy "        \
	"--test-labels " folder "/test-labels.txt "

static void expect(const char *arguments, int status, const char *printed)
{
	int got = support_tunescope(place, arguments);
	char *text = support_text(place, "printed.txt");

	if (got != status || strcmp(text, printed) != 0)
		fail_msg("%s: exit %d, \"%s\"; expected exit %d, \"%s\"", arguments, got, text, status, printed);
	free(text);
}

static void read_csv(struct table *out, const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	struct error err = { 0 };

	if (table_read(out, path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

/* The first 20 epochs of a run within `tolerance` of scikit-learn's. */
static void losses_compare(const char *fixture, const char *out, long run, double tolerance)
{
	struct table ours, theirs;
	size_t row = 0;

	read_csv(&ours, out, "loss.csv");
	read_csv(&theirs, fixture, run == 0 ? "loss.csv" : "loss-seed2.csv");
	assert_int_equal(theirs.rows, 20);
	while (row < ours.rows && table_number_at(&ours, row, "run") != (double)run)
		row++;
	for (size_t i = 0; i < theirs.rows; i++, row++) {
		assert_true(row < ours.rows);
		assert_true(table_number_at(&ours, row, "epoch") == table_number_at(&theirs, i, "epoch"));
		assert_true(fabs(table_number_at(&ours, row, "loss") - table_number_at(&theirs, i, "loss")) <
			    tolerance);
	}
	table_release(&ours);
	table_release(&theirs);
}

/* Every prediction of a run for the test part is scikit-learn's. */
static void predictions_compare(const char *fixture, const char *out, long run)
{
	char *text = support_text(fixture, run == 0 ? "predictions.txt" : "predictions-seed2.txt"), *rest = text,
	     *line;
	struct table t;
	size_t row = 0;

	read_csv(&t, out, "predictions.csv");
	while (row < t.rows && table_number_at(&t, row, "run") != (double)run)
		row++;
	for (double i = 0; (line = strsep(&rest, "\n")) != NULL && rest != NULL; i++, row++) {
		assert_true(row < t.rows && table_number_at(&t, row, "run") == (double)run);
		assert_true(table_number_at(&t, row, "example") == i);
		assert_string_equal(table_text_at(&t, row, "predicted"), line);
	}
	assert_int_equal(row, (size_t)(run + 1) * t.rows / 2);
	table_release(&t);
	free(text);
}

/* Two runs in float64 on the fixture: seed and seed + 1. */
static void fixture_compare(const char *name, const char *arguments)
{
	char *root = path_join(FIXTURES, "mlp"), *fixture = path_join(root, name), *out = path_join(place, name);
	char *path = path_join(fixture, "expected.json");
	struct error err = { 0 };
	struct table t;
	json_t *expected;

	expect(arguments, 0, "");
	if (json_read(&expected, path, &err) < 0)
		fail_msg("%s", err.text);
	read_csv(&t, out, "accuracy.csv");
	assert_int_equal(t.rows, 2);
	for (size_t i = 0; i < t.rows; i++) {
		json_t *run = json_array_get(json_object_get(expected, "runs"), i);

		assert_true(table_number_at(&t, i, "seed") == json_number_value(json_object_get(run, "seed")));
		assert_true(table_number_at(&t, i, "epochs") == json_number_value(json_object_get(run, "epochs")));
		assert_true(fabs(table_number_at(&t, i, "train") - json_number_value(json_object_get(run, "train"))) <
			    1e-12);
		assert_true(fabs(table_number_at(&t, i, "test") - json_number_value(json_object_get(run, "test"))) <
			    1e-12);
		losses_compare(fixture, out, (long)i, 1e-9);
		predictions_compare(fixture, out, (long)i);
	}
	table_release(&t);
	/* With one setting nothing is selected. */
	read_csv(&t, out, "selection.csv");
	assert_int_equal(t.rows, 0);
	table_release(&t);
	json_decref(expected);
	free(root);
	free(fixture);
	free(out);
	free(path);
}

static void float64_is_scikit_learns(void **state)
{
	(void)state;
	fixture_compare("five", "probe " FILES(FIXTURES "/mlp/five") "--out five --grid 8x8:1e-4 --runs 2 --seed 1 "
								     "--streams sklearn --float64 --quiet");
	fixture_compare("two", "probe " FILES(FIXTURES "/mlp/two") "--out two --grid 4x4:1e-4 --runs 2 --seed 1 "
								   "--streams sklearn --float64 --quiet");
}

/* Without --float64 the curve is near, not the same; with shared streams it is
 * another one. */
static void options_are_heeded(void **state)
{
	char *single = path_join(place, "single"), *shared = path_join(place, "shared");
	char *theirs = path_join(FIXTURES, "mlp/five"), *text;
	struct table a, b;

	(void)state;
	expect("probe " FILES(FIXTURES "/mlp/five") "--out single --grid 8x8:1e-4 --runs 1 --streams sklearn "
						    "--max-iter 25 --quiet",
	       0, "");
	expect("probe " FILES(FIXTURES "/mlp/five") "--out shared --grid 8x8:1e-4 --runs 1 --max-iter 25 --quiet", 0,
	       "");
	losses_compare(theirs, single, 0, 1e-5);
	read_csv(&a, single, "loss.csv");
	read_csv(&b, shared, "loss.csv");
	assert_true(a.rows == 25 && b.rows == 25);
	assert_true(fabs(table_number_at(&a, 19, "loss") - table_number_at(&b, 19, "loss")) > 1e-5);
	table_release(&a);
	table_release(&b);
	read_csv(&b, theirs, "loss.csv");
	read_csv(&a, single, "loss.csv");
	assert_true(table_number_at(&a, 19, "loss") != table_number_at(&b, 19, "loss"));
	table_release(&a);
	table_release(&b);
	text = path_join(shared, "probe.work");
	assert_false(file_exists(text));
	free(text);
	free(single);
	free(shared);
	free(theirs);
}

static void bad_usage_is_one_line(void **state)
{
	(void)state;
	expect("probe --out o", 2, "tunescope-probe: --train is missing; --help lists the options\n");
	expect("probe --train a.npy --train-labels a.txt --test b.npy --out o", 2,
	       "tunescope-probe: --train, --train-labels, --test and --test-labels are needed\n");
	expect("probe " FILES("none") "--streams own --out o", 2,
	       "tunescope-probe: --streams own: expected shared|sklearn\n");
	expect("probe " FILES("none") "--seed 4294967296 --out o", 2,
	       "tunescope-probe: seed: expected 1 to 4294966295, of 32 bits\n");
	expect("probe " FILES("none") "--out o", 2,
	       "tunescope-probe: none/train-labels.txt: cannot read: No such file or directory\n");
	expect("probe " FILES(FIXTURES "/mlp/five") "--grid 8x8:1e-4 --kinds control --out o", 2,
	       "tunescope-probe: the control task needs the example files of both parts\n");
}

static int set_up(void **state)
{
	(void)state;
	place = support_folder();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	support_remove(place);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(float64_is_scikit_learns),
		cmocka_unit_test(options_are_heeded),
		cmocka_unit_test(bad_usage_is_one_line),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
