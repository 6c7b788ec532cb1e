#include "corpus/builder.h"

#include <stdio.h>
#include <string.h>

bool builder_chance(struct builder *b, double p)
{
	return stream_uniform(b->random) < p;
}

/* Zipf's law over a list of `count` ranks: weight 1/(rank + 2). */
static size_t draw_rank(struct builder *b, size_t count)
{
	double total = 0, at;
	size_t i = 0;

	for (size_t k = 0; k < count; k++)
		total += 1.0 / (double)(k + 2);
	at = stream_uniform(b->random) * total;
	while (i + 1 < count && (at -= 1.0 / (double)(i + 2)) >= 0)
		i++;
	return i;
}

static size_t count_texts(const char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

const char *builder_text(struct builder *b, const char *const *list)
{
	return list[draw_rank(b, count_texts(list))];
}

const struct noun *builder_noun(struct builder *b, enum noun_class class)
{
	const struct noun *list = lexicon_nouns[class];
	size_t n = 0;

	while (list[n].form != NULL)
		n++;
	return &list[draw_rank(b, n)];
}

const struct verb *builder_verb(struct builder *b, enum verb_class class)
{
	const struct verb *list = lexicon_verbs[class];
	size_t n = 0;

	while (list[n].base != NULL)
		n++;
	return &list[draw_rank(b, n)];
}

void builder_name(struct builder *b, char out[GRAMMAR_FORM], bool place)
{
	const char *first = builder_text(b, lexicon_syllables),
		   *second = builder_chance(b, 0.4) ? builder_text(b, lexicon_syllables) : "";

	snprintf(out, GRAMMAR_FORM, "%.7s%.7s%.7s", first, second, builder_text(b, lexicon_endings[place]));
	out[0] = (char)(out[0] - 'a' + 'A');
}

int builder_emit(struct builder *b, const char *form, const char *upos, const char *deprel, int head)
{
	struct grammar_sentence *s = b->out;
	struct grammar_token *t;

	if (s->count == GRAMMAR_TOKENS - 1) { /* room for the full stop */
		b->full = true;
		return 0;
	}
	t = &s->tokens[s->count];
	*t = (struct grammar_token){ .upos = upos, .head = head, .deprel = deprel };
	snprintf(t->form, sizeof t->form, "%s", form);
	if (s->count > 0 && strcmp(t[-1].form, "a") == 0 && strchr("aeiouAEIOU", form[0]) != NULL)
		snprintf(t[-1].form, sizeof t[-1].form, "an");
	return s->count++;
}

void builder_attach(struct builder *b, int token, const char *deprel, int head)
{
	b->out->tokens[token].deprel = deprel;
	b->out->tokens[token].head = head;
}

void builder_adopt(struct builder *b, int from, int head)
{
	for (int i = from; i < b->out->count; i++)
		if (b->out->tokens[i].head < 0 && i != head)
			b->out->tokens[i].head = head;
}

void builder_mean(struct builder *b, int token, const char *role, const char *function)
{
	b->out->tokens[token].role = role;
	b->out->tokens[token].function = function;
}
