/* Axes: a box with two scales, ticks, titles. The title of the vertical axis
 * stands above it, where it can be read without turning the head. */
#ifndef FIGURE_FRAME_H
#define FIGURE_FRAME_H

#include "figure/canvas.h"
#include "figure/place.h"
#include "figure/scale.h"

struct axis {
	const char *title;
	struct range range;
	enum scale_kind kind;
	double margin; /* a fraction of the range, on either side */
	bool whole;    /* ticks at whole numbers only */
	/* Set by frame_layout: */
	struct scale scale;
	struct tick ticks[TICKS_MAX];
	size_t tick_count;
};

struct frame {
	const char *heading; /* or NULL */
	struct axis h, v;
	bool equal;   /* one unit is as long on both axes */
	double right; /* room kept to the right of the box */
	/* Set by frame_layout: */
	struct box outside, inside;
};

/* Divides `outside` between texts and the box. */
void frame_layout(struct frame *f, struct canvas *c, struct box outside);

/* Grid, axes and texts. */
void frame_draw(const struct frame *f, struct canvas *c);

double frame_x(const struct frame *f, double value);
double frame_y(const struct frame *f, double value);

/* "no values", in the middle. */
void frame_empty(const struct frame *f, struct canvas *c);

#endif
