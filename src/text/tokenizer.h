/* The tokenizer of a model directory: a normaliser, words, pieces, with the special
 * and other added tokens cut out first.
 *
 * tokenizer.json is read where there is one, as the tokenizers library does it
 * (tokenizer_json.h): WordPiece (Wu et al. 2016; bert_words.h, wordpiece.h) or
 * byte-level BPE (byte_words.h, bpe.h); vocab.txt beside it does not count. Of
 * vocab.json and merges.txt the same is made (vocab_merges.h). Else
 * vocab.txt, a piece a line, as transformers' slow BertTokenizer does it, cased
 * and uncased:
 * 1. Drop U+0000, U+FFFD and category C* except tab, newline, return.
 * 2. NFC; spaces around CJK ideographs.   3. Split at white space.
 * 4. Uncased: lower-case, NFD, drop Mn.   5. Punctuation stands alone.
 * 6. Greedy longest match from the left, "##" before a continuation; a word of
 *    more than 100 code points, or with a rest that matches nothing, is [UNK].
 * [CLS], [SEP], [MASK], [UNK] and [PAD] in the text stay whole, and so does every
 * token that tokenizer_config.json and the files beside it add (facts.h). */
#ifndef TEXT_TOKENIZER_H
#define TEXT_TOKENIZER_H

#include "base/error.h"
#include "base/output.h"
#include "text/wordpiece.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tokenizer;

/* The files that hold the pieces; the first that is there is read. NULL-ended. */
extern const char *const tokenizer_files[];

/* The file without which one of them does not count: merges.txt of vocab.json; NULL: none. */
const char *tokenizer_companion(const char *file);

int tokenizer_load(struct tokenizer **out, const char *model, struct error *err);

/* Whether a directory has one of the files that can be read. */
bool tokenizer_is_in(const char *model);

/* The error of a directory that has none of the files. Returns -1. */
int tokenizer_missing(const char *model, struct error *err);

/* A vocabulary of the form of vocab.txt, or tokenizer.json, that lies in memory
 * and is copied; `path` names it in messages. */
struct text_settings;
int tokenizer_parse(struct tokenizer **out, const struct text_settings *settings, const char *vocabulary, size_t size,
		    const char *path, struct error *err);
int tokenizer_parse_json(struct tokenizer **out, const char *data, size_t size, const char *path, struct error *err);
void tokenizer_free(struct tokenizer *t);

/* Ids run from 0 to below the size. Those of the vocabulary come first; added
 * tokens may lie beyond. */
size_t tokenizer_size(const struct tokenizer *t);
size_t tokenizer_vocabulary_size(const struct tokenizer *t);

/* Which of tokenizer_files it was read from. */
const char *tokenizer_file(const struct tokenizer *t);

/* As it is printed: in the vocabulary's own spelling, an added token by its
 * content. NULL where no piece has the id. */
const char *tokenizer_piece(const struct tokenizer *t, int32_t id);

struct special_pieces {
	int32_t pad, unk, cls, sep, mask; /* of a tokenizer.json, −1 for a pad, mask or unk that it lacks */
};
struct special_pieces tokenizer_special(const struct tokenizer *t);

/* Appends the pieces of a text, without [CLS] and [SEP]. Invalid UTF-8 is an
 * error that gives the byte's offset. */
int tokenizer_text(const struct tokenizer *t, const char *text, size_t length, struct pieces *out, struct error *err);

/* Whether a word's pieces depend on what stands before it, so that a sentence is one
 * text, and tokenizer_text tells where each piece begins (pieces.starts). */
bool tokenizer_reads_sentences(const struct tokenizer *t);

/* The added tokens, special ones included, each with its id. */
const struct added_tokens *tokenizer_added(const struct tokenizer *t);

/* Writes the vocabulary in the form of vocab.txt. */
int tokenizer_write_vocabulary(const struct tokenizer *t, struct folder *folder, const char *name, struct error *err);

#endif
