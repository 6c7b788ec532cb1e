/* Grids of coloured cells: layer × model, layer × update, label × label. One
 * or more panels share columns, rows and colours. */
#ifndef FIGURE_PLOT_GRID_H
#define FIGURE_PLOT_GRID_H

#include "figure/drawing.h"

struct grid_panel {
	const char *name;      /* written above it, and in the table; NULL with one panel */
	const double *values;  /* (rows, columns); NaN is missing, and hatched */
	const bool *absent;    /* (rows, columns) places that cannot have a value, left empty; or NULL */
	const bool *undefined; /* (rows, columns) of the NaN, those that were measured, shown by a dash; or NULL */
};

struct grid {
	const char *heading, *row_title, *column_title, *value_title;
	const char *row_column, *column_column, *value_column; /* of the table */
	size_t rows, columns, panel_count;
	const char *const *row_names;    /* (rows), from top to bottom */
	const char *const *column_names; /* (columns) */
	struct grid_panel *panels;
	bool difference;          /* colours diverge from 0 */
	bool ratio;               /* colours by ratio, where the values span more than a factor of 30 */
	bool square;              /* columns are the rows again: their names are left out where they do not fit */
	const double *scale_with; /* (rows, columns) of a drawing to compare with, on the same scale; or NULL */
	int decimals;             /* of printed values, or one fewer; −1: as three digits of the largest need */
	/* Set by grid_layout: */
	double row_height, cell_width, names_width, names_height;
	bool beside;     /* two panels stand side by side */
	bool alternate;  /* names of every other row stand to the right */
	bool turned;     /* column names are vertical */
	bool no_columns; /* column names are left out */
	bool printed;    /* values are written into their cells, all or none */
	size_t every;    /* each so many rows have a name */
	double height;
};

#define GRID_NAME_LIMIT 58.0
#define GRID_GAP 2.5 /* between names and cells */
#define GRID_BAR 6.0 /* height of the bar of colours */
#define GRID_PANEL_TITLE 11.0
#define GRID_ROW_TITLE 9.0
#define GRID_BETWEEN 7.0 /* between panels that stand side by side */

/* Chooses sizes for one column's width. */
void grid_layout(struct grid *g, struct fonts *fonts);

/* The text of a value, as the cells have it. */
void grid_text(char out[32], const struct grid *g, double value);

extern const struct plot_kind grid_kind;

#endif
