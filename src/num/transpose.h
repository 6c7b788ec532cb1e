/* Copies `columns` ≤ 2 LANES columns of B, each contiguous, into a panel
 * (depth, 2 LANES): blocks of 8 × 8 through registers. Internal to
 * num/product_avx*.c, which set the target and LANES. */
#ifndef NUM_TRANSPOSE_H
#define NUM_TRANSPOSE_H

#include <immintrin.h>
#include <stddef.h>

#ifndef LANES
#define LANES 8
#endif

static inline void transpose8(float *out, size_t out_row, const float *in, size_t in_row)
{
	__m256 r[8], s[8];

	for (int i = 0; i < 8; i++)
		r[i] = _mm256_loadu_ps(in + (size_t)i * in_row);
	for (int i = 0; i < 8; i += 2) {
		s[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
		s[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
	}
	for (int i = 0; i < 8; i += 4) {
		r[i] = _mm256_shuffle_ps(s[i], s[i + 2], 0x44);
		r[i + 1] = _mm256_shuffle_ps(s[i], s[i + 2], 0xee);
		r[i + 2] = _mm256_shuffle_ps(s[i + 1], s[i + 3], 0x44);
		r[i + 3] = _mm256_shuffle_ps(s[i + 1], s[i + 3], 0xee);
	}
	for (int i = 0; i < 4; i++) {
		_mm256_storeu_ps(out + (size_t)i * out_row, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
		_mm256_storeu_ps(out + (size_t)(i + 4) * out_row, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
	}
}

static void transpose(float *panel, const float *b, size_t b_column, size_t depth, size_t columns)
{
	const size_t width = 2 * LANES;
	size_t whole = columns / 8 * 8, deep = depth / 8 * 8;

	for (size_t j = 0; j < whole; j += 8)
		for (size_t i = 0; i < deep; i += 8)
			transpose8(panel + i * width + j, width, b + j * b_column + i, b_column);
	for (size_t j = 0; j < columns; j++)
		for (size_t i = j < whole ? deep : 0; i < depth; i++)
			panel[i * width + j] = b[j * b_column + i];
}

#endif
