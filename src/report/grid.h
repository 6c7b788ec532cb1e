/* A table for people: headings, row headings, text in cells. Written as HTML,
 * as LaTeX (booktabs) and as CSV. */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "base/output.h"
#include "report/prose.h"

#include <stdbool.h>

struct grid_column {
	const char *heading;
	const char *group; /* stands above neighbours of the same group; NULL: none */
	bool number;       /* aligned to the right */
};

struct grid {
	char *id; /* also the name of its files: "table7" */
	char *caption, *note; /* a note below may be NULL */
	const struct grid_column *columns; /* (count), not owned */
	size_t count, heads; /* the first `heads` columns are row headings */
	struct grid_cell {
		char *text, *href; /* href: NULL, or where the text leads to */
	} *cells; /* (rows, count) */
	size_t filled, capacity;
	bool broken; /* memory was short */
};

/* `columns` must outlive the grid. */
int grid_init(struct grid *out, const char *id, const struct grid_column *columns, size_t count, size_t heads,
              struct error *err);
void grid_caption(struct grid *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void grid_note(struct grid *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next cell, row by row. */
void grid_add(struct grid *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes the cell added last a link. */
void grid_link(struct grid *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void grid_release(struct grid *g);

const char *grid_href(const struct grid *g, size_t row, size_t column); /* or NULL */
size_t grid_rows(const struct grid *g);
const char *grid_text(const struct grid *g, size_t row, size_t column);

/* Whether a row heading repeats the row above's, in this column and those
 * before it; such a heading is not shown again. */
bool grid_repeats(const struct grid *g, size_t row, size_t column);

/* A table environment to \input into an article that loads booktabs. */
int grid_write_latex(const struct grid *g, struct folder *folder, const char *name, struct error *err);
int grid_write_csv(const struct grid *g, struct folder *folder, const char *name, struct error *err);

#endif
