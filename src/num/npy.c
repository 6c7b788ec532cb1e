#include "num/npy.h"

#include "base/array.h"
#include "num/half.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char magic[6] = { '\x93', 'N', 'U', 'M', 'P', 'Y' };

/* A header is a Python dictionary in one line; this reads the three keys that
 * NumPy writes, in any order, and nothing else. */
struct header {
	const char *at, *end;
	char type[32]; /* "[" for a structure */
	bool fortran;
	size_t shape[2], rank;
	const char *shape_text; /* "(3, 4)" */
	int shape_length;
};

static void skip_spaces(struct header *h)
{
	while (h->at < h->end && *h->at == ' ')
		h->at++;
}

static bool accept(struct header *h, const char *text)
{
	size_t length = strlen(text);

	skip_spaces(h);
	if ((size_t)(h->end - h->at) < length || memcmp(h->at, text, length) != 0)
		return false;
	h->at += length;
	return true;
}

static bool read_number(struct header *h, size_t *out)
{
	const char *start;

	skip_spaces(h);
	start = h->at;
	for (*out = 0; h->at < h->end && *h->at >= '0' && *h->at <= '9'; h->at++)
		if (__builtin_mul_overflow(*out, (size_t)10, out) ||
		    __builtin_add_overflow(*out, (size_t)(*h->at - '0'), out))
			return false;
	return h->at > start;
}

/* "(3,)" or "(3, 4)", of Python 2 with an L behind the numbers; more dimensions are
 * counted, not kept. */
static bool read_shape(struct header *h)
{
	if (!accept(h, "("))
		return false;
	h->shape_text = h->at - 1;
	for (h->rank = 0; !accept(h, ")"); h->rank++) {
		size_t n;

		if (!read_number(h, &n))
			return false;
		accept(h, "L");
		if (h->rank < 2)
			h->shape[h->rank] = n;
		if (!accept(h, ",") && (h->at == h->end || *h->at != ')'))
			return false;
	}
	h->shape_length = (int)(h->at - h->shape_text);
	return true;
}

/* A structure's fields, in brackets. */
static bool skip_structure(struct header *h)
{
	int depth = 0;

	for (; h->at < h->end; h->at++) {
		depth += (*h->at == '[') - (*h->at == ']');
		if (depth == 0)
			return h->at++, true;
	}
	return false;
}

static bool read_type(struct header *h)
{
	size_t n = 0;

	skip_spaces(h);
	if (h->at < h->end && *h->at == '[') {
		memcpy(h->type, "[", 2);
		return skip_structure(h);
	}
	if (!accept(h, "'"))
		return false;
	for (; h->at < h->end && isgraph((unsigned char)*h->at) && *h->at != '\'' && n + 1 < sizeof h->type; h->at++)
		h->type[n++] = *h->at;
	return accept(h, "'");
}

static bool read_header(struct header *h)
{
	bool type = false, order = false, shape = false;

	if (!accept(h, "{"))
		return false;
	while (!accept(h, "}")) {
		if (accept(h, "'descr':"))
			type = read_type(h);
		else if (accept(h, "'fortran_order':"))
			order = (h->fortran = accept(h, "True")) || accept(h, "False");
		else if (accept(h, "'shape':"))
			shape = read_shape(h);
		else
			return false;
		accept(h, ",");
	}
	return type && order && shape;
}

/* A type that is read: 2, 4 or 8 bytes a number. */
struct npy_type {
	size_t width;
	bool big;
};

static bool type_of(struct npy_type *out, const char *text)
{
	if ((text[0] != '<' && text[0] != '>') || text[1] != 'f' || strchr("248", text[2]) == NULL ||
	    text[2] == '\0' || text[3] != '\0')
		return false;
	*out = (struct npy_type){ (size_t)(text[2] - '0'), text[0] == '>' };
	return true;
}

static int type_error(const char *path, const char *type, struct error *err)
{
	static const struct {
		char kind;
		const char *name;
	} kinds[] = {
		{ 'i', "integers" },
		{ 'u', "integers" },
		{ 'b', "truth values" },
		{ 'c', "complex numbers" },
		{ 'f', "floats of another width" },
		{ 'O', "Python objects, pickled" },
		{ 'S', "bytes" },
		{ 'U', "texts" },
		{ 'V', "raw bytes" },
		{ 'M', "dates" },
		{ 'm', "durations" },
	};
	const char *name = "unknown";

	if (type[0] == '[')
		return error_set(err, STATUS_INPUT, "%s: elements of a structured type, expected floats", path);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (type[0] != '\0' && type[1] == kinds[i].kind)
			name = kinds[i].name;
	return error_set(err, STATUS_INPUT, "%s: elements of type %s (%s), expected float16, float32 or float64",
			 path, type, name);
}

static int check(struct npy_type *type, const struct header *h, const char *path, size_t bytes, struct error *err)
{
	size_t count, size;

	if (!type_of(type, h->type))
		return type_error(path, h->type, err);
	if (h->rank != 1 && h->rank != 2)
		return error_set(err, STATUS_INPUT, "%s: an array of shape %.*s, expected two dimensions", path,
				 h->shape_length, h->shape_text);
	if (__builtin_mul_overflow(h->shape[0], h->shape[1], &count) ||
	    __builtin_mul_overflow(count, type->width, &size) || size != bytes)
		return error_set(err, STATUS_INPUT, "%s: %zu bytes of data, but its header says (%zu, %zu)", path,
				 bytes, h->shape[0], h->shape[1]);
	return 0;
}

/* The number's bits, most significant byte first. */
static uint64_t bits_at(const char *data, struct npy_type type)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < type.width; i++)
		bits = bits << 8 | (unsigned char)data[type.big ? i : type.width - 1 - i];
	return bits;
}

/* Rounded to nearest; what is finite and beyond float32 becomes infinite. */
static float element_at(const char *data, struct npy_type type, double *exact)
{
	uint64_t bits = bits_at(data, type);
	uint32_t half = (uint32_t)bits;
	float value;

	if (type.width == sizeof(double)) {
		memcpy(exact, &bits, sizeof *exact);
		return (float)*exact;
	}
	if (type.width == sizeof(float))
		memcpy(&value, &half, sizeof value);
	else
		value = half_float((uint16_t)half);
	*exact = (double)value;
	return value;
}

/* Rows and columns of the array are converted in the order in which they lie. */
static int convert(struct npy *out, const char *data, struct npy_type type, bool fortran, const char *path,
		   struct error *err)
{
	size_t rows = out->view.rows, columns = out->view.columns;
	size_t outer = fortran ? columns : rows, inner = fortran ? rows : columns;

	out->converted = array_new(rows, columns, sizeof(float));
	if (out->converted == NULL)
		return error_memory(err, path);
	out->view.data = out->converted;
	for (size_t i = 0; i < outer; i++)
		for (size_t j = 0; j < inner; j++, data += type.width) {
			size_t row = fortran ? j : i, column = fortran ? i : j;
			double exact;
			float value = element_at(data, type, &exact);

			if (isinf(value) && isfinite(exact))
				return error_set(
					err, STATUS_INPUT,
					"%s: row %zu, column %zu (from 1): %g is beyond the range of float32", path,
					row + 1, column + 1, exact);
			out->rounded += (double)value != exact && !isnan(exact);
			matrix_row(out->view, row)[column] = value;
		}
	return 0;
}

static bool is_mappable(const struct header *h, struct npy_type type, const char *data)
{
	return type.width == sizeof(float) && !type.big && !h->fortran && (uintptr_t)data % sizeof(float) == 0;
}

/* Finds the header behind the magic number and its own length, of two bytes in
 * version 1.0 and of four since. */
static int find_header(struct header *h, const struct mapping *bytes, const char *path, struct error *err)
{
	size_t fixed, length = 0;

	*h = (struct header){ 0 };
	if (bytes->size > 3 && memcmp(bytes->data, "PK\3\4", 4) == 0)
		return error_set(err, STATUS_INPUT, "%s: an archive (.npz), expected one array (.npy)", path);
	if (bytes->size < sizeof magic + 2 || memcmp(bytes->data, magic, sizeof magic) != 0)
		return error_set(err, STATUS_INPUT, "%s: not a NumPy array", path);
	if (bytes->data[6] < 1 || bytes->data[6] > 3 || bytes->data[7] != 0)
		return error_set(err, STATUS_INPUT, "%s: a NumPy array of version %d.%d, expected 1.0 to 3.0", path,
				 (unsigned char)bytes->data[6], (unsigned char)bytes->data[7]);
	fixed = sizeof magic + 2 + (bytes->data[6] == 1 ? 2 : 4);
	for (size_t i = fixed; bytes->size >= fixed && i > sizeof magic + 2; i--)
		length = length << 8 | (unsigned char)bytes->data[i - 1];
	if (bytes->size < fixed || bytes->size - fixed < length)
		return error_set(err, STATUS_INPUT, "%s: ends inside its header", path);
	h->at = bytes->data + fixed;
	h->end = h->at + length;
	return 0;
}

int npy_parse(struct npy *out, const struct mapping *bytes, const char *path, struct error *err)
{
	struct header h;
	struct npy_type type = { 0 };
	const char *data;

	*out = (struct npy){ 0 };
	if (find_header(&h, bytes, path, err) < 0)
		return -1;
	if (!read_header(&h))
		return error_set(err, STATUS_INPUT, "%s: a header that is not NumPy's", path);
	if (h.rank == 1)
		h.shape[1] = 1;
	out->rank = h.rank;
	data = h.end;
	if (check(&type, &h, path, bytes->size - (size_t)(data - bytes->data), err) < 0)
		return -1;
	out->view = matrix_of((float *)(uintptr_t)data, h.shape[0], h.shape[1]);
	if (is_mappable(&h, type, data) || convert(out, data, type, h.fortran, path, err) == 0)
		return 0;
	npy_close(out);
	return -1;
}

int npy_open(struct npy *out, const char *path, struct error *err)
{
	struct mapping map;
	int rc;

	*out = (struct npy){ 0 };
	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = npy_parse(out, &map, path, err);
	if (rc < 0 || out->converted != NULL)
		mapping_close(&map);
	out->map = map;
	return rc;
}

void npy_close(struct npy *n)
{
	free(n->converted);
	mapping_close(&n->map);
	*n = (struct npy){ 0 };
}

int npy_need_rows(const struct npy *n, const char *path, struct error *err)
{
	return n->rank == 2 ? 0
			    : error_set(err, STATUS_INPUT, "%s: an array of shape (%zu,), expected two dimensions",
					path, n->view.rows);
}

void npy_warn(const struct npy *n, const char *path, const struct context *ctx)
{
	if (n->rounded > 0)
		context_warn(ctx, "%s: %zu of %zu values are rounded to float32", path, n->rounded,
			     n->view.rows * n->view.columns);
}

void npy_begin(struct output *o, size_t rows, size_t columns)
{
	char header[128];
	size_t length = sizeof header - sizeof magic - 4;
	char *text = header + sizeof magic + 4;
	int used = snprintf(text, length, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", rows,
			    columns);

	memcpy(header, magic, sizeof magic);
	header[6] = 1;
	header[7] = 0;
	header[8] = (char)(length & 0xff);
	header[9] = (char)(length >> 8);
	memset(text + used, ' ', length - (size_t)used);
	header[sizeof header - 1] = '\n';
	output_write(o, header, sizeof header);
}

int npy_write(struct folder *folder, const char *name, struct matrix m, struct error *err)
{
	struct output *o;

	if (output_open(&o, folder, name, err) < 0)
		return -1;
	npy_begin(o, m.rows, m.columns);
	for (size_t r = 0; r < m.rows; r++)
		output_write(o, matrix_row(m, r), m.columns * sizeof(float));
	return output_commit(o, err);
}
