/* Tokenizers that read a sentence as one text: BPE, and Unigram behind Metaspace. A piece's place in the text is kept through everything that is done to
 * it. */
#ifndef TEXT_SENTENCE_H
#define TEXT_SENTENCE_H

#include "base/error.h"
#include "text/added.h"
#include "text/bpe.h"
#include "text/cutters.h"
#include "text/steps.h"
#include "text/unigram.h"

#include <stdbool.h>

enum metaspace_prefix { METASPACE_ALWAYS, METASPACE_NEVER };

struct sentence_reader {
	struct steps steps;     /* the normaliser; it may be empty */
	struct cutters cutters; /* what cuts it; there may be none */
	bool metaspace;         /* words begin with "▁" and are Unigram's; else they are BPE's: */
	struct bpe bpe;
	bool prefix_space;      /* a part that begins with none is given one */
	bool words;             /* ByteLevel's expression cuts once more */
	struct unigram unigram; /* with metaspace: */
	enum metaspace_prefix prefix;
	const struct added_tokens *tokens;
	struct added_matcher raw, normal;
};

/* The matchers of the tokens, which must outlive it; all else is set. */
int sentence_reader_init(struct sentence_reader *s, const struct added_tokens *tokens, struct error *err);
void sentence_reader_release(struct sentence_reader *s);

/* Appends the pieces of a text, each with its first byte. Invalid UTF-8 is an error
 * that gives the byte's offset. */
int sentence_pieces(const struct sentence_reader *s, const char *text, size_t length, struct pieces *out,
		    struct error *err);

#endif
