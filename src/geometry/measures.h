/* What is measured on clusters: hull distances of labels, the nearest label of
 * each, and the sizes of the clusters. */
#ifndef GEOMETRY_MEASURES_H
#define GEOMETRY_MEASURES_H

#include "base/context.h"
#include "geometry/overlaps.h"
#include "geometry/points.h"

#include <stdbool.h>
#include <stdint.h>

struct cluster_measure {
	uint32_t label;
	uint32_t points;
	double radius;      /* largest distance of a point to the mean */
	double inside_mean; /* over pairs of its points; NaN for a single point */
	double inside_max;
};

struct measures {
	size_t labels, clusters;
	struct cluster_measure *cluster; /* (clusters) */
	double *distance; /* (labels, labels) symmetric; NaN where there is no pair, or kept clusters overlap */
	double *gap;      /* the largest of the pairs' duality gaps */
	uint32_t *pairs;  /* of clusters behind each */
	double *minimum;  /* (labels) the smallest distance; NaN if none, or if a pair of the label overlaps */
	int *nearest;     /* (labels) or −1 */
	bool *overlap;    /* (labels, labels) kept clusters overlap */
	bool overlapping; /* clusters of two labels overlap somewhere, small ones included */
	uint64_t undecided;
	uint64_t open; /* pairs whose gap did not close: their distance is the upper bound */
};

/* Convex combinations that the pairs of clusters ended with, kept from one
 * measurement of the same clusters to the next, to start from. */
struct measure_starts {
	struct hull_start *items;
	size_t count;
};
void measure_starts_release(struct measure_starts *s);

struct measure_job {
	const struct points *points;
	const uint32_t *cluster; /* (points) 0 … clusters−1 */
	size_t clusters;
	long min_points;               /* smaller clusters have no distances */
	bool retest;                   /* the clusters are not known to be apart: test the small ones too */
	const uint8_t *apart;          /* (labels, labels) separable as a whole: not tested again; or NULL */
	bool inside;                   /* fill inside_mean and inside_max */
	struct measure_starts *starts; /* or NULL */
	const struct proof_sink *sink; /* or NULL */
};

int measures_take(struct measures *out, const struct measure_job *job, const struct context *ctx, struct error *err);
int measures_allocate(struct measures *out, size_t labels, size_t clusters);
void measures_release(struct measures *m);

/* Means over the labels with a minimum, and over the pairs; NaN without any. */
double measures_mean_minimum(const struct measures *m);
double measures_mean_distance(const struct measures *m);

/* The pairs of points inside a label's clusters that are large enough: their
 * number, mean distance and largest distance; NaN without any. */
struct label_inside {
	uint64_t pairs;
	double mean, largest;
};
struct label_inside measures_inside(const struct measures *m, uint32_t label, long min_points);

/* Means of each label's points, (labels, dimensions), in new memory. */
float *label_centroids(const struct points *p);

#endif
