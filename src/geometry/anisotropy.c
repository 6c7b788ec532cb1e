#include "geometry/anisotropy.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>

double anisotropy(const struct points *p)
{
	const size_t d = p->cloud.dimensions;
	const double n = (double)p->count;
	double *sum = array_new(d, 1, sizeof *sum), square = 0.0;
	bool defined = sum != NULL && p->count > 1;

	for (size_t i = 0; defined && i < p->count; i++) {
		const float *x = p->cloud.data + i * p->cloud.stride;
		double norm = 0.0;

		for (size_t k = 0; k < d; k++)
			norm += (double)x[k] * x[k];
		defined = norm > 0.0;
		norm = sqrt(norm);
		for (size_t k = 0; defined && k < d; k++)
			sum[k] += x[k] / norm;
	}
	for (size_t k = 0; defined && k < d; k++)
		square += sum[k] * sum[k];
	free(sum);
	return defined ? (square - n) / (n * (n - 1)) : NAN;
}
