#include "num/npy.h"

#include "base/array.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char magic[8] = { '\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0 };

/* A header is a Python dictionary in one line; this reads the three keys that
 * NumPy writes, in any order, and nothing else. */
struct header {
	const char *at, *end;
	char type[16];
	bool fortran;
	size_t shape[2], rank;
};

static void skip_spaces(struct header *h)
{
	while (h->at < h->end && (*h->at == ' ' || *h->at == '\n'))
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

/* "(3,)" or "(3, 4)"; more dimensions are counted, not kept. */
static bool read_shape(struct header *h)
{
	if (!accept(h, "("))
		return false;
	for (h->rank = 0; !accept(h, ")"); h->rank++) {
		size_t n;

		if (!read_number(h, &n))
			return false;
		if (h->rank < 2)
			h->shape[h->rank] = n;
		if (!accept(h, ",") && (h->at == h->end || *h->at != ')'))
			return false;
	}
	return true;
}

static bool read_type(struct header *h)
{
	size_t n = 0;

	if (!accept(h, "'"))
		return false;
	for (; h->at < h->end && *h->at != '\'' && n + 1 < sizeof h->type; h->at++)
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

static int check(const struct header *h, const char *path, size_t bytes, struct error *err)
{
	size_t columns = h->rank == 1 ? 1 : h->shape[1], count, size;

	if (strcmp(h->type, "<f4") != 0)
		return error_set(err, STATUS_INPUT, "%s: elements of type %s, expected <f4", path, h->type);
	if (h->fortran)
		return error_set(err, STATUS_INPUT, "%s: Fortran order, expected C order", path);
	if (h->rank != 1 && h->rank != 2)
		return error_set(err, STATUS_INPUT, "%s: %zu dimensions, expected 2", path, h->rank);
	if (__builtin_mul_overflow(h->shape[0], columns, &count) ||
	    __builtin_mul_overflow(count, sizeof(float), &size) || size != bytes)
		return error_set(err, STATUS_INPUT, "%s: %zu bytes of data, but its header says (%zu, %zu)", path,
				 bytes, h->shape[0], columns);
	return 0;
}

int npy_open(struct npy *out, const char *path, struct error *err)
{
	const size_t fixed = sizeof magic + 2;
	struct header h = { 0 };
	size_t length;

	*out = (struct npy){ 0 };
	if (mapping_open(&out->map, path, err) < 0)
		return -1;
	if (out->map.size < fixed || memcmp(out->map.data, magic, sizeof magic) != 0) {
		error_set(err, STATUS_INPUT, "%s: not a NumPy array of version 1.0", path);
		goto fail;
	}
	length = (size_t)(unsigned char)out->map.data[8] | (size_t)(unsigned char)out->map.data[9] << 8;
	if (out->map.size - fixed < length) {
		error_set(err, STATUS_INPUT, "%s: ends inside its header", path);
		goto fail;
	}
	h.at = out->map.data + fixed;
	h.end = h.at + length;
	if (!read_header(&h)) {
		error_set(err, STATUS_INPUT, "%s: a header that is not NumPy's", path);
		goto fail;
	}
	if ((fixed + length) % sizeof(float) != 0) {
		error_set(err, STATUS_INPUT, "%s: data at byte %zu, expected a multiple of 64", path, fixed + length);
		goto fail;
	}
	if (check(&h, path, out->map.size - fixed - length, err) < 0)
		goto fail;
	out->view = matrix_of((float *)(uintptr_t)(out->map.data + fixed + length), h.shape[0],
			      h.rank == 1 ? 1 : h.shape[1]);
	return 0;
fail:
	npy_close(out);
	return -1;
}

void npy_close(struct npy *n)
{
	mapping_close(&n->map);
	*n = (struct npy){ 0 };
}

void npy_begin(struct output *o, size_t rows, size_t columns)
{
	char header[128];
	size_t length = sizeof header - sizeof magic - 2;
	char *text = header + sizeof magic + 2;
	int used = snprintf(text, length, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", rows,
			    columns);

	memcpy(header, magic, sizeof magic);
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
