/* Lines of text as sentences of pieces, [CLS] and [SEP] around each. */
#ifndef ENCODER_TEXT_SET_H
#define ENCODER_TEXT_SET_H

#include "base/error.h"
#include "encoder/pack.h"
#include "text/tokenizer.h"

struct text_set {
	int32_t *ids;  /* pieces of all lines, end to end */
	size_t *start; /* (count + 1) offsets into ids */
	size_t count;  /* lines */
};

/* Reads a file, a sentence a line. A line of more than `max_positions` pieces
 * is an error that gives its number; so is a file without lines. */
int text_set_read(struct text_set *out, const struct tokenizer *t, const char *path, size_t max_positions,
		  struct error *err);
void text_set_release(struct text_set *s);

/* Its sentences for the encoder, with the pieces of `ids`, which has the layout
 * of s->ids. NULL if memory is short. */
struct packed_sentence *text_set_sentences(const struct text_set *s, const int32_t *ids);

#endif
