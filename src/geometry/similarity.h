/* Spatial similarity: Pearson's r between two vectors of label distances. */
#ifndef GEOMETRY_SIMILARITY_H
#define GEOMETRY_SIMILARITY_H

#include "base/error.h"
#include "base/output.h"

#include <stdint.h>

enum pairs_convention { PAIRS_PRESENT, PAIRS_ZERO };

struct similarity {
	double r, low, high;         /* NaN where undefined */
	size_t labels, pairs;        /* behind r */
	int linear_a, linear_b;      /* 1, 0, or -1: unknown or undefined */
	size_t labels_a, labels_b;   /* with a distance */
	size_t lacking_a, lacking_b; /* of the other side's, those without */
	size_t draws, dropped;       /* of the bootstrap, and those with too few pairs */
};

#define LAYER_LAST (-1)

/* One layer of a distances.csv, or of a file of the DirectProbe authors
 * (geometry/authors.h), which has one layer, 0. */
struct layer_choice {
	const char *distances; /* path */
	int layer;             /* the value in the column layer, or LAYER_LAST */
	const char *name;      /* of the option that chose it, for errors: "layer-a" */
};

/* Compares two layers; one that its file does not have is an error that names those
 * it has. Reads summary.json and labelset.txt beside each for linear_* and, with
 * PAIRS_ZERO, the pairs; that convention without them is an error, but a file of
 * the authors says itself which pairs are missing. The bootstrap draws labels 1,000
 * times with the seed; three labels or fewer have no interval. */
int similarity_of(struct similarity *out, const struct layer_choice *a, const struct layer_choice *b,
		  enum pairs_convention convention, uint64_t seed, struct error *err);

/* The stage divergence: train and test of one state at the last layer both
 * have. Writes divergence.csv
 * (layer,state_a,state_b,r,low,high,labels,pairs,linear_a,linear_b,convention)
 * with a row for each convention, and coverage.csv with what is behind each
 * (layer,state_a,state_b,convention,labels_a,labels_b,lacking_a,lacking_b,draws,
 * dropped; geometry/vectors.h). state_a is "train", state_b "test". */
int divergence_run(const char *train_dir, const char *test_dir, uint64_t seed, struct folder *out, struct error *err);

/* The stage similarity. Directories of directprobe's outputs of the original
 * and of the fine-tuned model (state name `state`) and of the trajectory between. Writes similarity.csv:
 * every checkpoint and layer against the original, the last from directprobe
 * and the others from the trajectory; and shift.csv
 * (layer,state,label,norm,pc1,pc2): the displacement of each label's centroid,
 * for every state and layer, projected on the principal components of that
 * layer's displacements (not centred: arrows start at the origin); and
 * coverage.csv, as the stage divergence does. */
int similarity_run(const char *original_dir, const char *tuned_dir, const char *state, const char *trajectory_dir,
		   uint64_t seed, struct folder *out, struct error *err);

#endif
