/* Pages that text flows onto, drawn with cairo and pango. Lengths are points.
 *
 * A document is laid out twice: once to learn on which page each section
 * starts, once for good. Links, destinations and the outline are cairo's tags. */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include "base/error.h"
#include "figure/missing.h"

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

/* SHEET_SMALLEST: no text is set smaller. */
enum { SHEET_MARGIN = 50, SHEET_FOOT = 36, SHEET_SMALLEST = 6 };

struct sheet {
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoContext *context;
	const char *title;       /* in the foot of every page */
	double width, height, y; /* of the page; where the next thing goes */
	int page;                /* from 1 */
	bool measuring;          /* the first time: pictures need not be painted */
	struct missing *missing; /* notes texts that no font has; or NULL */
};

/* The look of a text. */
struct type {
	double size;
	bool bold, italic, mono;
	double r, g, b;
	double indent; /* from the left margin */
};

void sheet_init(struct sheet *s, cairo_surface_t *surface, const char *title, double width, double height);
/* Ends the last page. Errors of all drawing show here. */
int sheet_end(struct sheet *s, struct error *err);

double sheet_inner(const struct sheet *s); /* the width between the margins */
double sheet_room(const struct sheet *s);  /* what is left of the page below y */
void sheet_break(struct sheet *s);
/* A new page unless `height` is left on this one. */
void sheet_need(struct sheet *s, double height);
void sheet_space(struct sheet *s, double height);

/* A layout wrapped at `width` (0: one line). The caller unrefs it. */
PangoLayout *sheet_layout(const struct sheet *s, const char *text, struct type t, double width);
/* Width and height of a layout. */
void sheet_extent(PangoLayout *layout, double *width, double *height);
void sheet_show(struct sheet *s, PangoLayout *layout, double x, double y, struct type t);

/* A paragraph at y, over as many pages as it takes. `markup`: pango's. */
void sheet_paragraph(struct sheet *s, const char *text, bool markup, struct type t);

void sheet_rule(struct sheet *s, double x0, double x1, double y, double thickness);

/* Everything drawn between these leads to a destination in the document or to
 * an address. */
void sheet_link(struct sheet *s, const char *destination, const char *uri);
void sheet_link_end(struct sheet *s);
/* Where such links lead: y, as it is now. */
void sheet_destination(struct sheet *s, const char *name);

#endif
