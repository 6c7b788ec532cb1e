#include "bert/training.h"

#include "base/array.h"
#include "base/random.h"
#include "bert/resume.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double usual_seconds = 30.0; /* from one resume.bin to the next */
static const double patience = 50.0;      /* but at least so many times what writing one takes */

static long per_epoch(const struct training *t)
{
	return (long)((t->count + (size_t)t->batch - 1) / (size_t)t->batch);
}

long training_updates(const struct training *t)
{
	return t->epochs * per_epoch(t);
}

double training_rate(double lr, double warmup, long update, long total)
{
	/* The product is taken down to nine digits first: 0.1 · 130 is 13. */
	const double steps = ceil(warmup * (double)total - 1e-9);

	if ((double)update < steps)
		return lr * (double)update / steps;
	return lr * (double)(total - update) / ((double)total - steps);
}

/* The order of the sentences, epoch by epoch: permutations drawn one after the
 * other from one stream, each applied to the file's order. */
struct order {
	struct stream stream;
	uint32_t *items; /* (count) */
	long epoch;      /* that `items` is of; −1: none yet */
};

static void order_seek(struct order *o, const struct training *t, long epoch)
{
	for (; o->epoch < epoch; o->epoch++) {
		for (size_t i = 0; i < t->count; i++)
			o->items[i] = (uint32_t)i;
		if (t->shuffled)
			stream_permute(&o->stream, o->items, t->count);
	}
}

/* With all else that an error says, a list of this length fits its text. */
enum { LONGEST_LIST = 640, LONGEST_NAME = 48 };

/* The sentences of the batch; an ellipsis stands for those that do not fit. */
static void list_sentences(char out[LONGEST_LIST + 1], const struct training *t)
{
	static const char more[] = " …";
	const struct pack *pack = &t->trainer->pack;
	size_t used = 0;

	for (size_t i = 0; i < pack->count; i++) {
		if (used > LONGEST_LIST - LONGEST_NAME - sizeof more) {
			memcpy(out + used, more, sizeof more);
			return;
		}
		used += (size_t)snprintf(out + used, LONGEST_NAME + 2, "%s%.*s", i ? " " : "", LONGEST_NAME,
					 t->names[pack->sentences[i].source]);
	}
}

static int stop_not_finite(const struct training *t, const struct step_result *result, long update, struct error *err)
{
	const struct trainer *trainer = t->trainer;
	const struct diagnosis d = trainer_diagnose(trainer);
	const char *name = d.forward && d.sentence < trainer->pack.count
				   ? t->names[trainer->pack.sentences[d.sentence].source]
				   : "";
	char list[LONGEST_LIST + 1], place[160];

	list_sentences(list, t);
	if (d.forward && d.layer <= (int)trainer->model->config.layers)
		snprintf(place, sizeof place, "first in layer %d, sentence %.48s", d.layer, name);
	else if (d.forward)
		snprintf(place, sizeof place, "in the head (layer %d)", d.layer);
	else
		snprintf(place, sizeof place, "first in layer %d, gradient of %s", d.layer,
			 d.tensor != NULL ? d.tensor : "no tensor by itself");
	return error_set(err, STATUS_CHECK,
			 "step %ld: %s is not finite, %s; sentences of the batch: %s; try a lower learning rate, a "
			 "longer warm-up or clipping",
			 update + 1, isfinite(result->loss) ? "gradient" : "loss", place, list);
}

int training_check_weights(const struct bert_model *m, long step, struct error *err)
{
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct parameter *p = &m->parameters[i];

		for (size_t k = 0; k < p->count; k++)
			if (!isfinite(m->weights[p->offset + k]))
				return error_set(
					err, STATUS_CHECK,
					"step %ld: the update made %s not finite; try a lower learning rate, a "
					"longer warm-up or clipping",
					step, p->name);
	}
	return 0;
}

static void record(struct table *loss, long update, double lr, const struct step_result *result)
{
	table_add_integer(loss, update + 1);
	table_add_number(loss, lr);
	table_add_float(loss, (float)result->loss);
	table_add_float(loss, (float)result->norm);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A run on its way. */
struct progress {
	struct order order;
	struct packed_sentence *batch; /* (t->batch) */
	struct resume resume;
	double pieces, seconds; /* of this run's updates */
	double written, taken;  /* when resume.bin was written, and the seconds that took */
};

static void tell(const struct training *t, const struct progress *p, long update, double loss,
		 const struct context *ctx)
{
	const long total = training_updates(t);

	context_progress(ctx, t->phase, (double)(update + 1), (double)total,
			 "epoch %ld, step %ld of %ld, loss %.4f, %.0f tokens/s", update / per_epoch(t) + 1,
			 update + 1, total, loss, p->pieces / p->seconds);
}

/* One update: k = 0 … T−1. */
static int one_update(const struct training *t, struct progress *p, long update, const struct context *ctx,
		      struct error *err)
{
	const long total = training_updates(t), epoch = update / per_epoch(t);
	const size_t from = (size_t)(update % per_epoch(t)) * (size_t)t->batch;
	const size_t count = t->count - from < (size_t)t->batch ? t->count - from : (size_t)t->batch;
	struct step step = t->step;
	const double began = seconds();
	struct step_result result;

	order_seek(&p->order, t, epoch);
	for (size_t i = 0; i < count; i++)
		p->batch[i] = t->sentences[p->order.items[from + i]];
	if (t->before != NULL)
		t->before(t->arg, update, p->batch, count);
	step.update = (uint32_t)update;
	step.t = update + 1;
	step.lr = training_rate(t->lr, t->warmup, update, total);
	if (trainer_step(t->trainer, p->batch, count, &step, &result, ctx, err) < 0)
		return -1;
	if (!isfinite(result.loss) || !isfinite(result.norm))
		return stop_not_finite(t, &result, update, err);
	record(p->resume.loss, update, step.lr, &result);
	p->pieces += (double)result.rows;
	p->seconds += seconds() - began;
	tell(t, p, update, result.loss, ctx);
	return 0;
}

/* Weights that are not finite must not take the place of good ones. */
static int write_resume(struct progress *p, struct folder *out, struct error *err)
{
	const double began = seconds();

	if (training_check_weights(p->resume.trainer->model, p->resume.done, err) < 0 ||
	    resume_write(&p->resume, out, err) < 0)
		return -1;
	p->written = seconds();
	p->taken = p->written - began;
	return 0;
}

static bool is_time(const struct training *t, const struct progress *p)
{
	const double usual = fmax(usual_seconds, patience * p->taken);

	return seconds() - p->written > (t->resume_seconds > 0.0 ? t->resume_seconds : usual);
}

static int run_updates(const struct training *t, struct progress *p, struct folder *out, const struct context *ctx,
		       struct error *err)
{
	struct resume *resume = &p->resume;
	const long total = training_updates(t);

	p->written = seconds();
	while (resume->done < total) {
		bool stopped = context_stopped(ctx);

		if ((stopped || is_time(t, p)) && write_resume(p, out, err) < 0)
			return -1;
		if (stopped)
			return context_stop_error(err);
		if (one_update(t, p, resume->done, ctx, err) < 0)
			return -1;
		resume->done++;
		if (t->after != NULL && t->after(t->arg, resume->done, total, err) < 0)
			return -1;
	}
	return training_check_weights(t->trainer->model, total, err);
}

int training_run(const struct training *t, struct folder *out, const struct context *ctx, struct error *err)
{
	struct table loss;
	struct progress p = {
		.order = { .items = array_new(t->count, 1, sizeof *p.order.items), .epoch = -1 },
		.batch = array_new((size_t)t->batch, 1, sizeof *p.batch),
		.resume = { .inputs = t->inputs, .trainer = t->trainer, .loss = &loss, .results = t->results },
	};
	int rc = -1, resumed;

	stream_init(&p.order.stream, t->order_seed);
	if (table_init(&loss, "step,lr,loss,grad_norm", err) < 0) {
		free(p.batch);
		free(p.order.items);
		return -1;
	}
	if (p.batch == NULL || p.order.items == NULL) {
		error_memory(err, "order of the sentences");
		goto done;
	}
	resumed = resume_read(&p.resume, out, err);
	if (resumed < 0)
		goto done;
	if (!resumed && t->after != NULL && t->after(t->arg, 0, training_updates(t), err) < 0)
		goto done;
	if (run_updates(t, &p, out, ctx, err) < 0 || table_write(&loss, out, "loss.csv", err) < 0)
		goto done;
	resume_spend(out);
	rc = 0;
done:
	table_release(&loss);
	free(p.batch);
	free(p.order.items);
	return rc;
}
