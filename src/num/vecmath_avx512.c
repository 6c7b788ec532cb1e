#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#include <immintrin.h>

#define TABLE vector_avx512
#define LANES 16
#define MULTIPLY_ADD(x, y, z) ((vec)_mm512_fmadd_ps((__m512)(x), (__m512)(y), (__m512)(z)))
#define PART(count) ((__mmask16)((1u << (count)) - 1u))
#define LOAD_PART(p, count) ((vec)_mm512_maskz_loadu_ps(PART(count), p))
#define STORE_PART(p, x, count) _mm512_mask_storeu_ps(p, PART(count), (__m512)(x))
#define HALF(x, i) ((sums)_mm512_extractf32x8_ps((__m512)(x), i))
#define HALF_MULTIPLY_ADD(x, y, z) ((sums)_mm256_fmadd_ps((__m256)(x), (__m256)(y), (__m256)(z)))
#define ROOT(x) ((vec)_mm512_sqrt_ps((__m512)(x)))

#include "num/vecmath_body.h"
