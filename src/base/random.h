/* Random numbers: Philox 4×32-10 (Salmon et al. 2011), and seeds from names.
 *
 * The generator is a function of (key, counter), so any element can be drawn
 * by itself, whatever the threads and the order. A stream counts its blocks up
 * from zero. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* One block: four words from a 128-bit counter and a 64-bit key. */
void philox_block(uint32_t out[4], const uint32_t counter[4], uint64_t key);

struct stream {
	uint64_t key, block;
	uint32_t words[4];
	unsigned used; /* words taken of the current block; 4: none left */
};

void stream_init(struct stream *s, uint64_t seed);
uint32_t stream_word(struct stream *s);
double stream_uniform(struct stream *s);                              /* [0, 1), 53 bits */
uint32_t stream_below(struct stream *s, uint32_t bound);              /* 0 … bound−1, unbiased; bound > 0 */
double stream_normal(struct stream *s);                               /* N(0, 1), Box–Muller */
void stream_permute(struct stream *s, uint32_t *items, size_t count); /* Fisher–Yates from the end */

/* The first eight bytes, little-endian, of SHA-256 of
 * "<experiment seed>/<cell>/<purpose>". For MT19937 take the low 32 bits, and
 * 1 for 0. */
uint64_t seed_derive(long experiment_seed, const char *cell, const char *purpose);

#endif
