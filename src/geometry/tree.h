/* The tree of a sequence of merges. Nodes 0 … count−1 are points, count + t − 1
 * the result of merge t = 1, 2, …. The leaves are laid out so that the distinct
 * points below any node are one range. */
#ifndef GEOMETRY_TREE_H
#define GEOMETRY_TREE_H

#include "geometry/linkage.h"
#include "geometry/points.h"

#include <stdbool.h>

struct tree {
	const struct points *points;
	size_t merges;
	uint32_t *left, *right; /* (merges) nodes */
	uint32_t *parent;       /* (count + merges) a node, or NO_POINT */
	uint32_t *start, *size; /* (count + merges) range of `order` */
	uint32_t *order;        /* (count) distinct points */
	uint32_t *place;        /* (count) of a distinct point in `order` */
};

int tree_init(struct tree *out, const struct points *points, const struct merge *merges, size_t count);
void tree_release(struct tree *t);

/* The merge that makes a node, 0 for a point. */
static inline uint32_t tree_time(const struct tree *t, uint32_t node)
{
	return node < t->points->count ? 0 : (uint32_t)(node - t->points->count + 1);
}

/* Whether the node is a cluster after `state` merges. */
bool tree_alive(const struct tree *t, uint32_t node, uint32_t state);

/* The first state at which the given distinct points of one label are in one
 * cluster. */
uint32_t tree_joined(const struct tree *t, const uint32_t *points, size_t count);

/* The first state at which a distinct point is in a cluster with others;
 * UINT32_MAX if it never is. */
uint32_t tree_grown(const struct tree *t, uint32_t point);

/* The first merge to hold a point with a twin and a point elsewhere; 0: none. */
uint32_t tree_first_conflict(const struct tree *t);

#endif
