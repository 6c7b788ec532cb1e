/* What the tables say where every answer is known. */
#include "scene.h"

#include <cblas.h>
#include <math.h>

static void test_parts_write(const struct scene *s, const char *const *labels)
{
	char text[TEST * 8] = "";

	for (size_t i = 0; i < TEST; i++)
		strcat(strcat(text, labels[i]), "\n");
	text_write(s->files[3], text);
}

/* Every point is where its label belongs, but some of the test part have another
 * label, one of them a label that training lacks: each is an error of its own. */
static void test_confusion(void **state)
{
	static const struct {
		const char *label, *predicted;
		double count; /* over two runs */
	} cells[] = { { "ADJ", "ADJ", 16 },  { "NOUN", "ADJ", 4 },   { "NOUN", "NOUN", 18 },
		      { "VERB", "NOUN", 2 }, { "VERB", "VERB", 18 }, { "PART", "VERB", 2 } };
	enum { CELLS = sizeof cells / sizeof *cells };
	static const char *const names[3] = { "NOUN", "VERB", "ADJ" }, *const kinds[2] = { "mlp", "linear" };
	const char *labels[TEST];
	struct scene s;
	struct table t;

	(void)state;
	scene_make(&s, 1);
	scene_simplify(&s);
	for (size_t i = 0; i < TEST; i++)
		labels[i] = names[i % 3];
	labels[0] = "VERB";
	labels[4] = "PART";
	labels[5] = labels[8] = "NOUN";
	test_parts_write(&s, labels);
	s.job.params.kinds = PROBE_MLP | PROBE_LINEAR;
	scene_run(&s);
	scene_table(&t, &s, "confusion.csv", "layer,kind,label,predicted,count");
	assert_int_equal(t.rows, 2 * CELLS);
	for (size_t i = 0; i < t.rows; i++) {
		assert_string_equal(table_text(&t, i, 0), "2");
		assert_string_equal(table_text(&t, i, 1), kinds[i / CELLS]);
		assert_string_equal(table_text(&t, i, 2), cells[i % CELLS].label);
		assert_string_equal(table_text(&t, i, 3), cells[i % CELLS].predicted);
		assert_true(table_number(&t, i, 4) == cells[i % CELLS].count);
	}
	table_release(&t);
	scene_table(&t, &s, "predictions.csv", "layer,kind,run,example,label,predicted");
	assert_int_equal(t.rows, 2 * 2 * TEST);
	for (size_t i = 0; i < t.rows; i++) {
		assert_string_equal(table_text(&t, i, 4), labels[i % TEST]);
		assert_string_equal(table_text(&t, i, 5), names[i % TEST % 3]);
	}
	table_release(&t);
	scene_table(&t, &s, "accuracy.csv", accuracy_header);
	for (size_t i = 0; i < t.rows; i++) {
		assert_true(table_number_at(&t, i, "train") == 1);
		assert_true(fabs(table_number_at(&t, i, "test") - 26.0 / 30) < 1e-15);
		assert_true(fabs(table_number_at(&t, i, "macro_f1") - (16.0 / 18 + 18.0 / 21 + 18.0 / 20) / 4) <
			    1e-15);
		assert_true(fabs(table_number_at(&t, i, "majority") - 8.0 / 30) <
			    1e-15); /* ADJ, the first of three */
	}
	table_release(&t);
	scene_remove(&s);
}

/* The setting of accuracy.csv's first row of a kind. */
static void assert_chosen(const struct scene *s, const char *kind, double hidden1, double alpha)
{
	struct table t;
	size_t i = 0;

	scene_table(&t, s, "accuracy.csv", accuracy_header);
	while (i < t.rows && strcmp(table_text_at(&t, i, "kind"), kind) != 0)
		i++;
	assert_true(i < t.rows);
	assert_true(table_number_at(&t, i, "hidden1") == hidden1);
	assert_true(table_number_at(&t, i, "alpha") == alpha);
	table_release(&t);
}

/* Of settings that do equally well the first is chosen, in the grid's order:
 * alphas outermost, both by first appearance, not by size. */
static void test_ties(void **state)
{
	static const struct {
		const char *grid;
		size_t settings, worse; /* of the first do worse than the others, which have no error */
		double hidden1, alpha, linear;
	} cases[] = {
		{ "16x8:1e-1,1e-3;8x8:1e-3,1e-1", 4, 0, 16, 1e-1, 1e-1 },
		{ "8x8:1e-3,1e-1;16x8:1e-1,1e-3", 4, 0, 8, 1e-3, 1e-3 },
		{ "1x1:1e-1;16x8:1e-3;8x8:1e-1", 3, 1, 8, 1e-1, 1e-1 },
	};

	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct scene s;
		struct table t;

		scene_make(&s, 2);
		scene_simplify(&s);
		s.job.params.grid = cases[c].grid;
		s.job.params.runs = 1;
		s.job.params.kinds = PROBE_MLP | PROBE_LINEAR;
		scene_run(&s);
		scene_table(&t, &s, "selection.csv", "layer,hidden1,hidden2,alpha,fold,score");
		for (size_t i = 0; i < cases[c].settings * 5; i++)
			assert_int_equal(table_number(&t, i, 5) < 1, i < cases[c].worse * 5);
		table_release(&t);
		assert_chosen(&s, "mlp", cases[c].hidden1, cases[c].alpha);
		if (cases[c].worse == 0)
			assert_chosen(&s, "linear", 0, cases[c].linear);
		scene_remove(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_confusion),
		cmocka_unit_test(test_ties),
	};

	openblas_set_num_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
