/* A table for people: headings, row headings, text in cells. Written as HTML and
 * as LaTeX (booktabs) as people read it, and as CSV with every digit. */
#ifndef FINDINGS_TABULAR_H
#define FINDINGS_TABULAR_H

#include "base/output.h"
#include "base/table.h"
#include "findings/prose.h"

#include <stdbool.h>
#include <stddef.h>

/* Numbers are aligned to the right. Where a cell has two, the second one has a
 * column of its own in the CSV. */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_SPREAD,   /* a mean and its standard deviation */
	COLUMN_INTERVAL, /* its ends */
	COLUMN_PART,     /* a number of a total */
};

struct tabular;

/* A column, and how a record shows there: `add` adds its cell from the record's
 * member at `offset`. A table whose rows are added cell by cell names neither. */
struct tabular_column {
	const char *heading;
	const char *group; /* stands above neighbours of the same group; NULL: none */
	enum column_kind kind;
	void (*add)(struct tabular *g, const void *member, int digits);
	size_t offset;
	int digits;
	const char *from; /* the column of a collected table; NULL: none */
};

/* Columns of a record's members, shown by the functions below. */
#define SHOW_BY(add, kind, record, heading, group, member, digits)                                                   \
	{                                                                                                            \
		heading, group, kind, add, offsetof(struct record, member), digits, NULL                             \
	}
#define SHOW_TEXT(record, heading, group, member)                                                                    \
	SHOW_BY(tabular_add_text, COLUMN_TEXT, record, heading, group, member, 0)
#define SHOW_INTEGER(record, heading, group, member)                                                                 \
	SHOW_BY(tabular_add_integer, COLUMN_NUMBER, record, heading, group, member, 0)
#define SHOW_NUMBER(record, heading, group, member, digits)                                                          \
	SHOW_BY(tabular_add_number, COLUMN_NUMBER, record, heading, group, member, digits)
#define SHOW_SIGNED(record, heading, group, member, digits)                                                          \
	SHOW_BY(tabular_add_signed, COLUMN_NUMBER, record, heading, group, member, digits)
#define SHOW_PERCENT(record, heading, group, member, digits)                                                         \
	SHOW_BY(tabular_add_percent, COLUMN_NUMBER, record, heading, group, member, digits)
#define SHOW_P(record, heading, group, member)                                                                       \
	SHOW_BY(tabular_add_p, COLUMN_NUMBER, record, heading, group, member, 0)

#define TABULAR_COLUMNS(list) .columns = list, .count = sizeof(list) / sizeof *(list)

/* What a table is before it has rows. */
struct tabular_form {
	const char *id;                       /* also the name of its files: "table7" */
	const char *caption, *note;           /* may be NULL */
	const struct tabular_column *columns; /* (count), outlive the table */
	size_t count, heads;                  /* the first `heads` columns are row headings */
	bool listing;                         /* for looking things up, not for an article: no LaTeX */
};

struct tabular {
	char *id, *caption, *note; /* a note below may be NULL */
	const struct tabular_column *columns;
	size_t count, heads;
	struct tabular_cell {
		char *text, *href; /* href: NULL, or where the text leads to */
		bool number;
		double value, second; /* of a number, as it was computed; NaN: not there */
	} * cells;                    /* (rows, count) */
	size_t filled, capacity;
	bool listing, broken; /* broken: memory was short */
};

void tabular_init(struct tabular *out, const struct tabular_form *form);
/* Releases a table for which memory was short, and says so. */
int tabular_finish(struct tabular *g, struct error *err);
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
/* A row, by the columns' `add`. */
void tabular_row(struct tabular *g, const void *record);
/* A row's cells from a collected table's row, in the columns that name one. */
void tabular_row_from(struct tabular *g, const struct table *t, size_t row);
/* For columns: a text, a whole number (long), numbers (double), a part in percent. */
void tabular_add_text(struct tabular *g, const void *member, int digits);
void tabular_add_integer(struct tabular *g, const void *member, int digits);
void tabular_add_number(struct tabular *g, const void *member, int digits);
void tabular_add_signed(struct tabular *g, const void *member, int digits);
void tabular_add_p(struct tabular *g, const void *member, int digits);
void tabular_add_percent(struct tabular *g, const void *member, int digits);
/* Makes the cell added last a link. */
void tabular_link(struct tabular *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tabular_release(struct tabular *g);

const char *tabular_href(const struct tabular *g, size_t row, size_t column); /* or NULL */
size_t tabular_rows(const struct tabular *g);
const char *tabular_text(const struct tabular *g, size_t row, size_t column);

/* Whether a row heading repeats the row above's, in this column and those
 * before it; such a heading is not shown again. */
bool tabular_repeats(const struct tabular *g, size_t row, size_t column);

/* Whether any column is of a group, and the column behind those that are of the
 * same group as `column`. */
bool tabular_grouped(const struct tabular *g);
size_t tabular_group_end(const struct tabular *g, size_t column);

/* A table environment to \input into an article that loads booktabs. One wider
 * than the line is scaled to it where the article loads graphicx. */
int tabular_write_latex(const struct tabular *g, struct folder *folder, const char *name, struct error *err);
/* Numbers have every digit; the second one of a cell has a column of its own. */
int tabular_write_csv(const struct tabular *g, struct folder *folder, const char *name, struct error *err);

#endif
