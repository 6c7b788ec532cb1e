#include "training/pretrain.h"

#include "encoder/family.h"

#include "base/array.h"
#include "base/random.h"
#include "training/digest.h"
#include "training/evaluate.h"
#include "training/mlm_head.h"
#include "encoder/text_set.h"
#include "training/training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *pretrain_params_check(const struct pretrain_params *p)
{
	const struct family *family = p->family == NULL ? NULL : family_of_type(p->family);

	if (family == NULL)
		return "family: not one that is known";
	if (p->embedding > 0 && p->embedding != p->hidden &&
	    !family_has_size(family, offsetof(struct encoder_shape, embedding)))
		return "embedding: the family has embeddings of the hidden size";
	if (p->layers < 1)
		return "layers: expected at least 1";
	if (p->heads < 1 || p->hidden < 1 || p->hidden % p->heads != 0)
		return "hidden: expected a multiple of the number of heads";
	if (family->start.rotary[0] > 0 && p->hidden / p->heads % 2 != 0)
		return "hidden: the family has heads of an even number of dimensions";
	if (p->intermediate < 1)
		return "intermediate: expected at least 1";
	if (p->positions < 2)
		return "positions: expected at least 2";
	if (!(p->training.dropout >= 0.0))
		return "dropout: expected a probability from 0 to below 1";
	return training_params_check(&p->training);
}

/* A text, its pieces with some masked, and the pieces behind the masks. */
struct masked_text {
	struct text_set set;
	int32_t *masked;                   /* as set.ids */
	int32_t *targets;                  /* as set.ids; −1 where nothing is to be guessed */
	struct packed_sentence *sentences; /* with the pieces of `masked` */
};

struct pretraining {
	const struct pretrain_job *job;
	struct folder *out;
	struct context quiet; /* for evaluations, which are not cut short by a stop */
	struct tokenizer *tokenizer;
	struct encoder_model model;
	struct masked_text text, heldout;
	int32_t frequent; /* the piece seen most often in the training text */
};

static bool is_special(const struct pretraining *r, int32_t id)
{
	const struct special_pieces s = tokenizer_special(r->tokenizer);

	return id == s.cls || id == s.sep || id == s.pad;
}

/* Masks one sentence: of its pieces 15 % are to be guessed; of these 80 % become
 * [MASK], 10 % a random piece, 10 % stay. Piece p draws the Philox block with
 * the counter (update, 0, sentence, p). */
static void mask_sentence(const struct pretraining *r, struct masked_text *text, size_t sentence, uint32_t update)
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

static int text_load(struct masked_text *text, const struct pretraining *r, const char *path, struct error *err)
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

static int find_frequent(struct pretraining *r, struct error *err)
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

/* But for the vocabulary; positions are those of pieces alone. */
static struct encoder_shape shape_of(const struct pretrain_params *p)
{
	struct encoder_shape s = family_shape(family_of_type(p->family));

	s.hidden = (size_t)p->hidden;
	s.embedding = (size_t)(p->embedding > 0 ? p->embedding : p->hidden);
	s.layers = (size_t)p->layers;
	s.heads = (size_t)p->heads;
	s.intermediate = (size_t)p->intermediate;
	s.positions = (size_t)p->positions;
	s.types = family_has_size(s.family, offsetof(struct encoder_shape, types)) ? 2 : 0;
	s.activation = ACTIVATION_GELU;
	s.layer_norm_eps = 1e-12;
	s.hidden_dropout = s.attention_dropout = s.head_dropout = p->training.dropout;
	s.initializer_range = 0.02;
	return s;
}

static int load(struct pretraining *r, struct error *err)
{
	struct encoder_shape shape = shape_of(&r->job->params);

	if (tokenizer_load(&r->tokenizer, r->job->vocabulary, err) < 0)
		return -1;
	if (tokenizer_special(r->tokenizer).mask < 0 || tokenizer_special(r->tokenizer).pad < 0)
		return error_set(err, STATUS_INPUT, "%s: expected added tokens [MASK] and [PAD]", r->job->vocabulary);
	shape.vocabulary = tokenizer_size(r->tokenizer);
	shape.pad_id = tokenizer_special(r->tokenizer).pad;
	if (shape.family->complete != NULL)
		shape.family->complete(&shape);
	shape.positions += shape.first_position;
	if (text_load(&r->text, r, r->job->text, err) < 0 || text_load(&r->heldout, r, r->job->heldout, err) < 0 ||
	    find_frequent(r, err) < 0 || model_init(&r->model, &shape, HEAD_MLM, 0, 0, err) < 0)
		return -1;
	model_randomize(&r->model, r->job->seed_weights);
	for (size_t i = 0; i < r->heldout.set.count; i++)
		mask_sentence(r, &r->heldout, i, UINT32_MAX);
	return 0;
}

/* On the held-out text, whose masks stay the same; the baseline always gives the
 * most frequent piece. */
static int evaluate(const struct pretraining *r, long epoch, long step, struct table *eval, struct error *err)
{
	const struct masked_text *text = &r->heldout;
	struct mlm_head head;
	struct evaluation e;
	size_t frequent = 0;
	double counted;
	int rc;

	mlm_head_init(&head, text->targets, text->set.start);
	rc = evaluate_head(&e, &head.head, &r->model, text->sentences, text->set.count, &r->quiet, err);
	mlm_head_release(&head);
	for (size_t i = 0; i < text->set.start[text->set.count]; i++)
		frequent += text->targets[i] == r->frequent;
	counted = e.counted > 0 ? (double)e.counted : NAN;
	table_add_integer(eval, epoch);
	table_add_integer(eval, step);
	table_add(eval, "heldout");
	table_add_float(eval, (float)(e.loss / counted));
	table_add_number(eval, (double)e.right / counted);
	table_add_number(eval, (double)frequent / counted);
	return rc;
}

static void before(void *arg, long update, struct packed_sentence *batch, size_t count)
{
	struct pretraining *r = arg;

	for (size_t i = 0; i < count; i++)
		mask_sentence(r, &r->text, batch[i].source, (uint32_t)update);
}

static int after(void *arg, long done, long total, struct table *eval, struct error *err)
{
	const struct pretraining *r = arg;
	const long per_epoch = total / r->job->params.training.epochs;

	return done % per_epoch == 0 ? evaluate(r, done / per_epoch, done, eval, err) : 0;
}

/* What decides the result beside the training's own parameters. */
static void inputs_digest(char hex[65], const struct pretraining *r)
{
	const struct text_set *const sets[] = { &r->text.set, &r->heldout.set };
	struct digest d;

	digest_init(&d);
	digest_format(&d, "%llx", (unsigned long long)r->job->seed_mask);
	for (size_t i = 0; i < 2; i++) {
		digest_bytes(&d, sets[i]->start, (sets[i]->count + 1) * sizeof *sets[i]->start);
		digest_bytes(&d, sets[i]->ids, sets[i]->start[sets[i]->count] * sizeof *sets[i]->ids);
	}
	digest_end(&d, hex);
}

static int train(struct pretraining *r, const struct context *ctx, struct error *err)
{
	const struct pretrain_job *job = r->job;
	const size_t count = r->text.set.count;
	char(*numbers)[24] = array_new(count, 1, sizeof *numbers);
	const char **names = array_new(count, 1, sizeof *names);
	struct mlm_head head;
	char inputs[65];
	int rc = -1;

	if (numbers == NULL || names == NULL) {
		error_memory(err, job->text);
		goto done;
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(numbers[i], sizeof numbers[i], "%zu", i + 1);
		names[i] = numbers[i];
	}
	inputs_digest(inputs, r);
	mlm_head_init(&head, r->text.targets, r->text.set.start);
	rc = training_run(&(struct training){ .model = &r->model,
					      .head = &head.head,
					      .sentences = r->text.sentences,
					      .names = names,
					      .count = count,
					      .params = job->params.training,
					      .order_seed = job->seed_order,
					      .dropout_seed = job->seed_dropout,
					      .phase = "pretrain",
					      .made_by = job->made_by,
					      .inputs = inputs,
					      .columns = "epoch,step,split,loss,accuracy,baseline",
					      .before = before,
					      .after = after,
					      .arg = r },
			  r->out, ctx, err);
	mlm_head_release(&head);
done:
	free(numbers);
	free(names);
	return rc;
}

static void run_release(struct pretraining *r)
{
	model_release(&r->model);
	text_release(&r->text);
	text_release(&r->heldout);
	if (r->tokenizer != NULL)
		tokenizer_free(r->tokenizer);
}

int pretrain_run(const struct pretrain_job *job, struct folder *out, const struct context *ctx, struct error *err)
{
	struct pretraining r = { .job = job, .out = out, .quiet = { .pool = ctx->pool } };
	const char *why = pretrain_params_check(&job->params);
	int rc;

	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s", why);
	rc = load(&r, err) < 0 || train(&r, ctx, err) < 0 ? -1
							  : model_save(&r.model, NULL, job->vocabulary, out, "", err);
	run_release(&r);
	return rc;
}
