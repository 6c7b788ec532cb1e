#include "geometry/cluster.h"

#include "base/array.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Spheres are widened by more than the roundings of their sums. */
static const double slack = 1.0 + 1e-9;

/* A sphere that may be larger than it need be by so much is kept. */
static const double tight = 1.005;

static int make_sphere(struct cluster *c, const struct points *p)
{
	size_t stride = p->cloud.stride;
	double *mean, largest = 0.0;

	if (c->count == 1) {
		c->centre = p->cloud.data + c->points[0] * stride;
		c->radius = 0.0;
		return 0;
	}
	mean = array_new(stride, 1, sizeof *mean);
	c->own_centre = array_new(stride, 1, sizeof *c->own_centre);
	if (mean == NULL || c->own_centre == NULL) {
		free(mean);
		return -1;
	}
	for (size_t i = 0; i < c->count; i++)
		kernel_add(mean, 1.0 / (double)c->count, p->cloud.data + c->points[i] * stride, stride);
	for (size_t k = 0; k < stride; k++)
		c->own_centre[k] = (float)mean[k];
	for (size_t i = 0; i < c->count; i++)
		largest =
			fmax(largest, kernel_distance(c->own_centre, p->cloud.data + c->points[i] * stride, stride));
	free(mean);
	c->centre = c->own_centre;
	c->least = sqrt(largest);
	c->radius = c->least * slack;
	return 0;
}

int cluster_init(struct cluster *out, const struct points *p, const uint32_t *points, size_t count)
{
	*out = (struct cluster){ .label = p->label[points[0]], .id = points[0], .points = points, .count = count };
	for (size_t i = 1; i < count; i++)
		if (points[i] < out->id)
			out->id = points[i];
	out->half = out->id;
	out->split = count;
	return make_sphere(out, p);
}

void cluster_release(struct cluster *c)
{
	free(c->own_points);
	free(c->own_centre);
	*c = (struct cluster){ 0 };
}

/* The centre of the halves' centres, and a sphere about it that holds theirs. */
static int join_spheres(struct cluster *c, const struct points *p, const struct cluster *a, const struct cluster *b)
{
	size_t stride = p->cloud.stride, whole = a->count + b->count;
	float *centre = array_new(stride, 1, sizeof *centre);
	double moved[2];

	if (centre == NULL)
		return -1;
	for (size_t k = 0; k < stride; k++)
		centre[k] =
			(float)(((double)a->centre[k] * (double)a->count + (double)b->centre[k] * (double)b->count) /
				(double)whole);
	c->own_centre = centre;
	c->centre = centre;
	moved[0] = sqrt(kernel_distance(centre, a->centre, stride));
	moved[1] = sqrt(kernel_distance(centre, b->centre, stride));
	c->radius = fmax(a->radius + moved[0], b->radius + moved[1]) * slack;
	c->least = fmax(fmax(a->least - moved[0], b->least - moved[1]), 0.0);
	return 0;
}

int cluster_join(struct cluster *out, const struct points *p, const struct cluster *a, const struct cluster *b)
{
	/* Equal points of one label merge before all others, so that two clusters
	 * share coordinates only where each is one point. */
	bool equal = a->count == 1 && b->count == 1 && p->same[a->points[0]] == p->same[b->points[0]];
	size_t count = equal ? 1 : a->count + b->count;
	uint32_t *points = array_new(count, 1, sizeof *points);

	if (points == NULL)
		return -1;
	memcpy(points, a->points, a->count * sizeof *points);
	if (!equal)
		memcpy(points + a->count, b->points, b->count * sizeof *points);
	*out = (struct cluster){ .label = a->label, .points = points, .count = count, .own_points = points };
	out->id = a->id < b->id ? a->id : b->id;
	out->half = a->id + b->id - out->id;
	out->split = equal ? count : a->count;
	if ((equal ? make_sphere(out, p) : join_spheres(out, p, a, b)) < 0) {
		free(points);
		return -1;
	}
	return 0;
}

int cluster_tighten(struct cluster *c, const struct points *p)
{
	if (c->radius <= tight * c->least)
		return 0;
	free(c->own_centre);
	c->own_centre = NULL;
	return make_sphere(c, p);
}

bool cluster_apart(const struct cluster *a, const struct cluster *b, const struct cloud *cloud)
{
	double reach = (a->radius + b->radius + cloud->tau) * slack;

	return kernel_distance(a->centre, b->centre, cloud->stride) > reach * reach;
}
