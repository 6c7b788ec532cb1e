/* The normalisers of tokenizer.json that a text goes through before BPE or Unigram, one
 * after another, as the tokenizers library has them; each byte keeps where it comes
 * from. */
#ifndef TEXT_STEPS_H
#define TEXT_STEPS_H

#include "base/error.h"
#include "text/charsmap.h"

#include <jansson.h>
#include <stddef.h>

/* A text, and for each byte which byte of the original it comes from. */
struct aligned {
	char *bytes;
	size_t *from; /* (length) */
	size_t length, bytes_capacity, from_capacity;
};

/* Appends bytes that all come from one place. */
int aligned_add(struct aligned *a, const char *bytes, size_t count, size_t from, struct error *err);
void aligned_release(struct aligned *a);

struct step;

struct steps {
	struct step *items; /* (count) */
	size_t count, capacity;
};

/* Replace (of a string, or of a regular expression), Prepend, Strip, NFC, NFD, NFKC, NFKD,
 * StripAccents, Lowercase, Precompiled, Nmt, and a Sequence of them. Another one is an error by its name. NULL and
 * null: none. */
int steps_parse(struct steps *out, const json_t *normalizer, const char *path, struct error *err);
void steps_release(struct steps *s);

/* What two calls share. Zeroed before the first; released after the last. */
struct steps_work {
	struct aligned spare;
	struct step_point *points;
	size_t capacity;
};
void steps_work_release(struct steps_work *w);

/* The normal form of bytes that begin at `from` of the original, in place of what
 * `out` held. */
int steps_apply(const struct steps *s, struct aligned *out, const char *text, size_t length, size_t from,
		struct steps_work *work, struct error *err);

#endif
