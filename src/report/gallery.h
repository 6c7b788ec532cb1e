/* Figures painted anew onto a page, from the collected tables: a PDF cannot be
 * put into another by cairo. */
#ifndef REPORT_GALLERY_H
#define REPORT_GALLERY_H

#include "base/error.h"

#include <cairo.h>
#include <stdbool.h>

struct gallery;

/* The drawings of one figure; `figure` is its name. */
int gallery_new(struct gallery **out, const char *figure, const char *collected, struct error *err);
void gallery_free(struct gallery *g); /* NULL is allowed */

/* The size of a drawing in points; false if there is no such drawing. */
bool gallery_size(const struct gallery *g, const char *file, double *width, double *height);
void gallery_paint(const struct gallery *g, const char *file, cairo_t *cr, double x, double y, double scale);

#endif
