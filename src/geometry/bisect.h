/* The first state of a sequence of merges in which clusters of different labels
 * overlap. Overlaps stay, for hulls only grow; so it is found by bisection, and
 * the witness of any overlap tells an earlier state that has it too. */
#ifndef GEOMETRY_BISECT_H
#define GEOMETRY_BISECT_H

#include "geometry/overlaps.h"
#include "geometry/tree.h"

/* Narrows *good < *bad until they are neighbours: state *good has no overlap,
 * state *bad has one. whole: (count + merges, labels), zeroed or what is known
 * of the nodes. */
int bisect_run(uint32_t *good, uint32_t *bad, const struct tree *t, struct overlaps *o, uint16_t *whole,
	       struct error *err);

/* The first state in which a meeting's witness stands, at most `state`. */
uint32_t bisect_time(const struct tree *t, const struct answer *a, uint32_t state);

#endif
