/* Following the clusters of one state through fine-tuning: at every checkpoint
 * and layer the same clusters are tested for overlap and measured again. Also
 * the paths of the label centroids, and the alignment with the original
 * (alignment.h).
 *
 * The caller encodes one checkpoint after another and hands over its layers;
 * nothing of it is kept but the measures. */
#ifndef GEOMETRY_TRAJECTORY_H
#define GEOMETRY_TRAJECTORY_H

#include "base/context.h"
#include "base/output.h"
#include "num/matrix.h"

#include <stdbool.h>
#include <stdint.h>

struct trajectory;

struct trajectory_job {
	const char *labels;           /* labels.txt of the examples */
	const char *const *originals; /* (layers) .npy of the original, layer by layer */
	const char *const *clusters;  /* (layers) clusters-<layer>.txt that are followed */
	size_t layers;
	long min_points;
	uint64_t seed; /* of RSA's sample */
};

int trajectory_new(struct trajectory **out, const struct trajectory_job *job, const struct context *ctx,
		   struct error *err);

/* One state's layers, in order: "original" first (measured from the files if
 * `layers` is NULL), then c01 … cNN. The last has intervals of its alignment with the
 * original. */
int trajectory_add(struct trajectory *t, const char *state, const struct matrix *layers, bool last,
		   const struct context *ctx, struct error *err);

/* Writes distances.csv (state,layer,label_a,label_b,distance,gap,pairs),
 * minimum.csv (state,layer,label,distance,nearest), summary.json (as
 * directprobe's, with a key state), alignment.csv
 * (layer,state_a,state_b,measure,value,low,high,n; measures of alignment.h),
 * similarity.csv (layer,state_a,state_b,r,low,high,labels,pairs,linear_a,
 * linear_b,convention; each checkpoint against the original), coverage.csv
 * (what is behind each, as geometry/similarity.h says), shift.csv
 * (layer,state,label,norm,pc1,pc2), paths.csv (layer,label,state,pc1,pc2: label
 * centroids of all states on the two principal components of that layer's
 * centroids), and spread.csv (layer,scale,pc1,pc2: R, the largest distance of a point
 * of the original to the layer's mean, and the shares of the centroids' variance that
 * those two components have). */
int trajectory_write(const struct trajectory *t, struct folder *out, struct error *err);
void trajectory_free(struct trajectory *t);

#endif
