/* Displacements of label centroids, and their principal components. */
#ifndef GEOMETRY_SHIFT_H
#define GEOMETRY_SHIFT_H

#include "base/table.h"
#include "corpus/labels.h"
#include "num/matrix.h"

#define SHIFT_HEADER "layer,state,label,norm,pc1,pc2"

/* Rows of shift.csv for one layer. The displacement of a label is its centroid
 * in a state less that in the original, (labels, dimensions). They are projected
 * on the principal components of the last state's displacements, not centred, so
 * that arrows start at the origin and those of all states share their axes.
 * A label without points has NaN centroids and no row. */
int shift_rows(struct table *t, int layer, const struct labelset *names, struct matrix original,
	       const char *const *states, const struct matrix *centroids, size_t count, struct error *err);

/* Rows of paths.csv (layer,label,state,pc1,pc2): the centroids of all states,
 * the original among them, on the principal components of them all, centred. `shares`
 * are those two components' of the variance, 0 where there is none. */
int path_rows(struct table *t, double shares[2], int layer, const struct labelset *names, const char *const *states,
	      const struct matrix *centroids, size_t count, struct error *err);

#endif
