/* exp and log of four doubles: our own, as num/vecmath.h's of floats are, so that
 * no version of the C library changes a result. Both within 1e-15 relative (the
 * logarithm near 1: absolute), found by tests over dense grids. */
#ifndef PROBE_DOUBLE_H
#define PROBE_DOUBLE_H

typedef double doubles __attribute__((vector_size(32), aligned(8), may_alias));
typedef long long doubles_bits __attribute__((vector_size(32), aligned(8), may_alias));

/* mask ? yes : no */
#define DOUBLES_SELECT(mask, yes, no) ((doubles)(((doubles_bits)(yes) & (mask)) | ((doubles_bits)(no) & ~(mask))))

/* x = k ln 2 + r, |r| ≤ ln 2/2; exp r by its series to r¹³, times 2^k. 0 below
 * −708, exp(709) above 709. */
static inline void double_exp(doubles *out)
{
	/* Adding it rounds to a whole number, which stands in its low bits. */
	const double whole = 0x1.8p52;
	doubles x = *out, shifted, k, r, sum;
	doubles_bits under = x < -708;

	x = DOUBLES_SELECT(under, x - x, DOUBLES_SELECT(x > 709, x - x + 709, x));
	shifted = x * 0x1.71547652b82fep0 + whole;
	k = shifted - whole;
	r = x - k * 0x1.62e42feep-1; /* whose last bits are zero, so that the product is exact */
	r -= k * 0x1.a39ef35793c76p-33;
	sum = r * (1.0 / 13) + 1;
	for (int i = 12; i > 0; i--)
		sum = sum * r * (1.0 / i) + 1;
	sum = (doubles)((doubles_bits)sum + ((doubles_bits)shifted << 52));
	*out = DOUBLES_SELECT(under, x - x, sum);
}

/* x = 2^k m, √½ ≤ m < √2; log m = 2 artanh s, s = (m − 1)/(m + 1), by its series
 * to s²³. For finite x ≥ 2⁻¹⁰²². */
static inline void double_log(doubles *out)
{
	doubles x = *out;
	const doubles_bits half = { 0x3fe6a09e667f3bcd, 0x3fe6a09e667f3bcd, 0x3fe6a09e667f3bcd, 0x3fe6a09e667f3bcd };
	doubles_bits exponent = ((doubles_bits)x - half) >> 52;
	doubles m = (doubles)((doubles_bits)x - (exponent << 52)), k = __builtin_convertvector(exponent, doubles);
	doubles s = (m - 1) / (m + 1), square = s * s, sum = square * (1.0 / 23);

	for (int i = 21; i > 1; i -= 2)
		sum = (sum + 1.0 / i) * square;
	*out = k * 0x1.62e42feep-1 + (k * 0x1.a39ef35793c76p-33 + (2 * s * sum + 2 * s));
}

#endif
