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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct active {
	size_t stride;   /* of the points: d padded */
	size_t wide;     /* of a lifted vector: stride + KERNEL_LANES */
	size_t capacity; /* d + 2 */
	size_t count;
	size_t on_side[2];
	double lift;            /* s */
	double *origin;         /* (stride), taken from every point: as both sums are 1, it drops out of x, and
	                  * near the points it keeps them from being almost parallel */
	double *q;              /* (capacity, wide), orthonormal rows */
	double *r;              /* (capacity, capacity), upper triangle */
	uint32_t *point;        /* (capacity) */
	uint8_t *side;          /* (capacity), 0: a, 1: b */
	double *weight;         /* (capacity) */
	double *target;         /* (capacity), the affine minimiser */
	double *column, *again; /* (capacity), scratch */
	double *vector;         /* (wide), scratch */
};

int active_init(struct active *out, size_t dimensions);
void active_release(struct active *a);
void active_clear(struct active *a);

/* Adds a point with the given weight. False, and nothing changes, if it depends
 * on those that are there, or there is no room. */
bool active_append(struct active *a, const float *row, uint32_t point, unsigned side, double weight);
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
