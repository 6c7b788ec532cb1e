#include "base/random.h"

#include "base/sha256.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void philox_block(uint32_t out[4], const uint32_t counter[4], uint64_t key)
{
	uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
	uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);

	for (int round = 0; round < 10; round++) {
		uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;

		c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
		c1 = (uint32_t)b;
		c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
		c3 = (uint32_t)a;
		k0 += 0x9E3779B9u;
		k1 += 0xBB67AE85u;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

void stream_init(struct stream *s, uint64_t seed)
{
	*s = (struct stream){ .key = seed, .used = 4 };
}

uint32_t stream_word(struct stream *s)
{
	if (s->used == 4) {
		uint32_t counter[4] = { (uint32_t)s->block, (uint32_t)(s->block >> 32), 0, 0 };

		philox_block(s->words, counter, s->key);
		s->block++;
		s->used = 0;
	}
	return s->words[s->used++];
}

double stream_uniform(struct stream *s)
{
	uint32_t a = stream_word(s) >> 5, b = stream_word(s) >> 6;

	return ((double)a * 67108864.0 + (double)b) / 9007199254740992.0;
}

/* Lemire 2019: the high word of a product, with rejection of the short rest. */
uint32_t stream_below(struct stream *s, uint32_t bound)
{
	uint64_t product = (uint64_t)stream_word(s) * bound;

	if ((uint32_t)product < bound) {
		uint32_t threshold = (uint32_t)(-bound) % bound;

		while ((uint32_t)product < threshold)
			product = (uint64_t)stream_word(s) * bound;
	}
	return (uint32_t)(product >> 32);
}

double stream_normal(struct stream *s)
{
	double u = 1.0 - stream_uniform(s), v = stream_uniform(s);

	return sqrt(-2.0 * log(u)) * cos(6.283185307179586477 * v);
}

void stream_permute(struct stream *s, uint32_t *items, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = stream_below(s, (uint32_t)i);
		uint32_t kept = items[i - 1];

		items[i - 1] = items[j];
		items[j] = kept;
	}
}

uint64_t seed_derive(long experiment_seed, const char *cell, const char *purpose)
{
	char hex[65], number[32];
	struct sha256 *s = sha256_new();
	uint64_t seed = 0;

	if (s == NULL)
		abort(); /* as in sha256_bytes */
	snprintf(number, sizeof number, "%ld/", experiment_seed);
	for (const char *const *part = (const char *const[]){ number, cell, "/", purpose, NULL }; *part; part++) {
		const char *end = *part;

		while (*end != '\0')
			end++;
		sha256_add(s, *part, (size_t)(end - *part));
	}
	sha256_end(s, hex);
	for (unsigned i = 8; i > 0; i--) {
		char byte[3] = { hex[2 * i - 2], hex[2 * i - 1], '\0' };

		seed = seed << 8 | strtoul(byte, NULL, 16);
	}
	return seed;
}
