/* Classes of characters as the tokenizers library has them, which tokenizer.json
 * is written for: those of several versions of Unicode, whatever is the one of
 * the library that the rest of this folder asks. */
#ifndef TEXT_BERT_CLASSES_H
#define TEXT_BERT_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bert_class {
	BERT_DROPPED = 1,       /* by clean_text: C* but unassigned ones, U+FFFD; no tab, newline, return */
	BERT_PUNCTUATION = 2,   /* stands alone: P*, and ASCII symbols */
	BERT_ACCENT = 4,        /* dropped by strip_accents: Mn */
	BERT_MARK = 8,          /* has a combining class; a mark that is younger has none */
	BERT_WORD = 16,         /* of a word, where an added token must be a single one */
	BYTE_LEVEL_LETTER = 32, /* \p{L} of ByteLevel's expression */
	BYTE_LEVEL_NUMBER = 64, /* \p{N} of it */
	BERT_ANY_MARK = 128,    /* dropped by StripAccents: M* */
};

struct bert_run {
	int32_t first, last;
	unsigned char classes;
};

extern const struct bert_run bert_runs[]; /* (bert_run_count), in order */
extern const size_t bert_run_count;

unsigned bert_classes_of(int32_t point);

bool bert_is_space(int32_t point);     /* White_Space */
bool bert_is_ideograph(int32_t point); /* as the library has the blocks, one of them by a slip */
int32_t bert_lower(int32_t point);     /* the simple mapping of Unicode 17; of U+0130 it is the first of two */

/* Whether the library's decomposition knows the character: one that it does not
 * know stays as it is, and where it is. */
bool bert_decomposes(int32_t point);

/* The canonical and the compatibility decomposition as the library knows them: (up to
 * LARGEST_DECOMPOSITION) characters, of which the number is returned; what two characters
 * become together, 0 if they stay two; and the combining class, 0 of a mark that it does
 * not know. */
enum { LARGEST_DECOMPOSITION = 32 };
size_t bert_decompose(int32_t out[LARGEST_DECOMPOSITION], int32_t point, bool compatible);
int32_t bert_compose(int32_t first, int32_t second);
int bert_combining_class(int32_t point);

/* points_part as the library knows the characters. */
bool bert_points_part(int32_t before, int32_t point, int32_t *state);

#endif
