#include "geometry/inside.h"

#include "base/array.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_A_TASK = 16 };

struct inside {
	const struct points *points;
	const uint32_t *cluster; /* (points) */
	uint32_t *member;        /* (points) the points, cluster after cluster */
	uint32_t *end;           /* (clusters) where each ends in it */
	double *sum, *largest;   /* (points) over the later points of the same cluster */
	bool pairs;
};

static void inside_row(struct inside *in, size_t at)
{
	const struct points *p = in->points;
	uint32_t i = in->member[at];
	const float *row = p->cloud.data + i * p->cloud.stride;
	double sum = 0.0, largest = 0.0;

	for (size_t j = at + 1; j < in->end[in->cluster[i]]; j++) {
		const float *other = p->cloud.data + in->member[j] * p->cloud.stride;
		double d = sqrt(kernel_distance(row, other, p->cloud.stride));

		sum += d;
		largest = d > largest ? d : largest;
	}
	in->sum[at] = sum;
	in->largest[at] = largest;
}

static void inside_task(void *arg, size_t task, unsigned thread)
{
	struct inside *in = arg;
	size_t end = (task + 1) * ROWS_A_TASK;

	(void)thread;
	for (size_t at = task * ROWS_A_TASK; at < end && at < in->points->count; at++)
		inside_row(in, at);
}

static void list_members(struct inside *in, size_t clusters)
{
	size_t n = in->points->count;
	uint32_t from = 0;

	for (size_t i = 0; i < n; i++)
		in->end[in->cluster[i]]++;
	for (size_t c = 0; c < clusters; c++) {
		uint32_t count = in->end[c];

		in->end[c] = from;
		from += count;
	}
	for (uint32_t i = 0; i < n; i++)
		in->member[in->end[in->cluster[i]]++] = i;
}

static double radius_of(const struct inside *in, size_t from, size_t end, double *mean, double *offset)
{
	size_t stride = in->points->cloud.stride;
	double largest = 0.0;

	memset(mean, 0, stride * sizeof *mean);
	for (size_t at = from; at < end; at++)
		kernel_add(mean, 1.0, in->points->cloud.data + in->member[at] * stride, stride);
	for (size_t k = 0; k < stride; k++)
		mean[k] /= (double)(end - from);
	for (size_t at = from; at < end; at++) {
		memcpy(offset, mean, stride * sizeof *mean);
		kernel_add(offset, -1.0, in->points->cloud.data + in->member[at] * stride, stride);
		largest = fmax(largest, kernel_dot(offset, offset, stride));
	}
	return sqrt(largest);
}

static void inside_clusters(struct measures *out, const struct inside *in, double *mean, double *offset)
{
	for (size_t c = 0; c < out->clusters; c++) {
		struct cluster_measure *m = &out->cluster[c];
		size_t from = c == 0 ? 0 : in->end[c - 1], count = in->end[c] - from;
		double sum = 0.0, largest = 0.0;

		for (size_t at = from; at < in->end[c]; at++) {
			sum += in->sum[at];
			largest = fmax(largest, in->largest[at]);
		}
		*m = (struct cluster_measure){
			.label = in->points->label[in->member[from]],
			.points = (uint32_t)count,
			.radius = radius_of(in, from, in->end[c], mean, offset),
			.inside_mean =
				in->pairs && count > 1 ? sum / (0.5 * (double)count * (double)(count - 1)) : NAN,
			.inside_max = in->pairs && count > 1 ? largest : NAN,
		};
	}
}

int inside_measure(struct measures *out, const struct points *p, const uint32_t *cluster, bool pairs,
		   const struct context *ctx, struct error *err)
{
	struct inside in = { .points = p, .cluster = cluster, .pairs = pairs };
	double *mean = array_new(2, p->cloud.stride, sizeof *mean);
	int rc = 0;

	in.member = array_new(p->count, 1, sizeof *in.member);
	in.end = array_new(out->clusters, 1, sizeof *in.end);
	in.sum = array_new(p->count, 1, sizeof *in.sum);
	in.largest = array_new(p->count, 1, sizeof *in.largest);
	if (mean == NULL || in.member == NULL || in.end == NULL || in.sum == NULL || in.largest == NULL) {
		rc = error_memory(err, "the distances inside clusters");
	} else {
		list_members(&in, out->clusters);
		if (pairs)
			pool_run(ctx->pool, (p->count + ROWS_A_TASK - 1) / ROWS_A_TASK, inside_task, &in);
		inside_clusters(out, &in, mean, mean + p->cloud.stride);
	}
	free(mean);
	free(in.member);
	free(in.end);
	free(in.sum);
	free(in.largest);
	return rc;
}
