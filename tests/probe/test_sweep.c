/* Training against scikit-learn's own: with its stream of random numbers the
 * initial weights, the batches and so the whole loss curve are the same. The
 * fixtures were made with scikit-learn 1.9.1, in float64; the initial weights are
 * implied by the first epoch's loss. Version 0.22 differs in two points only: it
 * clips probabilities at 1e-10 in the loss, and computes all in float64. */
#include "support.h"

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"
#include "num/npy.h"
#include "probe/sweep.h"
#include "probe/targets.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

struct case_data {
	char *folder;
	struct npy train, test;
	struct targets targets;
	json_t *expected;
	struct probe_setting setting;
};

static char *place(const char *folder, const char *name)
{
	char *path = path_join(folder, name);

	assert_non_null(path);
	return path;
}

static void case_open(struct case_data *c, const char *name)
{
	struct error err = { 0 };
	struct context ctx = { 0 };
	char *root = path_join(FIXTURES, "mlp"), *paths[5];
	json_t *hidden;

	memset(c, 0, sizeof *c);
	c->folder = place(root, name);
	paths[0] = place(c->folder, "train.npy");
	paths[1] = place(c->folder, "test.npy");
	paths[2] = place(c->folder, "train-labels.txt");
	paths[3] = place(c->folder, "test-labels.txt");
	paths[4] = place(c->folder, "expected.json");
	if (npy_open(&c->train, paths[0], &err) < 0 || npy_open(&c->test, paths[1], &err) < 0 ||
	    targets_read(&c->targets, paths[2], paths[3], &ctx, &err) < 0 ||
	    json_read(&c->expected, paths[4], &err) < 0)
		fail_msg("%s", err.text);
	hidden = json_object_get(c->expected, "hidden");
	c->setting.hidden1 = (size_t)json_integer_value(json_array_get(hidden, 0));
	c->setting.hidden2 = (size_t)json_integer_value(json_array_get(hidden, 1));
	c->setting.alpha = json_number_value(json_object_get(c->expected, "alpha"));
	for (size_t i = 0; i < 5; i++)
		free(paths[i]);
	free(root);
}

static void case_close(struct case_data *c)
{
	npy_close(&c->train);
	npy_close(&c->test);
	targets_release(&c->targets);
	json_decref(c->expected);
	free(c->folder);
}

static struct sweep case_sweep(const struct case_data *c, const struct probe_setting *const *settings, size_t count)
{
	const struct targets *t = &c->targets;

	return (struct sweep){
		.settings = settings,
		.count = count,
		.train = { c->train.view, t->at, t->train, t->train_count },
		.classes = t->known,
		.predict = { { c->train.view, t->at, t->train, t->train_count },
			     { c->test.view, t->at, NULL, t->test_count } },
		.seed = 1,
		.own_order = true,
		.max_iter = 1000,
	};
}

static double share(const uint32_t *a, const uint32_t *b, size_t count)
{
	size_t same = 0;

	for (size_t i = 0; i < count; i++)
		same += a[i] == b[i];
	return (double)same / (double)count;
}

/* The loss of the first 20 epochs within 1e-4, the accuracies within half a
 * point, and in float64 the same number of epochs. */
static void run_compare(const struct case_data *c, json_t *run, bool float64)
{
	const struct probe_setting *setting = &c->setting;
	struct sweep s = case_sweep(c, &setting, 1);
	struct sweep_result r;
	struct table curve;
	struct error err = { 0 };
	double largest = 0, train, test;
	char *path;

	s.seed = (uint32_t)json_integer_value(json_object_get(run, "seed"));
	s.float64 = float64;
	path = place(c->folder, s.seed == 1 ? "loss.csv" : "loss-seed2.csv");
	if (sweep_run(&r, &s, &err) < 0 || table_read_as(&curve, path, "epoch,loss", &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(curve.rows, 20);
	for (size_t i = 0; i < curve.rows; i++)
		largest = fmax(largest, fabs(r.losses[i] - table_number(&curve, i, 1)));
	train = share(r.predicted[0], c->targets.train, c->targets.train_count);
	test = share(r.predicted[1], c->targets.test, c->targets.test_count);
	print_message("seed %u, %s: loss differs by %.1e; %ld epochs, %g and %g right\n", s.seed,
		      float64 ? "float64" : "float32", largest, r.epochs, train, test);
	assert_true(largest < (float64 ? 1e-9 : 1e-5));
	assert_true(fabs(train - json_number_value(json_object_get(run, float64 ? "train" : "train_float32"))) <
		    0.005 + 1e-12);
	assert_true(fabs(test - json_number_value(json_object_get(run, float64 ? "test" : "test_float32"))) <
		    0.005 + 1e-12);
	if (float64) {
		assert_int_equal(r.epochs, json_integer_value(json_object_get(run, "epochs")));
		assert_true(fabs(r.losses[r.epochs - 1] - json_number_value(json_object_get(run, "loss"))) < 1e-4);
	}
	table_release(&curve);
	sweep_results_release(&r, 1);
	free(path);
}

static void fixture_compare(const char *name)
{
	struct case_data c;
	json_t *runs;

	case_open(&c, name);
	runs = json_object_get(c.expected, "runs");
	assert_int_equal(json_array_size(runs), 2);
	for (size_t i = 0; i < json_array_size(runs); i++) {
		run_compare(&c, json_array_get(runs, i), true);
		run_compare(&c, json_array_get(runs, i), false);
	}
	case_close(&c);
}

static void test_five_labels(void **state)
{
	(void)state;
	fixture_compare("five");
}

static void test_nine_labels(void **state)
{
	(void)state;
	fixture_compare("nine");
}

static void test_two_labels(void **state)
{
	(void)state;
	fixture_compare("two");
}

/* The first characters of the word pieces of all lines, "[" around each line. */
static size_t pieces_read(uint32_t *out, size_t room, const char *path)
{
	struct mapping m;
	struct line line = { 0 };
	struct error err = { 0 };
	size_t count = 0;

	if (mapping_open(&m, path, &err) < 0)
		fail_msg("%s", err.text);
	while (line_next(&line, &m)) {
		assert_true(count + line.length + 2 <= room);
		out[count++] = '[';
		for (size_t i = 0; i < line.length; i++)
			if (i == 0 || line.data[i - 1] == ' ')
				assert_true(utf8_decode(&out[count++], line.data + i, line.length - i) > 0);
		out[count++] = '[';
	}
	mapping_close(&m);
	return count;
}

static int words_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The number of `label` among the training rows' labels; `count` if it is none. */
static uint32_t class_find(const uint32_t *sorted, size_t count, uint32_t label)
{
	uint32_t class = 0;

	for (size_t i = 0; i < count && sorted[i] < label; i++)
		class += i == 0 || sorted[i] != sorted[i - 1];
	for (size_t i = 0; i < count; i++)
		if (sorted[i] == label)
			return class;
	return (uint32_t)count;
}

/* Real embeddings, 308 × 384 with 39 labels: even rows train, odd rows test. */
static void test_real(void **state)
{
	enum { ROOM = 4096 };
	static uint32_t labels[ROOM], sorted[ROOM], classes[ROOM], rows[2][ROOM / 2];
	const char *shared = support_shared_fixtures();
	char *array, *pieces, *expected = path_join(FIXTURES, "mlp/minilm.json");
	const struct probe_setting setting = { 64, 32, 1e-2 }, *settings = &setting;
	struct sweep s = { .settings = &settings, .count = 1, .seed = 1, .own_order = true, .max_iter = 1000 };
	struct sweep_result r;
	struct npy x;
	struct error err = { 0 };
	json_t *reference;
	size_t count, half;

	(void)state;
	if (shared == NULL)
		skip();
	array = path_join(shared, "minilm-pud/layer6.npy");
	pieces = path_join(shared, "minilm-pud/pieces.txt");
	if (npy_open(&x, array, &err) < 0 || json_read(&reference, expected, &err) < 0)
		fail_msg("%s", err.text);
	count = pieces_read(labels, ROOM, pieces);
	assert_int_equal(count, x.view.rows);
	half = count / 2;
	for (uint32_t i = 0; i < count; i++)
		rows[i % 2][i / 2] = i;
	for (size_t i = 0; i < half; i++)
		sorted[i] = labels[2 * i];
	qsort(sorted, half, sizeof *sorted, words_compare);
	for (size_t i = 0; i < half; i++) {
		classes[i] = class_find(sorted, half, labels[2 * i]);
		s.classes = classes[i] >= s.classes ? classes[i] + 1 : s.classes;
	}
	s.train = (struct sweep_part){ x.view, rows[0], classes, half };
	for (size_t k = 0; k < 2; k++)
		s.predict[k] = (struct sweep_part){ x.view, rows[k], NULL, half };
	for (int float64 = 0; float64 < 2; float64++) {
		size_t right = 0;
		double largest = 0;

		s.float64 = float64 != 0;
		if (sweep_run(&r, &s, &err) < 0)
			fail_msg("%s", err.text);
		for (size_t e = 0; e < 20; e++)
			largest = fmax(largest, fabs(r.losses[e] - json_number_value(json_array_get(
									   json_object_get(reference, "loss"), e))));
		for (size_t i = 0; i < half; i++)
			right += r.predicted[1][i] == class_find(sorted, half, labels[2 * i + 1]);
		print_message("%zu × %zu, %zu labels: loss differs by %.1e, %ld epochs, %zu right\n", half,
			      x.view.columns, s.classes, largest, r.epochs, right);
		assert_true(share(r.predicted[0], classes, half) == 1);
		assert_true(largest < (float64 ? 1e-9 : 1e-5));
		assert_true(fabs((double)right / (double)half -
				 json_number_value(json_object_get(reference, "test"))) < 0.005);
		sweep_results_release(&r, 1);
	}
	json_decref(reference);
	npy_close(&x);
	free(array);
	free(pieces);
	free(expected);
}

/* Settings trained side by side, which stop at different epochs, do as each does
 * alone, to the last bit: nothing leaks from one to another. */
static void test_side_by_side(void **state)
{
	static const struct probe_setting settings[4] = {
		{ 10, 7, 1e-3 },
		{ 40, 8, 1 },
		{ 96, 64, 1e-5 },
		{ 48, 24, 1e-5 },
	};
	const struct probe_setting *all[4] = { &settings[0], &settings[1], &settings[2], &settings[3] };
	struct sweep_result together[4], alone;
	struct case_data c;
	struct sweep s;
	struct error err = { 0 };

	(void)state;
	case_open(&c, "nine");
	s = case_sweep(&c, all, 4);
	s.own_order = false;
	s.max_iter = 300;
	for (int float64 = 0; float64 < 2; float64++) {
		s.float64 = float64 != 0;
		s.settings = all;
		s.count = 4;
		if (sweep_run(together, &s, &err) < 0)
			fail_msg("%s", err.text);
		assert_true(together[2].epochs < together[3].epochs && together[3].epochs < together[0].epochs);
		for (size_t k = 0; k < 4; k++) {
			s.settings = &all[k];
			s.count = 1;
			if (sweep_run(&alone, &s, &err) < 0)
				fail_msg("%s", err.text);
			assert_int_equal(together[k].epochs, alone.epochs);
			for (long e = 0; e < alone.epochs; e++)
				assert_true(together[k].losses[e] == alone.losses[e]);
			assert_true(together[k].bits == alone.bits);
			assert_true(share(together[k].predicted[1], alone.predicted[1], s.predict[1].count) == 1);
			sweep_results_release(&alone, 1);
		}
		sweep_results_release(together, 4);
	}
	case_close(&c);
}

/* A linear probe, on data that a line through the first column splits. */
static void test_linear(void **state)
{
	enum { N = 60, WIDTH = 3 };
	static const struct probe_setting linear = { 0, 0, 1e-4 };
	const struct probe_setting *setting = &linear;
	float x[N * WIDTH];
	uint32_t rows[N], classes[N];
	struct sweep_result r;
	struct error err = { 0 };
	struct sweep s = {
		.settings = &setting,
		.count = 1,
		.classes = 3,
		.seed = 7,
		.max_iter = 1000,
		.train = { matrix_of(x, N, WIDTH), rows, classes, N },
		.predict = { { matrix_of(x, N, WIDTH), rows, classes, N } },
	};

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		rows[i] = i;
		classes[i] = i % 3;
		x[WIDTH * i] = (float)(i % 3) * 3 - 3 + 0.01F * (float)(i % 7);
		x[WIDTH * i + 1] = i % 3 == 1 ? 2.0F : -1.0F;
		x[WIDTH * i + 2] = 5; /* a constant feature */
	}
	if (sweep_run(&r, &s, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(share(r.predicted[0], classes, N) == 1);
	assert_true(r.losses[r.epochs - 1] < r.losses[0]);
	assert_true(r.bits > 0 && r.bits < N * log2(3));
	sweep_results_release(&r, 1);
}

/* Values whose products overflow are an error in both types, that names where. */
static void test_overflow(void **state)
{
	static const struct probe_setting settings[2] = { { 8, 8, 1e-3 }, { 0, 0, 1e308 } };
	float x[4 * 16];
	const uint32_t rows[4] = { 0, 1, 2, 3 }, classes[4] = { 0, 1, 2, 0 };
	const struct probe_setting *setting = &settings[0];
	struct sweep_result r;
	struct error err = { 0 };
	struct sweep s = { .name = "train/layer3.npy", .settings = &setting, .count = 1, .classes = 3, .seed = 1 };

	(void)state;
	for (size_t i = 0; i < 4 * 16; i++)
		x[i] = i % 3 == 0 ? -3e38F : 3e38F;
	s.train = (struct sweep_part){ matrix_of(x, 4, 16), rows, classes, 4 };
	s.max_iter = 5;
	assert_int_equal(sweep_run(&r, &s, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_string_equal(err.text, "train/layer3.npy: hidden sizes 8x8, alpha 0.001: the loss of epoch 1 is not "
				      "finite; are the values too large?");
	setting = &settings[1];
	s.float64 = true;
	assert_int_equal(sweep_run(&r, &s, &err), -1);
	assert_string_equal(err.text, "train/layer3.npy: no hidden layer, alpha 1e+308: the loss of epoch 1 is not "
				      "finite; are the values too large?");
}

/* A stop asked for before the first epoch is obeyed. */
static void test_stop(void **state)
{
	volatile sig_atomic_t stop = 1;
	const struct probe_setting *setting;
	struct sweep_result r;
	struct case_data c;
	struct sweep s;
	struct error err = { 0 };

	(void)state;
	case_open(&c, "two");
	setting = &c.setting;
	s = case_sweep(&c, &setting, 1);
	s.stop = &stop;
	assert_int_equal(sweep_run(&r, &s, &err), -1);
	assert_int_equal(err.status, STATUS_STOPPED);
	case_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_five_labels),  cmocka_unit_test(test_nine_labels),
		cmocka_unit_test(test_two_labels),   cmocka_unit_test(test_real),
		cmocka_unit_test(test_side_by_side), cmocka_unit_test(test_linear),
		cmocka_unit_test(test_stop),         cmocka_unit_test(test_overflow),
	};

	openblas_set_num_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
