/* WordPiece (Wu et al. 2016): a word as the longest pieces of a vocabulary, from
 * the left, with "##" before those that continue it. */
#ifndef TEXT_WORDPIECE_H
#define TEXT_WORDPIECE_H

#include "base/error.h"
#include "text/normalise.h"
#include "text/piece_table.h"
#include "text/pieces.h"

#include <stddef.h>
#include <stdint.h>

struct wordpiece {
	struct piece_table table;
	int32_t unk;
	size_t longest_word; /* code points; a longer word is `unk` */
};

/* What a cut needs for as long as it goes on. Zeroed before the first word;
 * free(hash) after the last. */
struct wordpiece_work {
	uint64_t *hash;
	size_t capacity;
};

/* Appends the pieces of a word; `unk` if it is too long, or has a rest that
 * matches nothing. */
int wordpiece_cut(const struct wordpiece *m, const struct normal_word *w, struct wordpiece_work *work,
		  struct pieces *out, struct error *err);

#endif
