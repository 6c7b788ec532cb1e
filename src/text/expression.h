/* Regular expressions of tokenizer.json, by the engine that the tokenizers library uses
 * (Oniguruma, in the syntax of Ruby). */
#ifndef TEXT_EXPRESSION_H
#define TEXT_EXPRESSION_H

#include "base/error.h"

#include <stddef.h>

struct expression;

/* One that the engine does not read is an error that says why; `path` names the file. */
int expression_new(struct expression **out, const char *pattern, const char *path, struct error *err);
void expression_free(struct expression *e);

/* The first match in a text in UTF-8 from byte `from` on: 1 and its bytes, 0 if there is
 * none, −1 after an error. A match may be empty. */
int expression_find(const struct expression *e, const char *text, size_t length, size_t from, size_t *start,
		    size_t *end, struct error *err);

#endif
