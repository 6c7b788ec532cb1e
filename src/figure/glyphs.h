/* Outlines of glyphs, each of which is written once, and lines of text made of
 * them. An outline's id is the prefix, "-" and its number. */
#ifndef FIGURE_GLYPHS_H
#define FIGURE_GLYPHS_H

#include "figure/names.h"

#include <cairo.h>
#include <pango/pango.h>

struct glyphs {
	struct names outlines; /* the data of paths, about the glyph's origin */
	struct glyph *items;
	size_t count, capacity;
	cairo_t *scratch; /* outlines are asked for on it */
	int failed;       /* memory was short */
};

void glyphs_init(struct glyphs *out);
void glyphs_release(struct glyphs *g);

/* Adds a line as uses of outlines, placed from where its baseline begins;
 * nothing if it is blank. */
void glyphs_line(struct bytes *out, struct glyphs *g, const char *prefix, const PangoLayoutLine *line);

/* Adds the outlines that lines used. */
void glyphs_define(struct bytes *out, const struct glyphs *g, const char *prefix);

#endif
