/* The product kernel for one width of vectors. The including file sets the
 * target and defines NAME, PACK, LANES (floats in a vector), ROWS (rows of a block
 * of C), BROADCAST, MULTIPLY_ADD and TRANSPOSE; where it does not, they are those
 * of the kernel for any processor. */
#ifndef NUM_PRODUCT_BODY_H
#define NUM_PRODUCT_BODY_H

#include "num/product.h"
#include "num/product_kernel.h"

#include <string.h>

#ifndef NAME
#define NAME product_plain
#define PACK product_pack_plain
#define LANES 4
#define ROWS 4
#define BROADCAST(x) ((vec){ 0 } + *(x))
#define MULTIPLY_ADD(x, y, z) ((x) * (y) + (z))
#define TRANSPOSE transpose_plain

static void transpose_plain(float *panel, const float *b, size_t b_column, size_t depth, size_t columns)
{
	for (size_t j = 0; j < columns; j++)
		for (size_t i = 0; i < depth; i++)
			panel[i * (2 * LANES) + j] = b[j * b_column + i];
}
#endif

enum { WIDTH = 2 * LANES };

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/* C block (rows, vectors · LANES) += A (rows, depth) · panel (depth, WIDTH). All
 * but the pointers and the depth are constants where this is inlined. */
static inline __attribute__((always_inline)) void block(float *c, size_t c_row, const float *a, size_t a_row,
							size_t a_depth, const float *panel, size_t depth, bool add,
							const int rows, const int vectors)
{
	vec sum[ROWS][2];

#pragma GCC unroll 16
	for (int r = 0; r < rows; r++)
		for (int v = 0; v < vectors; v++)
			sum[r][v] = add ? *(const vec *)(c + (size_t)r * c_row + v * LANES) : (vec){ 0 };
#pragma GCC unroll 1
	for (size_t i = 0; i < depth; i++) {
		const float *column = a + i * a_depth;
		vec right[2];

		for (int v = 0; v < vectors; v++)
			right[v] = *(const vec *)(panel + i * WIDTH + v * LANES);
#pragma GCC unroll 16
		for (int r = 0; r < rows; r++) {
			const vec left = BROADCAST(column + (size_t)r * a_row);

			for (int v = 0; v < vectors; v++)
				sum[r][v] = MULTIPLY_ADD(left, right[v], sum[r][v]);
		}
	}
#pragma GCC unroll 16
	for (int r = 0; r < rows; r++)
		for (int v = 0; v < vectors; v++)
			*(vec *)(c + (size_t)r * c_row + v * LANES) = sum[r][v];
}

/* The number of rows as a constant; `vectors` is one. */
static inline __attribute__((always_inline)) void block_of(float *c, size_t c_row, const float *a, size_t a_row,
							   size_t a_depth, const float *panel, size_t depth, bool add,
							   size_t rows, const int vectors)
{
	switch (rows) {
#define CASE(n)                                                                                                      \
	case n:                                                                                                      \
		if (n <= ROWS)                                                                                       \
			block(c, c_row, a, a_row, a_depth, panel, depth, add, n <= ROWS ? n : 1, vectors);           \
		break
		CASE(1);
		CASE(2);
		CASE(3);
		CASE(4);
		CASE(5);
		CASE(6);
		CASE(7);
		CASE(8);
		CASE(9);
		CASE(10);
		CASE(11);
		CASE(12);
#undef CASE
	default:
		break;
	}
}

/* One stride of A is 1: along k for a matrix as it stands, along the rows for a
 * transposed one. */
static void block_rows(float *c, size_t c_row, const float *a, size_t a_row, const float *panel, size_t depth,
		       bool add, size_t rows)
{
	block_of(c, c_row, a, a_row, 1, panel, depth, add, rows, 2);
}

static void block_rows_narrow(float *c, size_t c_row, const float *a, size_t a_row, const float *panel, size_t depth,
			      bool add, size_t rows)
{
	block_of(c, c_row, a, a_row, 1, panel, depth, add, rows, 1);
}

static void block_columns(float *c, size_t c_row, const float *a, size_t a_depth, const float *panel, size_t depth,
			  bool add, size_t rows)
{
	block_of(c, c_row, a, 1, a_depth, panel, depth, add, rows, 2);
}

static void block_columns_narrow(float *c, size_t c_row, const float *a, size_t a_depth, const float *panel,
				 size_t depth, bool add, size_t rows)
{
	block_of(c, c_row, a, 1, a_depth, panel, depth, add, rows, 1);
}

static void block_any(float *c, size_t c_row, const struct product *p, const float *a, const float *panel,
		      size_t depth, bool add, size_t rows, bool narrow)
{
	if (p->a_depth == 1)
		(narrow ? block_rows_narrow : block_rows)(c, c_row, a, p->a_row, panel, depth, add, rows);
	else
		(narrow ? block_columns_narrow : block_columns)(c, c_row, a, p->a_depth, panel, depth, add, rows);
}

/* The last columns, where a block of C is wider than what is left of it. */
static void block_edge(const struct product *p, float *c, size_t columns, const float *a, const float *panel,
		       size_t depth, bool add, size_t rows)
{
	const bool narrow = columns <= LANES;
	float copy[ROWS * WIDTH] __attribute__((aligned(64)));

	for (size_t r = 0; add && r < rows; r++) {
		memset(copy + r * WIDTH, 0, WIDTH * sizeof *copy);
		memcpy(copy + r * WIDTH, c + r * p->c_row, columns * sizeof *c);
	}
	block_any(copy, WIDTH, p, a, panel, depth, add, rows, narrow);
	for (size_t r = 0; r < rows; r++)
		memcpy(c + r * p->c_row, copy + r * WIDTH, columns * sizeof *c);
}

/* panel (depth, WIDTH) = B [start …, column …], with zeros beyond the last column. */
static void panel_copy(float *panel, const struct product *p, size_t start, size_t depth, size_t column,
		       size_t columns)
{
	const float *b = p->b + start * p->b_depth + column * p->b_column;

	if (columns < WIDTH)
		memset(panel, 0, depth * WIDTH * sizeof *panel);
	if (p->b_column == 1 && columns == WIDTH) {
		for (size_t i = 0; i < depth; i++) {
			const vec left = *(const vec *)(b + i * p->b_depth);
			const vec right = *(const vec *)(b + i * p->b_depth + LANES);

			*(vec *)(panel + i * WIDTH) = left;
			*(vec *)(panel + i * WIDTH + LANES) = right;
		}
	} else if (p->b_depth == 1) {
		TRANSPOSE(panel, b, p->b_column, depth, columns);
	} else {
		for (size_t i = 0; i < depth; i++)
			for (size_t j = 0; j < columns; j++)
				panel[i * WIDTH + j] = b[i * p->b_depth + j * p->b_column];
	}
}

/* All rows against one panel, in blocks of nearly equal height. */
static void panel_multiply(const struct product *p, const float *panel, size_t start, size_t depth, size_t column,
			   size_t columns, bool add)
{
	const size_t blocks = (p->rows + ROWS - 1) / ROWS;

	for (size_t i = 0; i < blocks; i++) {
		const size_t row = i * p->rows / blocks, rows = (i + 1) * p->rows / blocks - row;
		const float *a = p->a + row * p->a_row + start * p->a_depth;
		float *c = p->c + row * p->c_row + column;

		if (columns == WIDTH || columns == LANES)
			block_any(c, p->c_row, p, a, panel, depth, add, rows, columns == LANES);
		else
			block_edge(p, c, columns, a, panel, depth, add, rows);
	}
}

void NAME(const struct product *p)
{
	const float *packed = p->packed;

	for (size_t start = 0; start < p->k || start == 0; start += PRODUCT_DEPTH) {
		size_t depth = p->k - start < PRODUCT_DEPTH ? p->k - start : PRODUCT_DEPTH;

		for (size_t column = 0; column < p->n; column += WIDTH) {
			size_t columns = p->n - column < WIDTH ? p->n - column : WIDTH;

			if (packed == NULL)
				panel_copy(p->work, p, start, depth, column, columns);
			panel_multiply(p, packed != NULL ? packed : p->work, start, depth, column, columns,
				       p->add || start > 0);
			if (packed != NULL)
				packed += depth * WIDTH;
		}
	}
}

void PACK(float *packed, const struct product *p)
{
	for (size_t start = 0; start < p->k; start += PRODUCT_DEPTH) {
		size_t depth = p->k - start < PRODUCT_DEPTH ? p->k - start : PRODUCT_DEPTH;

		for (size_t column = 0; column < p->n; column += WIDTH) {
			panel_copy(packed, p, start, depth, column, p->n - column < WIDTH ? p->n - column : WIDTH);
			packed += depth * WIDTH;
		}
	}
}

#endif
