/* Unigram (Kudo 2018): a text as the pieces whose scores have the largest sum. */
#ifndef TEXT_UNIGRAM_H
#define TEXT_UNIGRAM_H

#include "base/error.h"
#include "text/piece_list.h"
#include "text/pieces.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct unigram {
	const struct piece_list *vocabulary;
	double *scores; /* (vocabulary->size) */
	double unknown; /* of a character that is no piece */
	int32_t unk;
	int32_t bytes[256]; /* "<0x0A>": what is unknown is its bytes (byte_fallback); bytes[0] −1: it is not */
};

/* The scores of [["piece", score], …], whose pieces are the vocabulary's, which must
 * outlive it. */
int unigram_init(struct unigram *out, const struct piece_list *vocabulary, const json_t *pieces, int32_t unk,
		 bool fallback, const char *path, struct error *err);
void unigram_release(struct unigram *u);

/* What a cut needs for as long as it goes on. Zeroed before the first; released after
 * the last. */
struct unigram_work {
	struct unigram_end *ends; /* (capacity) */
	size_t capacity;
	struct pieces cut; /* of a text with unknown bytes, before they are spelt */
};
void unigram_work_release(struct unigram_work *w);

/* Appends the pieces of a text in UTF-8, whose starts are counted in it. Neighbours that
 * are unknown are one piece. */
int unigram_cut(const struct unigram *u, const char *text, size_t length, struct unigram_work *work,
		struct pieces *out, struct error *err);

#endif
