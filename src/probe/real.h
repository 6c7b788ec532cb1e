/* The number type that a translation unit computes in: float, or double if it
 * defines REAL_DOUBLE before this header; its matrix product, and the loops over
 * elements that a step of training consists of.
 *
 * The loops are written in vectors of 256 bits. A translation unit compiled for
 * AVX2 has them as they are; in one that is not, the compiler splits them. Rows
 * are padded to multiples of PAD elements, so that no loop has a tail. */
#ifndef PROBE_REAL_H
#define PROBE_REAL_H

#include "num/vecmath.h"

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#ifdef REAL_DOUBLE
typedef double real;
typedef long long real_mask;
#else
typedef float real;
typedef int real_mask;
#endif

enum { PAD = 8 }; /* elements that rows are padded to; a multiple of the vectors below */

/* Loads and stores need no alignment. */
typedef real vector __attribute__((vector_size(32), aligned(sizeof(real)), may_alias));
typedef real_mask vector_mask __attribute__((vector_size(32), aligned(sizeof(real)), may_alias));
enum { LANES = 32 / sizeof(real) };

/* A block of a row-major matrix. */
struct block {
	real *data; /* (rows, columns) */
	size_t rows, columns, stride;
};

/* out = a b, with either turned (transposed) first; all blocks are as stored. */
static inline void block_product(struct block out, bool turn_a, struct block a, bool turn_b, struct block b)
{
	enum CBLAS_TRANSPOSE of_a = turn_a ? CblasTrans : CblasNoTrans, of_b = turn_b ? CblasTrans : CblasNoTrans;
	blasint rows = (blasint)out.rows, columns = (blasint)out.columns;
	blasint depth = (blasint)(turn_a ? a.rows : a.columns);

#ifdef REAL_DOUBLE
	cblas_dgemm(CblasRowMajor, of_a, of_b, rows, columns, depth, 1, a.data, (blasint)a.stride, b.data,
		    (blasint)b.stride, 0, out.data, (blasint)out.stride);
#else
	cblas_sgemm(CblasRowMajor, of_a, of_b, rows, columns, depth, 1, a.data, (blasint)a.stride, b.data,
		    (blasint)b.stride, 0, out.data, (blasint)out.stride);
#endif
}

/* One update of Adam (Kingma and Ba 2015) in scikit-learn's form. With B
 * examples in the batch and g the sum of their gradients:
 *   g' = (g + alpha·w)/B;  m = b1·m + (1−b1)·g';  v = b2·v + (1−b2)·g'²;
 *   w −= rate·m/(√v + eps),  rate = lr·√(1−b2^t)/(1−b1^t). */
struct adam {
	real rate, alpha, scale; /* scale = 1/B */
};

#define ADAM_BETA1 ((real)0.9)
#define ADAM_BETA2 ((real)0.999)
#define ADAM_EPSILON ((real)1e-8)

static inline void vector_sqrt(vector *x)
{
#if defined(__AVX2__) && defined(REAL_DOUBLE)
	*x = _mm256_sqrt_pd(*x);
#elif defined(__AVX2__)
	*x = _mm256_sqrt_ps(*x);
#else
	for (size_t k = 0; k < LANES; k++)
		(*x)[k] = (real)sqrt((double)(*x)[k]);
#endif
}

/* Updates a block of weights with moments (rows, columns) that have no gaps.
 * Returns Σ w² from before the update. The rows of w may lie far apart, which
 * the processor does not foresee: hence the prefetch. */
static inline double adam_update(struct block w, real *m, real *v, struct block g, struct adam a)
{
	double squares = 0;

	for (size_t i = 0; i < w.rows; i++, m += w.columns, v += w.columns) {
		real *row = w.data + i * w.stride;
		const real *grads = g.data + i * g.stride;
		vector sums = { 0 };

		for (size_t j = 0; j < w.columns; j += LANES) {
			vector weight = *(vector *)(row + j), grad = *(const vector *)(grads + j);
			vector first = *(vector *)(m + j), second = *(vector *)(v + j);

			__builtin_prefetch(row + 2 * w.stride + j, 1);
			sums += weight * weight;
			grad = (grad + a.alpha * weight) * a.scale;
			first = ADAM_BETA1 * first + (1 - ADAM_BETA1) * grad;
			second = ADAM_BETA2 * second + (1 - ADAM_BETA2) * grad * grad;
			*(vector *)(m + j) = first;
			*(vector *)(v + j) = second;
			vector_sqrt(&second);
			*(vector *)(row + j) = weight - a.rate * first / (second + ADAM_EPSILON);
		}
		for (size_t k = 0; k < LANES; k++)
			squares += (double)sums[k];
	}
	return squares;
}

/* x += bias, then relu where asked. */
static inline void block_add_bias(struct block x, const real *bias, bool relu)
{
	for (size_t i = 0; i < x.rows; i++) {
		real *row = x.data + i * x.stride;

		for (size_t j = 0; j < x.columns; j += LANES) {
			vector z = *(vector *)(row + j) + *(const vector *)(bias + j);

			if (relu)
				z = (vector)((vector_mask)z & (z > 0));
			*(vector *)(row + j) = z;
		}
	}
}

/* delta = 0 where the unit's output was 0: relu's derivative. */
static inline void block_relu_backward(struct block delta, struct block output)
{
	for (size_t i = 0; i < delta.rows; i++) {
		real *row = delta.data + i * delta.stride;
		const real *out = output.data + i * output.stride;

		for (size_t j = 0; j < delta.columns; j += LANES) {
			vector z = *(vector *)(row + j);

			*(vector *)(row + j) = (vector)((vector_mask)z & (*(const vector *)(out + j) > 0));
		}
	}
}

/* sums (columns) = sums of the columns. */
static inline void block_column_sums(real *sums, struct block x)
{
	for (size_t j = 0; j < x.columns; j++)
		sums[j] = 0;
	for (size_t i = 0; i < x.rows; i++)
		for (size_t j = 0; j < x.columns; j += LANES)
			*(vector *)(sums + j) += *(const vector *)(x.data + i * x.stride + j);
}

/* The type's epsilon, which probabilities are clipped at. */
static inline real real_epsilon(void)
{
#ifdef REAL_DOUBLE
	return DBL_EPSILON;
#else
	return FLT_EPSILON;
#endif
}

/* x = exp(x) */
static inline void row_exp(real *x, size_t n)
{
#ifdef REAL_DOUBLE
	for (size_t j = 0; j < n; j++)
		x[j] = exp(x[j]);
#else
	vector_exp(x, x, n);
#endif
}

/* The first n of each row become probabilities; the padding after them 0. */
static inline void block_softmax(struct block x, size_t n)
{
	for (size_t i = 0; i < x.rows; i++) {
		real *row = x.data + i * x.stride, largest = row[0], sum = 0;
		vector lanes;

		for (size_t j = n; j < x.columns; j++)
			row[j] = (real)-1e30; /* whose exp is 0 */
		lanes = *(vector *)row;
		for (size_t j = LANES; j < x.columns; j += LANES) {
			vector z = *(vector *)(row + j);
			vector_mask over = z > lanes;

			lanes = (vector)(((vector_mask)z & over) | ((vector_mask)lanes & ~over));
		}
		for (size_t k = 0; k < LANES; k++)
			largest = lanes[k] > largest ? lanes[k] : largest;
		for (size_t j = 0; j < x.columns; j += LANES)
			*(vector *)(row + j) -= largest;
		row_exp(row, x.columns);
		lanes = *(vector *)row;
		for (size_t j = LANES; j < x.columns; j += LANES)
			lanes += *(vector *)(row + j);
		for (size_t k = 0; k < LANES; k++)
			sum += lanes[k];
		for (size_t j = 0; j < x.columns; j += LANES)
			*(vector *)(row + j) /= sum;
	}
}

/* The first of each row becomes a probability; the padding after it is 0. */
static inline void block_logistic(struct block x)
{
	for (size_t i = 0; i < x.rows; i++) {
		real *row = x.data + i * x.stride;

		row[0] = -row[0];
		row_exp(row, 1);
		row[0] = 1 / (1 + row[0]);
	}
}

/* Takes a row of an embedding. */
static inline void row_take(real *out, const float *from, size_t n)
{
#ifdef REAL_DOUBLE
	for (size_t j = 0; j < n; j++)
		out[j] = from[j];
#else
	memcpy(out, from, n * sizeof *out);
#endif
}

#endif
