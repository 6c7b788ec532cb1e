/* Directions that have separated two hulls before, to be tried first on the next
 * hulls like them. A table of fixed size: a new one takes the place of another. */
#ifndef GEOMETRY_DIRECTIONS_H
#define GEOMETRY_DIRECTIONS_H

#include <stddef.h>
#include <stdint.h>

struct directions {
	size_t slots, stride;
	uint64_t *key;  /* (slots) 0: empty */
	double *vector; /* (slots, stride); in double precision, that they hold for hulls as near as τ */
	double *reach;  /* (slots) how far a whole label reaches along it; NAN where that is not known */
};

/* Room for `slots` directions, or for those that 256 MB hold. */
int directions_init(struct directions *out, size_t slots, size_t stride);
void directions_release(struct directions *d);

/* The direction, or NULL; and its reach, which the caller may set. */
const double *directions_find(const struct directions *d, uint64_t key, double **reach);
void directions_put(struct directions *d, uint64_t key, const double *vector);

#endif
