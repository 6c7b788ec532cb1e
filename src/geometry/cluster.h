/* Clusters of points of one label, and a sphere around each. */
#ifndef GEOMETRY_CLUSTER_H
#define GEOMETRY_CLUSTER_H

#include "geometry/hull.h"
#include "geometry/points.h"

/* What is known about a cluster and all points of another label: a number below
 * WHOLE_MEETS counts the work spent on that label's clusters one by one. */
enum { WHOLE_MEETS = 0xfffe, WHOLE_APART = 0xffff };

struct cluster {
	uint32_t label;
	uint32_t id;            /* its smallest index */
	uint32_t half;          /* of a union, the id of its other part; else id */
	size_t split;           /* of a union that is tried, how many of its points are its namesake's, which
	                         * come first; else count */
	uint32_t born;          /* the merge that made it, 0 for a single point */
	const uint32_t *points; /* (count) those with coordinates of their own */
	size_t count;
	const float *centre;  /* (stride) near the mean; of one point, its row */
	double radius;        /* of a sphere about `centre` that holds all points */
	double least;         /* what a smaller one would have at least */
	uint16_t *whole;      /* (labels), or NULL */
	size_t seat;          /* among those of its label in a roster */
	bool settled;         /* compared with all others */
	uint32_t *own_points; /* what is to be freed */
	float *own_centre;
};

/* A cluster of the given points, which stay the caller's. */
int cluster_init(struct cluster *out, const struct points *p, const uint32_t *points, size_t count);
void cluster_release(struct cluster *c);

/* The union of two, with its own points, in a sphere about both of theirs; their
 * `whole` are not joined. */
int cluster_join(struct cluster *out, const struct points *p, const struct cluster *a, const struct cluster *b);
/* Puts a union into the smallest sphere about its mean, unless its own is hardly larger.
 * −1 if memory is short. */
int cluster_tighten(struct cluster *c, const struct points *p);

static inline struct hull cluster_hull(const struct cluster *c)
{
	return (struct hull){ c->points, c->count, c->centre };
}

/* Whether the spheres are apart by more than τ. */
bool cluster_apart(const struct cluster *a, const struct cluster *b, const struct cloud *cloud);

#endif
