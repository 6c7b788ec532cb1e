/* The sizes of clusters: radius, and the distances of the points inside. */
#ifndef GEOMETRY_INSIDE_H
#define GEOMETRY_INSIDE_H

#include "geometry/measures.h"

/* Fills out->cluster: label, points, radius, and with `pairs` the mean and the
 * largest distance of two points of a cluster. */
int inside_measure(struct measures *out, const struct points *p, const uint32_t *cluster, bool pairs,
		   const struct context *ctx, struct error *err);

#endif
