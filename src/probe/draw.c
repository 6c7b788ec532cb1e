#include "probe/draw.h"

gsl_rng *draw_new(uint32_t seed)
{
	gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);

	if (g != NULL)
		gsl_rng_set(g, seed);
	return g;
}

double draw_uniform(gsl_rng *g, double low, double high)
{
	double a = (double)(gsl_rng_get(g) >> 5), b = (double)(gsl_rng_get(g) >> 6);

	return low + (high - low) * ((a * 67108864.0 + b) / 9007199254740992.0);
}

/* 0 … last, both included. */
static size_t draw_interval(gsl_rng *g, size_t last)
{
	size_t mask = last, value;

	for (unsigned shift = 1; shift < 32; shift *= 2)
		mask |= mask >> shift;
	do
		value = gsl_rng_get(g) & mask;
	while (value > last);
	return value;
}

void draw_shuffle(gsl_rng *g, uint32_t *items, size_t count)
{
	for (size_t i = count; i-- > 1;) {
		size_t j = draw_interval(g, i);
		uint32_t kept = items[i];

		items[i] = items[j];
		items[j] = kept;
	}
}
