#include "geometry/hull.h"

#include "base/array.h"

#include <stdlib.h>

int hull_work_init(struct hull_work *out, const struct cloud *cloud, size_t largest)
{
	int rc;

	*out = (struct hull_work){ .cloud = cloud, .largest = largest };
	rc = active_init(&out->active, cloud->dimensions);
	out->x = array_new(cloud->stride, 1, sizeof *out->x);
	out->rest = array_new(cloud->stride, 1, sizeof *out->rest);
	out->slope = array_new(out->active.capacity, 1, sizeof *out->slope);
	out->scratch = array_new(2, cloud->stride, sizeof *out->scratch);
	out->direction = array_new(cloud->stride, 1, sizeof *out->direction);
	out->nearness = array_new(HULL_NEAR, 1, sizeof *out->nearness);
	out->member = array_new(cloud->count, 1, sizeof *out->member);
	out->best.point = array_new(out->active.capacity, 1, sizeof *out->best.point);
	out->best.side = array_new(out->active.capacity, 1, sizeof *out->best.side);
	out->best.weight = array_new(out->active.capacity, 1, sizeof *out->best.weight);
	if (out->best.point == NULL || out->best.side == NULL || out->best.weight == NULL)
		rc = -1;
	for (int side = 0; side < 2; side++) {
		out->end[side] = array_new(cloud->stride, 1, sizeof *out->x);
		out->dots[side] = array_new(largest, 1, sizeof *out->x);
		out->near[side] = array_new(HULL_NEAR, 1, sizeof *out->near[side]);
		if (out->end[side] == NULL || out->dots[side] == NULL || out->near[side] == NULL)
			rc = -1;
	}
	if (rc < 0 || out->x == NULL || out->rest == NULL || out->slope == NULL || out->nearness == NULL ||
	    out->member == NULL || out->scratch == NULL || out->direction == NULL) {
		hull_work_release(out);
		return -1;
	}
	return 0;
}

void hull_work_release(struct hull_work *w)
{
	active_release(&w->active);
	free(w->x);
	free(w->rest);
	free(w->slope);
	free(w->nearness);
	free(w->member);
	free(w->scratch);
	free(w->direction);
	free(w->best.point);
	free(w->best.side);
	free(w->best.weight);
	for (int side = 0; side < 2; side++) {
		free(w->end[side]);
		free(w->dots[side]);
		free(w->near[side]);
	}
	*w = (struct hull_work){ 0 };
}
