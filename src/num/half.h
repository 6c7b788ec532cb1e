/* IEEE 754 binary16: 1 sign bit, 5 of exponent with bias 15, 10 of fraction.
 * Every value is a float32. */
#ifndef NUM_HALF_H
#define NUM_HALF_H

#include <stdint.h>
#include <string.h>

static inline float half_float(uint16_t half)
{
	uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 0x3FF, bits;
	float value = (float)fraction * 0x1p-24f;

	if (exponent == 0)
		return sign ? -value : value;
	bits = exponent == 31 ? sign | 0x7F800000 | fraction << 13
			      : sign | (exponent + 127 - 15) << 23 | fraction << 13;
	memcpy(&value, &bits, sizeof value);
	return value;
}

#endif
