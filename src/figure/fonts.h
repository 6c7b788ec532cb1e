/* The fonts of canvas.h, for those that lay out text. */
#ifndef FIGURE_FONTS_H
#define FIGURE_FONTS_H

#include "figure/canvas.h"
#include "figure/missing.h"

#include <pango/pangocairo.h>

/* A layout of one line; drawing and measuring use the same. The caller unrefs
 * it. NULL if memory is short. */
PangoLayout *fonts_layout(struct fonts *f, const char *text, double size, bool bold, double limit);

/* The texts that were drawn with boxes in them, so far. */
struct missing *fonts_missing(struct fonts *f);

#endif
