/* Reading a file of proofs and checking them one by one. */
#ifndef GEOMETRY_PROOFS_H
#define GEOMETRY_PROOFS_H

#include "geometry/cluster.h"
#include "geometry/points.h"

/* Two points that meet, of which one is made of points of two clusters: why
 * these two cannot be one. Or two points of the set at one place: why neither can
 * be in a larger cluster; low and high are then one. */
struct refusal {
	uint32_t low, high; /* clusters in the end, low < high */
	size_t from, count; /* in `points`: those of the two clusters, then those of the other */
	size_t others;
};

struct proofs {
	const struct points *points;
	const uint32_t *cluster;  /* (points) in the end */
	struct cluster *clusters; /* (cluster_count) in the end */
	size_t cluster_count;
	struct cluster *labels;   /* (labels) whole labels */
	uint32_t *of_place;       /* (points) the point at a row of the file */
	uint8_t *labels_apart;    /* (labels, labels) */
	uint64_t *apart;          /* bits (clusters, clusters) */
	struct refusal *refusals; /* (refusal_count) */
	size_t refusal_count, refusal_capacity;
	uint32_t *witnesses; /* points of the refusals */
	size_t witness_count, witness_capacity;
	long min_points;    /* clusters of fewer have no distances */
	uint32_t *sizes;    /* (cluster_count) */
	uint64_t *measured; /* bits (clusters, clusters), i < j: the distance is shown */
	double *sum, *gap;  /* (labels, labels) of the distances, i < j */
	uint32_t *pairs;    /* (labels, labels) */
	size_t overlaps, separations, distances, bounds;
};

/* `cluster` numbers the clusters; it stays the caller's. */
int proofs_init(struct proofs *out, const struct points *points, const uint32_t *cluster, size_t clusters,
		long min_points, struct error *err);
void proofs_release(struct proofs *p);

/* Reads the file; a line that is malformed or proves nothing is an error. */
int proofs_read(struct proofs *p, const char *path, struct error *err);

/* Counts the pairs of clusters of different labels, all of which must be apart. */
int proofs_cover(const struct proofs *p, size_t *pairs, const char *path, struct error *err);

/* Adds the distances of single points, which need no proof; that of every other
 * pair of clusters that are large enough must have been shown. */
int proofs_measure(struct proofs *p, const char *path, struct error *err);

#endif
