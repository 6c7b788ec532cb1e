/* Directions that have separated two hulls before, to be tried first on the next
 * hulls like them. A table of fixed size: a new one takes the place of another. */
#ifndef GEOMETRY_DIRECTIONS_H
#define GEOMETRY_DIRECTIONS_H

#include "geometry/hull.h"

struct directions {
	size_t slots, stride;
	uint64_t *key;              /* (slots) 0: empty */
	double *vector;             /* (slots, stride); in double precision, that they hold for hulls as near as τ */
	struct reach *reach;        /* (slots, 2) of the two hulls along it */
	struct hull_start *weights; /* (slots) what it was made of, or nothing; owned */
	size_t room;                /* points that may still be kept in them */
};

/* A direction that was kept. */
struct direction {
	const double *vector;             /* (stride) */
	struct reach *reach;              /* (2) */
	const struct hull_start *weights; /* or NULL */
};

/* Room for `slots` directions, or for those that 256 MB hold. */
int directions_init(struct directions *out, size_t slots, size_t stride);
void directions_release(struct directions *d);

/* The direction of a key; false where there is none. What is known of the two hulls'
 * reach the caller may add to: the points of the hulls that a key stands for grow, and
 * keep their order. */
bool directions_find(struct direction *out, const struct directions *d, uint64_t key);

/* `weights` may be NULL; they are copied, where there is room. */
void directions_put(struct directions *d, uint64_t key, const double *vector, const struct hull_start *weights);

/* Forgets the reaches, where hulls do not go on growing. */
void directions_forget(struct directions *d);

#endif
