/* What is done to the SVG that cairo wrote. */
#ifndef FIGURE_SVG_H
#define FIGURE_SVG_H

#include "figure/picture.h"

/* `raw` is a whole document. Renames every id, puts variables in place of the
 * colours of roles, drops declarations that say what holds anyway, adds title,
 * description and the hover texts. */
int svg_finish(struct bytes *out, const struct bytes *raw, const struct picture *p, const struct canvas *c,
	       struct error *err);

/* A path of cairo's, at … end, in fewer characters: steps to a hundredth of a
 * point instead of places, and no move that draws nothing. */
void svg_path(struct bytes *out, const char *at, const char *end);

#endif
