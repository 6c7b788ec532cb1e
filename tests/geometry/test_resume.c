/* DirectProbe goes on from where it was stopped, and from nothing else. */
#include "probe.h"

static struct context ctx;

/* Stops when a progress line of a phase comes for the nth time. */
struct stopper {
	volatile sig_atomic_t stop;
	const char *phase;
	int left;
};

static void count_down(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct stopper *s = arg;

	(void)done;
	(void)total;
	(void)detail;
	if (strcmp(phase, s->phase) == 0 && --s->left == 0)
		s->stop = 1;
}

/* A run that is stopped in any phase goes on to the bytes of one that is not, and
 * leaves nothing behind. */
static void test_interruption(void **state)
{
	static const char *const phases[] = { "whole labels", "linkage", "bisection", "pairs", "distances" };
	char *root = support_folder();
	struct probe whole = probe_of(root, "whole", 6, &ctx);
	size_t stopped = 0;

	(void)state;
	probe_points(root, 400, 8, 4, 0.4, 5);
	probe_ok(&whole);
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
		struct stopper stopper = { 0, phases[i], 1 };
		struct probe p = probe_of(root, "stopped", 6, &ctx);
		struct error err = { 0 };
		char *left = path_join(p.out, ".work-0"), *summary = path_join(p.out, "summary.json");

		p.ctx.stop = &stopper.stop;
		p.ctx.progress = count_down;
		p.ctx.arg = &stopper;
		if (probe_run(&p, &err) < 0) {
			assert_int_equal(err.status, STATUS_STOPPED);
			assert_false(file_exists(summary));
			assert_true(i == 0 || file_exists(left));
			stopped++;
		}
		p.ctx = ctx;
		probe_ok(&p);
		assert_false(file_exists(left));
		for (size_t k = 0; k < PROBE_OUTPUTS; k++)
			assert_same_file(whole.out, p.out, probe_outputs[k]);
		directory_remove(p.out, &err);
		probe_release(&p);
		free(left);
		free(summary);
	}
	assert_int_equal(stopped, 5);
	probe_release(&whole);
	support_remove(root);
}

/* Balls in a row, whose labels take turns: two of one label are never one cluster,
 * so that there are as many refusals as pairs. */
static void write_row(const char *folder, size_t balls, size_t labels)
{
	enum { POINTS = 3 };
	struct error err = { 0 };
	struct stream s;
	struct folder f;
	struct output *o;
	float *x = array_new(balls * POINTS, 2, sizeof *x);

	stream_init(&s, 17);
	if (folder_open(&f, folder, &err) < 0 || output_open(&o, &f, "labels.txt", &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < balls * POINTS; i++) {
		x[2 * i] = (float)(16.0 * (double)(i / POINTS) + stream_uniform(&s));
		x[2 * i + 1] = (float)(i % POINTS == 0 ? -2.0 : 2.0) + (float)stream_uniform(&s);
		output_format(o, "l%zu\n", i / POINTS % labels);
	}
	if (output_commit(o, &err) < 0 || npy_write(&f, "embeddings.npy", matrix_of(x, balls * POINTS, 2), &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
	free(x);
}

/* Takes a copy of the work file once many pairs have been tried. */
struct keeper {
	const char *folder;
	char *kept;
	size_t bytes;
	double tried; /* the last that a progress line said */
};

static void keep_work(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct keeper *k = arg;
	struct error err = { 0 };
	struct mapping map;
	char *path;

	(void)total;
	(void)detail;
	if (strcmp(phase, "pairs") != 0)
		return;
	k->tried = done;
	if (k->kept != NULL || done < 4200.0)
		return;
	path = path_join(k->folder, ".work-0");
	if (mapping_open(&map, path, &err) < 0)
		fail_msg("%s", err.text);
	k->kept = text_copy_n(map.data, map.size);
	k->bytes = map.size;
	mapping_close(&map);
	free(path);
}

/* A run that is killed amid its pairs goes on behind those that it saved, most of
 * them refusals. */
static void test_pairs_again(void **state)
{
	char *root = support_folder();
	struct probe p = probe_of(root, "whole", 1, &ctx), again = probe_of(root, "again", 1, &ctx);
	struct keeper keeper = { .folder = p.out };
	struct stopper stopper = { 0, "pairs", 69 };
	struct error err = { 0 };
	struct folder f;
	char *path = path_join(again.out, ".work-0");

	(void)state;
	write_row(root, 300, 8);
	p.ctx.progress = keep_work;
	p.ctx.arg = &keeper;
	probe_ok(&p);
	assert_true(keeper.kept != NULL && keeper.tried > 4500.0);
	/* It holds trials: three times four bytes each. */
	assert_true(keeper.bytes > 4096 * 12);
	assert_int_equal(folder_open(&f, again.out, &err), 0);
	assert_int_equal(output_file(&f, ".work-0", keeper.kept, keeper.bytes, &err), 0);
	folder_release(&f);
	/* And is stopped once more, between two saves. */
	again.ctx.progress = count_down;
	again.ctx.stop = &stopper.stop;
	again.ctx.arg = &stopper;
	assert_int_equal(probe_run(&again, &err), -1);
	assert_int_equal(err.status, STATUS_STOPPED);
	assert_true(file_exists(path));
	again.ctx = ctx;
	probe_ok(&again);
	for (size_t k = 0; k < PROBE_OUTPUTS; k++)
		assert_same_file(p.out, again.out, probe_outputs[k]);
	free(keeper.kept);
	free(path);
	probe_release(&p);
	probe_release(&again);
	support_remove(root);
}

/* Whether the linkage was done: by runs that go on from nothing. */
static void see_linkage(void *arg, const char *phase, double done, double total, const char *detail)
{
	(void)done;
	(void)total;
	(void)detail;
	*(bool *)arg |= strcmp(phase, "linkage") == 0;
}

enum change { NOTHING, OTHER_POINTS, OTHER_LABELS, OTHER_SETTING, OTHER_PROGRAM, CUT_SHORT, CHANGES };

/* What a run left that was stopped among its pairs, of other points, labels or
 * settings, or of another program, or damaged, is not gone on from. */
static void test_foreign_work(void **state)
{
	(void)state;
	for (int change = NOTHING; change < CHANGES; change++) {
		char *root = support_folder();
		struct probe p = probe_of(root, "out", 6, &ctx), clean = probe_of(root, "clean", 6, &ctx);
		struct stopper stopper = { 0, "pairs", 1 };
		struct error err = { 0 };
		char *path = path_join(p.out, ".work-0"), *labels;
		bool linked = false;

		probe_points(root, 300, 8, 4, 0.4, 6);
		p.ctx.stop = &stopper.stop;
		p.ctx.progress = count_down;
		p.ctx.arg = &stopper;
		assert_int_equal(probe_run(&p, &err), -1);
		labels = support_text(root, "labels.txt");
		if (change == OTHER_POINTS) {
			probe_points(root, 300, 8, 4, 0.4, 7);
			probe_write(root, "labels.txt", labels);
		} else if (change == OTHER_LABELS) {
			labels[1] = labels[1] == '0' ? '1' : '0';
			probe_write(root, "labels.txt", labels);
		} else if (change == OTHER_SETTING) {
			p.params.min_points = clean.params.min_points = 2;
		} else if (change == OTHER_PROGRAM) {
			p.program = "another one";
		} else if (change == CUT_SHORT) {
			assert_int_equal(truncate(path, 500), 0);
		}
		p.ctx = ctx;
		p.ctx.progress = see_linkage;
		p.ctx.arg = &linked;
		probe_ok(&clean);
		probe_ok(&p);
		assert_int_equal(linked, change != NOTHING);
		for (size_t k = 0; k < PROBE_OUTPUTS; k++)
			assert_same_file(clean.out, p.out, probe_outputs[k]);
		free(labels);
		free(path);
		probe_release(&p);
		probe_release(&clean);
		support_remove(root);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interruption),
		cmocka_unit_test(test_pairs_again),
		cmocka_unit_test(test_foreign_work),
	};
	int failed;

	ctx.pool = pool_new(1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
