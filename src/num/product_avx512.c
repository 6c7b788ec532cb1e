#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#include <immintrin.h>
#include <stddef.h>

#define KERNEL product_avx512
#define ELEMENT float
#define LANES 16
#define ROWS 12
#define BROADCAST(x) ((vec)_mm512_set1_ps(*(x)))
#define MULTIPLY_ADD(x, y, z) ((vec)_mm512_fmadd_ps((__m512)(x), (__m512)(y), (__m512)(z)))
#define PART(count) ((__mmask16)((1u << (count)) - 1u))
#define LOAD_PART(p, count) ((vec)_mm512_maskz_loadu_ps(PART(count), p))
#define STORE_PART(p, x, count) _mm512_mask_storeu_ps(p, PART(count), (__m512)(x))
#define TRANSPOSE transpose

#include "num/transpose.h"

#include "num/product_body.h"
