/* Grids of coloured cells: layer × model, layer × update, label × label. One
 * or more panels, one below the other, share columns, rows and colours. */
#ifndef FIGURE_PLOT_GRID_H
#define FIGURE_PLOT_GRID_H

#include "figure/drawing.h"

struct grid_panel {
	const char *name;     /* written above it, and in the table; NULL with one panel */
	const double *values; /* (rows, columns); NaN is missing, and hatched */
	const bool *absent;   /* (rows, columns) places that cannot have a value, left empty; or NULL */
};

struct grid {
	const char *heading, *row_title, *column_title, *value_title;
	const char *row_column, *column_column, *value_column; /* of the table */
	size_t rows, columns, panel_count;
	const char *const *row_names;    /* (rows), from top to bottom */
	const char *const *column_names; /* (columns) */
	const struct grid_panel *panels;
	bool difference;                 /* colours diverge from 0 */
	bool square;                     /* columns are the rows again: their names are left out where they do not fit */
	int decimals;                    /* of printed values; −1: three significant digits */
	/* Set by grid_layout: */
	double row_height, names_width, names_height, cell_width;
	bool alternate;                  /* names of every other row stand to the right */
	bool turned;                     /* column names are vertical */
	bool no_columns;                 /* column names are left out */
	size_t every;                    /* each so many rows have a name */
	double height;
};

/* Chooses sizes for one column's width. */
void grid_layout(struct grid *g, struct fonts *fonts);

extern const struct plot_kind grid_kind;

#endif
