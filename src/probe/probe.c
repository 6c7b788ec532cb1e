#include "probe/probe.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "base/sha256.h"
#include "probe/folds.h"
#include "probe/probe_work.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct final_kind final_kinds[FINAL_KINDS] = {
	{ PROBE_MLP, "mlp", SELECT_MLP },
	{ PROBE_LINEAR, "linear", SELECT_LINEAR },
	{ PROBE_CONTROL, "control", SELECT_MLP },
};

/* The online code's blocks end at these fractions of the training part (Voita
 * and Titov 2020). */
static const double block_fractions[BLOCKS] = {
	0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.0625, 0.125, 0.25, 0.5, 1
};

#define DIGITS(number) #number
#define DIGITS_OF(macro) DIGITS(macro)

const char *probe_params_check(const struct probe_params *p)
{
	if (p->kinds == 0 || (p->kinds & ~(unsigned)(PROBE_MLP | PROBE_LINEAR | PROBE_CONTROL | PROBE_MDL)) != 0)
		return "kinds: expected some of mlp, linear, control, mdl";
	if (p->runs < 1 || p->runs > PROBE_RUNS_MAX)
		return "runs: expected 1 to " DIGITS_OF(PROBE_RUNS_MAX);
	if (p->max_iter < 1 || p->max_iter > PROBE_ITER_MAX)
		return "max-iter: expected 1 to " DIGITS_OF(PROBE_ITER_MAX);
	if (p->seed == 0 || p->seed > PROBE_SEED_MAX)
		return "seed: expected 1 to 4294966295, of 32 bits";
	if (p->wide < 0 || p->wide > PROBE_WIDE_MAX)
		return "wide: expected 0 to " DIGITS_OF(PROBE_WIDE_MAX);
	return NULL;
}

/* "4,281" */
static const char *grouped(char out[32], size_t n)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%zu", n), at = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

/* Opens an array and checks it against its labels; all its values are finite. */
static int embeddings_open(struct npy *out, const char *path, const char *labels, size_t count,
			   const struct context *ctx, struct error *err)
{
	char rows[32], lines[32];

	if (npy_open(out, path, err) < 0 || npy_need_rows(out, path_tail(path), err) < 0)
		return -1;
	npy_warn(out, path_tail(path), ctx);
	if (out->view.rows != count)
		return error_set(err, STATUS_INPUT, "%s: %s rows, but %s has %s lines", path_tail(path),
				 grouped(rows, out->view.rows), path_tail(labels), grouped(lines, count));
	if (out->view.columns == 0)
		return error_set(err, STATUS_INPUT, "%s: no columns", path_tail(path));
	for (size_t i = 0; i < out->view.rows; i++) {
		const float *row = matrix_row(out->view, i);

		for (size_t j = 0; j < out->view.columns; j++)
			if (!isfinite(row[j]))
				return error_set(err, STATUS_INPUT,
						 "%s: row %s, column %zu (from 1): %s, expected a finite number",
						 path_tail(path), grouped(rows, i + 1), j + 1,
						 isnan(row[j]) ? "not a number" : "infinite");
	}
	return 0;
}

static int layers_open(struct probe_work *w, struct error *err)
{
	const struct probe_job *job = w->job;

	w->layers = array_new(job->layer_count, 1, sizeof *w->layers);
	if (w->layers == NULL)
		return error_memory(err, "layers");
	for (size_t l = 0; l < job->layer_count; l++) {
		struct layer_data *d = &w->layers[l];

		if (embeddings_open(&d->train, job->layers[l].train, job->train_labels, w->real.train_count, w->ctx,
				    err) < 0 ||
		    embeddings_open(&d->test, job->layers[l].test, job->test_labels, w->real.test_count, w->ctx,
				    err) < 0)
			return -1;
		if (d->train.view.columns != d->test.view.columns)
			return error_set(err, STATUS_INPUT, "%s: %zu columns, but %s has %zu",
					 path_tail(job->layers[l].test), d->test.view.columns,
					 path_tail(job->layers[l].train), d->train.view.columns);
	}
	return 0;
}

static int selections_init(struct probe_work *w, struct error *err)
{
	const struct probe_params *p = &w->job->params;
	struct probe_selection *mlp = &w->selections[SELECT_MLP], *linear = &w->selections[SELECT_LINEAR];

	if ((p->kinds & PROBE_LINEAR) != 0 && grid_linear(&linear->grid, &mlp->grid, err) < 0)
		return -1;
	if ((p->kinds & ~(unsigned)PROBE_LINEAR) == 0)
		grid_release(&mlp->grid);
	for (size_t k = 0; k < SELECTIONS; k++) {
		struct probe_selection *s = &w->selections[k];

		if (s->grid.count == 0)
			continue;
		s->best = array_new(w->job->layer_count, 1, sizeof *s->best);
		if (s->best == NULL)
			return error_memory(err, "settings");
		if (s->grid.count == 1)
			continue;
		s->scores = array_new(w->job->layer_count * s->grid.count, w->folds, sizeof *s->scores);
		if (s->scores == NULL)
			return error_memory(err, "scores");
		if (groups_deal(&s->groups, &s->grid, (size_t)p->wide, p->streams == STREAMS_SKLEARN, w->real.known,
				err) < 0)
			return -1;
	}
	return 0;
}

static int folds_init(struct probe_work *w, struct error *err)
{
	bool wanted = false;

	w->splits = w->job->params.select == SELECT_CV5 ? 5 : 10;
	w->folds = w->job->params.select == SELECT_CV5 ? 5 : 1;
	if (selections_init(w, err) < 0)
		return -1;
	for (size_t k = 0; k < SELECTIONS; k++)
		wanted |= w->selections[k].scores != NULL;
	if (!wanted)
		return 0;
	if (w->real.train_count < w->splits)
		return error_set(err, STATUS_INPUT, "%s: %zu examples, fewer than the %zu folds",
				 path_tail(w->job->train_labels), w->real.train_count, w->splits);
	if (targets_check_rare(&w->real, w->job->train_labels, w->splits,
			       w->folds > 1 ? "folds" : "parts, of which one is held out", w->ctx, err) < 0)
		return -1;
	w->fold = array_new(w->real.train_count, 1, sizeof *w->fold);
	if (w->fold == NULL)
		return error_memory(err, "folds");
	return folds_stratified(w->fold, w->real.train, w->real.train_count, w->real.known, w->splits, err);
}

/* The order and the ends of the online code's blocks; those that would be empty
 * are left out. */
static int blocks_init(struct probe_work *w, struct error *err)
{
	size_t n = w->real.train_count;
	struct stream shuffle;

	w->bits = array_new(w->job->layer_count, BLOCKS, sizeof *w->bits);
	w->block_order = array_new(n, 1, sizeof *w->block_order);
	if (w->bits == NULL || w->block_order == NULL)
		return error_memory(err, "codelength");
	memcpy(w->block_order, w->real.at, n * sizeof *w->block_order);
	stream_init(&shuffle, w->job->params.seed);
	stream_permute(&shuffle, w->block_order, n);
	for (size_t b = 0; b < BLOCKS; b++) {
		size_t end = (size_t)floor(block_fractions[b] * (double)n);

		if (end > (w->blocks == 0 ? 0 : w->block_ends[w->blocks - 1]))
			w->block_ends[w->blocks++] = end;
	}
	for (size_t l = 0; l < w->job->layer_count; l++)
		w->bits[l * BLOCKS] = (double)w->block_ends[0] * log2((double)w->real.known);
	return 0;
}

/* Names what decides the results: program and kernels, parameters, inputs. */
static int work_digest(char hex[65], const struct probe_work *w, struct error *err)
{
	const struct probe_job *job = w->job;
	const struct probe_params *p = &job->params;
	struct sha256 *sum = sha256_new();
	char text[256], file[65];
	uint64_t bytes;
	int rc = 0;

	if (sum == NULL)
		return error_memory(err, "digest");
	snprintf(text, sizeof text, "%d %d %u %ld %ld %d %" PRIu64 " %ld ", (int)p->select, (int)p->streams, p->kinds,
		 p->runs, p->max_iter, (int)p->float64, p->seed, p->wide);
	sha256_add(sum, text, strlen(text));
	for (size_t i = 0; i < 3; i++) {
		const char *const texts[3] = { p->grid, job->kernels, job->program };

		sha256_add(sum, texts[i], strlen(texts[i]) + 1);
	}
	for (size_t i = 0; rc == 0 && i < 4 + 2 * job->layer_count; i++) {
		const char *const fixed[4] = { job->train_labels, job->test_labels, job->train_examples,
					       job->test_examples };
		const char *path = i < 4        ? fixed[i]
				   : i % 2 == 0 ? job->layers[i / 2 - 2].train
						: job->layers[i / 2 - 2].test;

		if (path == NULL)
			continue;
		rc = sha256_file(file, &bytes, path, err);
		sha256_add(sum, file, 64);
	}
	sha256_end(sum, hex);
	return rc;
}

static int work_init(struct probe_work *w, const struct folder *out, struct error *err)
{
	const struct probe_job *job = w->job;
	char digest[65];

	if (grid_parse(&w->selections[SELECT_MLP].grid, job->params.grid, err) < 0)
		return -1;
	if (targets_read(&w->real, job->train_labels, job->test_labels, w->ctx, err) < 0 || layers_open(w, err) < 0 ||
	    folds_init(w, err) < 0)
		return -1;
	if ((job->params.kinds & PROBE_CONTROL) != 0) {
		if (job->train_examples == NULL || job->test_examples == NULL)
			return error_set(err, STATUS_INPUT, "the control task needs the example files of both parts");
		if (targets_control(&w->control, &w->real, job->train_examples, job->test_examples, job->params.seed,
				    err) < 0)
			return -1;
	}
	if ((job->params.kinds & PROBE_MDL) != 0 && blocks_init(w, err) < 0)
		return -1;
	w->finals = array_new(job->layer_count * FINAL_KINDS, (size_t)job->params.runs, sizeof *w->finals);
	if (w->finals == NULL)
		return error_memory(err, "runs");
	if (work_digest(digest, w, err) < 0)
		return -1;
	return journal_open(&w->journal, out->path, digest, err);
}

static void work_release(struct probe_work *w)
{
	size_t finals = w->finals == NULL ? 0 : w->job->layer_count * FINAL_KINDS * (size_t)w->job->params.runs;

	for (size_t l = 0; w->layers != NULL && l < w->job->layer_count; l++) {
		npy_close(&w->layers[l].train);
		npy_close(&w->layers[l].test);
	}
	for (size_t k = 0; k < SELECTIONS; k++) {
		grid_release(&w->selections[k].grid);
		groups_release(&w->selections[k].groups);
		free(w->selections[k].scores);
		free(w->selections[k].best);
	}
	for (size_t i = 0; i < finals; i++) {
		free(w->finals[i].predicted);
		free(w->finals[i].losses);
	}
	free(w->layers);
	free(w->finals);
	free(w->fold);
	free(w->bits);
	free(w->block_order);
	targets_release(&w->real);
	targets_release(&w->control);
}

/* Tasks in the order in which they are handed out. */
struct tasks {
	struct probe_work *work;
	struct probe_task *items; /* (count) */
	size_t count, capacity;
	bool short_of_memory;
};

static void tasks_add(struct tasks *t, struct probe_task task)
{
	if (array_reserve(&t->items, &t->capacity, t->count + 1, sizeof *t->items) < 0)
		t->short_of_memory = true;
	else
		t->items[t->count++] = task;
}

static void tasks_step(void *arg, size_t i, unsigned thread)
{
	struct tasks *t = arg;
	struct probe_work *w = t->work;
	struct error err = { 0 };
	bool failed;

	(void)thread;
	pthread_mutex_lock(&w->lock);
	failed = w->failed;
	pthread_mutex_unlock(&w->lock);
	if (failed || task_run(w, &t->items[i], &err) == 0)
		return;
	pthread_mutex_lock(&w->lock);
	if (!w->failed)
		*w->error = err;
	w->failed = true;
	pthread_mutex_unlock(&w->lock);
}

static int tasks_run(struct tasks *t, struct error *err)
{
	if (t->short_of_memory)
		error_memory(err, "tasks");
	else
		pool_run(t->work->ctx->pool, t->count, tasks_step, t);
	free(t->items);
	return t->short_of_memory || t->work->failed ? -1 : 0;
}

/* Scores every setting on every fold, and notes the best of each layer: the
 * first among those of the highest mean. */
static int work_select(struct probe_work *w, struct error *err)
{
	struct tasks tasks = { .work = w };

	for (size_t l = 0; l < w->job->layer_count; l++)
		for (size_t k = 0; k < SELECTIONS; k++)
			for (size_t f = 0; f < w->folds && w->selections[k].scores != NULL; f++)
				for (size_t g = 0; g < w->selections[k].groups.count; g++)
					tasks_add(&tasks, (struct probe_task){ TASK_SELECT, l, k, f, g });
	if (tasks_run(&tasks, err) < 0)
		return -1;
	for (size_t k = 0; k < SELECTIONS; k++) {
		const struct probe_selection *s = &w->selections[k];

		for (size_t l = 0; s->scores != NULL && l < w->job->layer_count; l++) {
			double highest = -1;

			for (size_t i = 0; i < s->grid.count; i++) {
				const double *scores = work_scores(s, l, i, w->folds);
				double sum = 0;

				for (size_t f = 0; f < w->folds; f++)
					sum += scores[f];
				if (sum / (double)w->folds > highest) {
					highest = sum / (double)w->folds;
					s->best[l] = i;
				}
			}
		}
	}
	return 0;
}

static int work_train(struct probe_work *w, struct error *err)
{
	struct tasks tasks = { .work = w };

	for (size_t l = 0; l < w->job->layer_count; l++) {
		for (size_t b = w->blocks; b-- > 1;)
			tasks_add(&tasks, (struct probe_task){ TASK_BLOCK, l, SELECT_MLP, b, 0 });
		for (size_t k = 0; k < FINAL_KINDS; k++)
			for (size_t r = 0; r < (size_t)w->job->params.runs; r++)
				if ((w->job->params.kinds & final_kinds[k].kind) != 0)
					tasks_add(&tasks, (struct probe_task){ TASK_FINAL, l, k, r, 0 });
	}
	return tasks_run(&tasks, err);
}

static double fits_total(const struct probe_work *w)
{
	double layers = (double)w->job->layer_count, total = w->blocks > 0 ? (double)(w->blocks - 1) : 0;

	for (size_t k = 0; k < SELECTIONS; k++)
		if (w->selections[k].scores != NULL)
			total += (double)(w->selections[k].grid.count * w->folds);
	for (size_t k = 0; k < FINAL_KINDS; k++)
		if ((w->job->params.kinds & final_kinds[k].kind) != 0)
			total += (double)w->job->params.runs;
	return total * layers;
}

int probe_run(const struct probe_job *job, struct folder *out, const struct context *ctx, struct error *err)
{
	struct probe_work w = { .job = job, .ctx = ctx, .error = err };
	const char *why = probe_params_check(&job->params);
	struct error late = { 0 };
	int rc = -1;

	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s", why);
	pthread_mutex_init(&w.lock, NULL);
	if (work_init(&w, out, err) < 0)
		goto done;
	w.total = fits_total(&w);
	if (work_select(&w, err) < 0 || work_train(&w, err) < 0 || work_write(&w, out, err) < 0)
		goto done;
	folder_spend(out, journal_name);
	rc = 0;
done:
	if (journal_close(w.journal, rc == 0, &late) < 0)
		context_warn(ctx, "%s", late.text);
	work_release(&w);
	pthread_mutex_destroy(&w.lock);
	return rc;
}
