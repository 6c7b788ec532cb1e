/* Ranks of the distances of all pairs of points. */
#ifndef GEOMETRY_DISTANCE_RANKS_H
#define GEOMETRY_DISTANCE_RANKS_H

#include "geometry/alignment.h"

/* From 1, ties shared, (count (count − 1) / 2) by rows above the diagonal, in new
 * memory. */
int distance_ranks(float **out, struct selection x, const struct context *ctx, struct error *err);

#endif
