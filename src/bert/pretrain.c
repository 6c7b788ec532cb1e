#include "bert/pretrain.h"

#include "base/array.h"
#include "base/random.h"
#include "bert/digest.h"
#include "bert/forward.h"
#include "bert/mlm_head.h"
#include "bert/text_set.h"
#include "bert/training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *pretrain_params_check(const struct pretrain_params *p)
{
	if (p->layers < 1)
		return "layers: expected at least 1";
	if (p->heads < 1 || p->hidden < 1 || p->hidden % p->heads != 0)
		return "hidden: expected a multiple of the number of heads";
	if (p->intermediate < 1)
		return "intermediate: expected at least 1";
	if (p->positions < 2)
		return "positions: expected at least 2";
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
	if (!(p->dropout >= 0.0 && p->dropout < 1.0))
		return "dropout: expected a probability from 0 to below 1";
	return NULL;
}

/* A text, its pieces with some masked, and the pieces behind the masks. */
struct masked_text {
	struct text_set set;
	int32_t *masked;                   /* as set.ids */
	int32_t *targets;                  /* as set.ids; −1 where nothing is to be guessed */
	struct packed_sentence *sentences; /* with the pieces of `masked` */
};

struct run {
	const struct pretrain_job *job;
	struct folder *out;
	struct context quiet; /* for evaluations, which are not cut short by a stop */
	struct tokenizer *tokenizer;
	struct bert_model model;
	struct masked_text text, heldout;
	struct mlm_head head;
	struct trainer trainer;
	struct table eval;
	int32_t frequent; /* the piece seen most often in the training text */
};

static bool is_special(const struct run *r, int32_t id)
{
	const struct special_pieces s = tokenizer_special(r->tokenizer);

	return id == s.cls || id == s.sep || id == s.pad;
}

/* Masks one sentence: of its pieces 15 % are to be guessed; of these 80 % become
 * [MASK], 10 % a random piece, 10 % stay. Piece p draws the Philox block with
 * the counter (update, 0, sentence, p). */
static void mask_sentence(const struct run *r, struct masked_text *text, size_t sentence, uint32_t update)
{
	const uint32_t chosen = 644245094u /* 0.15 · 2³² */, masked = 3435973837u /* 0.8 · 2³² */;
	const uint32_t replaced = 3865470566u /* 0.9 · 2³² */;
	const size_t from = text->set.start[sentence], length = text->set.start[sentence + 1] - from;

	for (size_t p = 0; p < length; p++) {
		const uint32_t counter[4] = { update, 0, (uint32_t)sentence, (uint32_t)p };
		const int32_t id = text->set.ids[from + p];
		uint32_t words[4];

		text->masked[from + p] = id;
		text->targets[from + p] = -1;
		philox_block(words, counter, r->job->seed_mask);
		if (is_special(r, id) || words[0] >= chosen)
			continue;
		text->targets[from + p] = id;
		if (words[1] < masked)
			text->masked[from + p] = tokenizer_special(r->tokenizer).mask;
		else if (words[1] < replaced)
			text->masked[from + p] = (int32_t)(((uint64_t)words[2] * tokenizer_size(r->tokenizer)) >> 32);
	}
}

static int text_load(struct masked_text *text, const struct run *r, const char *path, struct error *err)
{
	size_t pieces;

	if (text_set_read(&text->set, r->tokenizer, path, (size_t)r->job->params.positions, err) < 0)
		return -1;
	pieces = text->set.start[text->set.count];
	text->masked = array_new(pieces, 1, sizeof *text->masked);
	text->targets = array_new(pieces, 1, sizeof *text->targets);
	text->sentences = text_set_sentences(&text->set, text->masked);
	if (text->masked == NULL || text->targets == NULL || text->sentences == NULL)
		return error_memory(err, path);
	return 0;
}

static void text_release(struct masked_text *text)
{
	text_set_release(&text->set);
	free(text->masked);
	free(text->targets);
	free(text->sentences);
}

static int find_frequent(struct run *r, struct error *err)
{
	size_t *counts = array_new(tokenizer_size(r->tokenizer), 1, sizeof *counts);
	const struct text_set *s = &r->text.set;

	if (counts == NULL)
		return error_memory(err, "counts of pieces");
	for (size_t i = 0; i < s->start[s->count]; i++)
		counts[s->ids[i]] += !is_special(r, s->ids[i]);
	for (size_t id = 0; id < tokenizer_size(r->tokenizer); id++)
		if (counts[id] > counts[r->frequent])
			r->frequent = (int32_t)id;
	free(counts);
	return 0;
}

static int load(struct run *r, struct error *err)
{
	const struct pretrain_params *p = &r->job->params;
	struct bert_config config = { .hidden = (size_t)p->hidden,
				      .layers = (size_t)p->layers,
				      .heads = (size_t)p->heads,
				      .intermediate = (size_t)p->intermediate,
				      .positions = (size_t)p->positions,
				      .types = 2,
				      .activation = ACTIVATION_GELU,
				      .layer_norm_eps = 1e-12,
				      .hidden_dropout = p->dropout,
				      .attention_dropout = p->dropout,
				      .initializer_range = 0.02 };

	if (tokenizer_load(&r->tokenizer, r->job->vocabulary, err) < 0)
		return -1;
	if (tokenizer_special(r->tokenizer).mask < 0 || tokenizer_special(r->tokenizer).pad < 0)
		return error_set(err, STATUS_INPUT, "%s: expected added tokens [MASK] and [PAD]", r->job->vocabulary);
	config.vocabulary = tokenizer_size(r->tokenizer);
	config.pad_id = tokenizer_special(r->tokenizer).pad;
	if (text_load(&r->text, r, r->job->text, err) < 0 || text_load(&r->heldout, r, r->job->heldout, err) < 0 ||
	    find_frequent(r, err) < 0 || model_init(&r->model, &config, HEAD_MLM, 0, 0, err) < 0)
		return -1;
	model_randomize(&r->model, r->job->seed_weights);
	for (size_t i = 0; i < r->heldout.set.count; i++)
		mask_sentence(r, &r->heldout, i, UINT32_MAX);
	return 0;
}

/* The held-out text, whose masks stay the same. */
struct evaluating {
	struct mlm_head head;
	const struct run *run;
	double loss;
	size_t counted, right, frequent;
};

static int evaluate_slice(void *arg, const struct pack *pack, struct error *err)
{
	struct evaluating *e = arg;

	return e->head.head.begin(&e->head.head, &e->run->model, pack, err);
}

static void evaluate_layer(void *arg, const struct view *view, size_t layer, struct matrix output,
			   struct encoder_scratch *scratch)
{
	struct evaluating *e = arg;

	if (layer == view->model->config.layers)
		e->head.head.group(&e->head.head,
				   &(struct top){ .view = *view, .output = output, .scratch = scratch });
}

static void evaluate_end(void *arg)
{
	struct evaluating *e = arg;

	e->loss += head_loss(&e->head.head) * (double)e->head.head.counted;
	e->counted += e->head.head.counted;
	e->right += head_right(&e->head.head);
	for (size_t i = 0; i < e->head.head.count; i++)
		e->frequent += e->head.target[i] == e->run->frequent;
}

static int evaluate(struct run *r, long epoch, long step, struct error *err)
{
	struct evaluating e = { .run = r };
	double counted;
	int rc;

	mlm_head_init(&e.head, r->heldout.targets, r->heldout.set.start);
	rc = forward_run(&(struct forward){ .model = &r->model,
					    .sentences = r->heldout.sentences,
					    .count = r->heldout.set.count,
					    .phase = "evaluate",
					    .slice = evaluate_slice,
					    .layer = evaluate_layer,
					    .end = evaluate_end,
					    .arg = &e },
			 &r->quiet, err);
	mlm_head_release(&e.head);
	counted = e.counted > 0 ? (double)e.counted : NAN;
	table_add_integer(&r->eval, epoch);
	table_add_integer(&r->eval, step);
	table_add(&r->eval, "heldout");
	table_add_float(&r->eval, (float)(e.loss / counted));
	table_add_number(&r->eval, (double)e.right / counted);
	table_add_number(&r->eval, (double)e.frequent / counted);
	return rc;
}

static void before(void *arg, long update, struct packed_sentence *batch, size_t count)
{
	struct run *r = arg;

	for (size_t i = 0; i < count; i++)
		mask_sentence(r, &r->text, batch[i].source, (uint32_t)update);
}

static int after(void *arg, long done, long total, struct error *err)
{
	struct run *r = arg;
	const long epochs = r->job->params.epochs, per_epoch = total / epochs;

	return done % per_epoch == 0 ? evaluate(r, done / per_epoch, done, err) : 0;
}

static void inputs_digest(char hex[65], const struct run *r)
{
	const struct pretrain_params *p = &r->job->params;
	struct digest d;

	digest_init(&d);
	digest_format(&d, "%s;", r->job->made_by != NULL ? r->job->made_by : "");
	digest_format(&d, "pretrain 1;%ld;%ld;%a;%a;%a;%a;%a", p->epochs, p->batch, p->lr, p->warmup, p->weight_decay,
		      p->clip, p->dropout);
	digest_format(&d, ";%llx;%llx;%llx", (unsigned long long)r->job->seed_order,
		      (unsigned long long)r->job->seed_mask, (unsigned long long)r->job->seed_dropout);
	digest_model(&d, &r->model);
	for (int i = 0; i < 2; i++) {
		const struct text_set *s = i == 0 ? &r->text.set : &r->heldout.set;

		digest_bytes(&d, s->start, (s->count + 1) * sizeof *s->start);
		digest_bytes(&d, s->ids, s->start[s->count] * sizeof *s->ids);
	}
	digest_end(&d, hex);
}

static int train(struct run *r, const struct context *ctx, struct error *err)
{
	const struct pretrain_params *p = &r->job->params;
	const size_t count = r->text.set.count;
	char(*numbers)[24] = array_new(count, 1, sizeof *numbers);
	const char **names = array_new(count, 1, sizeof *names);
	char inputs[65];
	int rc = -1;

	if (numbers == NULL || names == NULL) {
		error_memory(err, r->job->text);
		goto done;
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(numbers[i], sizeof numbers[i], "%zu", i + 1);
		names[i] = numbers[i];
	}
	inputs_digest(inputs, r);
	rc = training_run(&(struct training){ .trainer = &r->trainer,
					      .sentences = r->text.sentences,
					      .names = names,
					      .count = count,
					      .epochs = p->epochs,
					      .batch = p->batch,
					      .shuffled = true,
					      .order_seed = r->job->seed_order,
					      .lr = p->lr,
					      .warmup = p->warmup,
					      .phase = "pretrain",
					      .inputs = inputs,
					      .results = &r->eval,
					      .before = before,
					      .after = after,
					      .arg = r,
					      .step = { .hidden_dropout = p->dropout,
							.attention_dropout = p->dropout,
							.dropout_seed = r->job->seed_dropout,
							.clip = p->clip,
							.weight_decay = p->weight_decay,
							.beta1 = 0.9,
							.beta2 = 0.999,
							.eps = 1e-8 } },
			  r->out, ctx, err);
done:
	free(numbers);
	free(names);
	return rc;
}

static void run_release(struct run *r)
{
	trainer_release(&r->trainer);
	mlm_head_release(&r->head);
	model_release(&r->model);
	text_release(&r->text);
	text_release(&r->heldout);
	table_release(&r->eval);
	if (r->tokenizer != NULL)
		tokenizer_free(r->tokenizer);
}

int pretrain_run(const struct pretrain_job *job, struct folder *out, const struct context *ctx, struct error *err)
{
	struct run r = { .job = job, .out = out, .quiet = { .pool = ctx->pool } };
	const char *why = pretrain_params_check(&job->params);
	int rc = -1;

	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s", why);
	if (table_init(&r.eval, "epoch,step,split,loss,accuracy,baseline", err) < 0)
		return -1;
	if (load(&r, err) < 0)
		goto done;
	mlm_head_init(&r.head, r.text.targets, r.text.set.start);
	if (trainer_init(&r.trainer, &r.model, &r.head.head, pool_threads(ctx->pool), err) < 0)
		goto done;
	if (train(&r, ctx, err) < 0 || table_write(&r.eval, out, "eval.csv", err) < 0 ||
	    model_save(&r.model, NULL, job->vocabulary, out, "", err) < 0)
		goto done;
	rc = 0;
done:
	run_release(&r);
	return rc;
}
