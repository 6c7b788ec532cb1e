/* Views of matrices in row-major order. They own nothing. */
#ifndef NUM_MATRIX_H
#define NUM_MATRIX_H

#include <stddef.h>

/* Of float32. */
struct matrix {
	float *data; /* (rows, columns) */
	size_t rows, columns;
	size_t stride; /* elements from one row to the next, ≥ columns */
};

/* The same of doubles. */
struct matrix_double {
	double *data;
	size_t rows, columns, stride;
};

static inline struct matrix matrix_of(float *data, size_t rows, size_t columns)
{
	return (struct matrix){ data, rows, columns, columns };
}

static inline float *matrix_row(struct matrix m, size_t row)
{
	return m.data + row * m.stride;
}

#endif
