#include "corpus/inflect.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool ends_in(const char *word, const char *letters)
{
	size_t n = strlen(word);

	return n > 0 && strchr(letters, word[n - 1]) != NULL;
}

static bool is_sibilant(const char *word)
{
	size_t n = strlen(word);

	return ends_in(word, "sxz") ||
	       (n > 1 && (strcmp(word + n - 2, "sh") == 0 || strcmp(word + n - 2, "ch") == 0));
}

/* Consonant and y: carry, carries, carried. */
static bool is_soft(const char *word)
{
	size_t n = strlen(word);

	return n > 1 && word[n - 1] == 'y' && strchr("aeiou", word[n - 2]) == NULL;
}

static void add_s(char *out, size_t size, const char *word)
{
	if (is_soft(word))
		snprintf(out, size, "%.*sies", (int)strlen(word) - 1, word);
	else
		snprintf(out, size, "%s%s", word, is_sibilant(word) || strcmp(word, "go") == 0 ? "es" : "s");
}

void inflect_noun(char *out, size_t size, const struct noun *n, int plural)
{
	if (!plural)
		snprintf(out, size, "%s", n->form);
	else if (n->plural != NULL)
		snprintf(out, size, "%s", n->plural);
	else
		add_s(out, size, n->form);
}

/* Verbs that double their last letter have their past in the table; the same
 * letter is doubled before -ing. */
static bool doubles(const struct verb *v)
{
	size_t n = strlen(v->base);

	if (strcmp(v->base, "run") == 0 || strcmp(v->base, "cut") == 0)
		return true;
	return v->past != NULL && strncmp(v->past, v->base, n) == 0 && v->past[n] == v->base[n - 1] && n > 2;
}

void inflect_verb(char *out, size_t size, const struct verb *v, enum verb_form form)
{
	const char *irregular = form == VERB_PAST ? v->past : form == VERB_PARTICIPLE ? v->participle : NULL;
	int stem = (int)strlen(v->base);

	if (irregular != NULL) {
		snprintf(out, size, "%s", irregular);
	} else if (form == VERB_BASE) {
		snprintf(out, size, "%s", v->base);
	} else if (form == VERB_THIRD) {
		add_s(out, size, v->base);
	} else if (form == VERB_ING) {
		bool drop = ends_in(v->base, "e") && strcmp(v->base, "see") != 0;

		snprintf(out, size, "%.*s%sing", drop ? stem - 1 : stem, v->base,
			 doubles(v) ? (char[2]){ v->base[stem - 1], '\0' } : "");
	} else if (is_soft(v->base)) {
		snprintf(out, size, "%.*sied", stem - 1, v->base);
	} else {
		snprintf(out, size, "%s%s", v->base, ends_in(v->base, "e") ? "d" : "ed");
	}
}
