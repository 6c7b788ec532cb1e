#include <emmintrin.h>

#define TABLE vector_plain
#define LANES 4
#define MULTIPLY_ADD(x, y, z) ((x) * (y) + (z))
#define ROOT(x) ((vec)_mm_sqrt_ps((__m128)(x)))

#include "num/vecmath_body.h"
