#include "geometry/alignment.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>

enum { NEIGHBOURS = 10 };

/* The rank of the distance of two points. */
static float rank_of(const float *ranks, size_t count, size_t i, size_t j)
{
	const size_t low = i < j ? i : j, high = i < j ? j : i;

	return ranks[low * count - low * (low + 1) / 2 + high - low - 1];
}

/* The rank of the k-th nearest point to i. */
static float last_rank(const float *ranks, size_t count, size_t i)
{
	float near[NEIGHBOURS];
	size_t found = 0;

	for (size_t j = 0; j < count; j++) {
		const float rank = j == i ? 0 : rank_of(ranks, count, i, j);
		size_t at;

		if (j == i || (found == NEIGHBOURS && near[NEIGHBOURS - 1] <= rank))
			continue;
		at = found < NEIGHBOURS ? found++ : NEIGHBOURS - 1;
		for (; at > 0 && near[at - 1] > rank; at--)
			near[at] = near[at - 1];
		near[at] = rank;
	}
	return near[NEIGHBOURS - 1];
}

/* How much each point is among the nearest to i: 1, 0, or of those that tie for the last
 * places an equal share of them; `part` (count). */
static void share_places(double *part, const float *ranks, size_t count, size_t i)
{
	const float last = last_rank(ranks, count, i);
	size_t nearer = 0, tied = 0;

	for (size_t j = 0; j < count; j++) {
		const float rank = j == i ? INFINITY : rank_of(ranks, count, i, j);

		part[j] = rank < last ? 1 : rank == last ? -1 : 0;
		nearer += rank < last;
		tied += rank == last;
	}
	for (size_t j = 0; j < count; j++)
		if (part[j] < 0)
			part[j] = (double)(NEIGHBOURS - nearer) / (double)tied;
}

int alignment_neighbours(double *out, const struct alignment *a, struct error *err)
{
	const size_t count = a->a->sample.count;
	double *parts = array_new(count + 1, 2, sizeof *parts), sum = 0.0;

	*out = NAN;
	if (parts == NULL)
		return error_memory(err, "the alignment of representations");
	if (count > NEIGHBOURS + 1 && !a->a->sample_constant && !a->b->sample_constant) {
		for (size_t i = 0; i < count; i++) {
			double shared = 0.0, either = 0.0;

			share_places(parts, a->a->ranks, count, i);
			share_places(parts + count, a->b->ranks, count, i);
			for (size_t j = 0; j < count; j++) {
				shared += fmin(parts[j], parts[count + j]);
				either += fmax(parts[j], parts[count + j]);
			}
			sum += shared / either;
		}
		*out = sum / (double)count;
	}
	free(parts);
	return 0;
}
