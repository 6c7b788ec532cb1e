/* NumPy arrays on disk: .npy version 1.0, little-endian float32, C order, two
 * dimensions, data at a multiple of 64 bytes. */
#ifndef NUM_NPY_H
#define NUM_NPY_H

#include "base/error.h"
#include "base/file.h"
#include "base/output.h"
#include "num/matrix.h"

/* An array mapped for reading. The view must not be written to. */
struct npy {
	struct mapping map;
	struct matrix view; /* (rows, columns) */
};

/* Refuses other types, orders and ranks by name, and a file whose size does
 * not fit its header. A one-dimensional array is one column. */
int npy_open(struct npy *out, const char *path, struct error *err);
void npy_close(struct npy *n);

/* Writes the header; the rows follow through output_write, in order. */
void npy_begin(struct output *o, size_t rows, size_t columns);

int npy_write(struct folder *folder, const char *name, struct matrix m, struct error *err);

#endif
