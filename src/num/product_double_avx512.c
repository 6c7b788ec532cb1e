#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#include <immintrin.h>
#include <stddef.h>

#define KERNEL product_double_avx512
#define ELEMENT double
#define LANES 8
#define ROWS 12
#define BROADCAST(x) ((vec)_mm512_set1_pd(*(x)))
#define MULTIPLY_ADD(x, y, z) ((vec)_mm512_fmadd_pd((__m512d)(x), (__m512d)(y), (__m512d)(z)))
#define PART(count) ((__mmask8)((1u << (count)) - 1u))
#define LOAD_PART(p, count) ((vec)_mm512_maskz_loadu_pd(PART(count), p))
#define STORE_PART(p, x, count) _mm512_mask_storeu_pd(p, PART(count), (__m512d)(x))
#define TRANSPOSE transpose

#include "num/transpose.h"

#include "num/product_body.h"
