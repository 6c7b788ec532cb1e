/* Copies `columns` ≤ 2 LANES columns of B, each contiguous, into a panel
 * (depth, 2 LANES): square tiles through registers. Up to the end of a vector the last
 * column is repeated. Internal to num/product*_avx*.c, which set the target, ELEMENT and
 * LANES. */
#ifndef NUM_TRANSPOSE_H
#define NUM_TRANSPOSE_H

#include <immintrin.h>
#include <stddef.h>

#ifndef LANES
#define LANES 8
#define ELEMENT float
#endif

enum { TILE = 32 / sizeof(ELEMENT) };

/* Where column i of a tile of `columns` begins, or the last one in its place. */
static inline __attribute__((always_inline)) size_t tile_column(size_t i, size_t columns)
{
	return i < columns ? i : columns - 1;
}

/* 8 × 8 floats. */
static inline __attribute__((always_inline)) void tile_floats(float *out, size_t out_row, const float *in,
							      size_t in_row, size_t columns)
{
	__m256 r[8], s[8];

	for (int i = 0; i < 8; i++)
		r[i] = _mm256_loadu_ps(in + tile_column((size_t)i, columns) * in_row);
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

/* 4 × 4 doubles. */
static inline __attribute__((always_inline)) void tile_doubles(double *out, size_t out_row, const double *in,
							       size_t in_row, size_t columns)
{
	__m256d r[4], s[4];

	for (int i = 0; i < 4; i++)
		r[i] = _mm256_loadu_pd(in + tile_column((size_t)i, columns) * in_row);
	for (int i = 0; i < 4; i += 2) {
		s[i] = _mm256_unpacklo_pd(r[i], r[i + 1]);
		s[i + 1] = _mm256_unpackhi_pd(r[i], r[i + 1]);
	}
	for (int i = 0; i < 2; i++) {
		_mm256_storeu_pd(out + (size_t)i * out_row, _mm256_permute2f128_pd(s[i], s[i + 2], 0x20));
		_mm256_storeu_pd(out + (size_t)(i + 2) * out_row, _mm256_permute2f128_pd(s[i], s[i + 2], 0x31));
	}
}

#define TILE_COPY(out, ...) _Generic((out), float * : tile_floats, double * : tile_doubles)(out, __VA_ARGS__)

static void transpose(ELEMENT *panel, const ELEMENT *b, size_t b_column, size_t depth, size_t columns)
{
	const size_t width = 2 * LANES, end = (columns + LANES - 1) / LANES * LANES, deep = depth / TILE * TILE;

	for (size_t j = 0; j < end; j += TILE) {
		const size_t first = tile_column(j, columns), rest = columns - first;

		for (size_t i = 0; i < deep; i += TILE)
			if (rest >= TILE)
				TILE_COPY(panel + i * width + j, width, b + first * b_column + i, b_column, TILE);
			else
				TILE_COPY(panel + i * width + j, width, b + first * b_column + i, b_column, rest);
	}
	for (size_t i = deep; i < depth; i++)
		for (size_t j = 0; j < end; j++)
			panel[i * width + j] = b[tile_column(j, columns) * b_column + i];
}

#endif
