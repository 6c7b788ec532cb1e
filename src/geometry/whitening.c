#include "geometry/whitening.h"

#include "base/array.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The ridge, relative to the mean variance: keeps directions without variance
 * from taking all. */
static const double ridge = 1e-3;
enum { MOST_DIMENSIONS = 512 };
static const size_t bytes_at_most = (size_t)256 << 20;

/* The lower triangle of the covariance, about the centre. */
static void covariance(double *out, const struct whitening *w, const struct cloud *cloud, const struct cluster *c,
		       double *row)
{
	double trace = 0.0;

	for (size_t i = 0; i < c->count; i++) {
		memset(row, 0, w->stride * sizeof *row);
		kernel_add(row, 1.0, cloud->data + c->points[i] * cloud->stride, w->stride);
		kernel_add(row, -1.0, c->centre, w->stride);
		for (size_t k = 0; k < w->d; k++)
			kernel_add_double(out + k * w->stride, row[k], row, kernel_pad(k + 1));
	}
	for (size_t k = 0; k < w->d; k++)
		trace += out[k * w->stride + k];
	for (size_t k = 0; k < w->d; k++)
		out[k * w->stride + k] += ridge * trace / (double)w->d;
}

/* In place: the Cholesky factor in the lower triangle. False if it breaks down. */
static bool factor(double *a, size_t d, size_t stride)
{
	for (size_t i = 0; i < d; i++) {
		double *row = a + i * stride;

		for (size_t j = 0; j <= i; j++) {
			const double *other = a + j * stride;
			double sum = row[j];

			for (size_t k = 0; k < j; k++)
				sum -= row[k] * other[k];
			if (i == j && !(sum > 0.0))
				return false;
			row[j] = i == j ? sqrt(sum) : sum / other[j];
		}
	}
	return true;
}

/* From the factor L to the inverse (LLᵀ)⁻¹, column by column. */
static void invert(double *out, const double *l, size_t d, size_t stride, double *x)
{
	for (size_t c = 0; c < d; c++) {
		memset(x, 0, stride * sizeof *x);
		for (size_t i = c; i < d; i++) {
			double sum = i == c ? 1.0 : 0.0;

			for (size_t k = c; k < i; k++)
				sum -= l[i * stride + k] * x[k];
			x[i] = sum / l[i * stride + i];
		}
		for (size_t i = d; i-- > 0;) {
			x[i] /= l[i * stride + i];
			kernel_add_double(x, -x[i], l + i * stride, i / KERNEL_LANES * KERNEL_LANES);
			for (size_t k = i / KERNEL_LANES * KERNEL_LANES; k < i; k++)
				x[k] -= x[i] * l[i * stride + k];
		}
		memcpy(out + c * stride, x, stride * sizeof *x);
	}
}

struct whitening_job {
	struct whitening *w;
	const struct points *p;
	const struct cluster *clusters;
	const bool *marked;
	bool failed;
};

static void whitening_task(void *arg, size_t label, unsigned thread)
{
	struct whitening_job *job = arg;
	struct whitening *w = job->w;
	double *square, *row;

	(void)thread;
	if (!job->marked[label] || job->clusters[label].count < 2)
		return;
	square = array_new(w->d, w->stride, sizeof *square);
	row = array_new(w->stride, 1, sizeof *row);
	w->inverse[label] = array_new(w->d, w->stride, sizeof(double));
	if (square == NULL || row == NULL || w->inverse[label] == NULL) {
		job->failed = true;
	} else {
		covariance(square, w, &job->p->cloud, &job->clusters[label], row);
		if (factor(square, w->d, w->stride)) {
			invert(w->inverse[label], square, w->d, w->stride, row);
		} else {
			free(w->inverse[label]);
			w->inverse[label] = NULL;
		}
	}
	free(square);
	free(row);
}

int whitening_init(struct whitening *out, const struct points *p, const struct cluster *labels, const bool *marked,
		   const struct context *ctx)
{
	struct whitening_job job = { out, p, labels, marked, false };
	size_t d = p->cloud.dimensions;

	*out = (struct whitening){ .d = d, .stride = p->cloud.stride, .labels = p->labels };
	out->inverse = array_new(p->labels, 1, sizeof(double *));
	if (out->inverse == NULL)
		return -1;
	if (d <= MOST_DIMENSIONS && p->labels * d * out->stride * sizeof(double) <= bytes_at_most)
		pool_run(ctx->pool, p->labels, whitening_task, &job);
	return job.failed ? -1 : 0;
}

void whitening_release(struct whitening *w)
{
	for (size_t l = 0; w->inverse != NULL && l < w->labels; l++)
		free(w->inverse[l]);
	free(w->inverse);
	*w = (struct whitening){ 0 };
}

bool whitening_direction(double *out, const struct whitening *w, const float *cluster, const float *label_centre,
			 uint32_t label, double *difference)
{
	const double *inverse = w->inverse == NULL ? NULL : w->inverse[label];
	double squares = 0.0;

	if (inverse == NULL)
		return false;
	memset(difference, 0, 2 * w->stride * sizeof *difference);
	kernel_add(difference, 1.0, cluster, w->stride);
	kernel_add(difference, -1.0, label_centre, w->stride);
	kernel_dots_double(difference + w->stride, inverse, w->stride, w->d, difference);
	for (size_t k = 0; k < w->d; k++)
		squares += difference[w->stride + k] * difference[w->stride + k];
	for (size_t k = 0; k < w->stride; k++)
		out[k] = difference[w->stride + k] / sqrt(squares);
	return squares > 0.0;
}
