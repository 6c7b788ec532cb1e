/* The embedded language: a seeded grammar of English-like sentences with gold
 * annotation, so that an experiment needs no data of others.
 *
 * A sentence is a clause, or two that are joined; a clause is a frame (who does
 * what to whom) filled from a lexicon of semantic classes. Every token has a
 * part of speech, a head and a relation as in Universal Dependencies; every
 * preposition, possessive 's and infinitival "to" has a role and a function as
 * in SNACS (Schneider et al. 2018), which differ where the scene and the
 * preposition's own meaning do ("a letter from the king": Originator, Source).
 * Questions have a type COARSE:fine as in Li and Roth (2002).
 *
 * What makes it hard enough to be interesting:
 * - The same form is a noun here and a verb there (watch, light, plan), or a
 *   participle and a past tense; "to" and "that" have several parts of speech.
 *   Only the context tells.
 * - The sense of a preposition follows from the classes of its object and of
 *   what it depends on: in the garden, in May, in anger; with a knife, with a
 *   friend, with joy.
 * - Whether a prepositional phrase depends on the verb or on the noun before it
 *   follows from the classes alone.
 * - Words are drawn by Zipf's law, names are made of syllables, and others are
 *   derived with affixes, so that rare words fall into several word pieces.
 *
 * How to change it: src/corpus/lexicon.c holds the words by class, the table of
 * preposition senses and the templates of questions, all with weights; the
 * clauses are the functions of clauses.c, chosen from one table with weights.
 * Change a line, and `make reproduce` shows in the report what became of it.
 *
 * A sentence belongs to a part by the digest of its words, so that no two parts
 * share one, whatever their sizes. */
#ifndef CORPUS_GRAMMAR_H
#define CORPUS_GRAMMAR_H

#include "base/error.h"
#include "base/output.h"
#include "corpus/examples.h"

#include <stddef.h>
#include <stdint.h>

enum grammar_part { GRAMMAR_TRAIN, GRAMMAR_TEST, GRAMMAR_TEXT, GRAMMAR_HELDOUT };

enum { GRAMMAR_TOKENS = 48, GRAMMAR_FORM = 24 };

struct grammar_token {
	char form[GRAMMAR_FORM];
	const char *upos;
	int head; /* index of the head; −1 for the root */
	const char *deprel;
	const char *role, *function; /* NULL but for prepositions and their like */
};

struct grammar_sentence {
	struct grammar_token tokens[GRAMMAR_TOKENS]; /* (count) */
	int count;
	const char *question; /* COARSE:fine, of a question; its tokens have forms only */
};

/* Sentence `index` of a part, the same for the same arguments. `question` asks
 * for a question, else it is a statement. */
void grammar_sentence(struct grammar_sentence *out, uint64_t seed, enum grammar_part part, uint64_t index,
		      int question);

/* Examples of a task: label upos (words), deprel (pairs), role or function
 * (words that have one; sentences without are skipped), question (sentences).
 * `sentences` are counted before any is skipped. */
int grammar_examples(struct examples *out, uint64_t seed, enum grammar_part part, const char *label, size_t sentences,
		     struct error *err);

/* Text, a sentence a line, words separated by spaces; a quarter are questions. */
int grammar_text(uint64_t seed, enum grammar_part part, size_t sentences, struct folder *folder, const char *name,
		 struct error *err);

#endif
