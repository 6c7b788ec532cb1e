#include "training/training.h"

#include "base/array.h"
#include "base/random.h"
#include "training/digest.h"
#include "training/resume.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double usual_seconds = 30.0; /* from one resume.bin to the next */
static const double patience = 50.0;      /* but at least so many times what writing one takes */

static long per_epoch(const struct training *t)
{
	return (long)((t->count + (size_t)t->params.batch - 1) / (size_t)t->params.batch);
}

/* Updates in all. */
static long updates_of(const struct training *t)
{
	return t->params.epochs * per_epoch(t);
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
		if (t->params.shuffled)
			stream_permute(&o->stream, o->items, t->count);
	}
}

/* With all else that an error says, a list of this length fits its text. */
enum { LONGEST_LIST = 640, LONGEST_NAME = 48 };

/* The sentences of the batch; an ellipsis stands for those that do not fit. */
static void list_sentences(char out[LONGEST_LIST + 1], const struct training *t, const struct pack *pack)
{
	static const char more[] = " …";
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

static int stop_not_finite(const struct training *t, const struct trainer *trainer, const struct step_result *result,
			   long update, struct error *err)
{
	const struct diagnosis d = trainer_diagnose(trainer);
	const char *name = d.forward && d.sentence < trainer->pack.count
				   ? t->names[trainer->pack.sentences[d.sentence].source]
				   : "";
	char list[LONGEST_LIST + 1], place[160];

	list_sentences(list, t, &trainer->pack);
	if (d.forward && d.layer <= (int)trainer->model->shape.layers)
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

int training_check_weights(const struct encoder_model *m, long step, struct error *err)
{
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

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
	struct trainer trainer;
	struct table loss, eval;
	struct order order;
	struct packed_sentence *batch; /* (batch) */
	struct resume resume;
	double pieces, seconds; /* of this run's updates */
	double written, taken;  /* when resume.bin was written, and the seconds that took */
};

static void tell(const struct training *t, const struct progress *p, long update, double loss,
		 const struct context *ctx)
{
	const long total = updates_of(t);

	context_progress(ctx, t->phase, (double)(update + 1), (double)total,
			 "epoch %ld, step %ld of %ld, loss %.4f, %.0f tokens/s", update / per_epoch(t) + 1,
			 update + 1, total, loss, p->pieces / p->seconds);
}

static struct training_step step_of(const struct training *t, long update)
{
	const struct training_params *p = &t->params;
	const struct encoder_shape *c = &t->model->shape;

	return (struct training_step){ .hidden_dropout = p->dropout < 0.0 ? c->hidden_dropout : p->dropout,
				       .attention_dropout = p->dropout < 0.0 ? c->attention_dropout : p->dropout,
				       .head_dropout = p->dropout < 0.0 ? c->head_dropout : p->dropout,
				       .dropout_seed = t->dropout_seed,
				       .update = (uint32_t)update,
				       .lr = training_rate(p->lr, p->warmup, update, updates_of(t)),
				       .clip = p->clip,
				       .weight_decay = p->weight_decay,
				       .beta1 = 0.9,
				       .beta2 = 0.999,
				       .eps = 1e-8,
				       .t = update + 1 };
}

/* One update: k = 0 … T−1. */
static int one_update(const struct training *t, struct progress *p, long update, const struct context *ctx,
		      struct error *err)
{
	const long epoch = update / per_epoch(t);
	const size_t batch = (size_t)t->params.batch, from = (size_t)(update % per_epoch(t)) * batch;
	const size_t count = t->count - from < batch ? t->count - from : batch;
	const struct training_step step = step_of(t, update);
	const double began = seconds();
	struct step_result result;

	order_seek(&p->order, t, epoch);
	for (size_t i = 0; i < count; i++)
		p->batch[i] = t->sentences[p->order.items[from + i]];
	if (t->before != NULL)
		t->before(t->arg, update, p->batch, count);
	if (trainer_step(&p->trainer, p->batch, count, &step, &result, ctx, err) < 0)
		return -1;
	if (!isfinite(result.loss) || !isfinite(result.norm))
		return stop_not_finite(t, &p->trainer, &result, update, err);
	record(&p->loss, update, step.lr, &result);
	p->pieces += (double)result.rows;
	p->seconds += seconds() - began;
	tell(t, p, update, result.loss, ctx);
	return 0;
}

/* Weights that are not finite must not take the place of good ones. */
static int write_resume(struct progress *p, struct folder *out, struct error *err)
{
	const double began = seconds();

	if (training_check_weights(p->trainer.model, p->resume.done, err) < 0 ||
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
	const long total = updates_of(t);

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
		if (t->after != NULL && t->after(t->arg, resume->done, total, &p->eval, err) < 0)
			return -1;
	}
	return training_check_weights(t->model, total, err);
}

/* Of everything that decides the result, for resume.bin. */
static void digest_all(char hex[65], const struct training *t)
{
	const struct training_params *p = &t->params;
	struct digest d;

	digest_init(&d);
	digest_format(&d, "%s;%s;%s", t->made_by != NULL ? t->made_by : "", t->phase, t->inputs);
	digest_format(&d, ";%ld;%ld;%a;%a;%a;%a;%a;%d;%llx;%llx", p->epochs, p->batch, p->lr, p->warmup,
		      p->weight_decay, p->clip, p->dropout, p->shuffled, (unsigned long long)t->order_seed,
		      (unsigned long long)t->dropout_seed);
	digest_model(&d, t->model);
	if (t->tuning != NULL)
		digest_bytes(&d, t->tuning->rates, t->model->parameter_count * sizeof *t->tuning->rates);
	digest_end(&d, hex);
}

static int progress_init(struct progress *p, const struct training *t, const char *inputs, unsigned threads,
			 struct error *err)
{
	*p = (struct progress){
		.order = { .items = array_new(t->count, 1, sizeof *p->order.items), .epoch = -1 },
		.batch = array_new((size_t)t->params.batch, 1, sizeof *p->batch),
		.resume = { .inputs = inputs, .trainer = &p->trainer, .loss = &p->loss, .results = &p->eval },
	};
	stream_init(&p->order.stream, t->order_seed);
	if (p->batch == NULL || p->order.items == NULL)
		return error_memory(err, "order of the sentences");
	if (table_init(&p->loss, "step,lr,loss,grad_norm", err) < 0 || table_init(&p->eval, t->columns, err) < 0)
		return -1;
	if (trainer_init(&p->trainer, t->model, t->head, threads, err) < 0)
		return -1;
	p->trainer.tuning = t->tuning;
	return 0;
}

static void progress_release(struct progress *p)
{
	trainer_release(&p->trainer);
	table_release(&p->loss);
	table_release(&p->eval);
	free(p->batch);
	free(p->order.items);
}

int training_run(const struct training *t, struct folder *out, const struct context *ctx, struct error *err)
{
	struct progress p;
	char inputs[65];
	int rc = -1, resumed;

	digest_all(inputs, t);
	if (progress_init(&p, t, inputs, pool_threads(ctx->pool), err) < 0)
		goto done;
	resumed = resume_read(&p.resume, out, err);
	if (resumed < 0)
		goto done;
	if (!resumed && t->after != NULL && t->after(t->arg, 0, updates_of(t), &p.eval, err) < 0)
		goto done;
	if (run_updates(t, &p, out, ctx, err) < 0 || table_write(&p.loss, out, "loss.csv", err) < 0 ||
	    table_write(&p.eval, out, "eval.csv", err) < 0)
		goto done;
	resume_spend(out);
	rc = 0;
done:
	progress_release(&p);
	return rc;
}
