#include "corpus/grammar.h"

#include "base/random.h"
#include "base/sha256.h"
#include "corpus/inflect.h"
#include "corpus/lexicon.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sentence being built. A clause that does not fit sets `full`, and the
 * sentence is drawn anew. */
struct builder {
	struct stream *random;
	struct grammar_sentence *out;
	bool full;
};

static bool chance(struct builder *b, double p)
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

static const char *draw_text(struct builder *b, const char *const *list)
{
	return list[draw_rank(b, count_texts(list))];
}

static const struct noun *draw_noun(struct builder *b, enum noun_class class)
{
	const struct noun *list = lexicon_nouns[class];
	size_t n = 0;

	while (list[n].form != NULL)
		n++;
	return &list[draw_rank(b, n)];
}

static const struct verb *draw_verb(struct builder *b, enum verb_class class)
{
	const struct verb *list = lexicon_verbs[class];
	size_t n = 0;

	while (list[n].base != NULL)
		n++;
	return &list[draw_rank(b, n)];
}

/* One to two syllables and an ending; some endings serve persons and places. */
static void draw_name(struct builder *b, char out[GRAMMAR_FORM], bool place)
{
	const char *first = draw_text(b, lexicon_syllables),
		   *second = chance(b, 0.4) ? draw_text(b, lexicon_syllables) : "";

	snprintf(out, GRAMMAR_FORM, "%.7s%.7s%.7s", first, second, draw_text(b, lexicon_endings[place]));
	out[0] = (char)(out[0] - 'a' + 'A');
}

/* ---- tokens ---- */

static int emit(struct builder *b, const char *form, const char *upos, const char *deprel, int head)
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

static void attach(struct builder *b, int token, const char *deprel, int head)
{
	b->out->tokens[token].deprel = deprel;
	b->out->tokens[token].head = head;
}

/* Tokens `from` … that still have no head depend on `head`. */
static void adopt(struct builder *b, int from, int head)
{
	for (int i = from; i < b->out->count; i++)
		if (b->out->tokens[i].head < 0 && i != head)
			b->out->tokens[i].head = head;
}

static void mean(struct builder *b, int token, const char *role, const char *function)
{
	b->out->tokens[token].role = role;
	b->out->tokens[token].function = function;
}

/* ---- noun phrases ---- */

/* What a phrase is, for agreement and for attaching more to it. */
struct phrase {
	int head;
	enum noun_class class;
	bool plural;
};

static struct phrase noun_phrase(struct builder *b, enum noun_class class, int depth);

static int prepositional_phrase(struct builder *b, int governor, int governor_class, bool verbal, int depth);

/* "the king 's": whose it is, or who does it, if it is an event. */
static void possessor(struct builder *b, enum noun_class possessed, int from)
{
	char form[GRAMMAR_FORM];
	int owner, mark;

	emit(b, "the", "DET", "det", -1);
	inflect_noun(form, sizeof form, draw_noun(b, PERSON), 0);
	owner = emit(b, form, "NOUN", "nmod:poss", -1);
	adopt(b, from, owner);
	b->out->tokens[owner].head = -1;
	mark = emit(b, "'s", "PART", "case", owner);
	mean(b, mark,
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
		int owner = emit(b, draw_text(b, owners), "PRON", "nmod:poss", -1);

		mean(b, owner, class == EVENT ? "Agent" : class == PERSON ? "SocialRel" : "Possessor", "Gestalt");
	} else if (plural && at < 0.35) {
		const char *number = draw_text(b, numbers);

		emit(b, number, strcmp(number, "many") == 0 ? "ADJ" : "NUM",
		     strcmp(number, "many") == 0 ? "amod" : "nummod", -1);
	} else if (at < 0.45) {
		emit(b, plural ? "those" : "that", "DET", "det", -1);
	} else if (!plural && at < 0.65) {
		emit(b, "a", "DET", "det", -1);
	} else {
		emit(b, "the", "DET", "det", -1);
	}
}

/* "that watches the river", behind the noun it belongs to. */
static void relative_clause(struct builder *b, struct phrase p, int depth)
{
	int from = b->out->count, verb;
	enum verb_class class = chance(b, 0.5) ? SEE : MAKE;
	char form[GRAMMAR_FORM];

	emit(b, p.class == PERSON && chance(b, 0.5) ? "who" : "that", "PRON", "nsubj", -1);
	inflect_verb(form, sizeof form, draw_verb(b, class),
		     chance(b, 0.5) ? VERB_PAST
		     : p.plural     ? VERB_BASE
				    : VERB_THIRD);
	verb = emit(b, form, "VERB", "acl:relcl", -1);
	adopt(b, from, verb);
	attach(b, noun_phrase(b, class == SEE ? ANIMAL : THING, depth + 1).head, "obj", verb);
	b->out->tokens[verb].head = p.head;
}

static struct phrase noun_phrase(struct builder *b, enum noun_class class, int depth)
{
	struct phrase p = { .class = class };
	int from = b->out->count;
	char form[GRAMMAR_FORM];
	bool mass = class == STUFF || class == FEELING;

	if ((class == PERSON || class == PLACE) && chance(b, 0.25)) {
		draw_name(b, form, class == PLACE);
		p.head = emit(b, form, "PROPN", "nsubj", -1);
		return p;
	}
	p.plural = !mass && class != TIME && chance(b, 0.25);
	if (!mass || chance(b, 0.15))
		determiner(b, class, p.plural, from);
	if (chance(b, 0.22)) {
		int adjective, at = b->out->count;

		if (chance(b, 0.15))
			emit(b, "very", "ADV", "advmod", -1);
		adjective = emit(b, draw_text(b, lexicon_adjectives), "ADJ", "amod", -1);
		if (adjective > at)
			b->out->tokens[at].head = adjective;
	}
	if (class == THING && chance(b, 0.12)) {
		inflect_noun(form, sizeof form, draw_noun(b, STUFF), 0);
		emit(b, form, "NOUN", "compound", -1);
	}
	inflect_noun(form, sizeof form, draw_noun(b, class), p.plural);
	p.head = emit(b, form, "NOUN", "nsubj", -1);
	adopt(b, from, p.head);
	b->out->tokens[p.head].head = -1;
	if (depth < 2 && chance(b, 0.22))
		prepositional_phrase(b, p.head, GOVERNOR_NOUN + (int)class, false, depth + 1);
	if (depth == 0 && (class == PERSON || class == ANIMAL) && chance(b, 0.08))
		relative_clause(b, p, depth);
	return p;
}

/* ---- prepositional phrases ---- */

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

static int prepositional_phrase(struct builder *b, int governor, int governor_class, bool verbal, int depth)
{
	int sense = draw_sense(b, governor_class, verbal), mark, object;

	if (sense < 0)
		return -1;
	mark = emit(b, lexicon_senses[sense].form, "ADP", "case", -1);
	mean(b, mark, lexicon_senses[sense].role, lexicon_senses[sense].function);
	object = noun_phrase(b, lexicon_senses[sense].object, depth + 1).head;
	attach(b, mark, "case", object);
	attach(b, object, verbal ? "obl" : "nmod", governor);
	return object;
}

static void maybe_adjuncts(struct builder *b, int verb, enum verb_class class, int depth)
{
	if (chance(b, 0.2)) {
		emit(b, draw_text(b, lexicon_adverbs), "ADV", "advmod", verb);
	}
	if (chance(b, 0.65))
		prepositional_phrase(b, verb, (int)class, true, depth);
	if (depth == 0 && chance(b, 0.2))
		prepositional_phrase(b, verb, (int)class, true, depth);
}

/* ---- clauses ---- */

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
		emit(b, draw_text(b, modals), "AUX", "aux", -1);
		form = VERB_BASE;
	} else if (at < 0.25) {
		emit(b, subject.plural ? "are" : "is", "AUX", "aux", -1);
		form = VERB_ING;
	} else if (at < 0.35) {
		emit(b, subject.plural ? "have" : "has", "AUX", "aux", -1);
		form = VERB_PARTICIPLE;
	} else if (at < 0.6) {
		form = subject.plural ? VERB_BASE : VERB_THIRD;
	}
	if (form != VERB_PAST && form != VERB_THIRD && chance(b, 0.15))
		emit(b, "not", "PART", "advmod", -1);
	inflect_verb(text, sizeof text, draw_verb(b, class), form);
	verb = emit(b, text, "VERB", "root", -1);
	adopt(b, from, verb);
	b->out->tokens[verb].head = -1;
	return verb;
}

static struct phrase subject_of(struct builder *b, enum noun_class class, int depth)
{
	static const char *const pronouns[] = { "he", "she", "they", "it", NULL };

	if (class == PERSON && chance(b, 0.2)) {
		const char *word = draw_text(b, pronouns);
		struct phrase p = { .class = PERSON, .plural = strcmp(word, "they") == 0 };

		p.head = emit(b, word, "PRON", "nsubj", -1);
		return p;
	}
	return noun_phrase(b, class, depth);
}

/* Every clause returns its root. */
typedef int (*clause)(struct builder *b, int depth);

static int draw_clause(struct builder *b, int depth);

/* He walked to the market. */
static int moving(struct builder *b, int depth)
{
	int from = b->out->count,
	    verb = verb_group(b, MOVE, subject_of(b, chance(b, 0.7) ? PERSON : ANIMAL, depth), from);

	prepositional_phrase(b, verb, MOVE, true, depth);
	maybe_adjuncts(b, verb, MOVE, depth);
	return verb;
}

/* The dog rests in the garden. */
static int staying(struct builder *b, int depth)
{
	int from = b->out->count,
	    verb = verb_group(b, STAY, subject_of(b, chance(b, 0.7) ? PERSON : ANIMAL, depth), from);

	maybe_adjuncts(b, verb, STAY, depth);
	return verb;
}

/* She painted a picture with a brush. */
static int making(struct builder *b, int depth)
{
	int from = b->out->count, verb = verb_group(b, MAKE, subject_of(b, PERSON, depth), from);

	attach(b, noun_phrase(b, chance(b, 0.8) ? THING : TOOL, depth).head, "obj", verb);
	maybe_adjuncts(b, verb, MAKE, depth);
	return verb;
}

/* The farmer watches the birds. */
static int seeing(struct builder *b, int depth)
{
	static const enum noun_class seen[] = { ANIMAL, PERSON, PLACE, EVENT };
	int from = b->out->count, verb = verb_group(b, SEE, subject_of(b, PERSON, depth), from);

	attach(b, noun_phrase(b, seen[stream_below(b->random, 4)], depth).head, "obj", verb);
	maybe_adjuncts(b, verb, SEE, depth);
	return verb;
}

/* He gave the nurse a letter; he gave a letter to the nurse. */
static int giving(struct builder *b, int depth)
{
	int from = b->out->count, verb = verb_group(b, GIVE, subject_of(b, PERSON, depth), from);

	if (chance(b, 0.4))
		attach(b, noun_phrase(b, PERSON, depth + 2).head, "iobj", verb);
	attach(b, noun_phrase(b, chance(b, 0.7) ? THING : TOOL, depth).head, "obj", verb);
	maybe_adjuncts(b, verb, GIVE, depth);
	return verb;
}

/* The wind opened the door; the door opened. */
static int changing(struct builder *b, int depth)
{
	int from = b->out->count;
	bool transitive = chance(b, 0.65);
	int verb = verb_group(b, CHANGE, subject_of(b, transitive ? PERSON : THING, depth), from);

	if (transitive)
		attach(b, noun_phrase(b, chance(b, 0.8) ? THING : TOOL, depth).head, "obj", verb);
	maybe_adjuncts(b, verb, CHANGE, depth);
	return verb;
}

/* They said that …; they talked about the race. */
static int saying(struct builder *b, int depth)
{
	int from = b->out->count, verb = verb_group(b, SAY, subject_of(b, PERSON, depth), from), content;

	if (depth > 0 || chance(b, 0.5)) {
		prepositional_phrase(b, verb, SAY, true, depth);
		return verb;
	}
	from = b->out->count;
	if (chance(b, 0.6))
		emit(b, "that", "SCONJ", "mark", -1);
	content = draw_clause(b, depth + 1);
	adopt(b, from, content);
	attach(b, content, "ccomp", verb);
	return verb;
}

/* He wants to watch the race. */
static int wanting(struct builder *b, int depth)
{
	static const enum verb_class wished[] = { SEE, MAKE, MOVE };
	enum verb_class class = wished[stream_below(b->random, 3)];
	int from = b->out->count, verb = verb_group(b, WANT, subject_of(b, PERSON, depth), from), mark, wish;
	char form[GRAMMAR_FORM];

	mark = emit(b, "to", "PART", "mark", -1);
	inflect_verb(form, sizeof form, draw_verb(b, class), VERB_BASE);
	wish = emit(b, form, "VERB", "xcomp", verb);
	attach(b, mark, "mark", wish);
	if (class != MOVE)
		attach(b, noun_phrase(b, class == SEE ? EVENT : THING, depth + 1).head, "obj", wish);
	if (chance(b, 0.5))
		prepositional_phrase(b, wish, (int)class, true, depth + 1);
	return verb;
}

/* The picture was painted by the author. */
static int passive(struct builder *b, int depth)
{
	int from = b->out->count, verb, agent, mark;
	struct phrase subject = noun_phrase(b, THING, depth);
	enum verb_class class = chance(b, 0.6) ? MAKE : CHANGE;
	char form[GRAMMAR_FORM];

	emit(b, subject.plural ? "were" : "was", "AUX", "aux:pass", -1);
	inflect_verb(form, sizeof form, draw_verb(b, class), VERB_PARTICIPLE);
	verb = emit(b, form, "VERB", "root", -1);
	adopt(b, from, verb);
	attach(b, subject.head, "nsubj:pass", verb);
	b->out->tokens[verb].head = -1;
	if (chance(b, 0.6)) {
		mark = emit(b, "by", "ADP", "case", -1);
		mean(b, mark, "Agent", "Agent");
		agent = noun_phrase(b, PERSON, depth + 1).head;
		attach(b, mark, "case", agent);
		attach(b, agent, "obl:agent", verb);
	}
	maybe_adjuncts(b, verb, class, depth + 1);
	return verb;
}

/* The garden is very old; the guard is a friend of the king. */
static int being(struct builder *b, int depth)
{
	static const enum noun_class classes[] = { PERSON, PLACE, THING, ANIMAL };
	int root, copula, at;
	struct phrase subject = noun_phrase(b, classes[stream_below(b->random, 4)], depth);

	copula = emit(b, subject.plural ? "are" : "is", "AUX", "cop", -1);
	at = b->out->count;
	if (subject.class == PERSON && !subject.plural && chance(b, 0.4)) {
		root = noun_phrase(b, PERSON, depth + 1).head;
	} else {
		if (chance(b, 0.3))
			emit(b, "very", "ADV", "advmod", -1);
		root = emit(b, draw_text(b, lexicon_adjectives), "ADJ", "root", -1);
		adopt(b, at, root);
	}
	attach(b, subject.head, "nsubj", root);
	attach(b, copula, "cop", root);
	b->out->tokens[root].head = -1;
	return root;
}

/* To open the box, … : a purpose behind the clause. */
static int with_purpose(struct builder *b, int depth)
{
	int root = chance(b, 0.5) ? moving(b, depth + 1) : staying(b, depth + 1), mark, purpose;
	enum verb_class class = chance(b, 0.5) ? SEE : CHANGE;
	char form[GRAMMAR_FORM];

	mark = emit(b, "to", "PART", "mark", -1);
	mean(b, mark, "Purpose", "Goal");
	inflect_verb(form, sizeof form, draw_verb(b, class), VERB_BASE);
	purpose = emit(b, form, "VERB", "advcl", root);
	attach(b, mark, "mark", purpose);
	attach(b, noun_phrase(b, class == SEE ? ANIMAL : THING, depth + 1).head, "obj", purpose);
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
static void statement(struct builder *b)
{
	static const char *const joins[] = { "and", "but", NULL }, *const links[] = { "because", "when", "after",
										      "while", NULL };
	double at = stream_uniform(b->random);
	int root = draw_clause(b, at < 0.22 ? 1 : 0), from, second;

	if (at < 0.22) {
		bool joined = at < 0.12;

		from = b->out->count;
		emit(b, draw_text(b, joined ? joins : links), joined ? "CCONJ" : "SCONJ", joined ? "cc" : "mark", -1);
		second = draw_clause(b, 1);
		adopt(b, from, second);
		attach(b, second, joined ? "conj" : "advcl", root);
	}
	adopt(b, 0, root);
	attach(b, root, "root", -1);
	if (chance(b, 0.8)) {
		struct grammar_token *stop = &b->out->tokens[b->out->count++];

		*stop = (struct grammar_token){ .form = ".", .upos = "PUNCT", .head = root, .deprel = "punct" };
	}
}

/* ---- questions ---- */

static void add_word(struct builder *b, const char *word)
{
	emit(b, word, "X", "dep", -1);
}

/* One of "a|b|c". */
static void add_choice(struct builder *b, const char *slot)
{
	char word[GRAMMAR_FORM];
	uint32_t count = 1, pick;

	for (const char *p = slot; *p != '\0'; p++)
		count += *p == '|';
	for (pick = stream_below(b->random, count); pick > 0; pick--)
		slot = strchr(slot, '|') + 1;
	snprintf(word, sizeof word, "%.*s", (int)strcspn(slot, "|"), slot);
	add_word(b, word);
}

static const char *const noun_slots[NOUN_CLASSES] = { "person", "place",   "time",  "tool",  "thing",
						      "stuff",  "feeling", "event", "animal" };
static const char *const verb_slots[VERB_CLASSES] = {
	"move", "give", "make", "see", "say", "stay", "change", "want"
};
static const char *const past_slots[VERB_CLASSES] = { "moved", "gave",   "made",    "saw",
						      "said",  "stayed", "changed", "wanted" };

static void add_class_word(struct builder *b, const char *slot, bool plural)
{
	char form[GRAMMAR_FORM];

	for (int k = 0; k < NOUN_CLASSES; k++)
		if (strcmp(slot, noun_slots[k]) == 0) {
			inflect_noun(form, sizeof form, draw_noun(b, (enum noun_class)k), plural);
			add_word(b, form);
		}
	for (int k = 0; k < VERB_CLASSES; k++)
		if (strcmp(slot, verb_slots[k]) == 0 || strcmp(slot, past_slots[k]) == 0) {
			inflect_verb(form, sizeof form, draw_verb(b, (enum verb_class)k),
				     strcmp(slot, verb_slots[k]) == 0 ? VERB_BASE : VERB_PAST);
			add_word(b, form);
		}
}

static void add_slot(struct builder *b, const char *slot, bool plural)
{
	char form[GRAMMAR_FORM];

	if (strchr(slot, '|') != NULL) {
		add_choice(b, slot);
	} else if (strcmp(slot, "name") == 0) {
		draw_name(b, form, chance(b, 0.4));
		add_word(b, form);
	} else if (strcmp(slot, "adj") == 0) {
		add_word(b, draw_text(b, lexicon_adjectives));
	} else if (strcmp(slot, "pp") == 0) {
		if (chance(b, 0.5))
			prepositional_phrase(b, 0, STAY, true, 1);
	} else {
		add_class_word(b, slot, plural);
	}
}

static void ask(struct builder *b)
{
	int total = 0, at, i = 0;

	for (int k = 0; lexicon_questions[k].type != NULL; k++)
		total += lexicon_questions[k].weight;
	at = (int)stream_below(b->random, (uint32_t)total);
	while ((at -= lexicon_questions[i].weight) >= 0)
		i++;
	b->out->question = lexicon_questions[i].type;
	for (const char *p = lexicon_questions[i].words; *p != '\0';) {
		char text[80];
		size_t n = *p == '{' ? strcspn(p, "}") + 1 : strcspn(p, " ");
		bool plural = *p == '{' && p[n] == 's';

		if (*p == '{')
			snprintf(text, sizeof text, "%.*s", (int)n - 2, p + 1);
		else
			snprintf(text, sizeof text, "%.*s", (int)n, p);
		if (*p == '{')
			add_slot(b, text, plural);
		else
			add_word(b, text);
		p += n + plural;
		p += strspn(p, " ");
	}
}

/* ---- parts ---- */

/* The tenth of all sentences that this one belongs to, by its words. */
static unsigned tenth_of(const struct grammar_sentence *s)
{
	char text[GRAMMAR_TOKENS * GRAMMAR_FORM], hex[65];
	size_t n = 0;
	unsigned value;

	for (int i = 0; i < s->count; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s ", s->tokens[i].form);
	sha256_bytes(hex, text, n);
	hex[7] = '\0';
	value = (unsigned)strtoul(hex, NULL, 16);
	return value % 10;
}

static bool is_of(enum grammar_part part, unsigned tenth)
{
	static const struct {
		unsigned from, to;
	} share[] = { [GRAMMAR_TRAIN] = { 0, 3 },
		      [GRAMMAR_TEST] = { 3, 5 },
		      [GRAMMAR_TEXT] = { 5, 9 },
		      [GRAMMAR_HELDOUT] = { 9, 10 } };

	return tenth >= share[part].from && tenth < share[part].to;
}

void grammar_sentence(struct grammar_sentence *out, uint64_t seed, enum grammar_part part, uint64_t index,
		      int question)
{
	struct stream random;
	struct builder b = { &random, out, false };

	/* Streams of neighbouring sentences share a key and lie 2³² blocks apart. */
	stream_init(&random, seed + (uint64_t)part * 2 + (uint64_t)(question != 0));
	random.block = index << 32;
	do {
		b.full = false;
		out->count = 0;
		out->question = NULL;
		if (question)
			ask(&b);
		else
			statement(&b);
	} while (b.full || !is_of(part, tenth_of(out)));
}
