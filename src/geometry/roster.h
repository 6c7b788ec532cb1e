/* The clusters of each label, and how far they are from the middle of every other
 * label at least: most of those that a cluster of that label cannot meet are passed
 * over without a look at them. */
#ifndef GEOMETRY_ROSTER_H
#define GEOMETRY_ROSTER_H

#include "geometry/cluster.h"

#include <stddef.h>
#include <stdint.h>

struct roster {
	const struct points *points;
	const struct cluster *labels; /* (labels) all points of each */
	struct cluster **items;       /* (points) those of label l from points->start[l] on */
	size_t *counts;               /* (labels) */
	float *near;                  /* (labels, points) from that label's centre to the nearest point of the
	                               * sphere of the cluster there, or less; INFINITY if it is known to be
	                               * apart from all of the label */
	size_t *closed;               /* (labels, labels) how many clusters of the second label are known to be
	                               * apart from all of the first */
};

/* -1 if memory is short. */
int roster_init(struct roster *out, const struct points *points, const struct cluster *labels);
void roster_release(struct roster *r);

/* Takes in a cluster, and what its `whole` knows. */
void roster_add(struct roster *r, struct cluster *c);
void roster_drop(struct roster *r, const struct cluster *c);

static inline struct cluster *roster_at(const struct roster *r, size_t label, size_t seat)
{
	return r->items[r->points->start[label] + seat];
}

/* How far the sphere of a cluster reaches from its label's centre, and τ; or more. */
float roster_reach(const struct roster *r, const struct cluster *c);

/* The first seat of a label, from the given one on, whose cluster may be no farther than
 * that from the centre of `other`; counts[label] where there is none. */
size_t roster_within(const struct roster *r, size_t label, size_t seat, uint32_t other, float reach);

/* How many clusters of a label are known to be apart from all of `other`. */
size_t roster_closed(const struct roster *r, size_t label, uint32_t other);

/* Notes that a cluster is. */
void roster_close(struct roster *r, const struct cluster *c, uint32_t other);

#endif
