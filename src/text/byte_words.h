/* ByteLevel of the tokenizers library: a text as the words that byte-level BPE
 * (Radford et al. 2019) cuts, each with the space before it, and bytes in place of
 * characters. */
#ifndef TEXT_BYTE_WORDS_H
#define TEXT_BYTE_WORDS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Calls take(arg, word, length, err) for the words of a text in UTF-8, in order; they
 * follow one another without a gap. A negative return ends the walk. Contractions
 * ('s, 't, 're, …), runs of letters, of numbers, of other signs, each with one space
 * before it; and white space, whose last character goes with what follows. */
int byte_words(const char *text, size_t length,
	       int (*take)(void *arg, const char *word, size_t length, struct error *err), void *arg,
	       struct error *err);

/* The character that stands for a byte in the vocabulary: itself where it can be
 * seen, else one from U+0100 on. */
uint32_t byte_character(unsigned char byte);

#endif
