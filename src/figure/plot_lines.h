/* Lines over a common axis: some that matter, named at their ends, before
 * others in grey. */
#ifndef FIGURE_PLOT_LINES_H
#define FIGURE_PLOT_LINES_H

#include "figure/drawing.h"

struct series {
	const char *name;
	size_t count;
	const double *x, *y;      /* (count); NaN interrupts the line */
	const double *low, *high; /* (count) an interval, or both NULL */
	int colour;               /* of the palette, also its marker; −1: grey, behind, without a name */
	enum dash dash;
};

struct lines {
	const char *heading, *x_title, *y_title;
	const char *x_column, *y_column, *name_column; /* of the table */
	struct series *series;
	size_t count;
	double reference; /* a level to be marked; NaN: none */
	bool from_zero;   /* the vertical axis holds 0 */
	bool ratio;       /* y on a logarithmic scale where it spans more than a factor of 10 */
	bool whole_x;     /* x are whole numbers */
	bool bare;        /* no markers */
};

#define LINES_HEIGHT 158.0

extern const struct plot_kind lines_kind;

#endif
