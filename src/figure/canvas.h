/* A canvas: what plots draw on, in points (1/72 inch) from the top left corner,
 * y downwards. The same calls draw an SVG, a PDF and a PNG.
 *
 * Coordinates that are not finite draw nothing. */
#ifndef FIGURE_CANVAS_H
#define FIGURE_CANVAS_H

#include "figure/colour.h"
#include "figure/notes.h"
#include "figure/stroke.h"

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>

#define COLUMN_WIDTH 241.0 /* 85 mm, one column of a paper */
#define TEXT_SIZE 6.8
#define HEADING_SIZE 7.6
#define LINE_HEIGHT 8.6 /* of TEXT_SIZE */

/* Fonts of one thread: DejaVu Sans, other fonts only for characters it lacks. */
struct fonts;

struct fonts *fonts_new(void); /* NULL if memory is short */
void fonts_free(struct fonts *f);

struct svg;

struct canvas {
	cairo_t *cr;
	struct svg *svg; /* what is drawn goes there, and cr only lays the paths; or NULL */
	bool outlines;   /* text is drawn as paths, whose pixels do not depend on how glyphs are placed */
	struct fonts *fonts;
	double width, height;
	struct notes hovers;
	struct notes
		texts; /* every text drawn, from capital height to baseline; those turned, as a box around them */
};

/* Starts drawing on a surface of width × height points, `scale` units of the
 * surface a point. The caller keeps the surface. */
void canvas_init(struct canvas *out, cairo_surface_t *surface, struct fonts *fonts, double width, double height,
		 double scale);
void canvas_release(struct canvas *c);

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct text {
	double size; /* 0: TEXT_SIZE */
	bool bold;
	enum align align;
	double turn;          /* degrees, counter-clockwise, about (x, y) */
	double limit;         /* its middle gives way to an ellipsis beyond this width; 0: whole */
	bool clear;           /* on a box of paper, so that nothing behind strikes through; not turned */
	struct colour colour; /* a = 0: ink */
};

/* Draws a line of text whose capitals are centred vertically on y. */
void canvas_text(struct canvas *c, double x, double y, const char *text, struct text style);

/* A heading at the left: bold, in smaller type where it is long, and cut only
 * beyond that. */
void canvas_heading(struct canvas *c, double x, double y, const char *text, double limit);

/* The width it would take; before there is a canvas, or on one. */
double fonts_text_width(struct fonts *f, const char *text, struct text style);
double canvas_text_width(struct canvas *c, const char *text, struct text style);

void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1, struct stroke s);

/* A line through points; a point that is not finite interrupts it. */
void canvas_path(struct canvas *c, size_t count, const double *x, const double *y, struct stroke s);

/* The area between two lines over the same x; points not finite interrupt it. */
void canvas_band(struct canvas *c, size_t count, const double *x, const double *low, const double *high,
		 struct colour colour);

void canvas_box(struct canvas *c, double x, double y, double width, double height, struct colour fill);

/* A box in which colours, evenly spaced from left to right, pass into each other. */
void canvas_gradient(struct canvas *c, double x, double y, double width, double height, size_t count,
		     const struct colour *colours);

/* Slanted lines: the sign for a missing value. */
void canvas_hatch(struct canvas *c, double x, double y, double width, double height);

/* With a head at (x1, y1); one shorter than its head is drawn as a dot. */
void canvas_arrow(struct canvas *c, double x0, double y0, double x1, double y1, struct stroke s);

enum fill {
	FILL_FULL,
	FILL_PAPER, /* an outline that hides what is below */
	FILL_NONE,  /* an outline */
	FILL_SHEER  /* an outline, and a breath of its colour: others show through */
};

/* One of eight shapes (taken modulo 8) of about the same area. */
void canvas_marker(struct canvas *c, double x, double y, double radius, int shape, struct colour colour,
		   enum fill fill);

/* Remembers a hover text; printf. Beyond 1,500 they are dropped, since the
 * table beside the figure holds them all. */
void canvas_hover(struct canvas *c, double x, double y, double width, double height, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* The same along a line, 3 points broad; points that are not finite are passed
 * over. */
void canvas_hover_line(struct canvas *c, size_t count, const double *x, const double *y, const char *text);

#endif
