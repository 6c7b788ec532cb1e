#include "geometry/roster.h"

#include "base/array.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdlib.h>

/* More than the roundings of a float. */
static const double slack = 1e-6;

int roster_init(struct roster *out, const struct points *points, const struct cluster *labels)
{
	*out = (struct roster){ .points = points, .labels = labels };
	out->items = array_new(points->count, 1, sizeof(struct cluster *));
	out->counts = array_new(points->labels, 1, sizeof *out->counts);
	out->near = array_new(points->labels, points->count, sizeof *out->near);
	out->closed = array_new(points->labels, points->labels, sizeof *out->closed);
	if (out->items != NULL && out->counts != NULL && out->near != NULL && out->closed != NULL)
		return 0;
	roster_release(out);
	return -1;
}

void roster_release(struct roster *r)
{
	free(r->items);
	free(r->counts);
	free(r->near);
	free(r->closed);
	*r = (struct roster){ 0 };
}

/* Of the clusters of a label, by seat. */
static float *near_of(const struct roster *r, size_t other, size_t label)
{
	return r->near + other * r->points->count + r->points->start[label];
}

static size_t *closed_of(const struct roster *r, size_t other, size_t label)
{
	return r->closed + other * r->points->labels + label;
}

static double from_centre(const struct roster *r, const struct cluster *c, size_t label)
{
	return sqrt(kernel_distance(c->centre, r->labels[label].centre, r->points->cloud.stride));
}

void roster_add(struct roster *r, struct cluster *c)
{
	c->seat = r->counts[c->label]++;
	r->items[r->points->start[c->label] + c->seat] = c;
	for (size_t l = 0; l < r->points->labels; l++) {
		float *near = near_of(r, l, c->label) + c->seat;

		*near = 0.0f;
		if (c->whole[l] == WHOLE_APART)
			roster_close(r, c, (uint32_t)l);
		else if (l != c->label && r->labels[l].count > 0)
			*near = (float)(from_centre(r, c, l) * (1.0 - slack) - c->radius);
	}
}

void roster_drop(struct roster *r, const struct cluster *c)
{
	const size_t last = --r->counts[c->label];
	struct cluster *moved = roster_at(r, c->label, last);

	for (size_t l = 0; l < r->points->labels; l++) {
		float *near = near_of(r, l, c->label);

		*closed_of(r, l, c->label) -= near[c->seat] == INFINITY;
		near[c->seat] = near[last];
	}
	r->items[r->points->start[c->label] + c->seat] = moved;
	moved->seat = c->seat;
}

float roster_reach(const struct roster *r, const struct cluster *c)
{
	return (float)((from_centre(r, c, c->label) + c->radius + r->points->cloud.tau) * (1.0 + slack));
}

size_t roster_within(const struct roster *r, size_t label, size_t seat, uint32_t other, float reach)
{
	const float *near = near_of(r, other, label);

	while (seat < r->counts[label] && near[seat] > reach)
		seat++;
	return seat;
}

size_t roster_closed(const struct roster *r, size_t label, uint32_t other)
{
	return *closed_of(r, other, label);
}

void roster_close(struct roster *r, const struct cluster *c, uint32_t other)
{
	near_of(r, other, c->label)[c->seat] = INFINITY;
	++*closed_of(r, other, c->label);
}
