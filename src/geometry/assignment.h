/* Cluster numbers, one for each example, in files and in memory.
 *
 * clusters.txt: a number a line, in the order of the examples; −1 for those
 * that a sample left out. It is the format of the DirectProbe authors. */
#ifndef GEOMETRY_ASSIGNMENT_H
#define GEOMETRY_ASSIGNMENT_H

#include "base/file.h"
#include "base/output.h"
#include "geometry/points.h"

/* cluster: (points), in new memory. Numbers need not be dense; they are made so,
 * in the order of the first rows. A cluster with two labels is an error, and so
 * is a file of another number of lines than `rows`. */
int assignment_read(uint32_t **cluster, size_t *clusters, const char *path, const struct points *p, size_t rows,
		    struct error *err);
int assignment_write(struct folder *out, const char *name, const uint32_t *cluster, const struct points *p,
		     size_t rows, struct error *err);

/* The numbers of a text in memory, (rows); `path` stands in errors. */
int assignment_parse(long *numbers, const struct mapping *text, const char *path, size_t rows, struct error *err);

/* Makes label[row] −1 where the file has −1: the examples that a sample left out. */
int assignment_leave_out(int *label, const char *path, size_t rows, struct error *err);

/* One cluster a label, numbered by the first rows. */
int assignment_by_label(uint32_t *cluster, size_t *clusters, const struct points *p);

/* Numbers clusters by their first row. key[i] < points: the same for all points
 * of a cluster and no others. */
int assignment_number(uint32_t *cluster, size_t *clusters, const uint32_t *key, const struct points *p);

#endif
