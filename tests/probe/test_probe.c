/* Whole runs: selection against scikit-learn's, the tables, and bad input. */
#include "scene.h"

#include <cblas.h>
#include <math.h>

/* scikit-learn's GridSearchCV on the same data: every score, and the choice. */
static void test_selection(void **state)
{
	char *root = path_join(FIXTURES, "mlp"), *expected = path_join(root, "selection.csv"), *files[4];
	static const char *const names[4] = { "five/train.npy", "five/test.npy", "five/train-labels.txt",
					      "five/test-labels.txt" };
	struct scene s;
	struct probe_layer layer = { .layer = 0 };
	struct table ours, theirs;
	struct error err = { 0 };

	(void)state;
	scene_make(&s, 2);
	for (size_t i = 0; i < 4; i++)
		files[i] = path_join(root, names[i]);
	layer.train = files[0];
	layer.test = files[1];
	s.job.layers = &layer;
	s.job.train_labels = files[2];
	s.job.test_labels = files[3];
	s.job.params.grid = "4x8:1e-2,1;32x8:1e-2,1";
	s.job.params.streams = STREAMS_SKLEARN;
	s.job.params.max_iter = 100;
	s.job.params.seed = 1;
	for (int float64 = 0; float64 < 2; float64++) {
		s.job.params.float64 = float64 != 0;
		scene_run(&s);
		if (table_read_as(&theirs, expected, "hidden1,hidden2,alpha,fold,score", &err) < 0)
			fail_msg("%s", err.text);
		scene_table(&ours, &s, "selection.csv", "layer,hidden1,hidden2,alpha,fold,score");
		assert_int_equal(ours.rows, theirs.rows);
		for (size_t i = 0; i < ours.rows; i++)
			for (int c = 0; c < 5; c++)
				assert_true(table_number(&ours, i, c + 1) == table_number(&theirs, i, c));
		table_release(&ours);
		table_release(&theirs);
		scene_table(&ours, &s, "accuracy.csv", accuracy_header);
		assert_true(table_number_at(&ours, 0, "hidden1") == 32 && table_number_at(&ours, 0, "alpha") == 1);
		table_release(&ours);
	}
	for (size_t i = 0; i < 4; i++)
		free(files[i]);
	free(root);
	free(expected);
	scene_remove(&s);
}

/* All kinds: what each table holds. */
static void test_tables(void **state)
{
	struct scene s;
	struct table accuracy, t;
	double sum = 0, loss_rows = 0;

	(void)state;
	scene_make(&s, 1);
	s.job.params.kinds = PROBE_MLP | PROBE_LINEAR | PROBE_CONTROL | PROBE_MDL;
	s.job.params.max_iter = 1000;
	scene_run(&s);
	scene_table(&accuracy, &s, "accuracy.csv", accuracy_header);
	assert_int_equal(accuracy.rows, 6);
	for (size_t i = 0; i < 6; i++) {
		static const char *const kinds[3] = { "mlp", "linear", "control" };

		assert_string_equal(table_text_at(&accuracy, i, "kind"), kinds[i / 2]);
		assert_true(table_number_at(&accuracy, i, "seed") == 3 + (double)(i % 2));
		assert_int_equal(table_number_at(&accuracy, i, "hidden1") == 0, i / 2 == 1);
		if (i / 2 < 2) {
			assert_true(table_number_at(&accuracy, i, "test") > 0.8);
			assert_true(fabs(table_number_at(&accuracy, i, "majority") - 1.0 / 3) < 1e-12);
			assert_true(fabs(table_number_at(&accuracy, i, "macro_f1") -
					 table_number_at(&accuracy, i, "test")) < 0.05);
		} else {
			/* The control labels do not show in these embeddings. */
			assert_true(table_number_at(&accuracy, i, "test") < 0.8);
		}
	}
	for (size_t i = 0; i < 2; i++)
		loss_rows += table_number_at(&accuracy, i, "epochs");
	table_release(&accuracy);
	scene_table(&t, &s, "loss.csv", "layer,run,epoch,loss");
	assert_true((double)t.rows == loss_rows);
	table_release(&t);
	scene_table(&t, &s, "selection.csv", "layer,hidden1,hidden2,alpha,fold,score");
	assert_int_equal(t.rows, (4 + 2) * 5);
	table_release(&t);
	scene_table(&t, &s, "predictions.csv", "layer,kind,run,example,label,predicted");
	assert_int_equal(t.rows, 3 * 2 * TEST);
	table_release(&t);
	scene_table(&t, &s, "confusion.csv", "layer,kind,label,predicted,count");
	for (size_t i = 0; i < t.rows; i++)
		sum += table_number_at(&t, i, "count");
	assert_true(sum == 3 * 2 * TEST);
	table_release(&t);
	scene_table(&t, &s, "codelength.csv", "layer,fraction,examples,bits,total_bits,compression");
	assert_true(table_number_at(&t, t.rows - 1, "examples") == TRAIN);
	assert_true(table_number_at(&t, t.rows - 1, "compression") > 1);
	assert_true(fabs(table_number_at(&t, 0, "bits") - table_number_at(&t, 0, "examples") * log2(3)) < 1e-9);
	table_release(&t);
	scene_remove(&s);
}

/* Each type of word has one control label, in both parts. */
static void test_control_types(void **state)
{
	struct scene s;
	struct table t;
	char label[5][16] = { "" };

	(void)state;
	scene_make(&s, 1);
	s.job.params.kinds = PROBE_CONTROL;
	s.job.params.grid = "8x8:1e-3";
	s.job.params.runs = 1;
	scene_run(&s);
	scene_table(&t, &s, "selection.csv", "layer,hidden1,hidden2,alpha,fold,score");
	assert_int_equal(t.rows, 0);
	table_release(&t);
	scene_table(&t, &s, "predictions.csv", "layer,kind,run,example,label,predicted");
	assert_int_equal(t.rows, TEST);
	for (size_t i = 0; i < t.rows; i++) {
		if (i < 5)
			snprintf(label[i], sizeof label[i], "%s", table_text_at(&t, i, "label"));
		assert_string_equal(table_text_at(&t, i, "label"), label[i % 5]);
	}
	table_release(&t);
	s.job.test_examples = NULL;
	scene_fails(&s, "the control task needs the example files of both parts");
	scene_remove(&s);
}

/* Hold-out: one fold of scores, and no more. */
static void test_holdout(void **state)
{
	struct scene s;
	struct table t;

	(void)state;
	scene_make(&s, 1);
	s.job.params.select = SELECT_HOLDOUT;
	scene_run(&s);
	scene_table(&t, &s, "selection.csv", "layer,hidden1,hidden2,alpha,fold,score");
	assert_int_equal(t.rows, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(fabs(fmod(table_number_at(&t, i, "score") * 6 + 0.5, 1) - 0.5) <
			    1e-9); /* of 6 examples */
	table_release(&t);
	scene_remove(&s);
}

static void test_warnings(void **state)
{
	struct scene s;
	struct table t;
	char train[1024] = "", test[1024] = "";

	(void)state;
	scene_make(&s, 1);
	for (size_t i = 0; i < TRAIN; i++)
		strcat(train, i == 7 ? "X\n" : i % 20 == 11 ? "INTJ\n" : i % 2 ? "a\n" : "b\n");
	for (size_t i = 0; i < TEST; i++)
		strcat(test, i < 2 ? "PART\n" : i == 5 ? "SYM\n" : i % 2 ? "a\n" : "b\n");
	text_write(s.files[2], train);
	text_write(s.files[3], test);
	scene_run(&s);
	assert_string_equal(s.warnings, "3 test examples of 2 labels that the training part lacks count as wrong\n"
					"fewer training examples than the 5 folds, so that some lack the label: "
					"INTJ (3), X (1)\n");
	scene_table(&t, &s, "accuracy.csv", accuracy_header);
	assert_true(table_number_at(&t, 0, "test") <= 0.9 + 1e-12);
	table_release(&t);
	scene_remove(&s);
}

static void test_bad_input(void **state)
{
	struct scene s;
	struct error err = { 0 };
	float x[TRAIN * (WIDTH + 1)] = { 0 };
	char labels[1024] = "";

	(void)state;
	scene_make(&s, 1);
	s.job.params.grid = "64x64:1e-4,8:1";
	scene_fails(&s, "grid: \"8\": expected two hidden sizes of 1 to 4096, such as 64x128");
	s.job.params.grid = "small";
	s.job.params.runs = 0;
	scene_fails(&s, "runs: expected 1 to 1000");
	s.job.params.runs = 1;
	x[17 * WIDTH + 3] = NAN;
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, TRAIN, WIDTH), &err), 0);
	scene_fails(&s, "@/part0.npy: row 18, column 4 (from 1): not a number, expected a finite number");
	x[17 * WIDTH + 3] = -INFINITY;
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, TRAIN, WIDTH), &err), 0);
	scene_fails(&s, "@/part0.npy: row 18, column 4 (from 1): infinite, expected a finite number");
	x[17 * WIDTH + 3] = 0;
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, TRAIN, WIDTH), &err), 0);
	x[(TEST - 1) * WIDTH + 5] = NAN;
	assert_int_equal(npy_write(&s.out, "part1.npy", matrix_of(x, TEST, WIDTH), &err), 0);
	scene_fails(&s, "@/part1.npy: row 30, column 6 (from 1): not a number, expected a finite number");
	x[(TEST - 1) * WIDTH + 5] = 0;
	assert_int_equal(npy_write(&s.out, "part1.npy", matrix_of(x, TEST + 1, WIDTH), &err), 0);
	scene_fails(&s, "@/part1.npy: 31 rows, but @/test-labels.txt has 30 lines");
	assert_int_equal(npy_write(&s.out, "part1.npy", matrix_of(x, TEST, WIDTH), &err), 0);
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, TRAIN - 1, WIDTH), &err), 0);
	scene_fails(&s, "@/part0.npy: 59 rows, but @/train-labels.txt has 60 lines");
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, TRAIN, WIDTH + 1), &err), 0);
	scene_fails(&s, "@/part1.npy: 6 columns, but @/part0.npy has 7");
	for (size_t i = 0; i < TRAIN; i++)
		strcat(labels, "N\n");
	text_write(s.files[2], labels);
	scene_fails(&s, "@/train-labels.txt: 1 label, but a probe needs two at least");
	text_write(s.files[2], "a\nb\na\n");
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, 3, WIDTH), &err), 0);
	scene_fails(&s, "@/train-labels.txt: 3 examples, fewer than the 5 folds");
	text_write(s.files[2], "a\nb\na\nc\nb\nc\n");
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, 6, WIDTH), &err), 0);
	scene_fails(&s, "@/train-labels.txt: every label has fewer examples than the 5 folds");
	scene_remove(&s);
}

/* Constant features carry nothing, and break nothing. */
static void test_constant(void **state)
{
	struct scene s;
	struct table t;
	struct error err = { 0 };
	float x[TRAIN * WIDTH];

	(void)state;
	scene_make(&s, 1);
	for (size_t i = 0; i < TRAIN * WIDTH; i++)
		x[i] = 1.5F;
	assert_int_equal(npy_write(&s.out, "part0.npy", matrix_of(x, TRAIN, WIDTH), &err), 0);
	assert_int_equal(npy_write(&s.out, "part1.npy", matrix_of(x, TEST, WIDTH), &err), 0);
	scene_run(&s);
	scene_table(&t, &s, "accuracy.csv", accuracy_header);
	assert_true(fabs(table_number_at(&t, 0, "test") - 1.0 / 3) < 1e-12);
	table_release(&t);
	scene_remove(&s);
}

static void test_params(void **state)
{
	const struct probe_params good = {
		.grid = "small", .kinds = PROBE_MLP, .runs = 5, .max_iter = 1000, .seed = 1
	};
	struct probe_params p = good;

	(void)state;
	assert_null(probe_params_check(&p));
	p.kinds = 0;
	assert_string_equal(probe_params_check(&p), "kinds: expected some of mlp, linear, control, mdl");
	p = good;
	p.runs = 0;
	assert_string_equal(probe_params_check(&p), "runs: expected 1 to 1000");
	p = good;
	p.max_iter = 0;
	assert_string_equal(probe_params_check(&p), "max-iter: expected 1 to 1000000");
	p = good;
	p.seed = 0;
	assert_string_equal(probe_params_check(&p), "seed: expected 1 to 4294966295, of 32 bits");
	p.seed = PROBE_SEED_MAX;
	assert_null(probe_params_check(&p));
	p.seed = (uint64_t)1 << 32 | 7;
	assert_string_equal(probe_params_check(&p), "seed: expected 1 to 4294966295, of 32 bits");
	p = good;
	p.wide = -1;
	assert_string_equal(probe_params_check(&p), "wide: expected 0 to 100000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selection),     cmocka_unit_test(test_tables),
		cmocka_unit_test(test_control_types), cmocka_unit_test(test_holdout),
		cmocka_unit_test(test_warnings),      cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_constant),      cmocka_unit_test(test_params),
	};

	openblas_set_num_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
