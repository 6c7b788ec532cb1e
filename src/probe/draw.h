/* Random draws as NumPy's legacy generator makes them: MT19937 with the 2002
 * seeding (Matsumoto and Nishimura 1998), which is GSL's gsl_rng_mt19937. GSL
 * maps seed 0 to another, so that 0 is not to be used. */
#ifndef PROBE_DRAW_H
#define PROBE_DRAW_H

#include <gsl/gsl_rng.h>

#include <stddef.h>
#include <stdint.h>

/* NULL if memory is short. Released with gsl_rng_free(). */
gsl_rng *draw_new(uint32_t seed);

/* [low, high), from 53 bits: two words. */
double draw_uniform(gsl_rng *g, double low, double high);

/* Shuffles in place as RandomState.shuffle: Fisher–Yates from the end, bounded
 * integers by masking a word to the next power of two and rejecting. */
void draw_shuffle(gsl_rng *g, uint32_t *items, size_t count);

#endif
