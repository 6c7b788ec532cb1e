/* The weights of an encoder and its head, in one arena, so that gradients and
 * moments have the same layout and one sweep updates all.
 *
 * Linear layers keep the (out, in) order of the files: y = x Wᵀ + b. The weights
 * of query, key and value stand one below the other, (3 hidden, hidden), and are
 * one product. */
#ifndef ENCODER_MODEL_H
#define ENCODER_MODEL_H

#include "base/error.h"
#include "base/output.h"
#include "encoder/config.h"
#include "text/tokenizer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A tensor of the files, and its place in the arena. */
struct model_tensor {
	char name[96]; /* as BERT's, whatever the family: with "bert.", or classifier.*, cls.* */
	char file[96]; /* in the family's files */
	size_t shape[4];
	unsigned rank;
	size_t offset, count; /* floats */
	int layer;            /* 0: embeddings, 1 … L: encoder layers, L + 1: the head */
	bool decay;           /* weight decay applies: no bias and no layer norm */
	bool adapter;         /* a part of an adapter, which is in no checkpoint's weights */
};

/* What is added to a matrix: W + scale · B A (Hu et al. 2021). */
struct adapter {
	size_t weight, rows, columns; /* of W, in the arena */
	size_t a, b;                  /* (rank, columns), (rows, rank) */
	size_t base;                  /* of W before, in adapters.bases */
};

struct adapters {
	struct adapter *items; /* (count) */
	size_t count, rank;
	double scale;
	float *bases; /* the matrices without what is added */
	float *spare; /* (the most rows, rank) */
};

/* In place of an offset: the model has no such tensor. */
#define NO_PLACE SIZE_MAX

/* Offsets into the arena of one encoder layer. */
struct layer_places {
	size_t qkv, qkv_bias;     /* (3 hidden, hidden), (3 hidden) */
	size_t out, out_bias;     /* (hidden, hidden), (hidden) */
	size_t norm1, norm1_bias; /* (hidden) */
	size_t up, up_bias;       /* (intermediate, hidden), (intermediate); twice as many where it is gated */
	size_t down, down_bias;   /* (hidden, intermediate), (hidden) */
	size_t norm2, norm2_bias;
};

enum head_kind {
	HEAD_NONE,
	HEAD_LINEAR, /* classifier: (labels, width), (labels) */
	HEAD_MLM,    /* dense, activation, layer norm, decoder tied to the word embeddings */
};

struct head_places {
	size_t weight, bias;      /* linear: (labels, width), (labels) */
	size_t dense, dense_bias; /* MLM: (embedding, hidden), (embedding); of a linear head with head_dense:
				      (width, width), (width) */
	size_t norm, norm_bias;   /* behind it */
	size_t decoder_bias;      /* MLM: (vocabulary) */
};

struct encoder_model {
	struct encoder_shape shape;
	enum head_kind head_kind;
	size_t labels, width;            /* of a linear head */
	bool has_old_head;               /* the weights file has a classifier, of any shape, that was not read */
	struct model_tensor *parameters; /* (parameter_count), in the arena's order */
	size_t parameter_count;
	size_t words, positions, types; /* (vocabulary | positions | types, embedding); words are the first; of
					   what there are no embeddings of, a place without rows */
	size_t rest;                    /* where the matrices begin that are no embeddings */
	size_t project, project_bias;   /* (hidden, embedding), (hidden); only where the embeddings are projected */
	size_t distances;               /* (buckets, heads): the bias of attention; only where there are buckets */
	size_t relative, relative_norm, relative_norm_bias; /* (2 relative, hidden), (hidden), (hidden) */
	size_t norm, norm_bias;
	size_t final_norm, final_norm_bias; /* only where norms come first */
	struct layer_places *layers;        /* (config.layers) */
	struct head_places head;
	struct adapters adapters; /* none, if not asked for */
	size_t vectors;           /* where the vectors (biases, layer norms) start, behind all matrices */
	size_t size;              /* floats in an arena */
	float *weights;           /* (size), zero between the tensors */
};

/* The layout and zeroed weights. `labels` and `width` only matter to a linear
 * head. */
int model_init(struct encoder_model *out, const struct encoder_shape *config, enum head_kind head, size_t labels,
	       size_t width, struct error *err);
void model_release(struct encoder_model *m);

/* Reads config.json and the encoder's weights of a model directory. A linear
 * head is drawn from N(0, initializer_range) with the seed, biases 0. */
int model_load(struct encoder_model *out, const char *directory, enum head_kind head, size_t labels, size_t width,
	       uint64_t head_seed, struct error *err);

/* Begins with the checkpoint's own linear head: classifier.weight (labels, width)
 * and classifier.bias (labels), whose rows are brought to the order of the label
 * set by id2label (config_match_labels); 1 is returned where that names none,
 * and rows are taken in their order. No head, another shape and another label are
 * errors by name. */
int model_keep_head(struct encoder_model *m, const char *directory, const char *const *labels, struct error *err);

/* Whether the weights of a model directory fit its configuration and its
 * tokenizer, from the header of the weights. */
int model_check(const char *directory, const struct tokenizer *t, struct error *err);

/* Every piece of the vocabulary must have its word embedding; the file may have
 * more, as where their number was rounded up. */
int model_check_vocabulary(const struct encoder_model *m, const struct tokenizer *t, const char *directory,
			   struct error *err);

/* The matrices of an encoder layer. */
enum {
	MATRIX_QUERY = 1,
	MATRIX_KEY = 2,
	MATRIX_VALUE = 4,
	MATRIX_OUTPUT = 8, /* of the attention */
	MATRIX_UP = 16,
	MATRIX_DOWN = 32,
};

/* Which of them a tensor is; 0: none. Where a family has query, key and value in one
 * tensor it is all three. */
unsigned model_matrix(const struct model_tensor *p);

/* Adds an adapter to each of the matrices in every layer: A uniform in ±1/√columns by the
 * seed and its name, as PEFT begins, B zero. */
int model_adapt(struct encoder_model *m, unsigned matrices, size_t rank, double scale, uint64_t seed,
		struct error *err);

/* Makes the adapted matrices anew from their bases and adapters. */
void model_merge(struct encoder_model *m);

/* Draws the weights of the upper `layers` anew, as model_randomize does. */
void model_reinit(struct encoder_model *m, size_t layers, uint64_t seed);

/* Fresh weights: N(0, initializer_range), biases 0, layer norms 1 and 0. A
 * tensor's numbers depend on the seed and its name. */
void model_randomize(struct encoder_model *m, uint64_t seed);

/* Writes <prefix>model.safetensors with the encoder's tensors, adapters merged, and, of a
 * linear head, the classifier's, <prefix>config.json with the label names (NULL
 * without a linear head), and the tokenizer's files from `tokenizer`, a model
 * directory. */
int model_save(const struct encoder_model *m, const char *const *label_names, const char *tokenizer,
	       struct folder *folder, const char *prefix, struct error *err);

#endif
