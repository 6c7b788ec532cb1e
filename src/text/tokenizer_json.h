/* tokenizer.json of a model directory, as the tokenizers library writes it: the
 * parts that make pieces. One that is not known is an error by its name. */
#ifndef TEXT_TOKENIZER_JSON_H
#define TEXT_TOKENIZER_JSON_H

#include "base/error.h"
#include "text/added.h"
#include "text/bert_words.h"
#include "text/sentence.h"

#include <jansson.h>
#include <stddef.h>

enum piece_model { PIECES_WORDPIECE, PIECES_BPE, PIECES_UNIGRAM };

struct tokenizer_description {
	enum piece_model model;
	struct bert_normaliser normaliser; /* with WordPiece */
	const json_t *vocabulary;     /* object: piece → id, of Unigram a list; within the JSON that was parsed */
	const char *unk;              /* the unknown token, the same; NULL: there is none */
	size_t longest_word;          /* of WordPiece: code points */
	int32_t unk_id;               /* of Unigram */
	const json_t *normalizer;     /* with BPE and Unigram, the same; NULL: none */
	struct cutters cutters;       /* with BPE and Unigram; whoever makes the reader takes them over */
	enum metaspace_prefix prefix; /* with Unigram */
	const json_t *merges;         /* of BPE, the same */
	struct bpe_form form;         /* of BPE; without the id of the unknown token */
	bool prefix_space;            /* of ByteLevel: a text that does not begin with a space is given one */
	bool words;                   /* of ByteLevel: use_regex */
	bool fallback;                /* of Unigram: byte_fallback */
	int32_t cls, sep;             /* around a sentence */
	struct added_tokens added;
};

/* `path` names the JSON in messages. */
int tokenizer_json_parse(struct tokenizer_description *out, const json_t *object, const char *path,
			 struct error *err);
void tokenizer_description_release(struct tokenizer_description *d);

#endif
