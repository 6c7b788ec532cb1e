/* Centroid linkage inside each label.
 *
 * Clusters are named by the smallest index of their points. Each keeps the sum
 * of its points in double (a merge adds the two sums, smaller index first) and
 * its centre, that sum over their number. Pairs are ordered by the squared
 * distance of the centres, summed over the coordinates in index order, then by
 * label, smaller and larger index.
 *
 * For every cluster the nearest partners of larger index are kept in a short
 * list; when it runs out the cluster's row of distances is computed again. */
#ifndef GEOMETRY_LINKAGE_H
#define GEOMETRY_LINKAGE_H

#include "base/context.h"
#include "geometry/points.h"

#include <stdbool.h>
#include <stdint.h>

struct merge {
	uint32_t a, b;   /* a < b; the result is a */
	double distance; /* squared, of the centres */
};

struct linkage;

/* Every point a cluster. NULL if memory is short. */
struct linkage *linkage_new(const struct points *points);
void linkage_free(struct linkage *l);

/* Joins without asking for distances: brings the clusters to a given state,
 * before linkage_begin. */
void linkage_join(struct linkage *l, uint32_t a, uint32_t b);

/* Fills the lists of the clusters that are there. With `drops`, pairs can be
 * dropped. */
int linkage_begin(struct linkage *l, bool drops, const struct context *ctx, struct error *err);

/* The next pair of a label. False if it has none left. */
bool linkage_next(struct linkage *l, uint32_t label, struct merge *out);

/* Merges a pair of a label; what was dropped with either stays dropped. */
void linkage_merge(struct linkage *l, uint32_t a, uint32_t b);

/* The pair is never offered again. Needs `drops`. A cluster takes a bit for each
 * of its label from its first drop on. −1 if memory is short. */
int linkage_drop(struct linkage *l, uint32_t a, uint32_t b);

/* With `drops`: the pairs of one label that are left to offer, all clusters being
 * as they are. */
size_t linkage_open(const struct linkage *l);

/* All merges, of all labels, in their order: at every step that of the label
 * whose next merge is the shortest. merges: (count − labels in use), in new
 * memory. */
int linkage_to_end(struct merge **merges, size_t *count, const struct points *points, const struct context *ctx,
		   struct error *err);

#endif
