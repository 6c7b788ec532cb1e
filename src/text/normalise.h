/* From text to the words that WordPiece cuts, as a slow BertTokenizer makes them
 * from vocab.txt: steps 1–5 of tokenizer.h. */
#ifndef TEXT_NORMALISE_H
#define TEXT_NORMALISE_H

#include "base/error.h"
#include "text/added.h"
#include "text/text_settings.h"

#include <stddef.h>

/* A word, a punctuation character, or an added token, in its normal form. */
struct normal_word {
	const char *bytes;               /* UTF-8, not ended by NUL */
	const size_t *offsets;           /* (points + 1) offsets of its characters; offsets[points] is its length */
	size_t points;                   /* ≥ 1 */
	const struct added_token *added; /* one piece, whatever its bytes; NULL: a word, to be cut */
};

typedef int (*take_word)(void *arg, const struct normal_word *word, struct error *err);

/* How text is normalised, and what stays whole in it. Zeroed, it has no tokens. */
struct normaliser {
	struct text_settings settings;
	const struct added_tokens *tokens;
	struct added_matcher all, special;
};

/* `tokens` must outlive it. */
int normaliser_init(struct normaliser *out, const struct text_settings *settings, const struct added_tokens *tokens,
		    struct error *err);
void normaliser_release(struct normaliser *n);

/* Calls take(arg, word) for every word, in order; a negative return ends the
 * walk. Invalid UTF-8 is an error that gives the byte's offset, before any
 * word is taken. */
int normalise_words(const struct normaliser *n, const char *text, size_t length, take_word take, void *arg,
		    struct error *err);

/* Writes characters as UTF-8 into growing arrays, with the offsets of their
 * beginnings and of the end. */
struct spelling {
	char *bytes;
	size_t *offsets; /* (points + 1) */
	size_t bytes_capacity, offset_capacity;
};
int spell_points(struct spelling *s, const int32_t *points, size_t count, struct error *err);
void spelling_release(struct spelling *s);

#endif
