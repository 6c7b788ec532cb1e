/* Small panels in the plane of two principal components: arrows from the
 * origin, or paths with a start and an end. */
#ifndef FIGURE_PLOT_PANELS_H
#define FIGURE_PLOT_PANELS_H

#include "figure/drawing.h"

struct track {
	const char *name;
	size_t count;        /* points; an arrow has one, its head */
	const double *x, *y; /* (count); NaN: missing */
	const double *step;  /* (count) for the table of a path; or NULL */
	double length;       /* of an arrow, in all dimensions */
	int colour;          /* of the palette; −1: grey */
};

struct panel {
	const char *name; /* "layer 3" */
	long layer;
	struct track *tracks;
	size_t count;
};

struct panels {
	const char *heading, *note; /* note: a line below, or NULL */
	const char *track_column;   /* of the table: "label" */
	struct panel *panels;
	size_t count;
	bool arrows; /* else paths */
	bool common; /* one scale for all */
	/* Set by panels_layout: */
	size_t across;
	double height;
};

/* "Layer 3: 62 %, 15 %", with the shares that the two components have of what there is;
 * without them the name alone. What the shares are of, the caption says. */
const char *panel_name(struct drawings *d, const char *name, double first, double second);
#define PANEL_AXES "First component across, second up."

void panels_layout(struct panels *p);

extern const struct plot_kind panels_kind;

#endif
