/* Rows with a value before and a value after, each with its interval, joined by
 * an arrow. */
#ifndef FIGURE_PLOT_RANGES_H
#define FIGURE_PLOT_RANGES_H

#include "figure/drawing.h"

#include <stdbool.h>

struct change {
	const char *name;                                      /* of the row */
	const char *group;                                     /* written before the first of its rows */
	double before, after;                                  /* NaN: missing */
	double before_low, before_high, after_low, after_high; /* NaN: no interval */
	const char *why;                                       /* why one or both are missing; or NULL */
};

struct ranges {
	const char *heading, *x_title;
	const char *name_column, *group_column; /* of the table */
	struct change *changes;
	size_t count;
	/* Set by ranges_layout: */
	double height;
	bool alone; /* some row has a value after and none before */
};

void ranges_layout(struct ranges *r);

extern const struct plot_kind ranges_kind;

#endif
