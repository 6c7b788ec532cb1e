/* The labelled points that DirectProbe works on.
 *
 * Points are held sorted by label, in the file's order inside a label, so that a
 * label's points are one range and the order of indices inside a label is that
 * of the rows. -0 is made 0: equal points have equal bytes. */
#ifndef GEOMETRY_POINTS_H
#define GEOMETRY_POINTS_H

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "corpus/labels.h"
#include "geometry/hull.h"
#include "num/matrix.h"

#include <stdbool.h>
#include <stdint.h>

#define NO_POINT UINT32_MAX

struct points {
	struct cloud cloud; /* owns its data */
	size_t count, labels;
	size_t used;      /* labels that have points: a sample may lack some */
	uint32_t *row;    /* (count) the row in the file */
	uint32_t *label;  /* (count) */
	uint32_t *start;  /* (labels + 1) a label's points are start[l] … start[l+1]−1 */
	uint32_t *same;   /* (count) the first point of the label with equal coordinates */
	uint32_t *twin;   /* (count) a point of another label with equal coordinates, or NO_POINT */
	size_t conflicts; /* points with a twin */
	bool constant;    /* all points are equal */
};

/* Takes the rows of `m` whose label is not negative: label[r] < labels, the label
 * of row r. `name` stands in errors. A value that is not finite is an error. */
int points_init(struct points *out, struct matrix m, const int *label, size_t labels, const char *name,
		struct error *err);
void points_release(struct points *p);

/* The same rows of another matrix of the same shape. */
int points_reload(struct points *p, struct matrix m, const char *name, struct error *err);

/* Embeddings from a file, .npy or text (a vector a line, numbers separated by
 * spaces, parsed as float32). data is in new memory. Rounding of wider numbers is
 * warned of. */
int embeddings_read(struct matrix *out, const char *path, const struct context *ctx, struct error *err);

/* As embeddings_read, from bytes in memory; `path` stands in errors. */
int embeddings_parse(struct matrix *out, const struct mapping *bytes, const char *path, const struct context *ctx,
		     struct error *err);

/* The index in the label set of each of the labels, −1 for those left out by a
 * seeded sample of `sample` points (0: all). In new memory. */
int *points_labels(const struct labelset *set, const struct labels *labels, long sample, uint64_t seed);

#endif
