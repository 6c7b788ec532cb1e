/* Byte-pair encoding (Sennrich et al. 2016) as tokenizer.json has it: a word is its bytes
 * or its characters, and the pair of neighbours that was learnt first is joined, the
 * leftmost where there are several, until no pair is known. */
#ifndef TEXT_BPE_H
#define TEXT_BPE_H

#include "base/error.h"
#include "text/piece_list.h"
#include "text/pieces.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct bpe_merge;

/* What a word begins as, and what is unknown. */
struct bpe_form {
	bool bytes;       /* its bytes, each the character of ByteLevel; else its characters: */
	bool fallback;    /* one that is no piece is its bytes, "<0x0A>" (byte_fallback) */
	int32_t unk;      /* else this; −1: it is left out */
	bool fuse_unk;    /* unknown neighbours are one */
	bool whole_first; /* a word that is a piece is one, whatever its pairs (ignore_merges) */
};

struct bpe {
	const struct piece_list *vocabulary;
	struct bpe_form form;
	int32_t bytes[256];       /* the piece of each byte, where there are any */
	struct bpe_merge *merges; /* (mask + 1): by the pair, at most half full */
	size_t mask;
};

/* Pairs as "a b" or ["a", "b"], in the order in which they were learnt. A byte or a
 * joined piece that the vocabulary lacks is an error by name. `vocabulary` must outlive
 * it. */
int bpe_init(struct bpe *out, const struct piece_list *vocabulary, const json_t *merges, struct bpe_form form,
	     const char *path, struct error *err);
void bpe_release(struct bpe *b);

/* What a cut needs for as long as it goes on. Zeroed before the first word; released
 * after the last. */
struct bpe_work {
	struct bpe_symbol *symbols; /* (capacity) */
	struct bpe_pair *heap;      /* (heap_capacity) */
	size_t capacity, heap_capacity;
};
void bpe_work_release(struct bpe_work *w);

/* Appends the pieces of a word, whose first byte is byte `start` of the text. */
int bpe_cut(const struct bpe *b, const char *word, size_t length, size_t start, struct bpe_work *work,
	    struct pieces *out, struct error *err);

#endif
