/* Regular and irregular forms of the embedded language's words. */
#ifndef CORPUS_INFLECT_H
#define CORPUS_INFLECT_H

#include "corpus/lexicon.h"

#include <stddef.h>

enum verb_form { VERB_BASE, VERB_THIRD, VERB_PAST, VERB_PARTICIPLE, VERB_ING };

/* Writes the form into out (size bytes), cut if it does not fit. */
void inflect_noun(char *out, size_t size, const struct noun *n, int plural);
void inflect_verb(char *out, size_t size, const struct verb *v, enum verb_form form);

#endif
