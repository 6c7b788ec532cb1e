/* Noun phrases and prepositional phrases of the embedded language. */
#include "corpus/builder.h"
#include "corpus/inflect.h"

#include <string.h>

/* "the king 's": whose it is, or who does it, if it is an event. */
static void possessor(struct builder *b, enum noun_class possessed, int from)
{
	char form[GRAMMAR_FORM];
	int owner, mark;

	builder_emit(b, "the", "DET", "det", -1);
	inflect_noun(form, sizeof form, builder_noun(b, PERSON), 0);
	owner = builder_emit(b, form, "NOUN", "nmod:poss", -1);
	builder_adopt(b, from, owner);
	b->out->tokens[owner].head = -1;
	mark = builder_emit(b, "'s", "PART", "case", owner);
	builder_mean(b, mark,
		     possessed == EVENT                                               ? "Agent"
		     : possessed == PERSON                                            ? "SocialRel"
		     : possessed == THING || possessed == TOOL || possessed == ANIMAL ? "Possessor"
										      : "Gestalt",
		     "Gestalt");
}

static void determiner(struct builder *b, enum noun_class class, bool plural, int from)
{
	static const char *const owners[] = { "his", "her", "their", "my", NULL };
	static const char *const numbers[] = { "two", "three", "many", "ten", NULL };
	double at = stream_uniform(b->random);

	if (class != TIME && class != FEELING && class != STUFF && at < 0.08) {
		possessor(b, class, from);
	} else if (at < 0.18) {
		int owner = builder_emit(b, builder_text(b, owners), "PRON", "nmod:poss", -1);

		builder_mean(b, owner,
			     class == EVENT    ? "Agent"
			     : class == PERSON ? "SocialRel"
					       : "Possessor",
			     "Gestalt");
	} else if (plural && at < 0.35) {
		const char *number = builder_text(b, numbers);

		builder_emit(b, number, strcmp(number, "many") == 0 ? "ADJ" : "NUM",
			     strcmp(number, "many") == 0 ? "amod" : "nummod", -1);
	} else if (at < 0.45) {
		builder_emit(b, plural ? "those" : "that", "DET", "det", -1);
	} else if (!plural && at < 0.65) {
		builder_emit(b, "a", "DET", "det", -1);
	} else {
		builder_emit(b, "the", "DET", "det", -1);
	}
}

/* "that watches the river", behind the noun it belongs to. */
static void relative_clause(struct builder *b, struct phrase p, int depth)
{
	int from = b->out->count, verb;
	enum verb_class class = builder_chance(b, 0.5) ? SEE : MAKE;
	char form[GRAMMAR_FORM];

	builder_emit(b, p.class == PERSON && builder_chance(b, 0.5) ? "who" : "that", "PRON", "nsubj", -1);
	inflect_verb(form, sizeof form, builder_verb(b, class),
		     builder_chance(b, 0.5) ? VERB_PAST
		     : p.plural             ? VERB_BASE
					    : VERB_THIRD);
	verb = builder_emit(b, form, "VERB", "acl:relcl", -1);
	builder_adopt(b, from, verb);
	builder_attach(b, phrase_noun(b, class == SEE ? ANIMAL : THING, depth + 1).head, "obj", verb);
	b->out->tokens[verb].head = p.head;
}

struct phrase phrase_noun(struct builder *b, enum noun_class class, int depth)
{
	struct phrase p = { .class = class };
	int from = b->out->count;
	char form[GRAMMAR_FORM];
	bool mass = class == STUFF || class == FEELING;

	if ((class == PERSON || class == PLACE) && builder_chance(b, 0.25)) {
		builder_name(b, form, class == PLACE);
		p.head = builder_emit(b, form, "PROPN", "nsubj", -1);
		return p;
	}
	p.plural = !mass && class != TIME && builder_chance(b, 0.25);
	if (!mass || builder_chance(b, 0.15))
		determiner(b, class, p.plural, from);
	if (builder_chance(b, 0.22)) {
		int adjective, at = b->out->count;

		if (builder_chance(b, 0.15))
			builder_emit(b, "very", "ADV", "advmod", -1);
		adjective = builder_emit(b, builder_text(b, lexicon_adjectives), "ADJ", "amod", -1);
		if (adjective > at)
			b->out->tokens[at].head = adjective;
	}
	if (class == THING && builder_chance(b, 0.12)) {
		inflect_noun(form, sizeof form, builder_noun(b, STUFF), 0);
		builder_emit(b, form, "NOUN", "compound", -1);
	}
	inflect_noun(form, sizeof form, builder_noun(b, class), p.plural);
	p.head = builder_emit(b, form, "NOUN", "nsubj", -1);
	builder_adopt(b, from, p.head);
	b->out->tokens[p.head].head = -1;
	if (depth < 2 && builder_chance(b, 0.22))
		phrase_prepositional(b, p.head, GOVERNOR_NOUN + (int)class, false, depth + 1);
	if (depth == 0 && (class == PERSON || class == ANIMAL) && builder_chance(b, 0.08))
		relative_clause(b, p, depth);
	return p;
}

static bool fits(const struct sense *s, int governor_class, bool verbal)
{
	if (s->governor == governor_class)
		return true;
	return verbal ? s->governor == GOVERNOR_VERB : s->governor == GOVERNOR_ANY_NOUN;
}

/* Draws a sense that the governor allows, by weight; −1 if there is none. */
static int draw_sense(struct builder *b, int governor_class, bool verbal)
{
	int total = 0, at;

	for (size_t i = 0; lexicon_senses[i].form != NULL; i++)
		total += fits(&lexicon_senses[i], governor_class, verbal) ? lexicon_senses[i].weight : 0;
	if (total == 0)
		return -1;
	at = (int)stream_below(b->random, (uint32_t)total);
	for (size_t i = 0;; i++) {
		at -= fits(&lexicon_senses[i], governor_class, verbal) ? lexicon_senses[i].weight : 0;
		if (at < 0)
			return (int)i;
	}
}

int phrase_prepositional(struct builder *b, int governor, int governor_class, bool verbal, int depth)
{
	int sense = draw_sense(b, governor_class, verbal), mark, object;

	if (sense < 0)
		return -1;
	mark = builder_emit(b, lexicon_senses[sense].form, "ADP", "case", -1);
	builder_mean(b, mark, lexicon_senses[sense].role, lexicon_senses[sense].function);
	object = phrase_noun(b, lexicon_senses[sense].object, depth + 1).head;
	builder_attach(b, mark, "case", object);
	builder_attach(b, object, verbal ? "obl" : "nmod", governor);
	return object;
}
