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

/* How many words the line has, separated by blanks. */
static size_t line_words(struct line line)
{
	size_t count = 0;

	for (size_t i = 0; i < line.length; i++)
		count += !is_blank(line.data[i]) && (i == 0 || is_blank(line.data[i - 1]));
	return count;
}

/* Reads the line's numbers, as many as it has words. */
static int line_numbers(float *row, struct line line)
{
	const char *at = line.data, *end = line.data + line.length;

	while (at < end) {
		if (is_blank(*at)) {
			at++;
			continue;
		}
		at = number_next(row++, at, end);
		if (at == NULL)
			return -1;
	}
	return 0;
}

/* The shape of the whole text, before there is memory for it. */
static int text_shape(size_t *rows, size_t *columns, const struct mapping *map, const char *path, struct error *err)
{
	struct line line = { 0 };

	for (*rows = 0; row_next(&line, map); ++*rows) {
		size_t words = line_words(line);

		if (*rows == 0)
			*columns = words;
		if (words == 0 || words != *columns)
			return error_set(err, STATUS_INPUT, "%s:%zu: %zu numbers, but %zu were expected", path,
					 line.number, words, *columns > 0 ? *columns : 1);
	}
	return *rows > 0 ? 0 : error_set(err, STATUS_INPUT, "%s: no vectors", path);
}

static int read_text(struct matrix *out, const struct mapping *map, const char *path, struct error *err)
{
	struct line line = { 0 };
	size_t rows, columns = 0;

	if (text_shape(&rows, &columns, map, path, err) < 0)
		return -1;
	*out = matrix_of(array_new(rows, columns, sizeof(float)), rows, columns);
	if (out->data == NULL)
		return error_memory(err, path);
	while (row_next(&line, map))
		if (line_numbers(matrix_row(*out, line.number - 1), line) < 0) {
			free(out->data);
			return error_set(err, STATUS_INPUT, "%s:%zu: not numbers separated by spaces", path,
					 line.number);
		}
	return 0;
}

static int read_npy(struct matrix *out, const struct mapping *bytes, const char *path, const struct context *ctx,
		    struct error *err)
{
	struct npy npy;

	if (npy_parse(&npy, bytes, path, err) < 0)
		return -1;
	if (npy_need_rows(&npy, path, err) < 0) {
		npy_close(&npy);
		return -1;
	}
	npy_warn(&npy, path, ctx);
	*out = npy.view;
	out->data = npy.converted;
	npy.converted = NULL;
	if (out->data == NULL)
		out->data = array_new(out->rows, out->columns, sizeof(float));
	if (out->data != NULL && npy.view.data != out->data)
		memcpy(out->data, npy.view.data, out->rows * out->columns * sizeof(float));
	npy_close(&npy);
	return out->data == NULL ? error_memory(err, path) : 0;
}

int embeddings_parse(struct matrix *out, const struct mapping *bytes, const char *path, const struct context *ctx,
		     struct error *err)
{
	/* NumPy's arrays, and its archives, which are refused by name. */
	if (bytes->size > 3 && (memcmp(bytes->data, "\x93NUM", 4) == 0 || memcmp(bytes->data, "PK\3\4", 4) == 0))
		return read_npy(out, bytes, path, ctx, err);
	return text_check(bytes, path, err) < 0 ? -1 : read_text(out, bytes, path, err);
}

int embeddings_read(struct matrix *out, const char *path, const struct context *ctx, struct error *err)
{
	struct mapping map;
	int rc;

	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = embeddings_parse(out, &map, path, ctx, err);
	mapping_close(&map);
	return rc;
}
