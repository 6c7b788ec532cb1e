/* Embeddings from .npy, or from the text of the DirectProbe authors: a vector a
 * line, numbers separated by spaces. */
#include "geometry/points.h"

#include "base/array.h"
#include "base/file.h"
#include "num/npy.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 64 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* One number of a line as float32, not by way of double: two roundings would
 * make other points of some decimals. */
static const char *number_next(float *out, const char *at, const char *end)
{
	char text[NUMBER_SIZE], *rest;
	size_t length = 0;

	while (at < end && !is_blank(*at) && length + 1 < sizeof text)
		text[length++] = *at++;
	text[length] = '\0';
	*out = strtof(text, &rest);
	return *rest == '\0' && length > 0 && (at == end || is_blank(*at)) ? at : NULL;
}

/* Reads the line into `row`; returns the count of its numbers, or −1. A row of
 * NULL only counts. */
static long line_numbers(float *row, size_t columns, struct line line)
{
	const char *at = line.data, *end = line.data + line.length;
	size_t count = 0;

	for (;;) {
		float value;

		while (at < end && is_blank(*at))
			at++;
		if (at == end)
			return (long)count;
		at = number_next(&value, at, end);
		if (at == NULL)
			return -1;
		if (row != NULL && count < columns)
			row[count] = value;
		count++;
	}
}

static int read_text(struct matrix *out, const struct mapping *map, const char *path, struct error *err)
{
	struct line line = { 0 };
	size_t rows = 0, columns = 0;
	long got;

	while (line_next(&line, map)) {
		rows++;
		if (rows == 1 && (got = line_numbers(NULL, 0, line)) > 0)
			columns = (size_t)got;
	}
	if (rows == 0)
		return error_set(err, STATUS_INPUT, "%s: no vectors", path);
	if (columns == 0)
		return error_set(err, STATUS_INPUT, "%s:1: not numbers separated by spaces", path);
	*out = matrix_of(array_new(rows, columns, sizeof(float)), rows, columns);
	if (out->data == NULL)
		return error_memory(err, path);
	line = (struct line){ 0 };
	while (line_next(&line, map)) {
		got = line_numbers(matrix_row(*out, line.number - 1), columns, line);
		if (got == (long)columns)
			continue;
		free(out->data);
		if (got < 0)
			return error_set(err, STATUS_INPUT, "%s:%zu: not numbers separated by spaces", path,
					 line.number);
		return error_set(err, STATUS_INPUT, "%s:%zu: %ld numbers, but %zu were expected", path, line.number,
				 got, columns);
	}
	return 0;
}

static int read_npy(struct matrix *out, const char *path, struct error *err)
{
	struct npy npy;

	if (npy_open(&npy, path, err) < 0)
		return -1;
	*out = matrix_of(array_new(npy.view.rows, npy.view.columns, sizeof(float)), npy.view.rows, npy.view.columns);
	if (out->data != NULL)
		for (size_t r = 0; r < out->rows; r++)
			memcpy(matrix_row(*out, r), matrix_row(npy.view, r), out->columns * sizeof(float));
	npy_close(&npy);
	return out->data == NULL ? error_memory(err, path) : 0;
}

int embeddings_read(struct matrix *out, const char *path, struct error *err)
{
	struct mapping map;
	int rc;

	if (mapping_open(&map, path, err) < 0)
		return -1;
	if (map.size >= 6 && memcmp(map.data, "\x93NUMPY", 6) == 0)
		rc = read_npy(out, path, err);
	else
		rc = read_text(out, &map, path, err);
	mapping_close(&map);
	return rc;
}
