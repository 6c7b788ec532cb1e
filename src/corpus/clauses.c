/* Clauses of the embedded language: who does what to whom. */
#include "corpus/builder.h"
#include "corpus/inflect.h"

#include <string.h>

static void maybe_adjuncts(struct builder *b, int verb, enum verb_class class, int depth)
{
	if (builder_chance(b, 0.2)) {
		builder_emit(b, builder_text(b, lexicon_adverbs), "ADV", "advmod", verb);
	}
	if (builder_chance(b, 0.65))
		phrase_prepositional(b, verb, (int)class, true, depth);
	if (depth == 0 && builder_chance(b, 0.2))
		phrase_prepositional(b, verb, (int)class, true, depth);
}

/* Emits the verb behind its subject, with an auxiliary at times, and gives the
 * subject to it. */
static int verb_group(struct builder *b, enum verb_class class, struct phrase subject, int from)
{
	static const char *const modals[] = { "will", "can", "must", NULL };
	double at = stream_uniform(b->random);
	enum verb_form form = VERB_PAST;
	char text[GRAMMAR_FORM];
	int verb;

	if (at < 0.15) {
		builder_emit(b, builder_text(b, modals), "AUX", "aux", -1);
		form = VERB_BASE;
	} else if (at < 0.25) {
		builder_emit(b, subject.plural ? "are" : "is", "AUX", "aux", -1);
		form = VERB_ING;
	} else if (at < 0.35) {
		builder_emit(b, subject.plural ? "have" : "has", "AUX", "aux", -1);
		form = VERB_PARTICIPLE;
	} else if (at < 0.6) {
		form = subject.plural ? VERB_BASE : VERB_THIRD;
	}
	if (form != VERB_PAST && form != VERB_THIRD && builder_chance(b, 0.15))
		builder_emit(b, "not", "PART", "advmod", -1);
	inflect_verb(text, sizeof text, builder_verb(b, class), form);
	verb = builder_emit(b, text, "VERB", "root", -1);
	builder_adopt(b, from, verb);
	b->out->tokens[verb].head = -1;
	return verb;
}

static struct phrase subject_of(struct builder *b, enum noun_class class, int depth)
{
	static const char *const pronouns[] = { "he", "she", "they", "it", NULL };

	if (class == PERSON && builder_chance(b, 0.2)) {
		const char *word = builder_text(b, pronouns);
		struct phrase p = { .class = PERSON, .plural = strcmp(word, "they") == 0 };

		p.head = builder_emit(b, word, "PRON", "nsubj", -1);
		return p;
	}
	return phrase_noun(b, class, depth);
}

/* Every clause returns its root. */
typedef int (*clause)(struct builder *b, int depth);

static int draw_clause(struct builder *b, int depth);

/* He walked to the market. */
static int moving(struct builder *b, int depth)
{
	int from = b->out->count,
	    verb = verb_group(b, MOVE, subject_of(b, builder_chance(b, 0.7) ? PERSON : ANIMAL, depth), from);

	phrase_prepositional(b, verb, MOVE, true, depth);
	maybe_adjuncts(b, verb, MOVE, depth);
	return verb;
}

/* The dog rests in the garden. */
static int staying(struct builder *b, int depth)
{
	int from = b->out->count,
	    verb = verb_group(b, STAY, subject_of(b, builder_chance(b, 0.7) ? PERSON : ANIMAL, depth), from);

	maybe_adjuncts(b, verb, STAY, depth);
	return verb;
}

/* She painted a picture with a brush. */
static int making(struct builder *b, int depth)
{
	int from = b->out->count, verb = verb_group(b, MAKE, subject_of(b, PERSON, depth), from);

	builder_attach(b, phrase_noun(b, builder_chance(b, 0.8) ? THING : TOOL, depth).head, "obj", verb);
	maybe_adjuncts(b, verb, MAKE, depth);
	return verb;
}

/* The farmer watches the birds. */
static int seeing(struct builder *b, int depth)
{
	static const enum noun_class seen[] = { ANIMAL, PERSON, PLACE, EVENT };
	int from = b->out->count, verb = verb_group(b, SEE, subject_of(b, PERSON, depth), from);

	builder_attach(b, phrase_noun(b, seen[stream_below(b->random, 4)], depth).head, "obj", verb);
	maybe_adjuncts(b, verb, SEE, depth);
	return verb;
}

/* He gave the nurse a letter; he gave a letter to the nurse. */
static int giving(struct builder *b, int depth)
{
	int from = b->out->count, verb = verb_group(b, GIVE, subject_of(b, PERSON, depth), from);

	if (builder_chance(b, 0.4))
		builder_attach(b, phrase_noun(b, PERSON, depth + 2).head, "iobj", verb);
	builder_attach(b, phrase_noun(b, builder_chance(b, 0.7) ? THING : TOOL, depth).head, "obj", verb);
	maybe_adjuncts(b, verb, GIVE, depth);
	return verb;
}

/* The wind opened the door; the door opened. */
static int changing(struct builder *b, int depth)
{
	int from = b->out->count;
	bool transitive = builder_chance(b, 0.65);
	int verb = verb_group(b, CHANGE, subject_of(b, transitive ? PERSON : THING, depth), from);

	if (transitive)
		builder_attach(b, phrase_noun(b, builder_chance(b, 0.8) ? THING : TOOL, depth).head, "obj", verb);
	maybe_adjuncts(b, verb, CHANGE, depth);
	return verb;
}

/* They said that …; they talked about the race. */
static int saying(struct builder *b, int depth)
{
	int from = b->out->count, verb = verb_group(b, SAY, subject_of(b, PERSON, depth), from), content;

	if (depth > 0 || builder_chance(b, 0.5)) {
		phrase_prepositional(b, verb, SAY, true, depth);
		return verb;
	}
	from = b->out->count;
	if (builder_chance(b, 0.6))
		builder_emit(b, "that", "SCONJ", "mark", -1);
	content = draw_clause(b, depth + 1);
	builder_adopt(b, from, content);
	builder_attach(b, content, "ccomp", verb);
	return verb;
}

/* He wants to watch the race. */
static int wanting(struct builder *b, int depth)
{
	static const enum verb_class wished[] = { SEE, MAKE, MOVE };
	enum verb_class class = wished[stream_below(b->random, 3)];
	int from = b->out->count, verb = verb_group(b, WANT, subject_of(b, PERSON, depth), from), mark, wish;
	char form[GRAMMAR_FORM];

	mark = builder_emit(b, "to", "PART", "mark", -1);
	inflect_verb(form, sizeof form, builder_verb(b, class), VERB_BASE);
	wish = builder_emit(b, form, "VERB", "xcomp", verb);
	builder_attach(b, mark, "mark", wish);
	if (class != MOVE)
		builder_attach(b, phrase_noun(b, class == SEE ? EVENT : THING, depth + 1).head, "obj", wish);
	if (builder_chance(b, 0.5))
		phrase_prepositional(b, wish, (int)class, true, depth + 1);
	return verb;
}

/* The picture was painted by the author. */
static int passive(struct builder *b, int depth)
{
	int from = b->out->count, verb, agent, mark;
	struct phrase subject = phrase_noun(b, THING, depth);
	enum verb_class class = builder_chance(b, 0.6) ? MAKE : CHANGE;
	char form[GRAMMAR_FORM];

	builder_emit(b, subject.plural ? "were" : "was", "AUX", "aux:pass", -1);
	inflect_verb(form, sizeof form, builder_verb(b, class), VERB_PARTICIPLE);
	verb = builder_emit(b, form, "VERB", "root", -1);
	builder_adopt(b, from, verb);
	builder_attach(b, subject.head, "nsubj:pass", verb);
	b->out->tokens[verb].head = -1;
	if (builder_chance(b, 0.6)) {
		mark = builder_emit(b, "by", "ADP", "case", -1);
		builder_mean(b, mark, "Agent", "Agent");
		agent = phrase_noun(b, PERSON, depth + 1).head;
		builder_attach(b, mark, "case", agent);
		builder_attach(b, agent, "obl:agent", verb);
	}
	maybe_adjuncts(b, verb, class, depth + 1);
	return verb;
}

/* The garden is very old; the guard is a friend of the king. */
static int being(struct builder *b, int depth)
{
	static const enum noun_class classes[] = { PERSON, PLACE, THING, ANIMAL };
	int root, copula, at;
	struct phrase subject = phrase_noun(b, classes[stream_below(b->random, 4)], depth);

	copula = builder_emit(b, subject.plural ? "are" : "is", "AUX", "cop", -1);
	at = b->out->count;
	if (subject.class == PERSON && !subject.plural && builder_chance(b, 0.4)) {
		root = phrase_noun(b, PERSON, depth + 1).head;
	} else {
		if (builder_chance(b, 0.3))
			builder_emit(b, "very", "ADV", "advmod", -1);
		root = builder_emit(b, builder_text(b, lexicon_adjectives), "ADJ", "root", -1);
		builder_adopt(b, at, root);
	}
	builder_attach(b, subject.head, "nsubj", root);
	builder_attach(b, copula, "cop", root);
	b->out->tokens[root].head = -1;
	return root;
}

/* To open the box, … : a purpose behind the clause. */
static int with_purpose(struct builder *b, int depth)
{
	int root = builder_chance(b, 0.5) ? moving(b, depth + 1) : staying(b, depth + 1), mark, purpose;
	enum verb_class class = builder_chance(b, 0.5) ? SEE : CHANGE;
	char form[GRAMMAR_FORM];

	mark = builder_emit(b, "to", "PART", "mark", -1);
	builder_mean(b, mark, "Purpose", "Goal");
	inflect_verb(form, sizeof form, builder_verb(b, class), VERB_BASE);
	purpose = builder_emit(b, form, "VERB", "advcl", root);
	builder_attach(b, mark, "mark", purpose);
	builder_attach(b, phrase_noun(b, class == SEE ? ANIMAL : THING, depth + 1).head, "obj", purpose);
	return root;
}

static const struct {
	clause build;
	int weight;
} clauses[] = {
	{ moving, 14 }, { staying, 12 }, { making, 14 }, { seeing, 13 }, { giving, 11 },      { changing, 9 },
	{ saying, 9 },  { wanting, 6 },  { passive, 9 }, { being, 8 },   { with_purpose, 6 },
};

enum { CLAUSES = sizeof clauses / sizeof clauses[0] };

static int draw_clause(struct builder *b, int depth)
{
	int total = 0, at, i = 0;

	for (int k = 0; k < CLAUSES; k++)
		total += clauses[k].weight;
	at = (int)stream_below(b->random, (uint32_t)total);
	while ((at -= clauses[i].weight) >= 0)
		i++;
	return clauses[i].build(b, depth);
}

/* A clause; or two, the second joined by "and" or subordinated. */
void clause_state(struct builder *b)
{
	static const char *const joins[] = { "and", "but", NULL }, *const links[] = { "because", "when", "after",
										      "while", NULL };
	double at = stream_uniform(b->random);
	int root = draw_clause(b, at < 0.22 ? 1 : 0), from, second;

	if (at < 0.22) {
		bool joined = at < 0.12;

		from = b->out->count;
		builder_emit(b, builder_text(b, joined ? joins : links), joined ? "CCONJ" : "SCONJ",
			     joined ? "cc" : "mark", -1);
		second = draw_clause(b, 1);
		builder_adopt(b, from, second);
		builder_attach(b, second, joined ? "conj" : "advcl", root);
	}
	builder_adopt(b, 0, root);
	builder_attach(b, root, "root", -1);
	if (builder_chance(b, 0.8)) {
		struct grammar_token *stop = &b->out->tokens[b->out->count++];

		*stop = (struct grammar_token){ .form = ".", .upos = "PUNCT", .head = root, .deprel = "punct" };
	}
}
