/* The words of the embedded language, by class, and the tables that say what
 * its prepositions mean and how its questions are built. */
#ifndef CORPUS_LEXICON_H
#define CORPUS_LEXICON_H

#include <stddef.h>

/* Classes of nouns. */
enum noun_class { PERSON, PLACE, TIME, TOOL, THING, STUFF, FEELING, EVENT, ANIMAL, NOUN_CLASSES };

/* Classes of verbs, by the frame they take. */
enum verb_class {
	MOVE,   /* walk to a place */
	GIVE,   /* give someone a thing */
	MAKE,   /* build a thing, of stuff, with a tool */
	SEE,    /* watch an animal */
	SAY,    /* say that …, speak about an event */
	STAY,   /* rest at a place */
	CHANGE, /* open; a thing opens */
	WANT,   /* want to do something */
	VERB_CLASSES
};

struct noun {
	const char *form, *plural; /* NULL: regular */
};

struct verb {
	const char *base;
	const char *past, *participle; /* NULL: regular */
};

/* Lists end with a NULL form; a word's rank is its place. */
extern const struct noun *const lexicon_nouns[NOUN_CLASSES];
extern const struct verb *const lexicon_verbs[VERB_CLASSES];
extern const char *const lexicon_adjectives[];
extern const char *const lexicon_adverbs[];   /* of manner and degree */
extern const char *const lexicon_syllables[]; /* of names */
extern const char
	*const lexicon_endings[2][8]; /* last syllables of names of persons, of places; shared ones in both */

/* A preposition's sense: what it may depend on (a class of verb, or of noun +
 * GOVERNOR_NOUN, or any), what its object is, and what it then means. */
enum { GOVERNOR_VERB = -1, GOVERNOR_ANY_NOUN = -2, GOVERNOR_NOUN = 100 };

struct sense {
	const char *form;
	int governor; /* GOVERNOR_VERB: any verb; GOVERNOR_ANY_NOUN: any noun */
	enum noun_class object;
	const char *role, *function;
	int weight;
};

extern const struct sense lexicon_senses[]; /* ends with a NULL form */

/* A question: its type, and words with slots: {person} {place} {time} {tool}
 * {thing} {stuff} {feeling} {event} {animal} are nouns, {name} a name, {move}
 * {give} {make} {see} {say} {stay} {change} verbs, {made} {saw} … their past,
 * {adj} an adjective, {pp} perhaps a prepositional phrase of place or time, and
 * {a|b|c} one of the words. */
struct question {
	const char *type;
	int weight;
	const char *words;
};

extern const struct question lexicon_questions[]; /* ends with a NULL type */

#endif
