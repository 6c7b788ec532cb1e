/* What refused each cluster's union with another last.
 *
 * The next union with either half is likely to be refused by the same cluster, and
 * to meet it near the same place: the points whose convex combinations met are
 * kept, and those that the two hulls still have are where the next question
 * begins. */
#ifndef GEOMETRY_REFUSALS_H
#define GEOMETRY_REFUSALS_H

#include "geometry/linkage.h"
#include "geometry/overlaps.h"

struct refusal {
	uint32_t point;        /* of the cluster that refused, or NO_POINT */
	struct hull_start met; /* the points that met; none where memory was not to be had; owned */
};

struct refusals {
	struct refusal *items; /* (points) by a cluster's id */
	size_t clusters, room; /* room: points that may still be kept */
};

int refusals_init(struct refusals *out, const struct points *points);
void refusals_release(struct refusals *r);

/* A point of the cluster that refused `id` last, or NO_POINT. */
uint32_t refusals_point(const struct refusals *r, uint32_t id);

/* Where to begin with a union of `id` and the cluster that refused it last: what met
 * then, or NULL. */
const struct hull_start *refusals_start(const struct refusals *r, uint32_t id);

/* Keeps how a union met the other cluster, of which a point is given. */
void refusals_keep(struct refusals *r, const struct merge *pair, uint32_t point, const struct answer *met);

/* The union that takes a's id inherits from a, or else from b. */
void refusals_join(struct refusals *r, uint32_t a, uint32_t b);

#endif
