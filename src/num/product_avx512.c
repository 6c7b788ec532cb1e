#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#include <immintrin.h>
#include <stddef.h>

#define NAME product_avx512
#define PACK product_pack_avx512
#define LANES 16
#define ROWS 12
#define BROADCAST(x) ((vec)_mm512_set1_ps(*(x)))
#define MULTIPLY_ADD(x, y, z) ((vec)_mm512_fmadd_ps((__m512)(x), (__m512)(y), (__m512)(z)))
#define TRANSPOSE transpose

#include "num/transpose.h"

#include "num/product_body.h"
