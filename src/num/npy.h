/* NumPy arrays on disk (.npy, versions 1.0 to 3.0) of one or two dimensions.
 *
 * Written: version 1.0, little-endian float32, C order, data at a multiple of 64
 * bytes; such arrays are mapped. Read too: float16 and float64, big-endian, Fortran
 * order; these are converted to float32 in memory, rounded to nearest. */
#ifndef NUM_NPY_H
#define NUM_NPY_H

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/output.h"
#include "num/matrix.h"

/* An array for reading. The view must not be written to. */
struct npy {
	struct mapping map; /* what the view lies in, or empty */
	float *converted;   /* (rows, columns) what the view lies in, or NULL */
	struct matrix view; /* (rows, columns); of one dimension, one column */
	size_t rank;        /* 1 or 2 */
	size_t rounded;     /* values that float32 does not hold exactly */
};

/* Refuses other types and ranks by name, a file whose size does not fit its header,
 * and a float64 beyond the range of float32. NaN and infinity are the reader's to
 * refuse. */
int npy_open(struct npy *out, const char *path, struct error *err);
void npy_close(struct npy *n);

/* As npy_open, from bytes that stay the caller's; `path` stands in errors. */
int npy_parse(struct npy *out, const struct mapping *bytes, const char *path, struct error *err);

/* Refuses an array of one dimension, where rows are what an array is read for. */
int npy_need_rows(const struct npy *n, const char *path, struct error *err);

/* Warns of values that were rounded, in one line. */
void npy_warn(const struct npy *n, const char *path, const struct context *ctx);

/* Writes the header; the rows follow through output_write, in order. */
void npy_begin(struct output *o, size_t rows, size_t columns);

int npy_write(struct folder *folder, const char *name, struct matrix m, struct error *err);

#endif
