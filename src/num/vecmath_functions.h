/* exp, log, tanh and the normal distribution on one vector. The including file
 * sets the target and defines LANES, MULTIPLY_ADD and ROOT, and, where the
 * processor has them, LOAD_PART and STORE_PART, and for vectors of 16 lanes HALF and
 * HALF_MULTIPLY_ADD; where it does not, they are those for any processor. Coefficients
 * are minimax fits by the exchange of weights (Lawson 1961), made for this file. */
#ifndef NUM_VECMATH_FUNCTIONS_H
#define NUM_VECMATH_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef LANES
#include <emmintrin.h>

#define LANES 4
#define MULTIPLY_ADD(x, y, z) ((x) * (y) + (z))
#define ROOT(x) ((vec)_mm_sqrt_ps((__m128)(x)))
#endif

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t ivec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint8_t bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define ALL(x) ((vec){ 0 } + (x))

INLINE vec choose(ivec mask, vec yes, vec no)
{
	return (vec)((mask & (ivec)yes) | (~mask & (ivec)no));
}

#ifndef LOAD_PART
INLINE vec load_part(const float *p, size_t count)
{
	vec x = { 0 };

	memcpy(&x, p, count * sizeof *p);
	return x;
}
#define LOAD_PART load_part
#define STORE_PART(p, x, count) memcpy(p, &(x), (count) * sizeof(float))
#endif

/* Elements beyond `count` are read as 0, and not written. */
INLINE vec load(const float *p, size_t count)
{
	return count >= LANES ? *(const vec *)p : LOAD_PART(p, count);
}

INLINE void store(float *p, vec x, size_t count)
{
	if (count >= LANES)
		*(vec *)p = x;
	else
		STORE_PART(p, x, count);
}

INLINE ivec lane_numbers(void)
{
	ivec n = { 0 };

	for (int i = 0; i < LANES; i++)
		n[i] = i;
	return n;
}

/* All ones in the lanes below `count`. */
INLINE ivec lanes_below(size_t count)
{
	return lane_numbers() < (int32_t)(count < LANES ? count : LANES);
}

/* Sums over a row have eight lanes (four for any processor), however wide the vectors
 * are, so that they round alike: of a wide vector first one half is added, then the other. */
#ifdef HALF
typedef float sums __attribute__((vector_size(32)));
typedef int32_t sum_numbers __attribute__((vector_size(32)));

INLINE sums sums_add(sums s, vec x)
{
	return s + HALF(x, 0) + HALF(x, 1);
}

/* s += x y, in one rounding. */
INLINE sums sums_multiply_add(sums s, vec x, vec y)
{
	s = HALF_MULTIPLY_ADD(HALF(x, 0), HALF(y, 0), s);
	return HALF_MULTIPLY_ADD(HALF(x, 1), HALF(y, 1), s);
}
#else
typedef vec sums;
typedef ivec sum_numbers;

INLINE sums sums_add(sums s, vec x)
{
	return s + x;
}

INLINE sums sums_multiply_add(sums s, vec x, vec y)
{
	return MULTIPLY_ADD(x, y, s);
}
#endif

/* Each lane's value goes to the one whose number has the bit `half` flipped. */
#ifdef __clang__
#define SWAP_LANES(name, type, numbers)                                                                              \
	INLINE type name(type x, int half)                                                                           \
	{                                                                                                            \
		type y = { 0 };                                                                                      \
                                                                                                                     \
		for (int i = 0; i < (int)(sizeof x / sizeof x[0]); i++)                                              \
			y[i] = x[i ^ half];                                                                          \
		return y;                                                                                            \
	}
#else
#define SWAP_LANES(name, type, numbers)                                                                              \
	INLINE type name(type x, int half)                                                                           \
	{                                                                                                            \
		numbers to = { 0 };                                                                                  \
                                                                                                                     \
		for (int i = 0; i < (int)(sizeof x / sizeof x[0]); i++)                                              \
			to[i] = i ^ half;                                                                            \
		return __builtin_shuffle(x, to);                                                                     \
	}
#endif
SWAP_LANES(lanes_swapped, vec, ivec)
SWAP_LANES(sums_swapped, sums, sum_numbers)

/* The sum of the lanes: each with the one half a vector away, then a quarter,
 * and so on. */
INLINE float lanes_sum(sums x)
{
	for (int half = sizeof x / sizeof x[0] / 2; half > 0; half /= 2)
		x += sums_swapped(x, half);
	return x[0];
}

INLINE float lanes_max(vec x)
{
	for (int half = LANES / 2; half > 0; half /= 2) {
		const vec other = lanes_swapped(x, half);

		x = choose(x > other, x, other);
	}
	return x[0];
}

/* e^x = 2^n e^r, n = round(x/ln 2), |r| ≤ ln(2)/2, e^r = 1 + r + r² q(r). */
INLINE vec exp_of(vec x)
{
	const float magic = 12582912.0f; /* 1.5 · 2²³: adding it rounds to an integer */
	const ivec low = x<-87.33f, high = x> 88.0f;
	vec n, r, q, y;
	ivec power;

	x = choose(low, ALL(-87.33f), choose(high, ALL(88.0f), x));
	n = MULTIPLY_ADD(x, ALL(1.44269504f), ALL(magic));
	power = (((ivec)n - 0x4B400000) + 127) << 23;
	n -= magic;
	r = MULTIPLY_ADD(n, ALL(-0.693359375f), x);
	r = MULTIPLY_ADD(n, ALL(2.12194440e-4f), r);
	q = ALL(0.00138146186f);
	q = MULTIPLY_ADD(q, r, ALL(0.00836871017f));
	q = MULTIPLY_ADD(q, r, ALL(0.0416683873f));
	q = MULTIPLY_ADD(q, r, ALL(0.166665207f));
	q = MULTIPLY_ADD(q, r, ALL(0.499999935f));
	y = MULTIPLY_ADD(q, r * r, r) + 1.0f;
	return choose(low, ALL(0.0f), y * (vec)power);
}

/* log x = n ln 2 + log(1 + f), √½ ≤ 1 + f < √2, log(1 + f) = f − f²/2 + f³ q(f). */
INLINE vec log_of(vec x)
{
	const ivec shifted = (ivec)x - 0x3F3504F3; /* the bits of √½ */
	const ivec n = shifted >> 23;
	const vec f = (vec)((shifted & 0x007FFFFF) + 0x3F3504F3) - 1.0f;
	const vec exponent = __builtin_convertvector(n, vec);
	vec q = ALL(-0.0763449951f), y;

	q = MULTIPLY_ADD(q, f, ALL(0.12761592f));
	q = MULTIPLY_ADD(q, f, ALL(-0.13160189f));
	q = MULTIPLY_ADD(q, f, ALL(0.142017562f));
	q = MULTIPLY_ADD(q, f, ALL(-0.166233564f));
	q = MULTIPLY_ADD(q, f, ALL(0.200012269f));
	q = MULTIPLY_ADD(q, f, ALL(-0.250008211f));
	q = MULTIPLY_ADD(q, f, ALL(0.333333317f));
	y = MULTIPLY_ADD(q * f, f * f, exponent * -2.12194440e-4f);
	y = MULTIPLY_ADD(f * f, ALL(-0.5f), y);
	return MULTIPLY_ADD(exponent, ALL(0.693359375f), f + y);
}

/* tanh x = 1 − 2/(e^2x + 1). */
INLINE vec tanh_of(vec x)
{
	return 1.0f - 2.0f / (exp_of(2.0f * x) + 1.0f);
}

INLINE vec absolute(vec x)
{
	return (vec)((ivec)x & 0x7FFFFFFF);
}

/* Φ(x), given e = exp(−x²/2). With z = |x| and t = 1/(1 + 0.35 z) the tail is
 * Φ(−z) = e t P(t): the form of Hastings (1955), fitted anew. */
INLINE vec normal_of(vec x, vec e)
{
	const vec t = 1.0f / MULTIPLY_ADD(absolute(x), ALL(0.35f), ALL(1.0f));
	vec p = ALL(-0.0298690708f), tail;

	p = MULTIPLY_ADD(p, t, ALL(0.147471436f));
	p = MULTIPLY_ADD(p, t, ALL(-0.26288506f));
	p = MULTIPLY_ADD(p, t, ALL(0.167265906f));
	p = MULTIPLY_ADD(p, t, ALL(-0.0285842222f));
	p = MULTIPLY_ADD(p, t, ALL(0.107769527f));
	p = MULTIPLY_ADD(p, t, ALL(0.119279143f));
	p = MULTIPLY_ADD(p, t, ALL(0.139934858f));
	p = MULTIPLY_ADD(p, t, ALL(0.139617463f));
	tail = e * t * p;
	return choose(x < 0.0f, tail, 1.0f - tail);
}

/* erf x = 2 Φ(√2 x) − 1. */
INLINE vec erf_of(vec x)
{
	return MULTIPLY_ADD(normal_of(x * 1.41421356f, exp_of(-x * x)), ALL(2.0f), ALL(-1.0f));
}

#endif
