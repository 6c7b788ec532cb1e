/* DirectProbe (Zhou and Srikumar 2021): clusters of one label each whose convex
 * hulls do not overlap across labels, and the measures taken on them. */
#ifndef GEOMETRY_DIRECTPROBE_H
#define GEOMETRY_DIRECTPROBE_H

#include "base/context.h"
#include "base/output.h"

#include <stdbool.h>
#include <stdint.h>

struct directprobe_params {
	long min_points; /* clusters of fewer points are left out of the measures */
	long max_points; /* 0: all; else a seeded sample */
	uint64_t seed;   /* of the sample */
};

struct directprobe_layer {
	int layer;
	const char *embeddings; /* .npy, or text: a vector a line */
};

struct directprobe_job {
	const struct directprobe_layer *layers;
	size_t layer_count;
	bool plain;               /* one plain file: layer 0; writes clusters.txt and distances.txt */
	const char *labels;       /* labels.txt or an entities file */
	const char *clusters;     /* NULL, or a file of cluster numbers to re-measure instead of clustering */
	const char *certificates; /* NULL, or a directory for the certificates; not with `clusters` */
	struct directprobe_params params;
	const char *program; /* names the code at work: what another left unfinished is not gone on from */
};

const char *directprobe_params_check(const struct directprobe_params *p);

/* Writes labelset.txt, clusters-<layer>.txt (clusters.txt when plain, and
 * distances.txt in the form of the DirectProbe authors, geometry/authors.h),
 * clusters.csv (layer,cluster,label,points,radius,inside_mean,inside_max),
 * distances.csv (layer,label_a,label_b,distance,gap,pairs), minimum.csv
 * (layer,label,distance,nearest), inside.csv (layer,label,inside_mean,
 * inside_max,pairs: of points inside the label's clusters of min_points and more;
 * labels without such a pair are left out), centroids-<layer>.npy (labels, dimensions;
 * rows in the label set's order) and summary.json: an array, an object a
 * layer: layer, points, points_total, dimensions, labels, clusters, linear, conflicts,
 * constant, undecided, open_gaps, tau, minimum, mean. Layers already finished by an
 * interrupted run are taken from work files beside the outputs. */
int directprobe_run(const struct directprobe_job *job, struct folder *out, const struct context *ctx,
		    struct error *err);

/* What certificates have shown, over all layers. */
struct directprobe_proof {
	size_t layers;
	size_t overlaps, separations; /* proofs that hold */
	size_t pairs;                 /* of clusters of different labels, shown to be apart */
	size_t merges, refusals;      /* of the clustering done again */
	size_t distances;             /* of clusters, whose gap is closed */
	size_t bounds;                /* of clusters, whose gap is as the table says */
};

/* Checks what `certificates` wrote, without solving anything: every proof in
 * double precision from the points alone; that all pairs of clusters are shown
 * apart; by doing the linkage again, that these are the clusters that the
 * definition gives; and that the table has every label distance, and that each
 * follows from those of its clusters. The first fault is an
 * error of STATUS_CHECK. */
int directprobe_check(struct directprobe_proof *out, const char *directory, const struct context *ctx,
		      struct error *err);

#endif
