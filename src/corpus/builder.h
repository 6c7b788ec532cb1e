/* A sentence of the embedded language while it is built: words drawn from the
 * lexicon, tokens, heads. Internal to the grammar. */
#ifndef CORPUS_BUILDER_H
#define CORPUS_BUILDER_H

#include "base/random.h"
#include "corpus/grammar.h"
#include "corpus/lexicon.h"

#include <stdbool.h>

/* A sentence being built. A clause that does not fit sets `full`, and the
 * sentence is drawn anew. */
struct builder {
	struct stream *random;
	struct grammar_sentence *out;
	bool full;
};

bool builder_chance(struct builder *b, double p);

/* Drawn by Zipf's law over the rank in the list. */
const char *builder_text(struct builder *b, const char *const *list);
const struct noun *builder_noun(struct builder *b, enum noun_class class);
const struct verb *builder_verb(struct builder *b, enum verb_class class);

/* One to two syllables and an ending; some endings serve persons and places. */
void builder_name(struct builder *b, char out[GRAMMAR_FORM], bool place);

/* Adds a token; gives its index. */
int builder_emit(struct builder *b, const char *form, const char *upos, const char *deprel, int head);
void builder_attach(struct builder *b, int token, const char *deprel, int head);

/* Tokens `from` … that still have no head depend on `head`. */
void builder_adopt(struct builder *b, int from, int head);
void builder_mean(struct builder *b, int token, const char *role, const char *function);

/* A prepositional phrase of a sense that the governor allows; its object's
 * index, or −1 if no sense fits. `verbal`: the governor is a verb. */
int phrase_prepositional(struct builder *b, int governor, int governor_class, bool verbal, int depth);

/* A noun phrase, for agreement and for attaching more to it. */
struct phrase {
	int head;
	enum noun_class class;
	bool plural;
};
struct phrase phrase_noun(struct builder *b, enum noun_class class, int depth);

/* A statement, a question, as they are drawn, of whatever part. */
void clause_state(struct builder *b);
void question_ask(struct builder *b);

#endif
