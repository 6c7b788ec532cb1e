/* Fisher's direction between a cluster and all points of a label: the inverse
 * covariance of the label, times the difference of the centres. Where the label
 * is much wider one way than another, it separates what the line of the centres
 * does not. A candidate only: what it separates is checked point by point. */
#ifndef GEOMETRY_WHITENING_H
#define GEOMETRY_WHITENING_H

#include "base/context.h"
#include "geometry/cluster.h"

struct whitening {
	size_t d, stride;
	double **inverse; /* (labels) of (d, stride), or NULL where there is none */
	size_t labels;
};

/* For the labels that are marked, in parallel. Nothing is computed where it would
 * take more than 256 MB or 512 dimensions. */
int whitening_init(struct whitening *out, const struct points *p, const struct cluster *labels, const bool *marked,
		   const struct context *ctx);
void whitening_release(struct whitening *w);

/* Fills out (stride), of length 1, from label to cluster. False if the label has
 * no inverse, or the centres are one. difference: (2, stride) scratch. */
bool whitening_direction(double *out, const struct whitening *w, const float *cluster, const float *label_centre,
			 uint32_t label, double *difference);

#endif
