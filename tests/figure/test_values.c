/* Every figure's tables against the tables that collect wrote: each value is
 * looked up anew, by the names of its row. */
#include "support.h"

#include "figure/cases.h"
#include "figure/drawn.h"
#include "figure/sanitize.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static bool row_has(const struct table *t, size_t row, va_list conditions)
{
	const char *column;

	while ((column = va_arg(conditions, const char *)) != NULL)
		if (strcmp(table_text_at(t, row, column), va_arg(conditions, const char *)) != 0)
			return false;
	return true;
}

/* The row in which columns have these texts, of which there is one at most; −1
 * for none. Pairs of column and text, then NULL. */
static long find(const struct table *t, ...)
{
	long found = -1;

	for (size_t i = 0; i < t->rows; i++) {
		va_list conditions;

		va_start(conditions, t);
		if (row_has(t, i, conditions)) {
			assert_int_equal(found, -1);
			found = (long)i;
		}
		va_end(conditions);
	}
	return found;
}

static double value_at(const struct table *t, long row, const char *column)
{
	return row < 0 ? NAN : table_number_at(t, (size_t)row, column);
}

static void assert_same(double drawn, double collected)
{
	if (isnan(drawn) != isnan(collected) || (!isnan(drawn) && drawn != collected))
		fail_msg("%.17g is drawn, %.17g was collected", drawn, collected);
}

/* Equal but for the order of a sum. */
static void assert_near(double drawn, double collected)
{
	if (isnan(drawn) != isnan(collected) || fabs(drawn - collected) > 1e-12 * fabs(collected))
		fail_msg("%.17g is drawn, %.17g was collected", drawn, collected);
}

/* A figure's table and a collected one, side by side. */
struct pair {
	char *tables, *path;
	struct table drawn, collected;
};

static void open_pair(struct pair *p, const char *figure, const char *file, const char *header, const char *collected)
{
	const struct synthetic y = case_usual();

	p->tables = write_case(&y);
	p->path = draw(figure, p->tables);
	read_drawn(&p->drawn, p->path, file, header);
	read_collected(&p->collected, p->tables, collected);
	assert_true(p->drawn.rows > 0);
}

static void close_pair(struct pair *p)
{
	table_release(&p->drawn);
	table_release(&p->collected);
	support_remove(p->path);
	support_remove(p->tables);
}

static const char *text(const struct pair *p, size_t row, const char *column)
{
	return table_text_at(&p->drawn, row, column);
}

static double number(const struct pair *p, size_t row, const char *column)
{
	return table_number_at(&p->drawn, row, column);
}

static const char *state_of_panel(const char *panel)
{
	return strcmp(panel, "before fine-tuning") == 0 ? "original" : "pos-s1-c10";
}

static void check_layers(const char *measure, const char *split, bool percent)
{
	char *file = text_format("layers-pos-%s.csv", measure),
	     *header = text_format("panel,layer,model,%s", measure);
	struct pair p;
	size_t values = 0;

	open_pair(&p, "layers", file, header, "results.csv");
	assert_int_equal(p.drawn.rows, 2 * (3 + 5 + 13)); /* places that a model does not have are left out */
	for (size_t i = 0; i < p.drawn.rows; i++) {
		long row = find(&p.collected, "measure", measure, "split", split, "task", "pos", "model",
				text(&p, i, "model"), "layer", text(&p, i, "layer"), "state",
				state_of_panel(text(&p, i, "panel")), NULL);

		assert_same(number(&p, i, measure), (percent ? 100 : 1) * value_at(&p.collected, row, "value"));
		values += row >= 0;
	}
	assert_true(values > p.drawn.rows / 2);
	close_pair(&p);
	free(file);
	free(header);
}

static void test_layers(void **state)
{
	(void)state;
	check_layers("accuracy", "test", true);
	check_layers("selectivity", "test", true);
	check_layers("codelength", "train", false);
	check_layers("clusters", "train", false);
	check_layers("minimum", "train", false);
}

static void test_layers_by_checkpoint(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "layers", "layers-bert-tiny-pos-accuracy.csv", "layer,checkpoint,accuracy", "results.csv");
	assert_int_equal(p.drawn.rows, 3 * 11);
	for (size_t i = 0; i < p.drawn.rows; i++) {
		char checkpoint[32];
		long row;

		snprintf(checkpoint, sizeof checkpoint, "pos-s1-c%02ld", (long)number(&p, i, "checkpoint"));
		row = find(&p.collected, "measure", "accuracy", "task", "pos", "model", "bert-tiny", "layer",
			   text(&p, i, "layer"), "state", number(&p, i, "checkpoint") == 0 ? "original" : checkpoint,
			   NULL);
		assert_true(row >= 0);
		assert_same(number(&p, i, "accuracy"), 100 * value_at(&p.collected, row, "value"));
	}
	close_pair(&p);
}

static void test_layers_by_update(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "layers", "layers-bert-mini-pos-minimum.csv", "layer,step,minimum", "minimum.csv");
	assert_int_equal(p.drawn.rows, 5 * 11);
	for (size_t i = 0; i < p.drawn.rows; i++) {
		double sum = 0;

		for (size_t k = 0; k < 17; k++)
			sum += value_at(&p.collected,
					find(&p.collected, "model", "bert-mini", "task", "pos", "layer",
					     text(&p, i, "layer"), "step", text(&p, i, "step"), "label", cases_pos[k],
					     NULL),
					"distance");
		assert_near(number(&p, i, "minimum"), sum / 17);
	}
	close_pair(&p);
}

/* A pair of labels stands once in the collected table, in either order. */
static long find_pair(const struct pair *p, size_t i, const char *state)
{
	const char *a = text(p, i, "label_a"), *b = text(p, i, "label_b");
	long row = find(&p->collected, "model", "bert-mini", "task", "pos", "state", state, "label_a", a, "label_b",
			b, NULL);

	return row >= 0 ? row
			: find(&p->collected, "model", "bert-mini", "task", "pos", "state", state, "label_a", b,
			       "label_b", a, NULL);
}

static void test_distances(void **state)
{
	static const char *const parts[] = { "before", "after" }, *const states[] = { "original", "pos-s1-c10" };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		char *file = text_format("distances-bert-mini-pos-%s.csv", parts[k]);
		struct pair p;

		open_pair(&p, "distances", file, "label_a,label_b,distance", "distances.csv");
		for (size_t i = 0; i < p.drawn.rows; i++)
			assert_same(number(&p, i, "distance"),
				    value_at(&p.collected, find_pair(&p, i, states[k]), "distance"));
		close_pair(&p);
		free(file);
	}
}

static void test_distribution(void **state)
{
	static const char *const columns[] = { "before", "after" }, *const states[] = { "original", "pos-s1-c10" };
	struct pair p;

	(void)state;
	open_pair(&p, "distances", "distances-bert-mini-pos-distribution.csv",
		  "distance_from,distance_to,before,after", "distances.csv");
	for (size_t i = 0; i < p.drawn.rows; i++)
		for (size_t k = 0; k < 2; k++) {
			double count = 0;

			for (size_t r = 0; r < p.collected.rows; r++) {
				double v = table_number_at(&p.collected, r, "distance");

				count += strcmp(table_text_at(&p.collected, r, "model"), "bert-mini") == 0 &&
					 strcmp(table_text_at(&p.collected, r, "task"), "pos") == 0 &&
					 strcmp(table_text_at(&p.collected, r, "state"), states[k]) == 0 &&
					 v >= number(&p, i, "distance_from") && v < number(&p, i, "distance_to");
			}
			assert_same(number(&p, i, columns[k]), count);
		}
	close_pair(&p);
}

static void test_centroids(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "centroids", "centroids-bert-mini-pos.csv", "layer,label,step,pc1,pc2", "paths.csv");
	assert_int_equal(p.drawn.rows, 2 * 3 * 11);
	for (size_t i = 0; i < p.drawn.rows; i++) {
		long row = find(&p.collected, "model", "bert-mini", "task", "pos", "layer", text(&p, i, "layer"),
				"label", text(&p, i, "label"), "step", text(&p, i, "step"), NULL);

		assert_true(row >= 0);
		assert_same(number(&p, i, "pc1"), value_at(&p.collected, row, "pc1"));
		assert_same(number(&p, i, "pc2"), value_at(&p.collected, row, "pc2"));
	}
	close_pair(&p);
}

/* Undefined where a state is not separable. */
static double defined_at(const struct table *t, long row, const char *column)
{
	return row >= 0 && value_at(t, row, "linear_a") == 1 && value_at(t, row, "linear_b") == 1
		       ? value_at(t, row, column)
		       : NAN;
}

static void check_similarity(const char *file, const char *header, size_t skip)
{
	struct pair p;

	open_pair(&p, "similarity", file, header, "similarity.csv");
	assert_int_equal(p.drawn.rows, 5 * 10);
	for (size_t i = 0; i < p.drawn.rows; i++) {
		long row = find(&p.collected, "model", "bert-mini", "task", "pos", "layer",
				text(&p, i, "layer") + skip, "step", text(&p, i, "step"), NULL);

		assert_true(row >= 0);
		assert_same(number(&p, i, "similarity"), defined_at(&p.collected, row, "r"));
		if (skip > 0 && strcmp(text(&p, i, "layer"), "layer 4") == 0) {
			assert_same(number(&p, i, "low"), defined_at(&p.collected, row, "low"));
			assert_same(number(&p, i, "high"), defined_at(&p.collected, row, "high"));
		}
	}
	close_pair(&p);
}

static void test_similarity(void **state)
{
	(void)state;
	check_similarity("similarity-bert-mini-pos-lines.csv", "layer,step,similarity,low,high,shown",
			 strlen("layer "));
	check_similarity("similarity-bert-mini-pos-map.csv", "layer,step,similarity", 0);
}

static void test_alignment(void **state)
{
	static const char *const columns[][2] = { { "value", "value" }, { "low", "low" }, { "high", "high" } };
	struct pair p;
	struct table similarity;

	(void)state;
	open_pair(&p, "alignment", "alignment-bert-mini-pos.csv", "measure,layer,value,low,high,shown",
		  "alignment.csv");
	read_collected(&similarity, p.tables, "similarity.csv");
	assert_int_equal(p.drawn.rows, 3 * 5);
	for (size_t i = 0; i < p.drawn.rows; i++) {
		const char *measure = strcmp(text(&p, i, "measure"), "CKA") == 0 ? "cka" : "rsa";
		bool distances = strcmp(text(&p, i, "measure"), "label distances") == 0;
		long row = distances ? find(&similarity, "model", "bert-mini", "task", "pos", "step", "500", "layer",
					    text(&p, i, "layer"), NULL)
				     : find(&p.collected, "model", "bert-mini", "task", "pos", "step", "500", "layer",
					    text(&p, i, "layer"), "measure", measure, NULL);

		assert_true(row >= 0);
		for (size_t k = 0; k < 3; k++)
			assert_same(number(&p, i, columns[k][0]),
				    distances ? defined_at(&similarity, row, k == 0 ? "r" : columns[k][1])
					      : value_at(&p.collected, row, columns[k][1]));
	}
	table_release(&similarity);
	close_pair(&p);
}

static void test_shift(void **state)
{
	static const char *const files[] = { "shift-bert-mini-pos.csv", "shift-bert-mini-pos-common.csv" };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct pair p;

		open_pair(&p, "shift", files[k], "layer,label,pc1,pc2", "shift.csv");
		assert_int_equal(p.drawn.rows, 5 * 17);
		for (size_t i = 0; i < p.drawn.rows; i++) {
			long row = find(&p.collected, "model", "bert-mini", "task", "pos", "step", "500", "layer",
					text(&p, i, "layer"), "label", text(&p, i, "label"), NULL);

			assert_true(row >= 0);
			assert_same(number(&p, i, "pc1"), value_at(&p.collected, row, "pc1"));
			assert_same(number(&p, i, "pc2"), value_at(&p.collected, row, "pc2"));
		}
		close_pair(&p);
	}
}

static void test_divergence(void **state)
{
	static const char *const columns[][2] = { { "before", "r" },         { "before_low", "low" },
						  { "before_high", "high" }, { "after", "r" },
						  { "after_low", "low" },    { "after_high", "high" } };
	struct pair p;

	(void)state;
	open_pair(&p, "divergence", "divergence.csv",
		  "task,model,before,before_low,before_high,after,after_low,after_high", "divergence.csv");
	assert_int_equal(p.drawn.rows, 2 * 3);
	for (size_t i = 0; i < p.drawn.rows; i++)
		for (size_t k = 0; k < 6; k++) {
			char *after = text_format("%s-s1-c10", text(&p, i, "task"));
			long row = find(&p.collected, "model", text(&p, i, "model"), "task", text(&p, i, "task"),
					"state", k < 3 ? "original" : after, NULL);

			assert_true(row >= 0);
			assert_same(number(&p, i, columns[k][0]), defined_at(&p.collected, row, columns[k][1]));
			free(after);
		}
	close_pair(&p);
}

/* A cell's name is "model/state/task layer N". */
static long find_cell(const struct table *t, const char *name, bool original, const char *measure)
{
	char model[64], state[64], task[64], layer[16];

	assert_int_equal(sscanf(name, "%63[^/]/%63[^/]/%63s layer %15s", model, state, task, layer), 4);
	return find(t, "measure", measure, "model", model, "task", task, "layer", layer, "state",
		    original ? "original" : state, NULL);
}

static void test_hypothesis_cells(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "hypothesis", "hypothesis-cells.csv", "cell,task,state,minimum,accuracy", "results.csv");
	assert_int_equal(p.drawn.rows, 2 * (2 * 3 + 2 * 5 + 2 * 13));
	for (size_t i = 0; i < p.drawn.rows; i++) {
		const char *cell = text(&p, i, "cell");

		assert_same(number(&p, i, "minimum"),
			    value_at(&p.collected, find_cell(&p.collected, cell, false, "minimum"), "value"));
		assert_same(number(&p, i, "accuracy"),
			    100 * value_at(&p.collected, find_cell(&p.collected, cell, false, "accuracy"), "value"));
		assert_int_equal(strcmp(text(&p, i, "state"), "original") == 0, strstr(cell, "/original/") != NULL);
	}
	close_pair(&p);
}

static double change_of(const struct pair *p, size_t i, const char *measure)
{
	const char *cell = text(p, i, "cell");

	return value_at(&p->collected, find_cell(&p->collected, cell, false, measure), "value") -
	       value_at(&p->collected, find_cell(&p->collected, cell, true, measure), "value");
}

static void test_hypothesis_changes(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "hypothesis", "hypothesis-changes.csv", "cell,task,minimum_change,accuracy_change",
		  "results.csv");
	assert_int_equal(p.drawn.rows, 2 * (3 + 5 + 13));
	for (size_t i = 0; i < p.drawn.rows; i++) {
		assert_same(number(&p, i, "minimum_change"), change_of(&p, i, "minimum"));
		assert_same(number(&p, i, "accuracy_change"), 100 * change_of(&p, i, "accuracy"));
	}
	close_pair(&p);
}

static void test_transfer(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "transfer", "transfer.csv", "model,source,minimum_change,accuracy_change", "crosstask.csv");
	assert_int_equal(p.drawn.rows, 5); /* of one of the six no distances were measured */
	for (size_t i = 0; i < p.drawn.rows; i++) {
		long row = find(&p.collected, "model", text(&p, i, "model"), "source", text(&p, i, "source"), NULL);

		assert_true(row >= 0);
		assert_same(number(&p, i, "minimum_change"), value_at(&p.collected, row, "minimum_change"));
		assert_same(number(&p, i, "accuracy_change"), value_at(&p.collected, row, "difference"));
	}
	close_pair(&p);
}

/* 500 updates are drawn as 100 means of five. */
static void test_loss(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "loss", "loss-pos.csv", "model,step,loss,shown", "loss.csv");
	assert_int_equal(p.drawn.rows, 3 * 100);
	for (size_t i = 0; i < p.drawn.rows; i++) {
		double sum = 0;

		for (int k = -2; k <= 2; k++) {
			char step[32];

			snprintf(step, sizeof step, "%ld", lround(number(&p, i, "step")) + k);
			sum += value_at(
				&p.collected,
				find(&p.collected, "task", "pos", "model", text(&p, i, "model"), "step", step, NULL),
				"loss");
		}
		assert_near(number(&p, i, "loss"), sum / 5);
	}
	close_pair(&p);
}

static void test_pretraining_loss(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, "loss", "loss-pretraining.csv", "model,step,loss,shown", "pretrain.csv");
	assert_int_equal(p.drawn.rows, 3 * 8);
	for (size_t i = 0; i < p.drawn.rows; i++)
		assert_same(number(&p, i, "loss"), value_at(&p.collected,
							    find(&p.collected, "model", text(&p, i, "model"), "step",
								 text(&p, i, "step"), "split", "test", NULL),
							    "loss"));
	close_pair(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_layers_by_checkpoint),
		cmocka_unit_test(test_layers_by_update),
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_centroids),
		cmocka_unit_test(test_similarity),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_shift),
		cmocka_unit_test(test_divergence),
		cmocka_unit_test(test_hypothesis_cells),
		cmocka_unit_test(test_hypothesis_changes),
		cmocka_unit_test(test_transfer),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_pretraining_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
