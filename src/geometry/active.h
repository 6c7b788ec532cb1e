/* The active set of the nearest-point problem of two hulls, kept as an
 * orthogonal factorisation.
 *
 * Points a_i of one hull and b_j of the other carry weights λ, μ ≥ 0 that sum to
 * 1 on each side; the point is x = Σ λ_i a_i − Σ μ_j b_j. A point p becomes the
 * lifted vector (±p, s·[p in a], s·[p in b]) with a scale s > 0. On the set
 * where both sums are 1 the squared norm of the lifted combination is
 * |x|² + 2s², so both have the same minimiser; and the lifted vectors are
 * independent exactly when the points carry no redundant weight, whence there
 * are never more than d + 2 of them (Radon). With V = QR their matrix, the
 * minimiser over the affine hulls solves
 *     RᵀR z = α e_a + β e_b,  e_aᵀz = e_bᵀz = 1,
 * and R⁻ᵀe_a is the column of Q's coordinates at the lifted place, over s
 * (after Wolfe 1976, with QR in place of the normal equations). */
#ifndef GEOMETRY_ACTIVE_H
#define GEOMETRY_ACTIVE_H

#include "geometry/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ACTIVE_GROUP = KERNEL_GROUP };

struct active {
	size_t stride;   /* of the points: d padded */
	size_t wide;     /* of a lifted vector: stride + KERNEL_LANES */
	size_t capacity; /* d + 2 */
	size_t count;
	size_t on_side[2];
	double lift;     /* s */
	double *origin;  /* (stride), taken from every point: as both sums are 1, it drops out of x, and
	                  * near the points it keeps them from being almost parallel */
	double *q;       /* (capacity, wide), orthonormal rows */
	double *r;       /* (capacity, capacity), upper triangle */
	uint32_t *point; /* (capacity) */
	uint8_t *side;   /* (capacity), 0: a, 1: b */
	double *weight;  /* (capacity) */
	double *target;  /* (capacity), the affine minimiser */
	double *again;   /* (capacity), scratch */
	/* Points on their way into the set: their lifted vectors, what is left of them, and
	 * their coefficients in the first `projected` rows of q; of those before `combined`
	 * the vectors are rid. */
	double *lifted, *vector; /* (ACTIVE_GROUP, wide) */
	double *column;          /* (ACTIVE_GROUP, capacity) */
	struct arrival {
		const float *row;
		uint32_t point;
		uint8_t side;
	} arrivals[ACTIVE_GROUP];
	size_t projected, combined;
};

int active_init(struct active *out, size_t dimensions);
void active_release(struct active *a);
void active_clear(struct active *a);

/* Prepares up to ACTIVE_GROUP points for being added: what is alike for all of them is
 * done for all at once. Forgets those of before. */
void active_prepare(struct active *a, const struct arrival *arrivals, size_t count);

/* Adds the prepared point of that index with the given weight; of several, in their order,
 * with nothing removed in between. False, and nothing changes, if it depends on those that
 * are there, or there is no room. The bytes are those of points prepared one by one. */
bool active_append(struct active *a, size_t index, double weight);

/* Prepares and adds one point. */
bool active_append_one(struct active *a, struct arrival arrival, double weight);
void active_remove(struct active *a, size_t index);
bool active_holds(const struct active *a, uint32_t point, unsigned side);

/* Computes `target`. False if the factorisation has broken down. */
bool active_solve(struct active *a);

/* Moves the weights to the minimiser over the hulls of the active points,
 * dropping points on the way; the sums of the weights are made 1. False if the
 * factorisation has broken down. */
bool active_minimise(struct active *a);

/* Improves the weights that active_minimise found, given the slope of |x|²/2 along
 * each of them (count): ±x·p, with x as the weights make it. With slopes and x of
 * more digits than the factorisation's, so are the weights (iterative refinement).
 * Their sums stay 1 up to a rounding. A weight that would be negative ends it at
 * 0, and its point is dropped. False if the factorisation has broken down. */
bool active_refine(struct active *a, const double *slope);

#endif
