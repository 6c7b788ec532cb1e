/* The inner loops of the geometry. Points are float32, directions and sums are
 * double. Every sum has a fixed order of additions and no fused operations, so
 * that it has the same bytes on every CPU. Rows are padded with zeros to a
 * multiple of KERNEL_LANES and aligned. */
#ifndef GEOMETRY_KERNELS_H
#define GEOMETRY_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum { KERNEL_LANES = 8 };

/* `d` rounded up to whole lanes. */
static inline size_t kernel_pad(size_t d)
{
	return (d + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

/* out[i] = data[index[i]] · w for i < count. data: rows of `stride` floats. */
void kernel_dots(double *out, const float *data, size_t stride, const uint32_t *index, size_t count, const double *w);

/* out[k] = q[k] · w for rows of `stride` doubles. */
void kernel_dots_double(double *out, const double *q, size_t stride, size_t rows, const double *w);
double kernel_dot(const double *a, const double *b, size_t stride);

/* The same for KERNEL_GROUP vectors w (KERNEL_GROUP, stride) at a time, so that q is read
 * once: out[g * out_stride + k] = q[k] · w[g]. */
enum { KERNEL_GROUP = 4 };
void kernel_dots_group(double *out, size_t out_stride, const double *q, size_t stride, size_t rows, const double *w);

/* The same for any count and alignment. */
double kernel_dot_any(const double *a, const double *b, size_t count);

/* x += a row. */
void kernel_add(double *x, double a, const float *row, size_t stride);
/* The same with a sum of twice the digits, of which `rest` holds the lower. */
void kernel_add_exactly(double *x, double *rest, double a, const float *row, size_t stride);
void kernel_add_double(double *x, double a, const double *row, size_t stride);

/* x += Σ a[k] q[k]. */
void kernel_combine(double *x, const double *a, const double *q, size_t stride, size_t rows);

/* The same for KERNEL_GROUP vectors x (KERNEL_GROUP, stride), with the factors
 * a[g * a_stride + k]; rows: a multiple of KERNEL_COMBINED. */
enum { KERNEL_COMBINED = 4 };
void kernel_combine_group(double *x, const double *a, size_t a_stride, const double *q, size_t stride, size_t rows);

/* (a, b) ← (c a + s b, c b − s a), elementwise. */
void kernel_rotate(double *a, double *b, double c, double s, size_t stride);

/* |a − b|² of two rows. */
double kernel_distance(const float *a, const float *b, size_t stride);
/* The same where it is at most so much; else some number that is more. */
double kernel_distance_within(const float *a, const float *b, size_t stride, double most);

/* Squared distances of the centre c (d) to the KERNEL_LANES centres of a block
 * (d, KERNEL_LANES): each is one sum over the coordinates in index order. Where it is more
 * than `most`, it may be some other number that is. */
void kernel_block_within(double out[KERNEL_LANES], const double *block, const double *c, size_t d,
			 const double most[KERNEL_LANES]);

#endif
