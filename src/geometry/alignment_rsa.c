#include "geometry/alignment.h"

#include <math.h>

/* Pearson's correlation of two vectors of ranks. */
static double correlation(const float *a, const float *b, size_t count)
{
	double ma = 0.0, mb = 0.0, aa = 0.0, bb = 0.0, ab = 0.0;

	for (size_t i = 0; i < count; i++) {
		ma += a[i];
		mb += b[i];
	}
	ma /= (double)count;
	mb /= (double)count;
	for (size_t i = 0; i < count; i++) {
		double u = a[i] - ma, v = b[i] - mb;

		aa += u * u;
		bb += v * v;
		ab += u * v;
	}
	if (!(aa > 0.0 && bb > 0.0))
		return NAN;
	return ab == aa && ab == bb ? 1.0 : fmin(ab / (sqrt(aa) * sqrt(bb)), 1.0); /* of equal values exactly 1 */
}

int alignment_rsa(double *out, const struct alignment *a, struct error *err)
{
	const size_t n = a->a->sample.count, pairs = n * (n - (n > 0)) / 2;

	(void)err;
	*out = pairs > 1 ? correlation(a->a->ranks, a->b->ranks, pairs) : NAN;
	return 0;
}
