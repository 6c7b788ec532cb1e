/* Points in groups, some joined in pairs. */
#ifndef FIGURE_PLOT_SCATTER_H
#define FIGURE_PLOT_SCATTER_H

#include "figure/drawing.h"
#include "figure/scale.h"

struct spot {
	double x, y;
	const char *name; /* of the cell, for the table and the hover text */
	size_t group;
	bool hollow;
	long from;         /* index of the spot an arrow comes from; −1: none */
	const char *label; /* written beside it where there is room; NULL: none */
};

struct scatter {
	const char *heading, *x_title, *y_title, *note;
	const char *x_column, *y_column, *name_column, *group_column;
	const char *hollow_name, *filled_name; /* what hollow and filled mean; NULL where all are filled */
	const char *const *groups;             /* (group_count) */
	size_t group_count;
	struct spot *spots;
	size_t count;
	bool zero_lines; /* mark 0 on both axes */
};

#define SCATTER_HEIGHT 196.0

extern const struct plot_kind scatter_kind;

#endif
