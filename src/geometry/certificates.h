/* Proofs of a clustering, which others can check without solving anything.
 *
 * DIR/layer<l>/ holds points.npy, labels.txt and clusters.txt (rows of the
 * points that took part, in the file's order), settings.json (tau, min_points),
 * distances.csv (label_a,label_b,distance,gap,pairs) and proofs.txt, a proof a
 * line, rows counted from 0:
 *     overlap ROW:WEIGHT … | ROW:WEIGHT …
 *     apart SET SET ROW:WEIGHT … | ROW:WEIGHT …
 *     distance SET SET ROW:WEIGHT … | ROW:WEIGHT …
 *     bound SET SET ROW:WEIGHT … | ROW:WEIGHT …
 *     apart SET SET centres
 * where SET is label=NUMBER (in the bytewise order of the labels) or cluster=NUMBER. The weights of a side are
 * convex combinations of points of one label. Those of an overlap make two
 * points at most τ apart. The difference of those of a separation is the normal
 * of a slab between the two sets that is wider than τ; the two points are also
 * an upper bound of the distance, and for a `distance` no farther above the slab's
 * width than the greater of 1e-6 of it and τ. A `bound` is a distance of which
 * that could not be reached: the upper bound stands for it, and the table's gap
 * says how far it may be off; it need not show the two to be apart.
 *
 * Separations are given for the clusters in the end: all clusters of earlier
 * states are subsets of them. Refusals of pairs are overlaps. Spheres that are
 * apart, and two single points, need no proof. */
#ifndef GEOMETRY_CERTIFICATES_H
#define GEOMETRY_CERTIFICATES_H

#include "base/context.h"
#include "corpus/labels.h"
#include "geometry/measures.h"
#include "geometry/overlaps.h"

struct certificates;

int certificates_open(struct certificates **out, const char *directory, int layer, const struct points *points,
		      const struct labelset *names, struct error *err);

/* The sink for proofs; while no clusters are given, separations of clusters are
 * dropped and those of whole labels kept. */
struct proof_sink certificates_sink(struct certificates *c);
void certificates_clusters(struct certificates *c, const uint32_t *cluster);

int certificates_write(struct certificates *c, const uint32_t *cluster, long min_points, const struct measures *m,
		       struct error *err);
void certificates_free(struct certificates *c);

#endif
