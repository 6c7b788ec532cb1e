#include "base/table.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `filled` counts the cells; one that memory was short for leaves this mark,
 * and table_write fails. */
static const size_t FILLED_BROKEN = (size_t)-1;

int table_init(struct table *out, const char *header, struct error *err)
{
	size_t columns = 1;
	const char *start = header;

	*out = (struct table){ 0 };
	for (const char *p = header; *p != '\0'; p++)
		columns += *p == ',';
	out->header = array_new(columns, 1, sizeof *out->header);
	if (out->header == NULL)
		return error_memory(err, header);
	for (; out->columns < columns; out->columns++) {
		size_t length = strcspn(start, ",");

		out->header[out->columns] = text_copy_n(start, length);
		if (out->header[out->columns] == NULL) {
			table_release(out);
			return error_memory(err, header);
		}
		start += length + 1;
	}
	return 0;
}

void table_release(struct table *t)
{
	for (size_t i = 0; i < t->columns; i++)
		free(t->header[i]);
	if (t->filled != FILLED_BROKEN)
		for (size_t i = 0; i < t->filled; i++)
			free(t->cells[i]);
	free(t->header);
	free(t->cells);
	*t = (struct table){ 0 };
}

static void table_break(struct table *t)
{
	for (size_t i = 0; i < t->filled; i++)
		free(t->cells[i]);
	t->rows = 0;
	t->filled = FILLED_BROKEN;
}

void table_add_n(struct table *t, const char *text, size_t length)
{
	char *copy;

	if (t->filled == FILLED_BROKEN)
		return;
	copy = text_copy_n(text, length);
	if (copy == NULL || array_reserve(&t->cells, &t->capacity, t->filled + 1, sizeof *t->cells) < 0) {
		free(copy);
		table_break(t);
		return;
	}
	t->cells[t->filled++] = copy;
	t->rows = t->filled / t->columns;
}

void table_add(struct table *t, const char *text)
{
	table_add_n(t, text, strlen(text));
}

void table_add_integer(struct table *t, long value)
{
	char text[32];

	snprintf(text, sizeof text, "%ld", value);
	table_add(t, text);
}

void table_add_number(struct table *t, double value)
{
	char text[32] = "";

	if (!isnan(value))
		number_format(text, value);
	table_add(t, text);
}

void table_add_float(struct table *t, float value)
{
	char text[32] = "";

	if (!isnan(value))
		number_format_float(text, value);
	table_add(t, text);
}

static void write_field(struct output *o, const char *text)
{
	if (strpbrk(text, ",\"\r\n") == NULL) {
		output_text(o, text);
		return;
	}
	output_text(o, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"')
			output_text(o, "\"");
		output_write(o, text, 1);
	}
	output_text(o, "\"");
}

int table_write(const struct table *t, struct folder *folder, const char *name, struct error *err)
{
	struct output *o;

	if (t->filled == FILLED_BROKEN)
		return error_memory(err, name);
	if (t->filled % t->columns != 0)
		return error_set(err, STATUS_CHECK, "%s: row %zu has %zu cells, expected %zu", name, t->rows + 1,
				 t->filled % t->columns, t->columns);
	if (output_open(&o, folder, name, err) < 0)
		return -1;
	for (size_t c = 0; c < t->columns; c++) {
		write_field(o, t->header[c]);
		output_text(o, c + 1 < t->columns ? "," : "\n");
	}
	for (size_t i = 0; i < t->filled; i++) {
		write_field(o, t->cells[i]);
		output_text(o, (i + 1) % t->columns ? "," : "\n");
	}
	return output_commit(o, err);
}

/* Where a table is being read. `field` has room for the longest field. */
struct reader {
	const char *at, *end, *path;
	char *field;
	size_t line; /* from 1 */
};

/* Takes the next field and steps over it and the comma or newline behind it.
 * Returns 1 if it ended the row, 0 if not, −1 if its quotes do not close. */
static int read_field(struct reader *r)
{
	const char *s = r->at, *end = r->end;
	size_t n = 0, lines = 0;
	int last;

	if (s < end && *s == '"') {
		for (s++; s < end && (*s != '"' || (s + 1 < end && s[1] == '"')); s++) {
			if (*s == '"')
				s++;
			lines += *s == '\n';
			r->field[n++] = *s;
		}
		if (s == end)
			return -1;
		s++;
		while (s < end && *s == '\r')
			s++;
		if (s < end && *s != ',' && *s != '\n')
			return -1;
	} else {
		for (; s < end && *s != ',' && *s != '\n'; s++)
			r->field[n++] = *s;
		while (n > 0 && r->field[n - 1] == '\r' && (s == end || *s == '\n'))
			n--;
	}
	r->field[n] = '\0';
	last = s == end || *s == '\n';
	r->line += lines;
	r->at = s < end ? s + 1 : s;
	return last;
}

static int quotes_error(const struct reader *r, struct error *err)
{
	return error_set(err, STATUS_INPUT, "%s:%zu: quotes do not close", r->path, r->line);
}

static int read_header(struct table *t, struct reader *r, struct error *err)
{
	size_t capacity = 0;
	int last = 0;

	while (!last) {
		last = read_field(r);
		if (last < 0)
			return quotes_error(r, err);
		if (array_reserve(&t->header, &capacity, t->columns + 1, sizeof *t->header) < 0 ||
		    (t->header[t->columns] = text_copy(r->field)) == NULL)
			return error_memory(err, r->path);
		t->columns++;
	}
	r->line++;
	return 0;
}

/* Whether nothing but line ends follows, as editors leave them. In a table of one
 * column an empty line is a row without a value. */
static bool is_over(const struct table *t, const struct reader *r)
{
	const char *p = r->at;

	while (t->columns > 1 && p < r->end && (*p == '\n' || *p == '\r'))
		p++;
	return p == r->end;
}

static int read_rows(struct table *t, struct reader *r, struct error *err)
{
	for (; !is_over(t, r); r->line++) {
		size_t cells = 0, line = r->line;
		int last = 0;

		while (!last) {
			last = read_field(r);
			if (last < 0)
				return quotes_error(r, err);
			table_add(t, r->field);
			cells++;
		}
		if (t->filled == FILLED_BROKEN)
			return error_memory(err, r->path);
		if (cells != t->columns)
			return error_set(err, STATUS_INPUT, "%s:%zu: %zu cells, expected %zu as in the header",
					 r->path, line, cells, t->columns);
	}
	return 0;
}

int table_parse(struct table *out, const struct mapping *text, const char *path, struct error *err)
{
	struct line first = { 0 };
	struct reader r = { .end = text->data + text->size, .path = path, .line = 1 };
	int rc;

	*out = (struct table){ 0 };
	if (text_check(text, path, err) < 0)
		return -1;
	if (!line_next(&first, text))
		return error_set(err, STATUS_INPUT, "%s: empty, expected a header line", path);
	r.at = first.data;
	r.field = malloc(text->size + 1);
	rc = r.field == NULL ? error_memory(err, path) : read_header(out, &r, err);
	if (rc == 0)
		rc = read_rows(out, &r, err);
	free(r.field);
	if (rc < 0)
		table_release(out);
	return rc;
}

int table_read(struct table *out, const char *path, struct error *err)
{
	struct mapping map;
	int rc;

	*out = (struct table){ 0 };
	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = table_parse(out, &map, path, err);
	mapping_close(&map);
	return rc;
}

int table_read_as(struct table *out, const char *path, const char *header, struct error *err)
{
	const char *expected = header;

	if (table_read(out, path, err) < 0)
		return -1;
	for (size_t c = 0; c < out->columns; c++) {
		size_t length = strcspn(expected, ",");

		if (strlen(out->header[c]) != length || memcmp(out->header[c], expected, length) != 0 ||
		    (expected[length] == '\0') != (c + 1 == out->columns)) {
			table_release(out);
			return error_set(err, STATUS_INPUT, "%s:1: another header, expected %s", path, header);
		}
		expected += length + 1;
	}
	return 0;
}

int table_column(const struct table *t, const char *name)
{
	for (size_t c = 0; c < t->columns; c++)
		if (strcmp(t->header[c], name) == 0)
			return (int)c;
	return -1;
}

const char *table_text(const struct table *t, size_t row, int column)
{
	return column < 0 || row >= t->rows ? "" : t->cells[row * t->columns + (size_t)column];
}

double table_number(const struct table *t, size_t row, int column)
{
	double value;

	return number_parse(&value, table_text(t, row, column)) < 0 ? NAN : value;
}

const char *table_text_at(const struct table *t, size_t row, const char *column)
{
	return table_text(t, row, table_column(t, column));
}

double table_number_at(const struct table *t, size_t row, const char *column)
{
	return table_number(t, row, table_column(t, column));
}
