/* From text to the words that WordPiece cuts: steps 1–5 of tokenizer.h. */
#ifndef TEXT_NORMALISE_H
#define TEXT_NORMALISE_H

#include "base/error.h"
#include "text/settings.h"

#include <stddef.h>

/* A word, a punctuation character, or a special token, in its normal form. */
struct normal_word {
	const char *bytes; /* UTF-8, not ended by NUL */
	const size_t *at;  /* (points + 1) offsets of its characters; at[points] is its length */
	size_t points;     /* ≥ 1 */
};

/* Calls take(arg, word) for every word, in order; a negative return ends the
 * walk. Invalid UTF-8 is an error that gives the byte's offset, before any
 * word is taken. Memory is proportional to the longest word. */
int normalise_words(const struct text_settings *settings, const char *text, size_t length,
		    int (*take)(void *arg, const struct normal_word *word, struct error *err), void *arg,
		    struct error *err);

/* The length of the special token that the text begins with; 0 if there is
 * none. */
size_t special_match(const char *text, size_t length);

#endif
