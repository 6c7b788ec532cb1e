/* Merging pairs of pieces by how often they come: byte-pair encoding (Sennrich
 * et al. 2016) over words that are counted once, with "##" before a piece that
 * continues a word. */
#ifndef TEXT_MERGER_H
#define TEXT_MERGER_H

#include "text/intern.h"

#include <stddef.h>
#include <stdint.h>

/* A word as pieces, by their numbers. */
struct merged_word {
	uint32_t *pieces; /* (length) */
	size_t length;
	long count; /* in the text */
};

/* Two pieces, one behind the other in some words. */
struct piece_pair {
	uint32_t left, right;
	long count;      /* in the text */
	uint32_t *words; /* where it is, or was before another merge */
	size_t word_count, word_capacity;
};

/* Zero it before the first use; characters and continued characters must be
 * among the pieces before a word that has them is added. */
struct merger {
	struct intern pieces;
	struct merged_word *words;
	size_t word_count, word_capacity;
	struct intern pair_numbers; /* (left, right) as 8 bytes → index into pairs */
	struct piece_pair *pairs;
	size_t pair_capacity;
};

/* Each returns -1 if memory is short. */
int merger_add(struct merger *m, const char *word, size_t length, long count);

/* Merges the most frequent pair, of equals the one whose left, then right piece
 * is first in the order of bytes, until there are `size` pieces or no pair
 * comes `min_count` times. */
int merger_run(struct merger *m, size_t size, long min_count);

void merger_release(struct merger *m);

#endif
