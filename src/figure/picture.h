/* A picture: something that paints itself on a canvas, and its three files. */
#ifndef FIGURE_PICTURE_H
#define FIGURE_PICTURE_H

#include "base/error.h"
#include "figure/bytes.h"
#include "figure/canvas.h"

#include <stddef.h>

struct picture {
	const char *name;                /* of the files, without suffix; ids in the SVG derive from it */
	const char *title, *description; /* for readers who cannot see it */
	double width, height;            /* points */
	void (*paint)(struct canvas *c, const void *plot);
	const void *plot;
};

/* Transparent ground, colours of roles as CSS variables (colour.h), a title and
 * a description, ids that no other picture has. */
int picture_svg(struct bytes *out, const struct picture *p, struct fonts *fonts, struct error *err);

/* One page; `published`, a date such as "2022-05-22", is its date of creation. */
int picture_pdf(struct bytes *out, const struct picture *p, const char *published, struct fonts *fonts,
		struct error *err);

/* On white, `scale` pixels a point, with text chunks Title, Description and
 * Table-SHA256 (left out where it is NULL). */
int picture_png(struct bytes *out, const struct picture *p, double scale, const char *table_sha256,
		struct fonts *fonts, struct error *err);

#endif
