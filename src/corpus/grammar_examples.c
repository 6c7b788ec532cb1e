/* Sentences of the embedded language as examples of a task, and as text. */
#include "corpus/grammar.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct span at(int index)
{
	return (struct span){ (uint32_t)index, (uint32_t)index };
}

static int add_sentence(struct examples *out, const struct grammar_sentence *s, size_t number, struct error *err)
{
	const char *words[GRAMMAR_TOKENS];
	char id[32];

	for (int i = 0; i < s->count; i++)
		words[i] = s->tokens[i].form;
	snprintf(id, sizeof id, "%zu", number);
	return examples_add_sentence(out, id, words, (size_t)s->count, err);
}

/* The token's label in a word task; NULL if it has none. */
static const char *label_of(const struct grammar_token *t, const char *label)
{
	if (strcmp(label, "upos") == 0)
		return t->upos;
	return strcmp(label, "role") == 0 ? t->role : t->function;
}

static int add_words(struct examples *out, const struct grammar_sentence *s, const char *label, size_t number,
		     struct error *err)
{
	bool any = false;

	for (int i = 0; i < s->count; i++)
		any = any || label_of(&s->tokens[i], label) != NULL;
	if (!any)
		return 0;
	if (add_sentence(out, s, number, err) < 0)
		return -1;
	for (int i = 0; i < s->count; i++) {
		const char *name = label_of(&s->tokens[i], label);

		if (name != NULL && examples_add(out, at(i), at(i), name, err) < 0)
			return -1;
	}
	return 0;
}

static int add_pairs(struct examples *out, const struct grammar_sentence *s, size_t number, struct error *err)
{
	if (add_sentence(out, s, number, err) < 0)
		return -1;
	for (int i = 0; i < s->count; i++) {
		const struct grammar_token *t = &s->tokens[i];

		if (t->head >= 0 && examples_add(out, at(i), at(t->head), t->deprel, err) < 0)
			return -1;
	}
	return 0;
}

static int add_question(struct examples *out, const struct grammar_sentence *s, size_t number, struct error *err)
{
	if (add_sentence(out, s, number, err) < 0)
		return -1;
	return examples_add(out, at(0), at(0), s->question, err);
}

int grammar_examples(struct examples *out, uint64_t seed, enum grammar_part part, const char *label, size_t sentences,
		     struct error *err)
{
	bool question = strcmp(label, "question") == 0;
	struct grammar_sentence s;

	for (size_t i = 0; i < sentences; i++) {
		int rc;

		grammar_sentence(&s, seed, part, i, question);
		rc = question                       ? add_question(out, &s, i + 1, err)
		     : strcmp(label, "deprel") == 0 ? add_pairs(out, &s, i + 1, err)
						    : add_words(out, &s, label, i + 1, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int grammar_text(uint64_t seed, enum grammar_part part, size_t sentences, struct folder *folder, const char *name,
		 struct error *err)
{
	struct grammar_sentence s;
	struct output *o;

	if (output_open(&o, folder, name, err) < 0)
		return -1;
	for (size_t i = 0; i < sentences; i++) {
		grammar_sentence(&s, seed, part, i, i % 4 == 3);
		for (int t = 0; t < s.count; t++) {
			output_text(o, t ? " " : "");
			output_text(o, s.tokens[t].form);
		}
		output_text(o, "\n");
	}
	return output_commit(o, err);
}
