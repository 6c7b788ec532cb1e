#include "geometry/alignment.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* LAPACK's singular values by divide and conquer, none of the vectors (job 'N'); the
 * last argument is the length of the first, as Fortran passes it. */
void dgesdd_(const char *job, const int *rows, const int *columns, double *a, const int *leading, double *values,
	     double *u, const int *leading_u, double *vt, const int *leading_vt, double *work, const int *size,
	     int *integers, int *info, size_t job_length);

/* The sum of the singular values of m (rows, columns), which is lost; −1 if memory is
 * short, or they did not converge. */
static int nuclear_norm(double *out, double *m, int rows, int columns)
{
	const int least = rows < columns ? rows : columns, one = 1, ask = -1;
	double *values = array_new((size_t)least, 1, sizeof *values), *work = NULL, wanted = 0.0, none = 0.0;
	int *integers = array_new((size_t)least, 8, sizeof *integers), size, info = -1;

	if (values == NULL || integers == NULL)
		goto done;
	dgesdd_("N", &columns, &rows, m, &columns, values, &none, &one, &none, &one, &wanted, &ask, integers, &info,
		1);
	size = (int)wanted;
	work = info == 0 ? array_new((size_t)size, 1, sizeof *work) : NULL;
	info = -1;
	if (work == NULL)
		goto done;
	dgesdd_("N", &columns, &rows, m, &columns, values, &none, &one, &none, &one, work, &size, integers, &info, 1);
	*out = 0.0;
	for (int i = least; i-- > 0;) /* the small ones first */
		*out += values[i];
done:
	free(values);
	free(work);
	free(integers);
	return info == 0 ? 0 : -1;
}

int alignment_procrustes(double *out, const struct alignment *a, struct error *err)
{
	const size_t rows = a->b->points.m.columns, columns = a->a->points.m.columns;
	double *m, sum = 0.0;
	int rc;

	*out = NAN;
	if (a->a->points.count < 4 || a->a->constant || a->b->constant)
		return 0;
	m = array_new(rows, columns, sizeof *m);
	if (m == NULL)
		return error_memory(err, "the alignment of representations");
	memcpy(m, a->cross, rows * columns * sizeof *m);
	rc = nuclear_norm(&sum, m, (int)rows, (int)columns);
	free(m);
	if (rc < 0)
		return error_set(err, STATUS_MACHINE, "singular values of %zu × %zu: no memory, or no convergence",
				 rows, columns);
	*out = fmax(2.0 - 2.0 * sum / sqrt(a->a->squares * a->b->squares), 0.0);
	return 0;
}
