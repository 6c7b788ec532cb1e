#include "geometry/kernels.h"

#include <math.h>

/* Four doubles, or four floats made double. The compiler makes one AVX or two
 * SSE operations of each; the roundings are the same. */
typedef double lanes __attribute__((vector_size(32)));
typedef double loose __attribute__((vector_size(32), aligned(8), may_alias));

#define LOAD(p) (*(const loose *)(p))
#define STORE(p, v) (*(loose *)(p) = (v))
#define WIDEN(p) ((lanes){ (p)[0], (p)[1], (p)[2], (p)[3] })
#define TOTAL(out, a, b)                                                                                             \
	do {                                                                                                         \
		lanes sum_ = (a) + (b);                                                                              \
		(out) = (sum_[0] + sum_[1]) + (sum_[2] + sum_[3]);                                                   \
	} while (0)

#define ALL(truth) ((truth)[0] != 0 && (truth)[1] != 0 && (truth)[2] != 0 && (truth)[3] != 0)

/* The resolver of a function with two versions runs before the sanitizer is
 * ready, and the names that clang gave the versions up to its release 17 are not
 * those that other files call. */
#if defined(__has_feature)
#define SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#if defined(__x86_64__) && defined(__GNUC__) && !SANITIZED && (!defined(__clang__) || __clang_major__ > 17)
#define FAST __attribute__((target_clones("avx2", "default")))
#else
#define FAST
#endif

FAST void kernel_dots(double *out, const float *data, size_t stride, const uint32_t *index, size_t count,
		      const double *w)
{
	size_t i = 0;

	for (; i + 4 <= count; i += 4) {
		const float *a = data + index[i] * stride, *b = data + index[i + 1] * stride;
		const float *c = data + index[i + 2] * stride, *e = data + index[i + 3] * stride;
		lanes a0 = { 0 }, a1 = { 0 }, b0 = { 0 }, b1 = { 0 };
		lanes c0 = { 0 }, c1 = { 0 }, e0 = { 0 }, e1 = { 0 };

		for (size_t k = 0; k < stride; k += 8) {
			lanes w0 = LOAD(w + k), w1 = LOAD(w + k + 4);

			a0 += WIDEN(a + k) * w0;
			a1 += WIDEN(a + k + 4) * w1;
			b0 += WIDEN(b + k) * w0;
			b1 += WIDEN(b + k + 4) * w1;
			c0 += WIDEN(c + k) * w0;
			c1 += WIDEN(c + k + 4) * w1;
			e0 += WIDEN(e + k) * w0;
			e1 += WIDEN(e + k + 4) * w1;
		}
		TOTAL(out[i], a0, a1);
		TOTAL(out[i + 1], b0, b1);
		TOTAL(out[i + 2], c0, c1);
		TOTAL(out[i + 3], e0, e1);
	}
	for (; i < count; i++) {
		const float *a = data + index[i] * stride;
		lanes a0 = { 0 }, a1 = { 0 };

		for (size_t k = 0; k < stride; k += 8) {
			a0 += WIDEN(a + k) * LOAD(w + k);
			a1 += WIDEN(a + k + 4) * LOAD(w + k + 4);
		}
		TOTAL(out[i], a0, a1);
	}
}

FAST void kernel_dots_double(double *out, const double *q, size_t stride, size_t rows, const double *w)
{
	size_t i = 0;

	for (; i + 2 <= rows; i += 2) {
		const double *a = q + i * stride, *b = a + stride;
		lanes a0 = { 0 }, a1 = { 0 }, b0 = { 0 }, b1 = { 0 };

		for (size_t k = 0; k < stride; k += 8) {
			lanes w0 = LOAD(w + k), w1 = LOAD(w + k + 4);

			a0 += LOAD(a + k) * w0;
			a1 += LOAD(a + k + 4) * w1;
			b0 += LOAD(b + k) * w0;
			b1 += LOAD(b + k + 4) * w1;
		}
		TOTAL(out[i], a0, a1);
		TOTAL(out[i + 1], b0, b1);
	}
	if (i < rows) {
		const double *a = q + i * stride;
		lanes a0 = { 0 }, a1 = { 0 };

		for (size_t k = 0; k < stride; k += 8) {
			a0 += LOAD(a + k) * LOAD(w + k);
			a1 += LOAD(a + k + 4) * LOAD(w + k + 4);
		}
		TOTAL(out[i], a0, a1);
	}
}

double kernel_dot(const double *a, const double *b, size_t stride)
{
	double out;

	kernel_dots_double(&out, a, stride, 1, b);
	return out;
}

FAST void kernel_dots_group(double *out, size_t out_stride, const double *q, size_t stride, size_t rows,
			    const double *w)
{
	const double *w0 = w, *w1 = w0 + stride, *w2 = w1 + stride, *w3 = w2 + stride;

	for (size_t i = 0; i < rows; i++) {
		const double *row = q + i * stride;
		lanes a0 = { 0 }, a1 = { 0 }, b0 = { 0 }, b1 = { 0 };
		lanes c0 = { 0 }, c1 = { 0 }, e0 = { 0 }, e1 = { 0 };

		for (size_t k = 0; k < stride; k += 8) {
			lanes r0 = LOAD(row + k), r1 = LOAD(row + k + 4);

			a0 += r0 * LOAD(w0 + k);
			a1 += r1 * LOAD(w0 + k + 4);
			b0 += r0 * LOAD(w1 + k);
			b1 += r1 * LOAD(w1 + k + 4);
			c0 += r0 * LOAD(w2 + k);
			c1 += r1 * LOAD(w2 + k + 4);
			e0 += r0 * LOAD(w3 + k);
			e1 += r1 * LOAD(w3 + k + 4);
		}
		TOTAL(out[i], a0, a1);
		TOTAL(out[out_stride + i], b0, b1);
		TOTAL(out[2 * out_stride + i], c0, c1);
		TOTAL(out[3 * out_stride + i], e0, e1);
	}
}

FAST double kernel_dot_any(const double *a, const double *b, size_t count)
{
	lanes s0 = { 0 }, s1 = { 0 };
	double out;
	size_t k = 0;

	for (; k + 8 <= count; k += 8) {
		s0 += LOAD(a + k) * LOAD(b + k);
		s1 += LOAD(a + k + 4) * LOAD(b + k + 4);
	}
	TOTAL(out, s0, s1);
	for (; k < count; k++)
		out += a[k] * b[k];
	return out;
}

FAST void kernel_add(double *x, double a, const float *row, size_t stride)
{
	for (size_t k = 0; k < stride; k += 4)
		STORE(x + k, LOAD(x + k) + a * WIDEN(row + k));
}

/* The factor's upper 29 bits times a float's 24 fit into a double, and what rounding
 * takes from the sum is a double too: both are exact (Dekker 1971). */
FAST void kernel_add_exactly(double *x, double *rest, double a, const float *row, size_t stride)
{
	double t = 16777217.0 * a, high = t - (t - a), low = a - high;

	for (size_t k = 0; k < stride; k += 4) {
		lanes p = WIDEN(row + k), v = LOAD(x + k), add = high * p;
		lanes sum = v + add, from = sum - v;

		STORE(x + k, sum);
		STORE(rest + k, LOAD(rest + k) + (((v - (sum - from)) + (add - from)) + low * p));
	}
}

FAST void kernel_add_double(double *x, double a, const double *row, size_t stride)
{
	for (size_t k = 0; k < stride; k += 4)
		STORE(x + k, LOAD(x + k) + a * LOAD(row + k));
}

FAST void kernel_combine(double *x, const double *a, const double *q, size_t stride, size_t rows)
{
	size_t i = 0;

	for (; i + 4 <= rows; i += 4) {
		const double *q0 = q + i * stride, *q1 = q0 + stride, *q2 = q1 + stride, *q3 = q2 + stride;
		const double a0 = a[i], a1 = a[i + 1], a2 = a[i + 2], a3 = a[i + 3];

		for (size_t k = 0; k < stride; k += 4)
			STORE(x + k, ((LOAD(x + k) + a0 * LOAD(q0 + k)) + a1 * LOAD(q1 + k)) +
					     (a2 * LOAD(q2 + k) + a3 * LOAD(q3 + k)));
	}
	for (; i < rows; i++) {
		const double *q0 = q + i * stride;

		for (size_t k = 0; k < stride; k += 4)
			STORE(x + k, LOAD(x + k) + a[i] * LOAD(q0 + k));
	}
}

FAST void kernel_combine_group(double *x, const double *a, size_t a_stride, const double *q, size_t stride,
			       size_t rows)
{
	for (size_t i = 0; i < rows; i += KERNEL_COMBINED)
		for (size_t g = 0; g < KERNEL_GROUP; g += 2) {
			const double *q0 = q + i * stride, *q1 = q0 + stride, *q2 = q1 + stride, *q3 = q2 + stride;
			const double *e = a + g * a_stride + i, *f = e + a_stride;
			const double e0 = e[0], e1 = e[1], e2 = e[2], e3 = e[3];
			const double f0 = f[0], f1 = f[1], f2 = f[2], f3 = f[3];
			double *to = x + g * stride, *next = to + stride;

			for (size_t k = 0; k < stride; k += 4) {
				lanes r0 = LOAD(q0 + k), r1 = LOAD(q1 + k), r2 = LOAD(q2 + k), r3 = LOAD(q3 + k);

				STORE(to + k, ((LOAD(to + k) + e0 * r0) + e1 * r1) + (e2 * r2 + e3 * r3));
				STORE(next + k, ((LOAD(next + k) + f0 * r0) + f1 * r1) + (f2 * r2 + f3 * r3));
			}
		}
}

FAST void kernel_rotate(double *a, double *b, double c, double s, size_t stride)
{
	for (size_t k = 0; k < stride; k += 4) {
		lanes u = LOAD(a + k), v = LOAD(b + k);

		STORE(a + k, c * u + s * v);
		STORE(b + k, c * v - s * u);
	}
}

/* A sum of squares never falls, also when it is rounded: where a part of it is more
 * than `most`, so is all of it. */
FAST double kernel_distance_within(const float *a, const float *b, size_t stride, double most)
{
	enum { PART = 64 };
	lanes s0 = { 0 }, s1 = { 0 };
	double out = 0.0;

	for (size_t k = 0; k < stride && !(out > most);) {
		const size_t end = stride - k < PART ? stride : k + PART;

		for (; k < end; k += 8) {
			lanes e0 = WIDEN(a + k) - WIDEN(b + k), e1 = WIDEN(a + k + 4) - WIDEN(b + k + 4);

			s0 += e0 * e0;
			s1 += e1 * e1;
		}
		TOTAL(out, s0, s1);
	}
	return out;
}

FAST void kernel_block_within(double out[KERNEL_LANES], const double *block, const double *c, size_t d,
			      const double most[KERNEL_LANES])
{
	enum { PART = 16 };
	const lanes m0 = LOAD(most), m1 = LOAD(most + 4);
	lanes s0 = { 0 }, s1 = { 0 };

	for (size_t k = 0; k < d;) {
		const size_t end = d - k < PART ? d : k + PART;

		for (; k < end; k++) {
			lanes e0 = LOAD(block + k * KERNEL_LANES) - c[k];
			lanes e1 = LOAD(block + k * KERNEL_LANES + 4) - c[k];

			s0 += e0 * e0;
			s1 += e1 * e1;
		}
		if (ALL((s0 > m0) & (s1 > m1)))
			break;
	}
	STORE(out, s0);
	STORE(out + 4, s1);
}

double kernel_distance(const float *a, const float *b, size_t stride)
{
	return kernel_distance_within(a, b, stride, INFINITY);
}
