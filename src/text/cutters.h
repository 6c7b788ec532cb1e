/* The pre-tokenizers of tokenizer.json that cut a text by what they find in it, one after
 * another, as the tokenizers library has them: Split, Whitespace, WhitespaceSplit,
 * Punctuation and Digits. */
#ifndef TEXT_CUTTERS_H
#define TEXT_CUTTERS_H

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>

struct cutter;

struct cutters {
	struct cutter *items; /* (count) */
	size_t count, capacity;
};

/* Adds a pre-tokenizer: 1; 0 if its type is none of these, −1 after an error. */
int cutters_add(struct cutters *c, const json_t *part, const char *path, struct error *err);
void cutters_release(struct cutters *c);

/* What cutting needs for as long as it goes on. Zeroed before; released after. */
struct cutters_work {
	struct parts *levels; /* (capacity) a list of parts for each cutter */
	size_t count, capacity;
};
void cutters_work_release(struct cutters_work *w);

/* Calls take(arg, part, length, err) for the parts of a text in UTF-8 that are left when
 * every cutter has cut what the one before it left, in order; none is empty. A negative
 * return ends the walk. */
int cutters_apply(const struct cutters *c, const char *text, size_t length, struct cutters_work *work,
		  int (*take)(void *arg, const char *part, size_t length, struct error *err), void *arg,
		  struct error *err);

#endif
