/* An SVG written from the canvas's calls. Paths and places are in points;
 * colours of roles become CSS variables (colour.h), and every id begins with a
 * prefix that derives from the picture's name, since several figures share a
 * page. What is short of memory shows in svg_finish. */
#ifndef FIGURE_SVG_H
#define FIGURE_SVG_H

#include "base/error.h"
#include "figure/bytes.h"
#include "figure/notes.h"
#include "figure/stroke.h"

#include <cairo.h>
#include <pango/pango.h>
#include <stdbool.h>
#include <stddef.h>

struct svg;

struct svg *svg_new(const char *name); /* NULL if memory is short */
void svg_free(struct svg *s);

/* A path, filled, stroked or both; NULL: not. */
void svg_draw(struct svg *s, const cairo_path_t *path, const struct colour *fill, const struct stroke *stroke);

/* A path filled with colours that pass into each other over its width. */
void svg_gradient(struct svg *s, const cairo_path_t *path, size_t count, const struct colour *colours);

/* A line of text whose baseline begins at (x, y), turned counter-clockwise by
 * degrees. Outlines of glyphs are written once, and so are texts, which are used
 * again wherever they stand. */
void svg_text(struct svg *s, double x, double y, double turn, PangoLayoutLine *line, struct colour colour);

struct svg_document {
	const char *title, *description; /* for readers who cannot see it */
	double width, height;            /* points */
};

/* The whole document: title and description, the styles, what was drawn, and
 * the hover texts. */
int svg_finish(struct bytes *out, struct svg *s, const struct svg_document *p, const struct notes *hovers,
	       struct error *err);

/* The declarations of the variables, on paper or on a dark page. */
void svg_scheme(struct bytes *out, bool dark);

#endif
