/* Precompiled of the tokenizers library: SentencePiece's normalisation (Kudo and
 * Richardson 2018), a map from strings to strings in a double-array trie. */
#ifndef TEXT_CHARSMAP_H
#define TEXT_CHARSMAP_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed, it changes nothing. */
struct charsmap {
	uint32_t *trie; /* (units) */
	size_t units;
	char *strings; /* (size), each ended by NUL */
	size_t size;
};

/* From its base64 text, as tokenizer.json has it; `path` names it in messages. */
int charsmap_init(struct charsmap *out, const char *base64, const char *path, struct error *err);
void charsmap_release(struct charsmap *m);

/* What stands for the text: the string of the shortest beginning that the map knows.
 * NULL if it knows none; then it stays. */
const char *charsmap_find(const struct charsmap *m, const char *text, size_t length);

#endif
