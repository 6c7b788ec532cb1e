/* Vectors of label distances, and how alike two of them are. */
#ifndef GEOMETRY_VECTORS_H
#define GEOMETRY_VECTORS_H

#include "base/table.h"
#include "corpus/labels.h"
#include "geometry/similarity.h"

/* Distances of label pairs, (count, count) symmetric, NaN where there is none.
 * Labels are sorted bytewise. */
struct distances {
	struct labelset names;
	double *values;
	int linear; /* 1, 0, or −1: unknown or undefined */
};

/* Takes the rows of a table with the columns layer, label_a, label_b, distance,
 * and state where `state` is not NULL. `names` NULL: the labels that occur. A label
 * beyond them and a pair that stands twice are errors, in which `path` stands. */
int distances_of(struct distances *out, const struct table *t, const char *state, int layer,
		 const struct labelset *names, const char *path, struct error *err);
void distances_release(struct distances *d);

/* Pearson's r over the pairs present in both, or with missing ones 0; the
 * interval from 1,000 draws of labels. */
int distances_compare(struct similarity *out, const struct distances *a, const struct distances *b,
		      enum pairs_convention convention, uint64_t seed, struct error *err);

/* Rows of divergence.csv or similarity.csv, and beside each one of coverage.csv:
 * the labels that have a distance on each side, those that only the other side
 * has, and the draws of the bootstrap, with those that had too few pairs. */
struct similarities {
	struct table rows, coverage;
};

#define SIMILARITY_HEADER "layer,state_a,state_b,r,low,high,labels,pairs,linear_a,linear_b,convention"
int similarities_init(struct similarities *out, struct error *err);
void similarities_release(struct similarities *s);
void similarities_add(struct similarities *out, int layer, const char *state_a, const char *state_b,
		      const struct similarity *s, enum pairs_convention convention);

/* `name` is that of the rows' file. */
int similarities_write(const struct similarities *s, struct folder *out, const char *name, struct error *err);

#endif
