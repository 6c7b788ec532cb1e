/* vocab.json and merges.txt, in which byte-level BPE was saved before there was a
 * tokenizer.json: as RobertaTokenizer of transformers reads them. */
#ifndef TEXT_VOCAB_MERGES_H
#define TEXT_VOCAB_MERGES_H

#include "base/error.h"
#include "text/facts.h"

#include <jansson.h>

extern const char vocab_name[], merges_name[]; /* "vocab.json", "merges.txt" */

/* The two files of a model directory as the tokenizer.json that says the same, a new
 * object. Special tokens and add_prefix_space are those of the facts, else the
 * class's own: <s>, </s>, <unk>, <pad>, <mask>, and no space. */
int vocab_merges_read(json_t **out, const char *model, const struct tokenizer_facts *facts, struct error *err);

#endif
