/* Before and after at a glance: a row a case, a column a measure, in each cell both
 * values on the column's own scale. */
#ifndef FIGURE_PLOT_OVERVIEW_H
#define FIGURE_PLOT_OVERVIEW_H

#include "figure/drawing.h"

enum { OVERVIEW_COLUMNS = 4 };

struct overview_row {
	const char *group, *name;                                 /* group: written before the first of its rows */
	double before[OVERVIEW_COLUMNS], after[OVERVIEW_COLUMNS]; /* NaN: undefined or missing */
};

struct overview {
	const char *columns[OVERVIEW_COLUMNS]; /* titles */
	const char *names[OVERVIEW_COLUMNS];   /* in the table */
	int decimals[OVERVIEW_COLUMNS];
	struct overview_row *rows;
	size_t count;
};

double overview_height(const struct overview *o);

extern const struct plot_kind overview_kind;

#endif
