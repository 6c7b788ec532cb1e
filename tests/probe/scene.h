/* A folder of small made data, and whole runs of a probe on it. */
#ifndef TESTS_PROBE_SCENE_H
#define TESTS_PROBE_SCENE_H

#include "support.h"

#include "base/json.h"
#include "base/output.h"
#include "base/random.h"
#include "base/table.h"
#include "num/npy.h"
#include "probe/probe.h"

#include <signal.h>
#include <string.h>

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
	int deadly;           /* a signal that comes then; 0: the run is asked to stop */
};

static inline void scene_warn(void *arg, const char *message)
{
	struct scene *s = arg;
	size_t at = strlen(s->warnings);

	snprintf(s->warnings + at, sizeof s->warnings - at, "%s\n", message);
}

static inline void scene_progress(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct scene *s = arg;

	(void)phase;
	(void)detail;
	assert_true(done <= total);
	if (s->fits_before_stop == 0 || --s->fits_before_stop > 0)
		return;
	if (s->deadly != 0)
		raise(s->deadly);
	s->stop = 1;
}

static inline void text_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Points around a centre for each of three labels; the words are w0 … w4. */
static inline void part_write(struct scene *s, size_t part, size_t count, struct stream *draw)
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

static inline void scene_make(struct scene *s, unsigned threads)
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
		.kernels = "portable",
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

static inline void scene_remove(struct scene *s)
{
	pool_free(s->ctx.pool);
	folder_release(&s->out);
	for (size_t i = 0; i < 6; i++)
		free(s->files[i]);
	support_remove(s->path);
}

static inline void scene_run(struct scene *s)
{
	struct error err = { 0 };

	if (probe_run(&s->job, &s->out, &s->ctx, &err) < 0)
		fail_msg("%s", err.text);
	folder_settle(&s->out);
}

/* In the message, "@" stands for the folder. */
static inline void scene_fails(struct scene *s, const char *message)
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

static inline void scene_table(struct table *out, const struct scene *s, const char *name, const char *header)
{
	char *path = path_join(s->path, name);
	struct error err = { 0 };

	if (table_read_as(out, path, header, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

/* Both parts anew, points on their label's centre: no probe can err. */
static inline void scene_simplify(struct scene *s)
{
	static float x[TRAIN * WIDTH];
	struct error err = { 0 };

	for (size_t i = 0; i < TRAIN; i++)
		for (size_t j = 0; j < WIDTH; j++)
			x[i * WIDTH + j] = j == i % 3 ? 5 : 0;
	if (npy_write(&s->out, "part0.npy", matrix_of(x, TRAIN, WIDTH), &err) < 0 ||
	    npy_write(&s->out, "part1.npy", matrix_of(x, TEST, WIDTH), &err) < 0)
		fail_msg("%s", err.text);
	s->job.params.max_iter = 1000;
}

static const char accuracy_header[] = "layer,kind,run,seed,hidden1,hidden2,alpha,epochs,train,test,macro_f1,majority";

#endif
