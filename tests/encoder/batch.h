/* A model of the fixtures with its examples, ready for a trainer. */
#ifndef TESTS_ENCODER_BATCH_H
#define TESTS_ENCODER_BATCH_H

#include "encoder/tiny.h"

#include "encoder/inference.h"
#include "base/random.h"
#include "training/linear_head.h"
#include "training/trainer.h"
#include "corpus/labels.h"
#include "text/encoding.h"

struct batch {
	struct encoder_model model;
	struct tokenizer *tokenizer;
	struct examples examples;
	struct encoding encoding;
	struct labelset set;
	int32_t *labels;
	struct packed_sentence *sentences;
	struct linear_head head;
	struct trainer trainer;
	struct context ctx;
};

/* The fixture's head of a kind: "word" has its own in the model directory. */
static inline void batch_head(struct batch *b, enum task_kind kind)
{
	static const char *const parts[] = { "weight", "bias" };
	struct error err = { 0 };

	for (int i = 0; kind != TASK_WORD && i < 2; i++) {
		char *path = text_format("%s/classifier-%s.%s.npy", TINY, task_kind_name(kind), parts[i]);
		size_t at = i == 0 ? b->model.head.weight : b->model.head.bias;
		struct npy npy;

		assert_ok(npy_open(&npy, path, &err), err);
		memcpy(b->model.weights + at, npy.view.data, npy.view.rows * npy.view.columns * sizeof(float));
		npy_close(&npy);
		free(path);
	}
}

static inline void batch_open(struct batch *b, const char *model, const char *examples, enum task_kind kind,
			      unsigned threads)
{
	struct error err = { 0 };
	struct encoder_shape shape;

	*b = (struct batch){ .ctx = { .pool = pool_new(threads) } };
	assert_ok(config_read(&shape, model, &err), err);
	assert_ok(examples_read(&b->examples, examples, kind, &err), err);
	assert_ok(labelset_of_examples(&b->set, &b->examples, &err), err);
	assert_ok(tokenizer_load(&b->tokenizer, model, &err), err);
	if (kind == TASK_PAIR) { /* the head in the file is that of words */
		struct checkpoint *c;

		assert_ok(model_init(&b->model, &shape, HEAD_LINEAR, b->set.count, 2 * shape.hidden, &err), err);
		assert_ok(checkpoint_open(&c, model, &shape.family->naming, &err), err);
		for (size_t i = 0; i < b->model.parameter_count; i++) {
			const struct model_tensor *p = &b->model.parameters[i];

			if (strncmp(p->name, "bert.", 5) == 0)
				assert_ok(checkpoint_read(c, p->file, p->shape, p->rank, b->model.weights + p->offset,
							  &err),
					  err);
		}
		checkpoint_close(c);
	} else {
		assert_ok(model_load(&b->model, model, HEAD_LINEAR, b->set.count, shape.hidden, 1, &err), err);
		if (kind == TASK_WORD)
			assert_ok(model_keep_head(&b->model, model, (const char *const *)b->set.names, &err), err);
	}
	batch_head(b, kind);
	assert_ok(encoding_init(&b->encoding, b->tokenizer, &b->examples, shape_longest(&shape), false, &err), err);
	b->labels = array_new(b->examples.count, 1, sizeof *b->labels);
	for (size_t i = 0; i < b->examples.count; i++)
		b->labels[i] = labelset_find(&b->set, b->examples.items[i].label);
	b->sentences = inference_sentences(&b->encoding);
	linear_head_init(&b->head, &b->encoding, b->labels, POOLING_MEAN);
	assert_ok(trainer_init(&b->trainer, &b->model, &b->head.head, threads, &err), err);
}

static inline void batch_close(struct batch *b)
{
	trainer_release(&b->trainer);
	linear_head_release(&b->head);
	model_release(&b->model);
	tokenizer_free(b->tokenizer);
	encoding_release(&b->encoding);
	examples_release(&b->examples);
	labelset_release(&b->set);
	free(b->labels);
	free(b->sentences);
	pool_free(b->ctx.pool);
}

static inline const struct model_tensor *batch_parameter(const struct batch *b, const char *name)
{
	for (size_t i = 0; i < b->model.parameter_count; i++)
		if (strcmp(b->model.parameters[i].name, name) == 0)
			return &b->model.parameters[i];
	fail_msg("no parameter %s", name);
	return NULL;
}

#endif
