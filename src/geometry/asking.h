/* One question about two hulls: whether a cluster overlaps another, or a whole
 * label. Directions that separated parts of the two before are tried first, then
 * Fisher's, then the plane across the centres, then the solver. Where a direction no
 * longer helps, it begins at once with the points that this came from, or else with a
 * start that is given. */
#ifndef GEOMETRY_ASKING_H
#define GEOMETRY_ASKING_H

#include "geometry/overlaps.h"

/* A question for the solver, and what it is to leave behind. */
struct asking {
	const struct cluster *a, *b;
	bool whole;                     /* b is a whole label */
	const struct hull_start *start; /* points of both that may well meet, or NULL */
	double *direction;              /* in new memory, if the solver found the hulls apart; or NULL */
	struct answer answer;
};

/* Answers it. The proof is kept where there is a sink, and that of an overlap
 * always. Returns −1 if memory is short. */
int asking_solve(struct overlaps *o, struct asking *q, unsigned thread);

/* Keeps what a question left behind, and frees it. To be called in a fixed
 * order. */
int asking_settle(struct overlaps *o, struct asking *q, struct error *err);

#endif
