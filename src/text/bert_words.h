/* From text to the words that WordPiece cuts, as tokenizer.json says it for the
 * tokenizers library: BertNormalizer, then BertPreTokenizer, between the added
 * tokens. Its order and its classes of characters are others than those of a
 * slow BertTokenizer (normalise.h): nothing is composed, accents go before
 * capitals do, and young characters are unknown. */
#ifndef TEXT_BERT_WORDS_H
#define TEXT_BERT_WORDS_H

#include "base/error.h"
#include "text/added.h"
#include "text/normalise.h"

#include <stdbool.h>
#include <stddef.h>

struct bert_normaliser {
	bool clean_text, handle_chinese_chars, strip_accents, lowercase;
};

/* A normaliser, and the added tokens: those that are looked for in the text as
 * it is, and those that are looked for once it is normalised. */
struct bert_splitter {
	struct bert_normaliser normaliser;
	const struct added_tokens *tokens;
	struct added_matcher raw, normal;
};

/* `tokens` must outlive it. */
int bert_splitter_init(struct bert_splitter *out, const struct bert_normaliser *normaliser,
		       const struct added_tokens *tokens, struct error *err);
void bert_splitter_release(struct bert_splitter *s);

/* Calls take(arg, word) for every word, in order; a negative return ends the
 * walk. Invalid UTF-8 is an error that gives the byte's offset, before any
 * word is taken. */
int bert_words(const struct bert_splitter *s, const char *text, size_t length, take_word take, void *arg,
	       struct error *err);

#endif
