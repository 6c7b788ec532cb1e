#include "probe/probe_work.h"

#include "base/array.h"
#include "base/file.h"
#include "base/random.h"
#include "probe/score.h"
#include "probe/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Some of the training examples. Classes are numbered anew, since scikit-learn
 * gives a network one output for each label that its training examples have. */
struct subset {
	uint32_t *rows, *classes; /* (count) */
	size_t count;
	uint32_t *label; /* (class_count) the label of a class */
	size_t class_count;
};

static void subset_release(struct subset *s)
{
	free(s->rows);
	free(s->classes);
	free(s->label);
}

/* The examples outside (or inside) of fold `fold`; all where `folds` is NULL. */
static int subset_take(struct subset *out, const struct targets *t, const uint32_t *folds, size_t fold, bool inside,
		       struct error *err)
{
	uint32_t *class = array_new(t->known, 1, sizeof *class);

	*out = (struct subset){ 0 };
	out->rows = array_new(t->train_count, 1, sizeof *out->rows);
	out->classes = array_new(t->train_count, 1, sizeof *out->classes);
	out->label = array_new(t->known, 1, sizeof *out->label);
	if (class == NULL || out->rows == NULL || out->classes == NULL || out->label == NULL) {
		free(class);
		return error_memory(err, "examples of a fold");
	}
	for (size_t i = 0; i < t->train_count; i++) {
		if (folds != NULL && (folds[i] == fold) != inside)
			continue;
		out->rows[out->count++] = (uint32_t)i;
		class[t->train[i]] = 1;
	}
	for (uint32_t c = 0; c < t->known; c++) {
		if (class[c] == 0)
			continue;
		class[c] = (uint32_t)out->class_count;
		out->label[out->class_count++] = c;
	}
	for (size_t i = 0; i < out->count; i++)
		out->classes[i] = class[t->train[out->rows[i]]];
	free(class);
	return 0;
}

static void fit_ended(void *arg)
{
	struct probe_work *w = arg;

	pthread_mutex_lock(&w->lock);
	w->done++;
	context_progress(w->ctx, "probe", w->done, w->total, "%s", "");
	pthread_mutex_unlock(&w->lock);
}

/* What all sweeps of a run share. */
static struct sweep sweep_of(struct probe_work *w, size_t layer, const struct subset *s, long run)
{
	const struct probe_params *p = &w->job->params;

	return (struct sweep){
		.name = path_tail(w->job->layers[layer].train),
		.train = { w->layers[layer].train.view, s->rows, s->classes, s->count },
		.classes = s->class_count,
		.seed = (uint32_t)p->seed + (uint32_t)run,
		.own_order = p->streams == STREAMS_SKLEARN,
		.float64 = p->float64,
		.max_iter = p->max_iter,
		.stop = w->ctx->stop,
		.left = fit_ended,
		.arg = w,
	};
}

static void task_keep(struct probe_work *w, uint64_t id, const void *data, size_t size)
{
	pthread_mutex_lock(&w->lock);
	journal_add(w->journal, id, data, size);
	pthread_mutex_unlock(&w->lock);
}

static void fits_skip(struct probe_work *w, size_t count)
{
	pthread_mutex_lock(&w->lock);
	w->done += (double)count;
	pthread_mutex_unlock(&w->lock);
}

/* The share of a fold's examples that a network of the other folds gets right. */
static double fold_score(const struct targets *t, const struct subset *train, const struct subset *held,
			 const uint32_t *predicted)
{
	size_t right = 0;

	for (size_t i = 0; i < held->count; i++)
		right += train->label[predicted[i]] == t->train[held->rows[i]];
	return (double)right / (double)held->count;
}

/* Trains a group of settings on all folds but one and scores them on that. */
static int select_train(double *scores, struct probe_work *w, const struct probe_task *t, const size_t *members,
			size_t count, struct error *err)
{
	const struct probe_setting **settings = array_new(count, 1, sizeof(void *));
	struct sweep_result *results = array_new(count, 1, sizeof *results);
	struct subset train = { 0 }, held = { 0 };
	struct sweep sweep;
	int rc = -1;

	if (settings == NULL || results == NULL) {
		error_memory(err, "settings");
		goto done;
	}
	for (size_t i = 0; i < count; i++)
		settings[i] = &w->selections[t->kind].grid.items[members[i]];
	if (subset_take(&train, &w->real, w->fold, t->part, false, err) < 0 ||
	    subset_take(&held, &w->real, w->fold, t->part, true, err) < 0)
		goto done;
	sweep = sweep_of(w, t->layer, &train, 0);
	sweep.settings = settings;
	sweep.count = count;
	sweep.predict[0] = (struct sweep_part){ sweep.train.x, held.rows, NULL, held.count };
	rc = sweep_run(results, &sweep, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		scores[i] = fold_score(&w->real, &train, &held, results[i].predicted[0]);
	if (rc == 0)
		sweep_results_release(results, count);
done:
	subset_release(&train);
	subset_release(&held);
	free(settings);
	free(results);
	return rc;
}

static int task_select(struct probe_work *w, const struct probe_task *t, uint64_t id, struct error *err)
{
	const struct probe_selection *s = &w->selections[t->kind];
	size_t *members = array_new(s->grid.count, 1, sizeof *members), count = 0, size;
	double *scores = array_new(s->grid.count, 1, sizeof *scores);
	const void *kept = journal_find(w->journal, id, &size);
	int rc = members == NULL || scores == NULL ? error_memory(err, "settings") : 0;

	for (size_t i = 0; rc == 0 && i < s->grid.count; i++)
		if (s->groups.group_of[i] == t->group)
			members[count++] = i;
	if (rc == 0 && kept != NULL && size == count * sizeof *scores) {
		memcpy(scores, kept, size);
		fits_skip(w, count);
	} else if (rc == 0) {
		rc = select_train(scores, w, t, members, count, err);
		if (rc == 0)
			task_keep(w, id, scores, count * sizeof *scores);
	}
	for (size_t i = 0; rc == 0 && i < count; i++)
		work_scores(s, t->layer, members[i], w->folds)[t->part] = scores[i];
	free(members);
	free(scores);
	return rc;
}

/* A final's record: the numbers, then the losses, then the predictions. */
struct final_head {
	int64_t epochs;
	double train, test;
};

static int final_restore(struct final *out, const unsigned char *data, size_t size, size_t test_count)
{
	struct final_head head;
	size_t losses;

	if (size < sizeof head)
		return -1;
	memcpy(&head, data, sizeof head);
	losses = (size_t)head.epochs * sizeof *out->losses;
	if (size != sizeof head + losses + test_count * sizeof *out->predicted)
		return -1;
	out->losses = array_new(1, losses, 1);
	out->predicted = array_new(test_count, 1, sizeof *out->predicted);
	if (out->losses == NULL || out->predicted == NULL)
		return -1;
	out->epochs = (long)head.epochs;
	out->train = head.train;
	out->test = head.test;
	memcpy(out->losses, data + sizeof head, losses);
	memcpy(out->predicted, data + sizeof head + losses, test_count * sizeof *out->predicted);
	return 0;
}

static void final_keep(struct probe_work *w, uint64_t id, const struct final *f, size_t test_count)
{
	struct final_head head = { f->epochs, f->train, f->test };
	size_t losses = (size_t)f->epochs * sizeof *f->losses, predicted = test_count * sizeof *f->predicted;
	unsigned char *data = array_new(sizeof head + losses + predicted, 1, 1);

	if (data == NULL)
		return; /* costs only the chance to go on here */
	memcpy(data, &head, sizeof head);
	memcpy(data + sizeof head, f->losses, losses);
	memcpy(data + sizeof head + losses, f->predicted, predicted);
	task_keep(w, id, data, sizeof head + losses + predicted);
	free(data);
}

static int task_final(struct probe_work *w, const struct probe_task *t, uint64_t id, struct error *err)
{
	const struct targets *targets = work_targets(w, t->kind);
	const struct probe_selection *s = &w->selections[final_kinds[t->kind].selection];
	const struct probe_setting *best = &s->grid.items[s->best[t->layer]];
	struct final *final = work_final(w, t->layer, t->kind, t->part);
	struct sweep_result result;
	struct subset all;
	struct sweep sweep;
	size_t size;
	const void *kept = journal_find(w->journal, id, &size);
	int rc;

	if (kept != NULL && final_restore(final, kept, size, targets->test_count) == 0) {
		fits_skip(w, 1);
		return 0;
	}
	rc = subset_take(&all, targets, NULL, 0, false, err);
	if (rc < 0)
		goto done;
	sweep = sweep_of(w, t->layer, &all, (long)t->part);
	sweep.settings = &best;
	sweep.count = 1;
	sweep.predict[0] = (struct sweep_part){ sweep.train.x, all.rows, NULL, all.count };
	sweep.predict[1] =
		(struct sweep_part){ w->layers[t->layer].test.view, targets->at, NULL, targets->test_count };
	rc = sweep_run(&result, &sweep, err);
	if (rc < 0)
		goto done;
	for (size_t i = 0; i < targets->test_count; i++)
		result.predicted[1][i] = all.label[result.predicted[1][i]];
	*final = (struct final){
		.epochs = result.epochs,
		.train = score_accuracy(all.classes, result.predicted[0], all.count),
		.test = score_accuracy(targets->test, result.predicted[1], targets->test_count),
		.predicted = result.predicted[1],
		.losses = result.losses,
	};
	result.predicted[1] = NULL;
	result.losses = NULL;
	sweep_results_release(&result, 1);
	final_keep(w, id, final, targets->test_count);
done:
	subset_release(&all);
	return rc;
}

/* A block of the online code: the bits of its examples under the probe that was
 * trained on all examples before it. The first is sent with a uniform code. */
static int task_block(struct probe_work *w, const struct probe_task *t, uint64_t id, struct error *err)
{
	const struct probe_selection *s = &w->selections[SELECT_MLP];
	const struct probe_setting *best = &s->grid.items[s->best[t->layer]];
	size_t known = w->block_ends[t->part - 1], end = w->block_ends[t->part], size;
	double *bits = &w->bits[t->layer * BLOCKS + t->part];
	uint32_t *classes = array_new(end, 1, sizeof *classes);
	const void *kept = journal_find(w->journal, id, &size);
	struct subset sent = {
		.rows = w->block_order, .classes = classes, .count = known, .class_count = w->real.known
	};
	struct sweep_result result;
	struct sweep sweep;
	int rc = classes == NULL ? error_memory(err, "codelength") : 0;

	if (rc == 0 && kept != NULL && size == sizeof *bits) {
		memcpy(bits, kept, size);
		fits_skip(w, 1);
		goto done;
	}
	for (size_t i = 0; rc == 0 && i < end; i++)
		classes[i] = w->real.train[w->block_order[i]];
	sweep = sweep_of(w, t->layer, &sent, 0);
	sweep.settings = &best;
	sweep.count = 1;
	sweep.predict[0] = (struct sweep_part){ sweep.train.x, w->block_order + known, classes + known, end - known };
	rc = rc == 0 ? sweep_run(&result, &sweep, err) : rc;
	if (rc == 0) {
		*bits = result.bits;
		sweep_results_release(&result, 1);
		task_keep(w, id, bits, sizeof *bits);
	}
done:
	free(classes);
	return rc;
}

int task_run(struct probe_work *w, const struct probe_task *t, struct error *err)
{
	/* A name that stays the same between runs on the same inputs. */
	uint64_t id = (((((uint64_t)t->sort << 16 | t->layer) << 4 | t->kind) << 16 | t->part) << 16) | t->group;

	switch (t->sort) {
	case TASK_SELECT:
		return task_select(w, t, id, err);
	case TASK_FINAL:
		return task_final(w, t, id, err);
	case TASK_BLOCK:
		return task_block(w, t, id, err);
	}
	return 0;
}
