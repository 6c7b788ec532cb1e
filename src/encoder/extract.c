#include "encoder/extract.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "encoder/config.h"
#include "encoder/inference.h"
#include "encoder/model.h"
#include "corpus/labels.h"
#include "num/npy.h"
#include "text/encoding.h"

#include <stdlib.h>
#include <string.h>

/* Which layers are asked for: "all", "last", or numbers. */
static int choose_layers(bool *chosen, const char *layers, size_t top, struct error *err)
{
	if (strcmp(layers, "all") == 0 || strcmp(layers, "last") == 0) {
		for (size_t l = 0; l <= top; l++)
			chosen[l] = layers[0] == 'a' || l == top;
		return 0;
	}
	for (const char *at = layers;; at++) {
		size_t length = strcspn(at, ",");
		char *text = text_copy_n(at, length);
		long layer;
		int rc = text == NULL ? -1 : integer_parse(&layer, text);

		free(text);
		if (rc < 0 || layer < 0 || layer > (long)top)
			return error_set(err, STATUS_INPUT,
					 "layers: %s: expected all, last, or numbers from 0 to %zu", layers, top);
		chosen[layer] = true;
		at += length;
		if (*at == '\0')
			return 0;
	}
}

struct extraction {
	struct embeddings *out;
	const struct encoding *encoding;
	const bool *chosen; /* (layers + 1); NULL: all */
	enum pooling pooling;
};

/* Pools the examples of a group's sentences at one layer. */
static void pool_layer(void *arg, const struct group_view *view, size_t layer, struct matrix output,
		       struct encoder_scratch *scratch)
{
	const struct extraction *x = arg;
	const struct encoding *e = x->encoding;

	(void)scratch;
	if (x->chosen != NULL && !x->chosen[layer])
		return;
	for (size_t i = view->group->first; i < view->group->first + view->group->count; i++) {
		const struct packed_sentence *s = &view->pack->sentences[i];
		const struct matrix rows =
			matrix_of(matrix_row(output, s->row - view->group->row), s->length, output.columns);

		for (size_t j = e->first[s->source]; j < e->first[s->source + 1]; j++)
			pooling_forward(matrix_row(x->out->layers[layer], j), e->kind, x->pooling, &e->examples[j],
					rows);
	}
}

/* Room for the chosen layers; the others get no rows. */
static int embeddings_init(struct embeddings *out, const bool *chosen, size_t layers, size_t count, size_t width,
			   struct error *err)
{
	size_t kept = 0, next = 0;

	for (size_t l = 0; l < layers; l++)
		kept += chosen == NULL || chosen[l];
	*out = (struct embeddings){ .layer_count = layers };
	out->layers = array_new(layers, 1, sizeof *out->layers);
	out->data = array_new(kept * count, width, sizeof *out->data);
	if (out->layers == NULL || out->data == NULL) {
		embeddings_release(out);
		return error_memory(err, "embeddings");
	}
	for (size_t l = 0; l < layers; l++) {
		bool here = chosen == NULL || chosen[l];

		out->layers[l] = matrix_of(here ? out->data + next++ * count * width : NULL, here ? count : 0, width);
	}
	return 0;
}

void embeddings_release(struct embeddings *e)
{
	free(e->layers);
	free(e->data);
	*e = (struct embeddings){ 0 };
}

/* What an extraction works with. */
struct extract_source {
	struct encoder_model model;
	struct tokenizer *tokenizer;
	struct examples examples;
	struct encoding encoding;
	struct packed_sentence *sentences;
};

static void source_release(struct extract_source *s)
{
	model_release(&s->model);
	if (s->tokenizer != NULL)
		tokenizer_free(s->tokenizer);
	examples_release(&s->examples);
	encoding_release(&s->encoding);
	free(s->sentences);
}

static int source_load(struct extract_source *s, const struct extract_job *job, const struct context *ctx,
		       struct error *err)
{
	const char *tokenizer = job->tokenizer != NULL ? job->tokenizer : job->model;

	if (config_check_type(job->model, err) < 0 ||
	    examples_read(&s->examples, job->examples, job->kind, err) < 0 ||
	    tokenizer_load(&s->tokenizer, tokenizer, err) < 0 ||
	    model_load(&s->model, job->model, HEAD_NONE, 0, 0, 0, err) < 0 ||
	    model_check_vocabulary(&s->model, s->tokenizer, tokenizer, err) < 0 ||
	    encoding_init(&s->encoding, s->tokenizer, &s->examples, shape_longest(&s->model.shape), job->truncate,
			  err) < 0)
		return -1;
	encoding_count_cut(&s->encoding, job->examples, shape_longest(&s->model.shape), job->cut, ctx);
	s->sentences = inference_sentences(&s->encoding);
	return s->sentences == NULL ? error_memory(err, job->examples) : 0;
}

static int extract(struct embeddings *out, const struct extract_source *s, const struct extract_job *job,
		   const bool *chosen, const struct context *ctx, struct error *err)
{
	struct extraction x = { out, &s->encoding, chosen, job->pooling };

	if (embeddings_init(out, chosen, s->model.shape.layers + 1, s->encoding.count,
			    pooling_width(job->kind, s->model.shape.hidden), err) < 0)
		return -1;
	if (inference_run(&(struct inference){ .model = &s->model,
					       .sentences = s->sentences,
					       .count = s->encoding.sentences,
					       .phase = "extract",
					       .layer = pool_layer,
					       .arg = &x },
			  ctx, err) < 0) {
		embeddings_release(out);
		return -1;
	}
	return 0;
}

/* Loads the source, which the caller releases, also after an error. */
static int load_and_extract(struct embeddings *out, struct extract_source *source, const struct extract_job *job,
			    const struct context *ctx, struct error *err)
{
	bool *chosen;
	int rc = -1;

	*out = (struct embeddings){ 0 };
	if (source_load(source, job, ctx, err) < 0)
		return -1;
	chosen = array_new(source->model.shape.layers + 1, 1, sizeof *chosen);
	if (chosen == NULL)
		error_memory(err, "layers");
	else if (choose_layers(chosen, job->layers != NULL ? job->layers : "all", source->model.shape.layers, err) ==
		 0)
		rc = extract(out, source, job, chosen, ctx, err);
	free(chosen);
	return rc;
}

int extract_embeddings(struct embeddings *out, const struct extract_job *job, const struct context *ctx,
		       struct error *err)
{
	struct extract_source source = { 0 };
	int rc = load_and_extract(out, &source, job, ctx, err);

	source_release(&source);
	return rc;
}

/* The label of each row. */
static int write_labels(const struct extract_source *s, struct folder *out, const char *prefix, struct error *err)
{
	const struct encoding *e = &s->encoding;
	const char **names = array_new(e->count, 1, sizeof *names);
	char *file = text_format("%slabels.txt", prefix);
	int rc = -1;

	if (names == NULL || file == NULL) {
		error_memory(err, "labels.txt");
		goto done;
	}
	for (size_t i = 0; i < e->count; i++)
		names[i] = s->examples.items[e->examples[i].source].label;
	rc = labels_write(names, e->count, out, file, err);
done:
	free(names);
	free(file);
	return rc;
}

/* The example of each row, where they are not all that were given: who joins rows
 * with examples needs to know which were dropped. */
static int write_examples(const struct extract_source *s, struct folder *out, const char *prefix, struct error *err)
{
	const struct encoding *e = &s->encoding;
	struct examples left = s->examples;
	char *file = text_format("%sexamples.tsv", prefix);
	int rc = 0;

	left.items = array_new(e->count, 1, sizeof *left.items);
	left.count = e->count;
	if (file == NULL || left.items == NULL)
		rc = error_memory(err, "examples.tsv");
	for (size_t i = 0; rc == 0 && i < e->count; i++)
		left.items[i] = s->examples.items[e->examples[i].source];
	if (rc == 0 && e->dropped > 0)
		rc = examples_write(&left, out, file, err);
	free(left.items);
	free(file);
	return rc;
}

static int write_layers(const struct embeddings *e, struct folder *out, const char *prefix, struct error *err)
{
	for (size_t l = 0; l < e->layer_count; l++) {
		char *file;
		int rc;

		if (e->layers[l].data == NULL)
			continue;
		file = text_format("%slayer%zu.npy", prefix, l);
		rc = file == NULL ? error_memory(err, prefix) : npy_write(out, file, e->layers[l], err);
		free(file);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int extract_run(const struct extract_job *job, struct folder *out, const char *prefix, const struct context *ctx,
		struct error *err)
{
	struct extract_source source = { 0 };
	struct embeddings e = { 0 };
	int rc = load_and_extract(&e, &source, job, ctx, err);

	if (rc == 0)
		rc = write_labels(&source, out, prefix, err);
	if (rc == 0)
		rc = write_examples(&source, out, prefix, err);
	if (rc == 0)
		rc = write_layers(&e, out, prefix, err);
	embeddings_release(&e);
	source_release(&source);
	return rc;
}

int extract_layer_count(size_t *out, const char *model, struct error *err)
{
	struct encoder_shape shape;

	if (config_read(&shape, model, err) < 0)
		return -1;
	*out = shape.layers;
	return 0;
}
