#include <stddef.h>

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

#include "num/product_body.h"
