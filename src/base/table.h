/* Tables: CSV with a header line, one row an observation (RFC 4180 quoting,
 * "\n" ends). A table is built or read whole. Missing numbers are empty cells,
 * and NaN in memory. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/error.h"
#include "base/file.h"
#include "base/output.h"

#include <stddef.h>

struct table {
	size_t rows, columns;
	char **header;   /* (columns) */
	char **cells;    /* (rows, columns) */
	size_t capacity; /* of cells */
	size_t filled;   /* cells added so far */
};

/* `header`: "layer,label,distance". */
int table_init(struct table *out, const char *header, struct error *err);
void table_release(struct table *t);

/* Add the next cell, row by row. When memory is short the table remembers it,
 * and table_write fails. */
void table_add(struct table *t, const char *text);
void table_add_n(struct table *t, const char *text, size_t length);
void table_add_integer(struct table *t, long value);
void table_add_number(struct table *t, double value); /* NaN: an empty cell */
void table_add_float(struct table *t, float value);   /* shortest text that reads back as the float */

/* Fails if a row is incomplete. */
int table_write(const struct table *t, struct folder *folder, const char *name, struct error *err);

/* Reads a file. Beyond what is written here it takes a byte order mark, "\r\n",
 * a quoted header and empty lines at the end. */
int table_read(struct table *out, const char *path, struct error *err);

/* As table_read, from bytes in memory; `path` stands in errors. */
int table_parse(struct table *out, const struct mapping *text, const char *path, struct error *err);

/* As table_read, and the header must be `header`. */
int table_read_as(struct table *out, const char *path, const char *header, struct error *err);

/* The column's index, or -1. */
int table_column(const struct table *t, const char *name);

/* The text of a cell; "" where column is -1. */
const char *table_text(const struct table *t, size_t row, int column);

/* The number in a cell; NaN where it is empty or no number. */
double table_number(const struct table *t, size_t row, int column);

/* The cell in the named column; a column that is not there gives "" or NaN. */
const char *table_text_at(const struct table *t, size_t row, const char *column);
double table_number_at(const struct table *t, size_t row, const char *column);

#endif
