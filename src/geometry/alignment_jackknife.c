#include "geometry/alignment.h"

#include "base/array.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { GROUPS = 10 };

/* The rows of a selection but those of a group: rows that follow one another in the file,
 * so that examples of one sentence are left out together. */
static struct selection without(uint32_t *kept, struct selection s, size_t group)
{
	struct selection out = { s.m, kept, 0 };

	for (size_t i = 0; i < s.count; i++)
		if ((size_t)s.row[i] * GROUPS / s.m.rows != group)
			kept[out.count++] = s.row[i];
	return out;
}

static int measure_without(double out[ALIGNMENT_MEASURES], struct selection points, struct selection sample,
			   struct matrix other, uint32_t *scratch, size_t group, const struct context *ctx,
			   struct error *err)
{
	const struct selection kept = without(scratch, points, group);
	const struct selection kept_sample = without(scratch + points.count, sample, group);
	struct side a, b;
	int rc;

	if (side_init(&a, kept, kept_sample, ctx, err) < 0)
		return -1;
	if (side_init(&b, (struct selection){ other, kept.row, kept.count },
		      (struct selection){ other, kept_sample.row, kept_sample.count }, ctx, err) < 0) {
		side_release(&a);
		return -1;
	}
	rc = alignment_take(out, &a, &b, ctx, err);
	side_release(&a);
	side_release(&b);
	return rc;
}

int alignment_jackknife(double half[ALIGNMENT_MEASURES], struct selection points, struct selection sample,
			struct matrix other, const struct context *ctx, struct error *err)
{
	double values[GROUPS][ALIGNMENT_MEASURES];
	uint32_t *scratch = array_new(points.count + sample.count, 1, sizeof *scratch);
	int rc = scratch == NULL ? error_memory(err, "the alignment of representations") : 0;

	for (size_t g = 0; rc == 0 && g < GROUPS; g++)
		rc = measure_without(values[g], points, sample, other, scratch, g, ctx, err);
	free(scratch);
	for (size_t k = 0; rc == 0 && k < ALIGNMENT_MEASURES; k++) {
		double mean = 0, squares = 0;

		for (size_t g = 0; g < GROUPS; g++)
			mean += values[g][k] / GROUPS;
		for (size_t g = 0; g < GROUPS; g++)
			squares += (values[g][k] - mean) * (values[g][k] - mean);
		half[k] = gsl_cdf_tdist_Pinv(0.975, GROUPS - 1) * sqrt((GROUPS - 1.0) / GROUPS * squares);
	}
	return rc;
}
