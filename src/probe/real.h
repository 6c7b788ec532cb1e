/* The number type that a translation unit computes in: float, or double if it
 * defines REAL_DOUBLE before this header; its matrix product, and the loops over
 * elements that a step of training consists of.
 *
 * The loops are written in vectors of 256 bits. A translation unit compiled for
 * AVX2 has them as they are; in one that is not, the compiler splits them. Rows
 * are padded to multiples of PAD elements, so that no loop has a tail. */
#ifndef PROBE_REAL_H
#define PROBE_REAL_H

#include "num/product.h"
#include "num/vecmath.h"
#include "probe/double.h"

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
typedef struct matrix_double real_matrix;
#define REAL_PRODUCT(form) product_double_##form
#else
typedef float real;
typedef int real_mask;
typedef struct matrix real_matrix;
#define REAL_PRODUCT(form) product_##form
#endif

enum { PAD = 16 }; /* elements that rows are padded to; a multiple of all vectors, the products' too */

/* Loads and stores need no alignment. */
typedef real vector __attribute__((vector_size(32), aligned(sizeof(real)), may_alias));
typedef real_mask vector_mask __attribute__((vector_size(32), aligned(sizeof(real)), may_alias));
enum { LANES = 32 / sizeof(real) };

/* A block of a row-major matrix. */
struct mlp_block {
	real *data; /* (rows, columns) */
	size_t rows, columns, stride;
};

enum block_turn { TURN_NONE, TURN_A, TURN_B };

/* out = a b, with one of them turned (transposed) first where asked; all blocks
 * are as stored. The bytes of an element depend on its own row and column alone
 * (num/product.h): not on the processor, nor on the padding. */
static inline void block_product(struct mlp_block out, struct mlp_block a, struct mlp_block b, enum block_turn turn)
{
	const real_matrix y = { out.data, out.rows, out.columns, out.stride };
	const real_matrix left = { a.data, a.rows, a.columns, a.stride };
	const real_matrix right = { b.data, b.rows, b.columns, b.stride };

	(turn == TURN_A   ? REAL_PRODUCT(tn)
	 : turn == TURN_B ? REAL_PRODUCT(nt)
			  : REAL_PRODUCT(nn))(y, left, right, false);
}

/* One update of Adam (Kingma and Ba 2015) in scikit-learn's form. With B
 * examples in the batch and g the sum of their gradients:
 *   g' = (g + alpha·w)/B;  m = b1·m + (1−b1)·g';  v = b2·v + (1−b2)·g'²;
 *   w −= rate·m/(√v + eps),  rate = lr·√(1−b2^t)/(1−b1^t). */
struct adam {
	real rate, alpha, scale; /* scale = 1/B */
};

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

/* Updates weights with their moments, all (rows, columns) without gaps. Returns
 * Σ w² from before the update. 1 − b is rounded once: 1 − 0.999f is off by 1e-5. */
static inline double adam_update(real *w, real *m, real *v, const real *g, size_t rows, size_t columns, struct adam a)
{
	const real beta1 = (real)0.9, beta2 = (real)0.999, rest1 = (real)(1 - 0.9), rest2 = (real)(1 - 0.999);
	double squares = 0;

	for (size_t i = 0; i < rows; i++, w += columns, m += columns, v += columns, g += columns) {
		vector sums = { 0 };

		for (size_t j = 0; j < columns; j += LANES) {
			vector weight = *(vector *)(w + j), grad = *(const vector *)(g + j);
			vector first = *(vector *)(m + j), second = *(vector *)(v + j);

			sums += weight * weight;
			grad = (grad + a.alpha * weight) * a.scale;
			first = beta1 * first + rest1 * grad;
			second = beta2 * second + rest2 * grad * grad;
			*(vector *)(m + j) = first;
			*(vector *)(v + j) = second;
			vector_sqrt(&second);
			*(vector *)(w + j) = weight - a.rate * first / (second + ADAM_EPSILON);
		}
		for (size_t k = 0; k < LANES; k++)
			squares += (double)sums[k];
	}
	return squares;
}

/* x += bias, then relu where asked. */
static inline void block_add_bias(struct mlp_block x, const real *bias, bool relu)
{
	for (size_t i = 0; i < x.rows; i++) {
		real *row = x.data + i * x.stride;

		for (size_t j = 0; j < x.columns; j += LANES) {
			vector z = *(vector *)(row + j) + *(const vector *)(bias + j);

			if (relu)
				z = (vector)((vector_mask)z & ~(z <= 0)); /* NaN stays */
			*(vector *)(row + j) = z;
		}
	}
}

/* delta = 0 where the unit's output was 0: relu's derivative. */
static inline void block_relu_backward(struct mlp_block delta, struct mlp_block output)
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
static inline void block_column_sums(real *sums, struct mlp_block x)
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

/* x = exp(x) and x = log(x); n is a multiple of the lanes. */
static inline void row_exp(real *x, size_t n)
{
#ifdef REAL_DOUBLE
	for (size_t j = 0; j < n; j += LANES)
		double_exp((doubles *)(x + j));
#else
	vector_exp(x, x, n);
#endif
}

static inline void row_log(real *x, size_t n)
{
#ifdef REAL_DOUBLE
	for (size_t j = 0; j < n; j += LANES)
		double_log((doubles *)(x + j));
#else
	vector_log(x, x, n);
#endif
}

/* Subtracts each row's largest of the first n; the padding after them becomes
 * what has the exponential 0. faults (rows): 0, or NaN where the row holds a
 * value that is not finite, of which an exponential would leave no trace. */
static inline void block_lower(struct mlp_block x, size_t n, real *faults)
{
	for (size_t i = 0; i < x.rows; i++) {
		real *row = x.data + i * x.stride, largest;
		vector lanes, odd = { 0 };

		for (size_t j = n; j < x.columns; j++)
			row[j] = (real)-1e30;
		lanes = *(vector *)row;
		for (size_t j = LANES; j < x.columns; j += LANES) {
			vector z = *(vector *)(row + j);
			vector_mask over = z > lanes;

			lanes = (vector)(((vector_mask)z & over) | ((vector_mask)lanes & ~over));
		}
		largest = lanes[0];
		for (size_t k = 1; k < LANES; k++)
			largest = lanes[k] > largest ? lanes[k] : largest;
		for (size_t j = 0; j < x.columns; j += LANES) {
			*(vector *)(row + j) -= largest;
			odd += *(vector *)(row + j) * 0;
		}
		faults[i] = 0;
		for (size_t k = 0; k < LANES; k++)
			faults[i] += odd[k];
	}
}

/* The first n of each row become probabilities, NaN where one was not finite;
 * the padding after them 0. The block has no gaps; `spare` (rows). */
static inline void block_softmax(struct mlp_block x, size_t n, real *spare)
{
	block_lower(x, n, spare);
	row_exp(x.data, x.rows * x.columns);
	for (size_t i = 0; i < x.rows; i++) {
		real *row = x.data + i * x.stride, sum = spare[i];
		vector lanes = *(vector *)row;

		for (size_t j = LANES; j < x.columns; j += LANES)
			lanes += *(vector *)(row + j);
		for (size_t k = 0; k < LANES; k++)
			sum += lanes[k];
		for (size_t j = 0; j < x.columns; j += LANES)
			*(vector *)(row + j) /= sum;
	}
}

/* The first of each row becomes a probability, NaN where it was not finite;
 * `spare` (rows, padded). */
static inline void block_logistic(struct mlp_block x, real *spare)
{
	for (size_t i = 0; i < x.rows; i++)
		spare[i] = -x.data[i * x.stride];
	row_exp(spare, (x.rows + PAD - 1) / PAD * PAD);
	for (size_t i = 0; i < x.rows; i++)
		x.data[i * x.stride] = 1 / (1 + spare[i]) + x.data[i * x.stride] * 0;
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
