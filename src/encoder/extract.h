/* Embeddings of examples at the layers of an encoder: layer 0 is the embedding
 * output, 1 … L the encoder layers. A word is the mean of its pieces (or the
 * first), a pair the two vectors concatenated, a sentence its [CLS]. */
#ifndef ENCODER_EXTRACT_H
#define ENCODER_EXTRACT_H

#include "base/context.h"
#include "base/output.h"
#include "encoder/pooling.h"
#include "corpus/examples.h"
#include "num/matrix.h"
#include "text/encoding.h"

struct extract_job {
	const char *model;     /* directory */
	const char *tokenizer; /* another directory whose tokenizer reads the examples; NULL: the model's */
	const char *examples;  /* file */
	enum task_kind kind;
	const char *layers; /* "all", "last" or "0,3,6" */
	enum pooling pooling;
	bool truncate;
	struct cut_counts *cut; /* what was cut is added to it; may be NULL */
};

/* Writes <prefix>layer<l>.npy for each layer asked, and <prefix>labels.txt. Where
 * examples were dropped, since they lay behind a cut, <prefix>examples.tsv has
 * those that are left. */
int extract_run(const struct extract_job *job, struct folder *out, const char *prefix, const struct context *ctx,
		struct error *err);

/* The same in memory: layers[l] for l = 0 … L, (examples, width). */
struct embeddings {
	struct matrix *layers; /* (layer_count) */
	size_t layer_count;
	float *data;
};
int extract_embeddings(struct embeddings *out, const struct extract_job *job, const struct context *ctx,
		       struct error *err);
void embeddings_release(struct embeddings *e);

/* Number of encoder layers in a model directory, from its config.json. */
int extract_layer_count(size_t *out, const char *model, struct error *err);

/* Hidden states of texts, a line each, end to end with [CLS] and [SEP]:
 * layer<l>.npy (pieces, hidden) and pieces.tsv (line, index, piece). */
int encode_run(const char *model, const char *lines_path, struct folder *out, const struct context *ctx,
	       struct error *err);

#endif
