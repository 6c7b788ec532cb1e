/* Texts with characters that no installed font has: pango draws boxes in their
 * place, and the reader is to be told. */
#ifndef FIGURE_MISSING_H
#define FIGURE_MISSING_H

#include "base/context.h"

#include <pango/pango.h>
#include <stddef.h>

/* Zeroed before use. */
struct missing {
	struct missing_text {
		char *text;
		const char *package; /* of Debian, that brings a font for it */
	} * items;
	size_t count, capacity;
	int failed; /* memory was short */
};

void missing_release(struct missing *m);

/* Notes the text of a layout, or the words of a long one, where a character has
 * no glyph; each once. */
void missing_note(struct missing *m, PangoLayout *layout);

void missing_add(struct missing *m, const struct missing *other);

/* A warning for each package, with the texts it is for. */
void missing_warn(struct missing *m, const struct context *ctx);

#endif
