#pragma GCC target("avx2,fma")
#include <immintrin.h>

#define TABLE vector_avx2
#define LANES 8
#define MULTIPLY_ADD(x, y, z) ((vec)_mm256_fmadd_ps((__m256)(x), (__m256)(y), (__m256)(z)))
#define ROOT(x) ((vec)_mm256_sqrt_ps((__m256)(x)))

#include "num/vecmath_body.h"
