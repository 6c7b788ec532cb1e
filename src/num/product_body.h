/* The product kernel for one type of numbers and one width of vectors. The including
 * file sets the target and defines KERNEL, ELEMENT, LANES (elements in a vector), ROWS
 * (rows of a block of C), BROADCAST, MULTIPLY_ADD, LOAD_PART, STORE_PART and TRANSPOSE;
 * where it defines none but KERNEL and ELEMENT, they are those for any processor. */
#include "num/product.h"
#include "num/product_kernel.h"

#include <string.h>

#ifndef LANES
#define LANES (16 / sizeof(ELEMENT))
#define ROWS 4
#define BROADCAST(x) ((vec){ 0 } + *(x))
#define MULTIPLY_ADD(x, y, z) ((x) * (y) + (z))
#define LOAD_PART load_part
#define STORE_PART(p, x, count) memcpy(p, &(x), (count) * sizeof(ELEMENT))
#define TRANSPOSE transpose_plain
#define ANY_PROCESSOR
#endif

typedef ELEMENT element;
typedef element vec __attribute__((vector_size(LANES * sizeof(element)), aligned(sizeof(element)), may_alias));

enum { WIDTH = 2 * LANES };

#ifdef ANY_PROCESSOR
static inline vec load_part(const element *p, size_t count)
{
	vec x = { 0 };

	memcpy(&x, p, count * sizeof *p);
	return x;
}

static void transpose_plain(element *panel, const element *b, size_t b_column, size_t depth, size_t columns)
{
	memset(panel, 0, depth * WIDTH * sizeof *panel);
	for (size_t j = 0; j < columns; j++)
		for (size_t i = 0; i < depth; i++)
			panel[i * WIDTH + j] = b[j * b_column + i];
}
#endif

/* A part of A: an element's steps to the next row, and along k. One of them is 1: along k
 * for a matrix as it stands, along the rows for a transposed one. */
struct left {
	const element *data;
	size_t row, depth;
};

/* C block (rows, vectors · LANES) += A (rows, depth) · panel (depth, WIDTH). All
 * but the pointers and the depth are constants where this is inlined. */
static inline __attribute__((always_inline)) void block(element *c, size_t c_row, struct left a, const element *panel,
							size_t depth, bool add, const int rows, const int vectors)
{
	vec sum[ROWS][2];

#pragma GCC unroll 16
	for (int r = 0; r < rows; r++)
		for (int v = 0; v < vectors; v++)
			sum[r][v] = add ? *(const vec *)(c + (size_t)r * c_row + (size_t)v * LANES) : (vec){ 0 };
#pragma GCC unroll 1
	for (size_t i = 0; i < depth; i++) {
		const element *column = a.data + i * a.depth;
		vec right[2];

		for (int v = 0; v < vectors; v++)
			right[v] = *(const vec *)(panel + i * WIDTH + (size_t)v * LANES);
#pragma GCC unroll 16
		for (int r = 0; r < rows; r++) {
			const vec left = BROADCAST(column + (size_t)r * a.row);

			for (int v = 0; v < vectors; v++)
				sum[r][v] = MULTIPLY_ADD(left, right[v], sum[r][v]);
		}
	}
#pragma GCC unroll 16
	for (int r = 0; r < rows; r++)
		for (int v = 0; v < vectors; v++)
			*(vec *)(c + (size_t)r * c_row + (size_t)v * LANES) = sum[r][v];
}

/* The number of rows as a constant; `vectors` is one. */
static inline __attribute__((always_inline)) void block_of(element *c, size_t c_row, struct left a,
							   const element *panel, size_t depth, bool add, size_t rows,
							   const int vectors)
{
	switch (rows) {
#define CASE(n)                                                                                                      \
	case n:                                                                                                      \
		if (n <= ROWS)                                                                                       \
			block(c, c_row, a, panel, depth, add, n <= ROWS ? n : 1, vectors);                           \
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

static void block_rows(element *c, size_t c_row, const element *a, size_t step, const element *panel, size_t depth,
		       bool add, size_t rows)
{
	block_of(c, c_row, (struct left){ a, step, 1 }, panel, depth, add, rows, 2);
}

static void block_rows_narrow(element *c, size_t c_row, const element *a, size_t step, const element *panel,
			      size_t depth, bool add, size_t rows)
{
	block_of(c, c_row, (struct left){ a, step, 1 }, panel, depth, add, rows, 1);
}

static void block_columns(element *c, size_t c_row, const element *a, size_t step, const element *panel, size_t depth,
			  bool add, size_t rows)
{
	block_of(c, c_row, (struct left){ a, 1, step }, panel, depth, add, rows, 2);
}

static void block_columns_narrow(element *c, size_t c_row, const element *a, size_t step, const element *panel,
				 size_t depth, bool add, size_t rows)
{
	block_of(c, c_row, (struct left){ a, 1, step }, panel, depth, add, rows, 1);
}

static inline void block_any(element *c, size_t c_row, const struct left *a, size_t row, const element *panel,
			     size_t depth, bool add, size_t rows, bool narrow)
{
	const element *from = a->data + row * a->row;

	if (a->depth == 1)
		(narrow ? block_rows_narrow : block_rows)(c, c_row, from, a->row, panel, depth, add, rows);
	else
		(narrow ? block_columns_narrow : block_columns)(c, c_row, from, a->depth, panel, depth, add, rows);
}

static inline vec load(const element *p, size_t count)
{
	return count >= LANES ? *(const vec *)p : LOAD_PART(p, count);
}

static inline void store(element *p, vec x, size_t count)
{
	if (count >= LANES)
		*(vec *)p = x;
	else
		STORE_PART(p, x, count);
}

/* The last columns, where a block of C is wider than what is left of it. */
static void block_edge(element *c, size_t c_row, size_t columns, const struct left *a, size_t row,
		       const element *panel, size_t depth, bool add, size_t rows)
{
	element copy[ROWS * WIDTH] __attribute__((aligned(64)));

	for (size_t r = 0; add && r < rows; r++)
		for (size_t j = 0; j < columns; j += LANES)
			*(vec *)(copy + r * WIDTH + j) = load(c + r * c_row + j, columns - j);
	block_any(copy, WIDTH, a, row, panel, depth, add, rows, columns <= LANES);
	for (size_t r = 0; r < rows; r++)
		for (size_t j = 0; j < columns; j += LANES)
			store(c + r * c_row + j, *(const vec *)(copy + r * WIDTH + j), columns - j);
}

/* panel (depth, WIDTH) = B [start …, column …]. Behind the last column, up to the end of a
 * vector, stand numbers that nothing is made of. */
static void panel_copy(element *panel, const struct product *p, size_t start, size_t depth, size_t column,
		       size_t columns)
{
	const element *b = (const element *)p->b + start * p->b_depth + column * p->b_column;

	if (p->b_column != 1) {
		TRANSPOSE(panel, b, p->b_column, depth, columns);
		return;
	}
	for (size_t i = 0; i < depth; i++)
		for (size_t j = 0; j < columns; j += LANES)
			*(vec *)(panel + i * WIDTH + j) = load(b + i * p->b_depth + j, columns - j);
}

/* `rows` rows of A against one panel, in blocks of nearly equal height. */
static void panel_multiply(element *c, size_t c_row, size_t columns, const struct left *a, size_t rows,
			   const element *panel, size_t depth, bool add)
{
	const size_t blocks = (rows + ROWS - 1) / ROWS;

	for (size_t i = 0; i < blocks; i++) {
		const size_t row = i * rows / blocks, height = (i + 1) * rows / blocks - row;
		element *to = c + row * c_row;

		if (columns == WIDTH || columns == LANES)
			block_any(to, c_row, a, row, panel, depth, add, height, columns == LANES);
		else
			block_edge(to, c_row, columns, a, row, panel, depth, add, height);
	}
}

/* A [row …, start …]. Where its lines are a page or more apart they may share the places
 * of the first-level cache, and each needs a page of its own: then they are copied to
 * stand close together, if enough panels read the copy. */
static struct left left_of(const struct product *p, size_t row, size_t rows, size_t start, size_t depth)
{
	enum { PAGE = 4096, PANELS = 4, GAP = PRODUCT_GAP };
	const element *a = (const element *)p->a + row * p->a_row + start * p->a_depth;
	const bool by_rows = p->a_depth == 1;
	const size_t step = by_rows ? p->a_row : p->a_depth, lines = by_rows ? rows : depth,
		     length = by_rows ? depth : rows;
	element *copy = (element *)p->work + PRODUCT_PANEL;

	if (step * sizeof *a < PAGE || p->n < (size_t)PANELS * WIDTH)
		return (struct left){ a, p->a_row, p->a_depth };
	for (size_t i = 0; i < lines; i++)
		memcpy(copy + i * (length + GAP), a + i * step, length * sizeof *a);
	return by_rows ? (struct left){ copy, length + GAP, 1 } : (struct left){ copy, 1, length + GAP };
}

/* The columns of C in a block of rows, and `depth` of the sum. */
static void part_multiply(const struct product *p, size_t row, size_t rows, size_t start, size_t depth)
{
	const struct left a = left_of(p, row, rows, start, depth);
	const size_t wide = (p->n + WIDTH - 1) / WIDTH * WIDTH;
	const element *packed = p->packed;

	for (size_t column = 0; column < p->n; column += WIDTH) {
		const size_t columns = p->n - column < WIDTH ? p->n - column : WIDTH;
		const element *panel = p->work;

		if (packed != NULL)
			panel = packed + start * wide + depth * column;
		else
			panel_copy(p->work, p, start, depth, column, columns);
		panel_multiply((element *)p->c + row * p->c_row + column, p->c_row, columns, &a, rows, panel, depth,
			       p->add || start > 0);
	}
}

/* The depth of the panel that starts there. */
static size_t depth_of(const struct product *p, size_t start)
{
	return p->k - start < PRODUCT_DEPTH ? p->k - start : PRODUCT_DEPTH;
}

static void multiply(const struct product *p)
{
	const size_t parts = (p->rows + PRODUCT_ROWS - 1) / PRODUCT_ROWS;

	for (size_t i = 0; i < parts; i++) {
		const size_t row = i * p->rows / parts, rows = (i + 1) * p->rows / parts - row;

		for (size_t start = 0; start < p->k || start == 0; start += PRODUCT_DEPTH)
			part_multiply(p, row, rows, start, depth_of(p, start));
	}
}

static void pack(void *panels, const struct product *p)
{
	element *panel = panels;

	for (size_t start = 0; start < p->k; start += PRODUCT_DEPTH)
		for (size_t column = 0; column < p->n; column += WIDTH) {
			panel_copy(panel, p, start, depth_of(p, start), column,
				   p->n - column < WIDTH ? p->n - column : WIDTH);
			panel += depth_of(p, start) * WIDTH;
		}
}

const struct product_kernel KERNEL = { multiply, pack };
