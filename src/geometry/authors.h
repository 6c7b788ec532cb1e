/* The distances file of the DirectProbe authors: labelA---labelB,distance, a
 * line each, without a header, for all pairs of labels in the order (0,1),
 * (0,2), …. A pair without a distance is 0 there: clusters of two labels never
 * overlap, so that no other is. */
#ifndef GEOMETRY_AUTHORS_H
#define GEOMETRY_AUTHORS_H

#include "base/file.h"
#include "base/table.h"
#include "corpus/labels.h"
#include "geometry/measures.h"

#include <stdbool.h>

/* Whether the file begins as one of theirs; false too where it cannot be read. */
bool authors_wrote(const char *path);

/* Reads it as a table with the columns layer (0), label_a, label_b and distance,
 * and the labels that it names. Pairs of 0 make no row. `known`, which may be NULL,
 * are labels by which a line is cut in two where its dashes alone do not tell; a
 * line that nothing tells how to cut is an error (geometry/cuts.h). */
int authors_read(struct table *out, struct labelset *names, const char *path, const struct labelset *known,
		 struct error *err);

/* As authors_read, from bytes in memory; `path` stands in errors. */
int authors_parse(struct table *out, struct labelset *names, const struct mapping *text, const char *path,
		  const struct labelset *known, struct error *err);

int authors_write(struct folder *out, const char *name, const struct labelset *names, const struct measures *m,
		  struct error *err);

#endif
