/* Numbers and paths in few characters. */
#ifndef FIGURE_SVG_PATH_H
#define FIGURE_SVG_PATH_H

#include "figure/bytes.h"

#include <cairo.h>

/* To a hundredth: "12.5", "-.07". */
void svg_number(struct bytes *out, double value);

/* The data of a path: steps to a hundredth of a point instead of places, and no
 * move that draws nothing. */
void svg_path(struct bytes *out, const cairo_path_t *path);

#endif
