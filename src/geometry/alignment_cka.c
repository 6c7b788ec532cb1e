#include "geometry/alignment.h"

#include <math.h>

int alignment_cka(double *out, const struct alignment *a, struct error *err)
{
	const double x = a->a->product, y = a->b->product;

	(void)err;
	*out = a->a->points.count > 3 && !a->a->constant && !a->b->constant && x > 0.0 && y > 0.0
		       ? a->product * a->product / (y * x)
		       : NAN;
	return 0;
}

/* The estimate that stands for a product's square. */
static double debiased(double product, const struct side *x, const struct side *y)
{
	const double n = (double)x->points.count;
	double both = 0.0;

	for (size_t i = 0; i < x->points.count; i++)
		both += x->norms[i] * y->norms[i];
	return product * product - n / (n - 2) * both + x->squares * y->squares / ((n - 1) * (n - 2));
}

int alignment_cka_unbiased(double *out, const struct alignment *a, struct error *err)
{
	double cross, x, y;

	(void)err;
	*out = NAN;
	if (a->a->points.count < 4 || a->a->constant || a->b->constant)
		return 0;
	cross = debiased(a->product, a->a, a->b);
	x = debiased(a->a->product, a->a, a->a);
	y = debiased(a->b->product, a->b, a->b);
	if (x > 0.0 && y > 0.0)
		*out = cross / sqrt(x * y);
	return 0;
}
