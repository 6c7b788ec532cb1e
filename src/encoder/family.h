/* The families of encoders that transformers has: how config.json gives the
 * shape, and what the files of weights call the tensors. A family is a file that
 * fills in one of these, and a row in families.c. */
#ifndef ENCODER_FAMILY_H
#define ENCODER_FAMILY_H

#include "base/error.h"
#include "encoder/shape.h"
#include "weights/checkpoint.h"

#include <jansson.h>

/* Bounds that no real model comes near: products of two sizes and a few bytes
 * an element stay far below 2^63. */
enum { LARGEST_SIZE = 1 << 24, MOST_LAYERS = 1000 };

/* A size in config.json: an integer from 1 on, and needed. */
struct size_key {
	const char *name; /* NULL ends a list */
	size_t offset;    /* in struct encoder_shape, of a size_t */
	long largest;
};

/* A number, 0 ≤ value < below. One whose `absent` is below 0 may be null, too, and
 * is then as hidden_dropout. */
struct real_key {
	const char *name;
	size_t offset; /* of a double */
	double absent, below;
};

/* A key that, where it is there and not null, must have one value: another would
 * give other numbers. */
struct fixed_key {
	const char *name;
	const char *value; /* as JSON, but a string without its quotes */
};

/* What a tensor is called in this family's files, where that is not what BERT
 * calls it: %zu is the layer. */
struct tensor_spelling {
	const char *bert, *family;
};

struct family {
	const char *model_type;
	const char *class;                         /* what the names of its classes begin with: "DistilBert" */
	struct encoder_shape start;                /* what no key says; pad_id is that of an absent pad_token_id */
	const struct size_key *sizes, *more_sizes; /* the second may be NULL */
	const struct real_key *reals;
	const struct fixed_key *fixed, *needed; /* the second must be there, and are written; it may be NULL */
	const char *activation;                 /* its key */
	/* Sets what follows from what is known; may be NULL. */
	void (*complete)(struct encoder_shape *shape);
	/* Reads what no table tells of config.json, which `path` names; may be NULL. */
	int (*read)(struct encoder_shape *shape, const json_t *object, const char *path, struct error *err);
	/* Adds to a new config.json what no table tells; −1 if memory is short. May be NULL. */
	int (*write)(json_t *object, const struct encoder_shape *shape);
	struct encoder_naming naming;
	bool joins_qkv;                          /* query, key and value are one tensor of the files */
	const struct tensor_spelling *spellings; /* ended by NULL; NULL: all as BERT's */
};

/* BERT's own keys and names, which most families share. */
extern const struct size_key bert_sizes[], bert_types[], projected_sizes[];
extern const struct real_key bert_reals[];
extern const struct fixed_key bert_fixed[];
extern const char *const bert_marks[], *const bert_parts[];

extern const struct family bert_family, distilbert_family, electra_family, roberta_family, camembert_family,
	xlm_roberta_family, mpnet_family, albert_family, modernbert_family, deberta_family;

/* NULL-ended. */
extern const struct family *const families[];

/* The family of a model_type; NULL if there is none. */
const struct family *family_of_type(const char *model_type);

/* The family whose classes have a name like this one's, "DistilBertModel"; NULL. */
const struct family *family_of_class(const char *class);

/* The shape of a new encoder of a family, without its sizes. */
struct encoder_shape family_shape(const struct family *f);

/* Whether config.json has a key for a size, told by its offset in the shape. */
bool family_has_size(const struct family *f, size_t offset);

/* "bert, distilbert, electra" */
void family_names(char *out, size_t size);

#endif
