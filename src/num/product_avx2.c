#pragma GCC target("avx2,fma")
#include <immintrin.h>
#include <stddef.h>

#define KERNEL product_avx2
#define ELEMENT float
#define LANES 8
#define ROWS 6
#define BROADCAST(x) ((vec)_mm256_broadcast_ss(x))
#define MULTIPLY_ADD(x, y, z) ((vec)_mm256_fmadd_ps((__m256)(x), (__m256)(y), (__m256)(z)))
#define PART(count) _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define LOAD_PART(p, count) ((vec)_mm256_maskload_ps(p, PART(count)))
#define STORE_PART(p, x, count) _mm256_maskstore_ps(p, PART(count), (__m256)(x))
#define TRANSPOSE transpose

#include "num/transpose.h"

#include "num/product_body.h"
