#include "bert/finetune.h"

#include "base/array.h"
#include "base/sha256.h"
#include "bert/digest.h"
#include "bert/extract.h"
#include "bert/forward.h"
#include "bert/training.h"
#include "corpus/labels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *finetune_params_check(const struct finetune_params *p)
{
	if (p->epochs < 1)
		return "epochs: expected at least 1";
	if (p->batch < 1)
		return "batch: expected at least 1 sentence";
	if (!(p->lr > 0.0) || !isfinite(p->lr))
		return "lr: expected a number above 0";
	if (!(p->warmup >= 0.0 && p->warmup < 1.0))
		return "warmup: expected a fraction of the updates, from 0 to below 1";
	if (!(p->weight_decay >= 0.0) || !isfinite(p->weight_decay))
		return "weight_decay: expected 0 or more";
	if (!(p->clip >= 0.0) || !isfinite(p->clip))
		return "clip: expected 0 (none) or a largest norm";
	if (!(p->dropout < 1.0))
		return "dropout: expected a probability below 1, or a negative number for the model's own";
	if (p->checkpoints < 1)
		return "checkpoints: expected at least 1";
	return NULL;
}

/* A part of the data, read and cut into pieces. */
struct part {
	struct examples examples;
	struct encoding encoding;
	int32_t *labels; /* (examples of the encoding), −1: not a label of the training part */
};

struct run {
	const struct finetune_job *job;
	struct folder *out;
	struct context quiet; /* for evaluations, which are not cut short by a stop */
	struct tokenizer *tokenizer;
	struct bert_model model;
	struct labelset labels;
	struct part train, test;
	struct linear_head head;
	struct trainer trainer;
	struct table eval;
};

static int part_label(struct part *p, const struct labelset *labels, const char *path, const struct context *ctx,
		      struct error *err)
{
	size_t unknown = 0;

	p->labels = array_new(p->encoding.count, 1, sizeof *p->labels);
	if (p->labels == NULL)
		return error_memory(err, path);
	for (size_t i = 0; i < p->encoding.count; i++) {
		p->labels[i] = labelset_find(labels, p->examples.items[p->encoding.examples[i].source].label);
		unknown += p->labels[i] < 0;
	}
	if (unknown > 0)
		context_warn(ctx, "%s: %zu examples have a label that the training part has not; they count as wrong",
			     path, unknown);
	return 0;
}

static int part_encode(struct part *p, const struct run *r, const char *path, const struct context *ctx,
		       struct error *err)
{
	if (encoding_init(&p->encoding, r->tokenizer, &p->examples, r->model.config.positions,
			  r->job->params.truncate, err) < 0)
		return -1;
	encoding_count_cut(&p->encoding, path, r->model.config.positions, r->job->cut, ctx);
	return 0;
}

static void part_release(struct part *p)
{
	examples_release(&p->examples);
	encoding_release(&p->encoding);
	free(p->labels);
}

/* The model has a new head; the checkpoint's own may be wanted. */
static int choose_head(struct run *r, const struct context *ctx, struct error *err)
{
	const struct finetune_job *job = r->job;

	if (job->params.keep_head)
		return model_keep_head(&r->model, job->model, (const char *const *)r->labels.names, err);
	if (r->model.has_old_head)
		context_warn(ctx,
			     "%s: its own head is not used, a new one is drawn from the seed (head = keep begins "
			     "with its own)",
			     job->model);
	if (job->old_head != NULL)
		*job->old_head = r->model.has_old_head;
	return 0;
}

static int load(struct run *r, const struct context *ctx, struct error *err)
{
	const struct finetune_job *job = r->job;
	struct bert_config config;

	if (bert_config_read(&config, job->model, err) < 0 ||
	    examples_read(&r->train.examples, job->train, job->kind, err) < 0 ||
	    examples_read(&r->test.examples, job->test, job->kind, err) < 0 ||
	    labelset_of_examples(&r->labels, &r->train.examples, err) < 0 ||
	    tokenizer_load(&r->tokenizer, job->model, err) < 0 ||
	    model_load(&r->model, job->model, HEAD_LINEAR, r->labels.count, head_width(job->kind, config.hidden),
		       job->seeds.head, err) < 0 ||
	    model_check_vocabulary(&r->model, r->tokenizer, job->model, err) < 0 || choose_head(r, ctx, err) < 0 ||
	    part_encode(&r->train, r, job->train, ctx, err) < 0 ||
	    part_encode(&r->test, r, job->test, ctx, err) < 0 ||
	    part_label(&r->train, &r->labels, job->train, ctx, err) < 0 ||
	    part_label(&r->test, &r->labels, job->test, ctx, err) < 0)
		return -1;
	return 0;
}

/* Whether checkpoint i is made after update `done`: round(i · T/N). Where T < N
 * one update makes several, the first perhaps before any update. */
static bool makes_checkpoint(long i, long done, long total, long checkpoints)
{
	return lround((double)i * (double)total / (double)checkpoints) == done;
}

static int evaluate(struct run *r, const struct part *part, const char *split, long checkpoint, long step,
		    struct error *err)
{
	struct evaluation e;

	if (forward_evaluate(&e, &r->model, &part->encoding, part->labels, r->job->params.pooling, &r->quiet, err) <
	    0)
		return -1;
	if (step > 0 && !isfinite(e.loss)) /* before step 1, that step says more of it */
		return error_set(err, STATUS_CHECK,
				 "step %ld: the loss of the %s part is not finite; try a lower learning rate, a "
				 "longer warm-up or clipping",
				 step, split);
	table_add_integer(&r->eval, checkpoint);
	table_add_integer(&r->eval, step);
	table_add(&r->eval, split);
	table_add_float(&r->eval, (float)e.loss);
	table_add_number(&r->eval, e.accuracy);
	return 0;
}

/* Evaluating the training part costs a third of an epoch: at every checkpoint if
 * that stays below a quarter of the training, else only at the ends. */
static bool evaluates_train(const struct finetune_params *p, long checkpoint)
{
	return checkpoint == 0 || checkpoint == p->checkpoints || 4 * (p->checkpoints + 1) <= 3 * p->epochs;
}

static int make_checkpoint(struct run *r, long checkpoint, long done, struct error *err)
{
	char prefix[32];

	if ((done > 0 && training_check_weights(&r->model, done, err) < 0) ||
	    (evaluates_train(&r->job->params, checkpoint) &&
	     evaluate(r, &r->train, "train", checkpoint, done, err) < 0) ||
	    evaluate(r, &r->test, "test", checkpoint, done, err) < 0)
		return -1;
	if (checkpoint == 0)
		return 0;
	snprintf(prefix, sizeof prefix, "c%02ld/", checkpoint);
	return model_save(&r->model, (const char *const *)r->labels.names, r->job->model, r->out, prefix, err);
}

static int after(void *arg, long done, long total, struct error *err)
{
	struct run *r = arg;
	const long checkpoints = r->job->params.checkpoints;

	for (long i = 0; i <= checkpoints; i++)
		if (makes_checkpoint(i, done, total, checkpoints) && make_checkpoint(r, i, done, err) < 0)
			return -1;
	return 0;
}

/* Everything that decides the result, for resume.bin. */
static void inputs_digest(char hex[65], const struct run *r)
{
	const struct finetune_job *job = r->job;
	const struct finetune_params *p = &job->params;
	struct digest d;

	digest_init(&d);
	digest_format(&d, "%s;", job->made_by != NULL ? job->made_by : "");
	digest_format(&d, "finetune 1;%d;%ld;%ld;%a;%a;%a;%a;%a;%d;%d;%d;%ld", (int)job->kind, p->epochs, p->batch,
		      p->lr, p->warmup, p->weight_decay, p->clip, p->dropout, p->shuffled, p->truncate,
		      (int)p->pooling, p->checkpoints);
	digest_format(&d, ";%llx;%llx;%llx", (unsigned long long)job->seeds.head,
		      (unsigned long long)job->seeds.order, (unsigned long long)job->seeds.dropout);
	digest_model(&d, &r->model);
	for (const struct part *part = &r->train;; part = &r->test) {
		digest_encoding(&d, &part->encoding);
		digest_bytes(&d, part->labels, part->encoding.count * sizeof *part->labels);
		if (part == &r->test)
			break;
	}
	digest_end(&d, hex);
}

static int train(struct run *r, const struct context *ctx, struct error *err)
{
	const struct finetune_params *p = &r->job->params;
	const struct bert_config *c = &r->model.config;
	const size_t count = r->train.encoding.sentences;
	struct packed_sentence *sentences = forward_sentences(&r->train.encoding);
	const char **names = array_new(count, 1, sizeof *names);
	char inputs[65];
	int rc = -1;

	if (sentences == NULL || names == NULL) {
		error_memory(err, r->job->train);
		goto done;
	}
	for (size_t i = 0; i < count; i++)
		names[i] = r->train.examples.sentences[i].id;
	inputs_digest(inputs, r);
	rc = training_run(
		&(struct training){
			.trainer = &r->trainer,
			.sentences = sentences,
			.names = names,
			.count = count,
			.epochs = p->epochs,
			.batch = p->batch,
			.shuffled = p->shuffled,
			.order_seed = r->job->seeds.order,
			.lr = p->lr,
			.warmup = p->warmup,
			.phase = "finetune",
			.inputs = inputs,
			.resume_seconds = r->job->resume_seconds,
			.results = &r->eval,
			.after = after,
			.arg = r,
			.step = { .hidden_dropout = p->dropout < 0.0 ? c->hidden_dropout : p->dropout,
				  .attention_dropout = p->dropout < 0.0 ? c->attention_dropout : p->dropout,
				  .dropout_seed = r->job->seeds.dropout,
				  .clip = p->clip,
				  .weight_decay = p->weight_decay,
				  .beta1 = 0.9,
				  .beta2 = 0.999,
				  .eps = 1e-8 } },
		r->out, ctx, err);
done:
	free(sentences);
	free(names);
	return rc;
}

static void run_release(struct run *r)
{
	trainer_release(&r->trainer);
	linear_head_release(&r->head);
	model_release(&r->model);
	labelset_release(&r->labels);
	part_release(&r->train);
	part_release(&r->test);
	table_release(&r->eval);
	if (r->tokenizer != NULL)
		tokenizer_free(r->tokenizer);
}

int finetune_run(const struct finetune_job *job, struct folder *out, const struct context *ctx, struct error *err)
{
	struct run r = { .job = job, .out = out, .quiet = { .pool = ctx->pool } };
	const char *why = finetune_params_check(&job->params);
	int rc = -1;

	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s", why);
	if (table_init(&r.eval, "checkpoint,step,split,loss,accuracy", err) < 0)
		return -1;
	if (load(&r, ctx, err) < 0)
		goto done;
	linear_head_init(&r.head, &r.train.encoding, r.train.labels, job->params.pooling);
	if (trainer_init(&r.trainer, &r.model, &r.head.head, pool_threads(ctx->pool), err) < 0)
		goto done;
	if (train(&r, ctx, err) < 0 || table_write(&r.eval, out, "eval.csv", err) < 0)
		goto done;
	rc = 0;
done:
	run_release(&r);
	return rc;
}
