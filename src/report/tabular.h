/* A table for people: headings, row headings, text in cells. Written as HTML and
 * as LaTeX (booktabs) as people read it, and as CSV with every digit. */
#ifndef REPORT_TABULAR_H
#define REPORT_TABULAR_H

#include "base/output.h"
#include "report/prose.h"

#include <stdbool.h>

/* Numbers are aligned to the right. Where a cell has two, the second one has a
 * column of its own in the CSV. */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_SPREAD,   /* a mean and its standard deviation */
	COLUMN_INTERVAL, /* its ends */
	COLUMN_PART,     /* a number of a total */
};

struct tabular_column {
	const char *heading;
	const char *group; /* stands above neighbours of the same group; NULL: none */
	enum column_kind kind;
};

struct tabular {
	char *id;                             /* also the name of its files: "table7" */
	char *caption, *note;                 /* a note below may be NULL */
	const struct tabular_column *columns; /* (count), not owned */
	size_t count, heads;                  /* the first `heads` columns are row headings */
	struct tabular_cell {
		char *text, *href; /* href: NULL, or where the text leads to */
		bool number;
		double value, second; /* of a number, as it was computed; NaN: not there */
	} * cells;                    /* (rows, count) */
	size_t filled, capacity;
	bool listing; /* for looking things up, not for an article: no LaTeX */
	bool broken;  /* memory was short */
};

/* `columns` must outlive the grid. */
int tabular_init(struct tabular *out, const char *id, const struct tabular_column *columns, size_t count,
		 size_t heads, struct error *err);
void tabular_caption(struct tabular *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tabular_note(struct tabular *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next cell, row by row. */
void tabular_add(struct tabular *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next cell, a number: shown by show, show_signed or show_p, and as it is in
 * the CSV, where one that is not there is empty. */
void tabular_number(struct tabular *g, double value, int digits);
void tabular_signed(struct tabular *g, double value, int digits);
void tabular_p(struct tabular *g, double p);
/* The next cell, two numbers with a text between, "0.91 to 0.97"; the first alone
 * where there is no second, a dash where there is no first. */
void tabular_two(struct tabular *g, double first, const char *between, double second, int digits);
/* Makes the cell added last a link. */
void tabular_link(struct tabular *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tabular_release(struct tabular *g);

const char *tabular_href(const struct tabular *g, size_t row, size_t column); /* or NULL */
size_t tabular_rows(const struct tabular *g);
const char *tabular_text(const struct tabular *g, size_t row, size_t column);

/* Whether a row heading repeats the row above's, in this column and those
 * before it; such a heading is not shown again. */
bool tabular_repeats(const struct tabular *g, size_t row, size_t column);

/* A table environment to \input into an article that loads booktabs. One wider
 * than the line is scaled to it where the article loads graphicx. */
int tabular_write_latex(const struct tabular *g, struct folder *folder, const char *name, struct error *err);
/* Numbers have every digit; the second one of a cell has a column of its own. */
int tabular_write_csv(const struct tabular *g, struct folder *folder, const char *name, struct error *err);

#endif
