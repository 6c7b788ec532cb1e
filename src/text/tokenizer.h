/* BertTokenizer: normalisation, splitting, WordPiece (Wu et al. 2016), as
 * transformers' slow tokenizer does it, cased and uncased. A model directory's
 * vocab.txt has a piece a line; do_lower_case in tokenizer_config.json says
 * whether the model is uncased (true where it is absent).
 *
 * 1. Drop U+0000, U+FFFD and category C* except tab, newline, return.
 * 2. NFC; spaces around CJK ideographs.   3. Split at white space.
 * 4. Uncased: lower-case, NFD, drop Mn.   5. Punctuation stands alone.
 * 6. Greedy longest match from the left, "##" before a continuation; a word of
 *    more than 100 code points, or with a rest that matches nothing, is [UNK].
 * [CLS], [SEP], [MASK], [UNK] and [PAD] in the text stay whole. */
#ifndef TEXT_TOKENIZER_H
#define TEXT_TOKENIZER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct tokenizer;

/* A growing list of piece ids. Zero it before the first use; free(ids) after
 * the last. */
struct pieces {
	int32_t *ids;
	size_t count, capacity;
};

/* The version of Unicode whose classes and normal forms are used: "15.0.0". */
const char *tokenizer_unicode_version(void);

int tokenizer_load(struct tokenizer **out, const char *model, struct error *err);

/* The same from a vocabulary that lies in memory, which is copied; `path` names
 * it in messages. */
struct text_settings;
int tokenizer_parse(struct tokenizer **out, const struct text_settings *settings, const char *vocabulary, size_t size,
		    const char *path, struct error *err);
void tokenizer_free(struct tokenizer *t);

size_t tokenizer_size(const struct tokenizer *t);
const char *tokenizer_piece(const struct tokenizer *t, int32_t id);
int32_t tokenizer_find(const struct tokenizer *t, const char *piece); /* -1: not in the vocabulary */

struct special_pieces {
	int32_t pad, unk, cls, sep, mask;
};
struct special_pieces tokenizer_special(const struct tokenizer *t);

/* Appends the pieces of a text, without [CLS] and [SEP]. Invalid UTF-8 is an
 * error that gives the byte's offset. */
int tokenizer_text(const struct tokenizer *t, const char *text, size_t length, struct pieces *out, struct error *err);

#endif
