/* Whole runs: selection against scikit-learn's, the tables, threads, going on
 * after a stop, and bad input. */
#include "support.h"

#include "base/json.h"
#include "base/output.h"
#include "base/random.h"
#include "base/table.h"
#include "num/npy.h"
#include "probe/probe.h"

#include <cblas.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 6, TRAIN = 60, TEST = 30 };

/* A folder of small made data, a job on it, and what the run says. */
struct scene {
	char *path, *files[6];
	struct folder out;
	struct probe_layer layer;
	struct probe_job job;
	struct context ctx;
	char warnings[2048];
	volatile sig_atomic_t stop;
	int fits_before_stop; /* 0: never */
};

static void scene_warn(void *arg, const char *message)
{
	struct scene *s = arg;
	size_t at = strlen(s->warnings);

	snprintf(s->warnings + at, sizeof s->warnings - at, "%s\n", message);
}

static void scene_progress(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct scene *s = arg;

	(void)phase;
	(void)detail;
	assert_true(done <= total);
	if (s->fits_before_stop > 0 && --s->fits_before_stop == 0)
		s->stop = 1;
}

static void text_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Points around a centre for each of three labels; the words are w0 … w4. */
static void part_write(struct scene *s, size_t part, size_t count, struct stream *draw)
{
	static const char *const names[3] = { "NOUN", "VERB", "ADJ" };
	float x[TRAIN * WIDTH];
	char labels[TRAIN * 8] = "", examples[TRAIN * 32] = "", name[32];
	struct error err = { 0 };

	for (size_t i = 0; i < count; i++) {
		size_t at = strlen(examples);

		for (size_t j = 0; j < WIDTH; j++)
			x[i * WIDTH + j] = (float)(stream_normal(draw) + (j == i % 3 ? 4.0 : 0.0));
		strcat(strcat(labels, names[i % 3]), "\n");
		snprintf(examples + at, sizeof examples - at, "s%zu\tw%zu\t0\t0\t\t\t%s\n", i, i % 5, names[i % 3]);
	}
	snprintf(name, sizeof name, "part%zu.npy", part);
	if (npy_write(&s->out, name, matrix_of(x, count, WIDTH), &err) < 0)
		fail_msg("%s", err.text);
	text_write(s->files[2 + part], labels);
	text_write(s->files[4 + part], examples);
}

static void scene_make(struct scene *s, unsigned threads)
{
	static const char *const names[6] = { "part0.npy",       "part1.npy", "train-labels.txt",
					      "test-labels.txt", "train.tsv", "test.tsv" };
	struct stream draw;
	struct error err = { 0 };

	memset(s, 0, sizeof *s);
	s->path = support_folder();
	if (folder_open(&s->out, s->path, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < 6; i++)
		s->files[i] = path_join(s->path, names[i]);
	stream_init(&draw, 42);
	part_write(s, 0, TRAIN, &draw);
	part_write(s, 1, TEST, &draw);
	s->layer = (struct probe_layer){ 2, s->files[0], s->files[1] };
	s->job = (struct probe_job){
		.layers = &s->layer,
		.layer_count = 1,
		.train_labels = s->files[2],
		.test_labels = s->files[3],
		.train_examples = s->files[4],
		.test_examples = s->files[5],
		.kernels = "Haswell",
		.program = "0123",
		.params = { .grid = "8x8:1e-3,1e-1;16x8:1e-3,1e-1",
			    .kinds = PROBE_MLP,
			    .runs = 2,
			    .max_iter = 30,
			    .seed = 3 },
	};
	s->ctx = (struct context){ pool_new(threads), &s->stop, scene_progress, scene_warn, s };
	assert_non_null(s->ctx.pool);
}

static void scene_remove(struct scene *s)
{
	pool_free(s->ctx.pool);
	folder_release(&s->out);
	for (size_t i = 0; i < 6; i++)
		free(s->files[i]);
	support_remove(s->path);
}

static void scene_run(struct scene *s)
{
	struct error err = { 0 };

	if (probe_run(&s->job, &s->out, &s->ctx, &err) < 0)
		fail_msg("%s", err.text);
}

/* In the message, "@" stands for the folder. */
static void scene_fails(struct scene *s, const char *message)
{
	struct error err = { 0 };
	char expected[512] = "";

	for (const char *c = message; *c != '\0'; c++) {
		size_t at = strlen(expected);

		if (*c == '@')
			snprintf(expected + at, sizeof expected - at, "%s", path_base(s->path));
		else
			snprintf(expected + at, sizeof expected - at, "%c", *c);
	}
	assert_int_equal(probe_run(&s->job, &s->out, &s->ctx, &err), -1);
	assert_string_equal(err.text, expected);
	assert_int_equal(err.status, STATUS_INPUT);
}

static void scene_table(struct table *out, const struct scene *s, const char *name, const char *header)
{
	char *path = path_join(s->path, name);
	struct error err = { 0 };

	if (table_read_as(out, path, header, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

static const char accuracy_header[] = "layer,kind,run,seed,hidden1,hidden2,alpha,epochs,train,test,macro_f1,majority";

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

/* The digests of the tables of a run. */
static void digests_of(char out[8][65], const struct scene *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->out.count; i++) {
		size_t length = strlen(s->out.items[i].name);

		if (strcmp(s->out.items[i].name + length - 4, ".csv") == 0 && count < 8)
			strcpy(out[count++], s->out.items[i].sha256);
	}
	assert_int_equal(count, 6);
}

static void scene_everything(struct scene *s, long wide)
{
	s->job.params.kinds = PROBE_MLP | PROBE_LINEAR | PROBE_CONTROL | PROBE_MDL;
	s->job.params.wide = wide;
	scene_run(s);
}

/* The same bytes from one thread and from three with other settings side by side,
 * and from a run that was stopped and went on. */
static void test_same_bytes(void **state)
{
	char one[8][65], three[8][65], resumed[8][65], *work;
	struct scene s;
	struct error err = { 0 };

	(void)state;
	scene_make(&s, 1);
	scene_everything(&s, 3);
	digests_of(one, &s);
	scene_remove(&s);
	scene_make(&s, 3);
	scene_everything(&s, 0);
	digests_of(three, &s);
	scene_remove(&s);

	scene_make(&s, 1);
	work = path_join(s.path, "probe.work");
	s.job.params.kinds = PROBE_MLP | PROBE_LINEAR | PROBE_CONTROL | PROBE_MDL;
	s.job.params.wide = 3;
	for (int stop = 5; stop < 30; stop += 20) {
		s.fits_before_stop = stop;
		assert_int_equal(probe_run(&s.job, &s.out, &s.ctx, &err), -1);
		assert_int_equal(err.status, STATUS_STOPPED);
		assert_true(file_exists(work));
		s.stop = 0;
	}
	s.fits_before_stop = 0;
	scene_run(&s);
	assert_false(file_exists(work));
	digests_of(resumed, &s);
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(one[i], three[i]);
		assert_string_equal(one[i], resumed[i]);
	}
	free(work);
	scene_remove(&s);
}

static void stopped_run(struct scene *s)
{
	struct error err = { 0 };

	s->fits_before_stop = 5;
	assert_int_equal(probe_run(&s->job, &s->out, &s->ctx, &err), -1);
	assert_int_equal(err.status, STATUS_STOPPED);
	s->stop = 0;
}

/* The fits that a whole run makes after a stopped one. */
static size_t fits_after_stop(struct scene *s)
{
	s->fits_before_stop = 1000;
	scene_run(s);
	return (size_t)(1000 - s->fits_before_stop);
}

/* What another program, or other kernels, left unfinished is not gone on with. */
static void test_foreign_work(void **state)
{
	struct scene s;
	size_t rest;

	(void)state;
	scene_make(&s, 1);
	s.job.params.wide = 1;
	stopped_run(&s);
	rest = fits_after_stop(&s);
	assert_true(rest < 4 * 5 + 2);
	stopped_run(&s);
	s.job.program = "4567";
	assert_int_equal(fits_after_stop(&s), 4 * 5 + 2);
	stopped_run(&s);
	s.job.kernels = "SkylakeX";
	assert_int_equal(fits_after_stop(&s), 4 * 5 + 2);
	stopped_run(&s);
	assert_int_equal(fits_after_stop(&s), rest);
	scene_remove(&s);
}

/* Of a work file that a kill cut short, or that rotted, the records before the
 * fault still count. */
static void test_torn_work(void **state)
{
	struct scene s;
	size_t rest;
	char *work;

	(void)state;
	scene_make(&s, 1);
	s.job.params.wide = 1;
	work = path_join(s.path, "probe.work");
	stopped_run(&s);
	rest = fits_after_stop(&s);
	for (int fault = 0; fault < 2; fault++) {
		struct stat whole;
		FILE *f;

		stopped_run(&s);
		assert_int_equal(stat(work, &whole), 0);
		if (fault == 0) {
			assert_int_equal(truncate(work, whole.st_size - 3), 0);
		} else {
			f = fopen(work, "r+b");
			assert_non_null(f);
			assert_int_equal(fseek(f, -1, SEEK_END), 0);
			assert_int_equal(fputc(0x5a, f), 0x5a);
			assert_int_equal(fclose(f), 0);
		}
		assert_int_equal(fits_after_stop(&s), rest + 1);
	}
	free(work);
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
	assert_string_equal(probe_params_check(&p), "wide: expected 0 or more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selection),     cmocka_unit_test(test_tables),
		cmocka_unit_test(test_control_types), cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_foreign_work),  cmocka_unit_test(test_torn_work),
		cmocka_unit_test(test_holdout),       cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_bad_input),     cmocka_unit_test(test_constant),
		cmocka_unit_test(test_params),
	};

	openblas_set_num_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
