#include "geometry/alignment.h"

#include <math.h>

enum { NEIGHBOURS = 10 };

/* The rank of the distance of two points. */
static float rank_of(const float *ranks, size_t count, size_t i, size_t j)
{
	const size_t low = i < j ? i : j, high = i < j ? j : i;

	return ranks[low * count - low * (low + 1) / 2 + high - low - 1];
}

/* The k points nearest to i, the nearest first; `near` (k). */
static void nearest(uint32_t *near, const float *ranks, size_t count, size_t i, size_t k)
{
	size_t found = 0;

	for (size_t j = 0; j < count; j++) {
		const float rank = j == i ? 0 : rank_of(ranks, count, i, j);
		size_t at;

		if (j == i || (found == k && rank_of(ranks, count, i, near[k - 1]) <= rank))
			continue;
		at = found < k ? found++ : k - 1;
		for (; at > 0 && rank_of(ranks, count, i, near[at - 1]) > rank; at--)
			near[at] = near[at - 1];
		near[at] = (uint32_t)j;
	}
}

int alignment_neighbours(double *out, const struct alignment *a, struct error *err)
{
	const size_t count = a->a->sample.count;
	uint32_t near[2][NEIGHBOURS];
	double sum = 0.0;

	(void)err;
	*out = NAN;
	if (count <= NEIGHBOURS + 1 || a->a->constant || a->b->constant)
		return 0;
	for (size_t i = 0; i < count; i++) {
		size_t shared = 0;

		nearest(near[0], a->a->ranks, count, i, NEIGHBOURS);
		nearest(near[1], a->b->ranks, count, i, NEIGHBOURS);
		for (size_t p = 0; p < NEIGHBOURS; p++)
			for (size_t q = 0; q < NEIGHBOURS; q++)
				shared += near[0][p] == near[1][q];
		sum += (double)shared / (double)(2 * NEIGHBOURS - shared);
	}
	*out = sum / (double)count;
	return 0;
}
