/* Overlap and distance of two convex hulls, with certificates.
 *
 * The hulls are those of points of one set, named by their rows. Their distance
 * is min |a − b|, a and b in the hulls. A pair of points of the hulls bounds it
 * from above, the slab between the supporting planes across a direction w,
 *     (min_a w·a − max_b w·b) / |w|,
 * from below. Two hulls overlap when their distance is at most τ. */
#ifndef GEOMETRY_HULL_H
#define GEOMETRY_HULL_H

#include "geometry/active.h"
#include "geometry/shared.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The points that hulls are made of. */
struct cloud {
	const float *data; /* (count, stride), rows padded with zeros */
	size_t count, dimensions, stride;
	double scale; /* the largest norm */
	double tau;
};

struct hull {
	const uint32_t *points; /* (count) rows of the cloud, ≥ 1 */
	size_t count;
	const float *centre; /* (stride), about their mean, or NULL */
};

enum verdict { HULLS_APART, HULLS_OVERLAP, HULLS_UNDECIDED };

enum hull_purpose {
	HULL_TEST,    /* stop as soon as the verdict is known */
	HULL_PART,    /* of hulls that are apart, go on to a slab of a good part of the distance */
	HULL_MEASURE, /* go on until the gap is ≤ max(1e-6 · distance, τ) */
};

/* Which kind of proof there is. */
enum proof {
	PROOF_CENTRES, /* the plane across the line of the two centres */
	PROOF_KEPT,    /* the plane across a direction that was given */
	PROOF_WEIGHTS, /* the convex combinations in the workspace's active set:
	                * their difference is the plane's normal, or is ≤ τ */
};

struct separation {
	enum verdict verdict;
	enum proof proof;
	double upper, lower; /* of the distance; after a test, as far as it went */
	bool open;           /* apart, and measured, but the gap did not close */
	size_t rounds;       /* of the solver; 0 if it was not needed */
};

/* Weights on the way, with the bounds that they give. */
struct hull_best {
	uint32_t *point; /* (capacity of the active set) */
	uint8_t *side;
	double *weight;
	size_t count;
	double upper, lower;
};

/* A large hull is solved on a working set of so many points, those that reach farthest
 * towards the other hull, chosen anew whenever all points have been looked at. */
enum { HULL_NEAR = 48 };

/* Memory for one solver. After a call, `active` holds the two convex
 * combinations until the next call. */
struct hull_work {
	struct active active;
	struct asker asker; /* whose it is; at first one that is alone */
	const struct cloud *cloud;
	double *scratch;    /* (2, stride), for the caller */
	double *direction;  /* (stride), for the caller */
	double *x, *end[2]; /* (stride): end[0] − end[1], and the two points */
	double *rest;       /* (stride) of x, below its last digit */
	double *slope;      /* (capacity of the active set) */
	double *dots[2];    /* (largest) x · p for each point of a side */
	size_t largest;     /* points in a hull at most */
	uint8_t *member;    /* (points of the cloud), all 0: which hull a point is of, 1 or 2 */
	uint32_t *near[2];  /* (HULL_NEAR) points of the working set, best first */
	double *nearness;   /* (HULL_NEAR) scratch */
	size_t near_count[2];
	struct hull_best best;
};

int hull_work_init(struct hull_work *out, const struct cloud *cloud, size_t largest);
void hull_work_release(struct hull_work *w);

/* Points with weights, as a question ends with: its proof, or a start for another
 * question, in which each of them is on the side of the hull that has it, whatever
 * `side` says, and left out where neither has. */
struct hull_start {
	const uint32_t *point;
	const uint8_t *side;
	const double *weight;
	size_t count;
};

/* -1 if memory is short. */
int hull_start_copy(struct hull_start *out, const struct hull_start *from);
void hull_start_release(struct hull_start *s);

/* Puts a copy of `with`, which may be NULL, in place of what is kept: nothing where memory
 * is short or `room`, in points, would be exceeded. */
void hull_start_replace(struct hull_start *kept, const struct hull_start *with, size_t *room);

/* `start`, for hulls without a point in common, may be NULL. Never fails: what is not
 * decided is a verdict, and its bounds and weights are the best that were met. */
void hull_separate(struct separation *out, struct hull a, struct hull b, enum hull_purpose purpose,
		   const struct hull_start *start, struct hull_work *w);

/* How far the first so many points of a hull reach along a direction, against it for
 * a hull that shall be on its positive side. */
struct reach {
	double value;
	size_t count;
};

/* What is known of a hull without points that shall be on side 0, the positive one,
 * or 1. */
struct reach hull_reach_nothing(int side);

/* Whether the plane across a direction (stride, of length 1) separates two hulls, the
 * first on its positive side. `rest` are more points of the hull on a side; they are
 * looked at last, until one is beyond the plane. What is known of the two hulls'
 * reach, without that of the rest, is used and added to. */
bool hull_try(const struct hull hulls[2], struct hull rest, int side, const double *direction, struct reach reach[2],
	      struct hull_work *w);

/* The direction, of length 1, that hull_separate ended with. */
void hull_direction(double *out, const struct hull_work *w);

/* Checks a pair of convex combinations in double precision, from nothing but
 * the points: recomputes x, and both bounds. */
void hull_check(double *upper, double *lower, struct hull a, struct hull b, const struct hull_start *proof,
		struct hull_work *w);

#endif
