#include "geometry/alignment.h"

#include "base/array.h"
#include "geometry/distance_ranks.h"

#include <math.h>
#include <stdlib.h>

#include <cblas.h>

/* Rows are taken SLICE at a time; a task makes STRIP columns of YᵀX. */
enum { SLICE = 512, STRIP = 64 };

struct product {
	struct selection x, y;
	double *mean_x, *mean_y;
	double *slice_x, *slice_y; /* (SLICE, columns), centred */
	double *sum;               /* (y columns, x columns) */
	size_t rows;               /* of this slice */
};

static void column_means(double *mean, struct selection s)
{
	for (size_t i = 0; i < s.count; i++)
		for (size_t k = 0; k < s.m.columns; k++)
			mean[k] += matrix_row(s.m, s.row[i])[k];
	for (size_t k = 0; k < s.m.columns; k++)
		mean[k] /= (double)s.count;
}

static void take_slice(double *out, struct selection s, size_t from, size_t rows, const double *mean)
{
	for (size_t i = 0; i < rows; i++) {
		const float *row = matrix_row(s.m, s.row[from + i]);

		for (size_t k = 0; k < s.m.columns; k++)
			out[i * s.m.columns + k] = row[k] - mean[k];
	}
}

static void product_task(void *arg, size_t task, unsigned thread)
{
	struct product *p = arg;
	size_t columns = p->y.m.columns, from = task * STRIP;
	size_t width = columns - from < STRIP ? columns - from : STRIP;
	int nx = (int)p->x.m.columns, ny = (int)columns;

	(void)thread;
	cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)width, nx, (int)p->rows, 1.0, p->slice_y + from, ny,
		    p->slice_x, nx, 1.0, p->sum + from * p->x.m.columns, nx);
}

/* YᵀX of the centred columns into `sum` (y columns, x columns), zeroed before; its
 * Frobenius norm into *out. */
static int product_of(double *out, double *sum, struct selection x, struct selection y, const struct context *ctx,
		      struct error *err)
{
	struct product p = { .x = x, .y = y, .sum = sum };
	size_t strips = (y.m.columns + STRIP - 1) / STRIP;
	double squares = 0.0;
	int rc = -1;

	p.mean_x = array_new(x.m.columns, 1, sizeof(double));
	p.mean_y = array_new(y.m.columns, 1, sizeof(double));
	p.slice_x = array_new(SLICE, x.m.columns, sizeof(double));
	p.slice_y = array_new(SLICE, y.m.columns, sizeof(double));
	if (p.mean_x == NULL || p.mean_y == NULL || p.slice_x == NULL || p.slice_y == NULL) {
		error_memory(err, "the alignment of representations");
		goto done;
	}
	column_means(p.mean_x, x);
	column_means(p.mean_y, y);
	for (size_t from = 0; from < x.count; from += SLICE) {
		p.rows = x.count - from < SLICE ? x.count - from : SLICE;
		take_slice(p.slice_x, x, from, p.rows, p.mean_x);
		take_slice(p.slice_y, y, from, p.rows, p.mean_y);
		pool_run(ctx->pool, strips, product_task, &p);
	}
	for (size_t i = 0; i < x.m.columns * y.m.columns; i++)
		squares += p.sum[i] * p.sum[i];
	*out = sqrt(squares);
	rc = 0;
done:
	free(p.mean_x);
	free(p.mean_y);
	free(p.slice_x);
	free(p.slice_y);
	return rc;
}

static bool all_equal(struct selection s)
{
	for (size_t i = 1; i < s.count; i++)
		for (size_t k = 0; k < s.m.columns; k++)
			if (matrix_row(s.m, s.row[i])[k] != matrix_row(s.m, s.row[0])[k])
				return false;
	return true;
}

/* ‖xᵢ‖² of the centred rows. */
static int take_norms(struct side *out, struct error *err)
{
	const struct selection x = out->points;
	double *mean = array_new(x.m.columns, 1, sizeof *mean);

	out->norms = array_new(x.count, 1, sizeof *out->norms);
	if (out->norms == NULL || mean == NULL) {
		free(mean);
		return error_memory(err, "the alignment of representations");
	}
	column_means(mean, x);
	for (size_t i = 0; i < x.count; i++) {
		for (size_t k = 0; k < x.m.columns; k++) {
			const double e = matrix_row(x.m, x.row[i])[k] - mean[k];

			out->norms[i] += e * e;
		}
		out->squares += out->norms[i];
	}
	free(mean);
	return 0;
}

int side_init(struct side *out, struct selection points, struct selection sample, const struct context *ctx,
	      struct error *err)
{
	double *own = array_new(points.m.columns, points.m.columns, sizeof *own);
	int rc;

	*out = (struct side){ .points = points,
			      .sample = sample,
			      .constant = all_equal(points),
			      .sample_constant = all_equal(sample) };
	if (own == NULL)
		return error_memory(err, "the alignment of representations");
	rc = product_of(&out->product, own, points, points, ctx, err);
	free(own);
	if (rc < 0 || take_norms(out, err) < 0 || distance_ranks(&out->ranks, sample, ctx, err) < 0) {
		side_release(out);
		return -1;
	}
	return 0;
}

void side_release(struct side *s)
{
	free(s->norms);
	free(s->ranks);
	*s = (struct side){ .norms = NULL };
}

const struct alignment_measure alignment_measures[ALIGNMENT_MEASURES] = {
	{ "cka", false, alignment_cka },
	{ "cka_unbiased", false, alignment_cka_unbiased },
	{ "procrustes", false, alignment_procrustes },
	{ "rsa", true, alignment_rsa },
	{ "neighbours", true, alignment_neighbours },
};

int alignment_take(double out[ALIGNMENT_MEASURES], const struct side *a, const struct side *b,
		   const struct context *ctx, struct error *err)
{
	struct alignment both = { .a = a, .b = b };
	int rc;

	both.cross = array_new(b->points.m.columns, a->points.m.columns, sizeof *both.cross);
	if (both.cross == NULL)
		return error_memory(err, "the alignment of representations");
	rc = product_of(&both.product, both.cross, a->points, b->points, ctx, err);
	for (size_t i = 0; rc == 0 && i < ALIGNMENT_MEASURES; i++)
		rc = alignment_measures[i].of(&out[i], &both, err);
	free(both.cross);
	return rc;
}
