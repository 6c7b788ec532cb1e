#pragma GCC target("avx2,fma")
#include <immintrin.h>
#include <stddef.h>

#define KERNEL product_double_avx2
#define ELEMENT double
#define LANES 4
#define ROWS 6
#define BROADCAST(x) ((vec)_mm256_broadcast_sd(x))
#define MULTIPLY_ADD(x, y, z) ((vec)_mm256_fmadd_pd((__m256d)(x), (__m256d)(y), (__m256d)(z)))
#define PART(count) _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)(count)), _mm256_setr_epi64x(0, 1, 2, 3))
#define LOAD_PART(p, count) ((vec)_mm256_maskload_pd(p, PART(count)))
#define STORE_PART(p, x, count) _mm256_maskstore_pd(p, PART(count), (__m256d)(x))
#define TRANSPOSE transpose

#include "num/transpose.h"

#include "num/product_body.h"
