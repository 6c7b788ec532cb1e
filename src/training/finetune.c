#include "training/finetune.h"

#include "base/array.h"
#include "base/json.h"
#include "training/adapters.h"
#include "training/digest.h"
#include "training/evaluate.h"
#include "encoder/inference.h"
#include "training/linear_head.h"
#include "training/training.h"
#include "corpus/labels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *finetune_params_check(const struct finetune_params *p)
{
	if (p->checkpoints < 1)
		return "checkpoints: expected at least 1";
	return training_params_check(&p->training);
}

/* A part of the data, read and cut into pieces. */
struct labelled_part {
	struct examples examples;
	struct encoding encoding;
	int32_t *labels;                   /* (examples of the encoding), −1: not a label of the training part */
	struct packed_sentence *sentences; /* of the encoding */
};

struct finetuning {
	const struct finetune_job *job;
	struct folder *out;
	struct context quiet; /* for evaluations, which are not cut short by a stop */
	struct tokenizer *tokenizer;
	struct encoder_model model;
	struct tuning tuning;
	struct labelset labels;
	struct labelled_part train, test;
};

static int part_label(struct labelled_part *p, const struct labelset *labels, const char *path,
		      const struct context *ctx, struct error *err)
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

static int part_encode(struct labelled_part *p, const struct finetuning *r, const char *path,
		       const struct context *ctx, struct error *err)
{
	if (encoding_init(&p->encoding, r->tokenizer, &p->examples, shape_longest(&r->model.shape),
			  r->job->params.truncate, err) < 0)
		return -1;
	encoding_count_cut(&p->encoding, path, shape_longest(&r->model.shape), r->job->cut, ctx);
	p->sentences = inference_sentences(&p->encoding);
	return p->sentences == NULL ? error_memory(err, path) : 0;
}

static void part_release(struct labelled_part *p)
{
	examples_release(&p->examples);
	encoding_release(&p->encoding);
	free(p->labels);
	free(p->sentences);
}

/* The model has a new head; the checkpoint's own may be wanted. */
static int choose_head(struct finetuning *r, const struct context *ctx, struct error *err)
{
	const struct finetune_job *job = r->job;

	if (job->params.keep_head) {
		int rc = model_keep_head(&r->model, job->model, (const char *const *)r->labels.names, err);

		if (rc > 0)
			context_warn(ctx,
				     "%s: id2label names no label: the classes of its head are taken for the task's "
				     "labels in their order",
				     job->model);
		return rc < 0 ? -1 : 0;
	}
	if (r->model.has_old_head)
		context_warn(ctx,
			     "%s: its own head is not used, a new one is drawn from the seed (head = keep begins "
			     "with its own)",
			     job->model);
	if (job->old_head != NULL)
		*job->old_head = r->model.has_old_head;
	return 0;
}

/* What is plain has no tuning, and all weights are trained. */
static int choose_weights(struct finetuning *r, struct error *err)
{
	const struct tuning_params *p = &r->job->params.tuning;

	return tuning_is_plain(p) ? 0 : tuning_init(&r->tuning, p, &r->model, r->job->seeds.head, err);
}

static int load(struct finetuning *r, const struct context *ctx, struct error *err)
{
	const struct finetune_job *job = r->job;
	struct encoder_shape shape;

	if (config_read(&shape, job->model, err) < 0 ||
	    examples_read(&r->train.examples, job->train, job->kind, err) < 0 ||
	    examples_read(&r->test.examples, job->test, job->kind, err) < 0 ||
	    labelset_of_examples(&r->labels, &r->train.examples, err) < 0 ||
	    tokenizer_load(&r->tokenizer, job->model, err) < 0 ||
	    model_load(&r->model, job->model, HEAD_LINEAR, r->labels.count, pooling_width(job->kind, shape.hidden),
		       job->seeds.head, err) < 0 ||
	    model_check_vocabulary(&r->model, r->tokenizer, job->model, err) < 0 || choose_head(r, ctx, err) < 0 ||
	    choose_weights(r, err) < 0 || part_encode(&r->train, r, job->train, ctx, err) < 0 ||
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

static int evaluate(const struct finetuning *r, const struct labelled_part *part, const char *split, long checkpoint,
		    long step, struct table *eval, struct error *err)
{
	struct linear_head head;
	struct evaluation e;
	double loss;
	int rc;

	linear_head_init(&head, &part->encoding, part->labels, r->job->params.pooling);
	rc = evaluate_head(&e, &head.head, &r->model, part->sentences, part->encoding.sentences, &r->quiet, err);
	linear_head_release(&head);
	if (rc < 0)
		return -1;
	loss = e.counted > 0 ? e.loss / (double)e.counted : 0.0;
	if (step > 0 && !isfinite(loss)) /* before step 1, that step says more of it */
		return error_set(err, STATUS_CHECK,
				 "step %ld: the loss of the %s part is not finite; try a lower learning rate, a "
				 "longer warm-up or clipping",
				 step, split);
	table_add_integer(eval, checkpoint);
	table_add_integer(eval, step);
	table_add(eval, split);
	table_add_float(eval, (float)loss);
	table_add_number(eval, e.count > 0 ? (double)e.right / (double)e.count : 0.0);
	return 0;
}

/* Evaluating the training part costs a third of an epoch: at every checkpoint if
 * that stays below a quarter of the training, else only at the ends. */
static bool evaluates_train(const struct finetune_params *p, long checkpoint)
{
	return checkpoint == 0 || checkpoint == p->checkpoints || 4 * (p->checkpoints + 1) <= 3 * p->training.epochs;
}

static int make_checkpoint(const struct finetuning *r, long checkpoint, long done, struct table *eval,
			   struct error *err)
{
	char prefix[32];

	if ((done > 0 && training_check_weights(&r->model, done, err) < 0) ||
	    (evaluates_train(&r->job->params, checkpoint) &&
	     evaluate(r, &r->train, "train", checkpoint, done, eval, err) < 0) ||
	    evaluate(r, &r->test, "test", checkpoint, done, eval, err) < 0)
		return -1;
	if (checkpoint == 0)
		return 0;
	snprintf(prefix, sizeof prefix, "c%02ld/", checkpoint);
	if (r->model.adapters.count > 0 &&
	    adapters_save(&r->model, r->job->params.tuning.alpha, r->out, prefix, err) < 0)
		return -1;
	return model_save(&r->model, (const char *const *)r->labels.names, r->job->model, r->out, prefix, err);
}

static int after(void *arg, long done, long total, struct table *eval, struct error *err)
{
	const struct finetuning *r = arg;
	const long checkpoints = r->job->params.checkpoints;

	for (long i = 0; i <= checkpoints; i++)
		if (makes_checkpoint(i, done, total, checkpoints) && make_checkpoint(r, i, done, eval, err) < 0)
			return -1;
	return 0;
}

/* What decides the result beside the training's own parameters. */
static void inputs_digest(char hex[65], const struct finetuning *r)
{
	const struct finetune_job *job = r->job;
	const struct finetune_params *p = &job->params;
	const struct labelled_part *const parts[] = { &r->train, &r->test };
	struct digest d;

	digest_init(&d);
	digest_format(&d, "%d;%d;%d;%ld;%llx", (int)job->kind, p->truncate, (int)p->pooling, p->checkpoints,
		      (unsigned long long)job->seeds.head);
	for (size_t i = 0; i < 2; i++) {
		digest_encoding(&d, &parts[i]->encoding);
		digest_bytes(&d, parts[i]->labels, parts[i]->encoding.count * sizeof *parts[i]->labels);
	}
	digest_end(&d, hex);
}

static int train(struct finetuning *r, const struct context *ctx, struct error *err)
{
	const struct finetune_job *job = r->job;
	const size_t count = r->train.encoding.sentences;
	const char **names = array_new(count, 1, sizeof *names);
	struct linear_head head;
	char inputs[65];
	int rc;

	if (names == NULL)
		return error_memory(err, job->train);
	for (size_t i = 0; i < count; i++)
		names[i] = r->train.examples.sentences[i].id;
	inputs_digest(inputs, r);
	linear_head_init(&head, &r->train.encoding, r->train.labels, job->params.pooling);
	rc = training_run(&(struct training){ .model = &r->model,
					      .head = &head.head,
					      .sentences = r->train.sentences,
					      .names = names,
					      .count = count,
					      .params = job->params.training,
					      .tuning = r->tuning.rates != NULL ? &r->tuning : NULL,
					      .order_seed = job->seeds.order,
					      .dropout_seed = job->seeds.dropout,
					      .phase = "finetune",
					      .made_by = job->made_by,
					      .inputs = inputs,
					      .resume_seconds = job->resume_seconds,
					      .columns = "checkpoint,step,split,loss,accuracy",
					      .after = after,
					      .arg = r },
			  r->out, ctx, err);
	linear_head_release(&head);
	free(names);
	return rc;
}

/* How many of the weights are trained. */
static int write_tuning(const struct finetuning *r, struct error *err)
{
	const struct tuning_params *p = &r->job->params.tuning;
	size_t weights = 0;
	char method[16];
	json_t *object;
	int rc;

	if (tuning_is_plain(p) && !r->job->tells_tuning)
		return 0;
	for (size_t i = 0; i < r->model.parameter_count; i++)
		weights += r->model.parameters[i].count;
	tuning_method_name(method, p->method);
	object = json_pack("{s:s,s:I,s:I}", "method", method, "weights", (json_int_t)weights, "trained",
			   (json_int_t)(r->tuning.rates != NULL ? r->tuning.trained : weights));
	rc = object == NULL ? error_memory(err, "tuning.json") : json_write(r->out, "tuning.json", object, err);
	json_decref(object);
	return rc;
}

static void run_release(struct finetuning *r)
{
	tuning_release(&r->tuning);
	model_release(&r->model);
	labelset_release(&r->labels);
	part_release(&r->train);
	part_release(&r->test);
	if (r->tokenizer != NULL)
		tokenizer_free(r->tokenizer);
}

int finetune_run(const struct finetune_job *job, struct folder *out, const struct context *ctx, struct error *err)
{
	struct finetuning r = { .job = job, .out = out, .quiet = { .pool = ctx->pool } };
	const char *why = finetune_params_check(&job->params);
	int rc;

	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s", why);
	rc = load(&r, ctx, err) < 0 || write_tuning(&r, err) < 0 ? -1 : train(&r, ctx, err);
	run_release(&r);
	return rc;
}
