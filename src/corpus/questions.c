/* Questions of the embedded language, from the templates of the lexicon. */
#include "corpus/builder.h"
#include "corpus/inflect.h"

#include <stdio.h>
#include <string.h>

static void add_word(struct builder *b, const char *word)
{
	builder_emit(b, word, "X", "dep", -1);
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
			inflect_noun(form, sizeof form, builder_noun(b, (enum noun_class)k), plural);
			add_word(b, form);
		}
	for (int k = 0; k < VERB_CLASSES; k++)
		if (strcmp(slot, verb_slots[k]) == 0 || strcmp(slot, past_slots[k]) == 0) {
			inflect_verb(form, sizeof form, builder_verb(b, (enum verb_class)k),
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
		builder_name(b, form, builder_chance(b, 0.4));
		add_word(b, form);
	} else if (strcmp(slot, "adj") == 0) {
		add_word(b, builder_text(b, lexicon_adjectives));
	} else if (strcmp(slot, "pp") == 0) {
		if (builder_chance(b, 0.5))
			phrase_prepositional(b, 0, STAY, true, 1);
	} else {
		add_class_word(b, slot, plural);
	}
}

void question_ask(struct builder *b)
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
