#pragma GCC target("avx2,fma")
#include <immintrin.h>
#include <stddef.h>

#define NAME product_avx2
#define PACK product_pack_avx2
#define LANES 8
#define ROWS 6
#define BROADCAST(x) ((vec)_mm256_broadcast_ss(x))
#define MULTIPLY_ADD(x, y, z) ((vec)_mm256_fmadd_ps((__m256)(x), (__m256)(y), (__m256)(z)))
#define TRANSPOSE transpose

#include "num/transpose.h"

#include "num/product_body.h"
