/* Sentences as word pieces, and examples as spans of pieces.
 *
 * Every word of a sentence goes through the tokenizer by itself, or, where its pieces
 * depend on what stands before it, the words joined by single spaces do; one that
 * yields no piece becomes [UNK]. [CLS] and [SEP], or what the tokenizer has in their
 * place, stand around the sentence. */
#ifndef TEXT_ENCODING_H
#define TEXT_ENCODING_H

#include "base/context.h"
#include "base/error.h"
#include "corpus/examples.h"
#include "text/tokenizer.h"

#include <stdbool.h>

/* Pieces first … last of a sentence, both included; [CLS] is piece 0. */
struct piece_span {
	uint32_t first, last;
};

struct encoded_example {
	size_t sentence;
	size_t source;          /* its place in the set */
	struct piece_span a, b; /* a sentence task has a = {0, 0}, its [CLS] */
};

struct encoding {
	enum task_kind kind;
	int32_t *ids;  /* pieces of all sentences, end to end */
	size_t *start; /* (sentences + 1) offsets into ids */
	size_t sentences;
	struct encoded_example *examples; /* (count), in the order of the set, without those dropped */
	size_t *first; /* (sentences + 1): examples first[s] … first[s+1]−1 are of sentence s */
	size_t count;
	size_t truncated; /* sentences that were cut */
	size_t dropped;   /* examples that lay behind a cut */
};

/* A sentence longer than `max_positions` is an error that names it, or, with
 * `truncate`, is cut at a word boundary; an example that then lies outside is
 * dropped. A label all of whose examples are is an error that names it. */
int encoding_init(struct encoding *out, const struct tokenizer *t, const struct examples *e, size_t max_positions,
		  bool truncate, struct error *err);
void encoding_release(struct encoding *e);

/* Of sentences that are too long for a model. */
struct cut_counts {
	size_t sentences; /* were cut */
	size_t examples;  /* lay behind the cut, and were dropped */
};

/* Warns of what was cut from the examples of a file, and adds it to `counts`, which
 * may be NULL. */
void encoding_count_cut(const struct encoding *e, const char *path, size_t positions, struct cut_counts *counts,
			const struct context *ctx);

#endif
