#include "num/vecmath.h"

#include "base/random.h"

#include <immintrin.h>

/* Blocks first … first+count−1, four bytes each. */
static void mask_plain(uint8_t *mask, size_t n, uint32_t threshold, uint64_t seed, const uint32_t counter[3],
		       size_t first)
{
	for (size_t e = 4 * first; e < n; e += 4) {
		const uint32_t at[4] = { counter[0], counter[1], counter[2], (uint32_t)(e / 4) };
		uint32_t words[4];

		philox_block(words, at, seed);
		for (size_t i = 0; i < 4 && e + i < n; i++)
			mask[e + i] = words[i] >= threshold;
	}
}

/* Eight products of 32 by 32 bits at once: the even lanes, then the odd ones. */
__attribute__((target("avx2"))) static inline __m256i product(__m256i *high, __m256i x, __m256i by)
{
	const __m256i even = _mm256_mul_epu32(x, by), odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), by);

	*high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
	return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
}

/* As philox_block, on eight consecutive blocks in the lanes. */
__attribute__((target("avx2"))) static size_t mask_avx2(uint8_t *mask, size_t blocks, uint32_t threshold,
							uint64_t seed, const uint32_t counter[3])
{
	const __m256i multiply_a = _mm256_set1_epi32((int)0xD2511F53u),
		      multiply_b = _mm256_set1_epi32((int)0xCD9E8D57u);
	const __m256i sign = _mm256_set1_epi32((int)0x80000000u),
		      limit = _mm256_set1_epi32((int)(threshold ^ 0x80000000u));
	size_t block = 0;

	for (; block + 8 <= blocks; block += 8) {
		__m256i c[4], kept = _mm256_set1_epi32(0x01010101);
		uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);

		for (int i = 0; i < 3; i++)
			c[i] = _mm256_set1_epi32((int)counter[i]);
		c[3] = _mm256_add_epi32(_mm256_set1_epi32((int)block), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
		for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
			__m256i high_a, high_b;
			const __m256i low_a = product(&high_a, c[0], multiply_a),
				      low_b = product(&high_b, c[2], multiply_b);

			c[0] = _mm256_xor_si256(_mm256_xor_si256(high_b, c[1]), _mm256_set1_epi32((int)k0));
			c[1] = low_b;
			c[2] = _mm256_xor_si256(_mm256_xor_si256(high_a, c[3]), _mm256_set1_epi32((int)k1));
			c[3] = low_a;
		}
		for (int i = 0; i < 4; i++) { /* byte i of a lane is its element i */
			const __m256i dropped = _mm256_cmpgt_epi32(limit, _mm256_xor_si256(c[i], sign));

			kept = _mm256_andnot_si256(_mm256_and_si256(dropped, _mm256_set1_epi32(1 << (8 * i))), kept);
		}
		_mm256_storeu_si256((__m256i *)(void *)(mask + 4 * block), kept);
	}
	return block;
}

void dropout_mask(uint8_t *mask, size_t n, double p, uint64_t seed, uint32_t update, uint32_t site, uint32_t sentence)
{
	const uint32_t counter[3] = { update, site, sentence };
	const double scaled = p * 4294967296.0;
	const uint32_t threshold = scaled >= 4294967295.0 ? UINT32_MAX : (uint32_t)scaled;
	size_t first = 0;

	if (__builtin_cpu_supports("avx2"))
		first = mask_avx2(mask, n / 4, threshold, seed, counter);
	mask_plain(mask, n, threshold, seed, counter, first);
}
