#include "geometry/hull.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

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

void hull_start_release(struct hull_start *s)
{
	free((void *)(uintptr_t)s->point);
	free((void *)(uintptr_t)s->side);
	free((void *)(uintptr_t)s->weight);
	*s = (struct hull_start){ 0 };
}

int hull_start_copy(struct hull_start *out, const struct hull_start *from)
{
	uint32_t *point = array_new(from->count, 1, sizeof *point);
	uint8_t *side = array_new(from->count, 1, sizeof *side);
	double *weight = array_new(from->count, 1, sizeof *weight);

	*out = (struct hull_start){ point, side, weight, from->count };
	if (point == NULL || side == NULL || weight == NULL) {
		hull_start_release(out);
		return -1;
	}
	memcpy(point, from->point, from->count * sizeof *point);
	memcpy(side, from->side, from->count * sizeof *side);
	memcpy(weight, from->weight, from->count * sizeof *weight);
	return 0;
}
