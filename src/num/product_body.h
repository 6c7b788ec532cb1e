/* The product kernel for one width of vectors. The including file defines
 * NAME, LANES (floats in a vector), ROWS (rows of a block of C), BROADCAST,
 * MULTIPLY_ADD and TRANSPOSE, and sets the target. */
#include "num/product.h"
#include "num/product_kernel.h"

#include <string.h>

enum { WIDTH = 2 * LANES };

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/* C block (ROWS, WIDTH) += A (ROWS, depth) · panel (depth, WIDTH). */
static inline __attribute__((always_inline)) void block(float *c, size_t c_row, const float *a, size_t a_row,
                                                        size_t a_depth, const float *panel, size_t depth, bool add)
{
	vec sum[ROWS][2];

#pragma GCC unroll 16
	for (int r = 0; r < ROWS; r++)
		for (int v = 0; v < 2; v++)
			sum[r][v] = add ? *(const vec *)(c + (size_t)r * c_row + v * LANES) : (vec){ 0 };
#pragma GCC unroll 1
	for (size_t i = 0; i < depth; i++) {
		const vec left = *(const vec *)(panel + i * WIDTH), right = *(const vec *)(panel + i * WIDTH + LANES);
		const float *column = a + i * a_depth;

#pragma GCC unroll 16
		for (int r = 0; r < ROWS; r++) {
			const vec x = BROADCAST(column + (size_t)r * a_row);

			sum[r][0] = MULTIPLY_ADD(x, left, sum[r][0]);
			sum[r][1] = MULTIPLY_ADD(x, right, sum[r][1]);
		}
	}
#pragma GCC unroll 16
	for (int r = 0; r < ROWS; r++)
		for (int v = 0; v < 2; v++)
			*(vec *)(c + (size_t)r * c_row + v * LANES) = sum[r][v];
}

/* The strides as constants where they are known, so that the addresses are. */
static void block_rows(float *c, size_t c_row, const float *a, size_t a_row, const float *panel, size_t depth,
                       bool add)
{
	block(c, c_row, a, a_row, 1, panel, depth, add);
}

static void block_columns(float *c, size_t c_row, const float *a, size_t a_depth, const float *panel, size_t depth,
                          bool add)
{
	block(c, c_row, a, 1, a_depth, panel, depth, add);
}

static void block_any(float *c, size_t c_row, const struct product *p, const float *a, const float *panel,
                      size_t depth, bool add)
{
	if (p->a_depth == 1)
		block_rows(c, c_row, a, p->a_row, panel, depth, add);
	else
		block_columns(c, c_row, a, p->a_depth, panel, depth, add);
}

/* A block that sticks out of C, or whose rows of A do: both go through a copy. */
static void block_edge(const struct product *p, size_t row, size_t rows, size_t column, size_t columns, size_t start,
                       size_t depth, const float *panel, bool add)
{
	float c[ROWS * WIDTH] __attribute__((aligned(64))) = { 0 };
	float *part = p->c + row * p->c_row + column;
	const float *a = p->a + row * p->a_row + start * p->a_depth;

	for (size_t r = 0; add && r < rows; r++)
		memcpy(c + r * WIDTH, part + r * p->c_row, columns * sizeof *c);
	if (rows == ROWS) {
		block_any(c, WIDTH, p, a, panel, depth, true);
	} else {
		float *copy = p->work + PRODUCT_DEPTH * PRODUCT_WIDTH; /* (64, ROWS) */
		const size_t step = 1024 / ROWS;

		for (size_t from = 0; from < depth; from += step) {
			size_t part_depth = depth - from < step ? depth - from : step;

			for (size_t i = 0; i < part_depth; i++)
				for (size_t r = 0; r < ROWS; r++)
					copy[i * ROWS + r] =
						r < rows ? a[r * p->a_row + (from + i) * p->a_depth] : 0.0f;
			block_columns(c, WIDTH, copy, ROWS, panel + from * WIDTH, part_depth, true);
		}
	}
	for (size_t r = 0; r < rows; r++)
		memcpy(part + r * p->c_row, c + r * WIDTH, columns * sizeof *c);
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

void NAME(const struct product *p)
{
	for (size_t start = 0; start < p->k || start == 0; start += PRODUCT_DEPTH) {
		size_t depth = p->k - start < PRODUCT_DEPTH ? p->k - start : PRODUCT_DEPTH;
		bool add = p->add || start > 0;

		for (size_t column = 0; column < p->n; column += WIDTH) {
			size_t columns = p->n - column < WIDTH ? p->n - column : WIDTH;

			panel_copy(p->work, p, start, depth, column, columns);
			for (size_t row = 0; row < p->rows; row += ROWS) {
				size_t rows = p->rows - row < ROWS ? p->rows - row : ROWS;

				if (rows < ROWS || columns < WIDTH)
					block_edge(p, row, rows, column, columns, start, depth, p->work, add);
				else
					block_any(p->c + row * p->c_row + column, p->c_row, p,
					          p->a + row * p->a_row + start * p->a_depth, p->work, depth,
					          add);
			}
		}
	}
}
