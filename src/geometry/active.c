#include "geometry/active.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A point whose part outside the span of the others is below this fraction of
 * its length adds only rounding. */
static const double dependent = 1e-12;

int active_init(struct active *out, size_t dimensions)
{
	size_t capacity = dimensions + 2;

	*out = (struct active){ .stride = kernel_pad(dimensions), .capacity = capacity, .lift = 1.0 };
	out->wide = out->stride + KERNEL_LANES;
	out->q = array_new(capacity, out->wide, sizeof *out->q);
	out->r = array_new(capacity, capacity, sizeof *out->r);
	out->point = array_new(capacity, 1, sizeof *out->point);
	out->side = array_new(capacity, 1, sizeof *out->side);
	out->weight = array_new(capacity, 1, sizeof *out->weight);
	out->target = array_new(capacity, 1, sizeof *out->target);
	out->column = array_new(ACTIVE_GROUP, capacity, sizeof *out->column);
	out->again = array_new(capacity, 1, sizeof *out->again);
	out->origin = array_new(out->stride, 1, sizeof *out->origin);
	out->lifted = array_new(ACTIVE_GROUP, out->wide, sizeof *out->lifted);
	out->vector = array_new(ACTIVE_GROUP, out->wide, sizeof *out->vector);
	if (out->q == NULL || out->r == NULL || out->point == NULL || out->side == NULL || out->weight == NULL ||
	    out->target == NULL || out->column == NULL || out->again == NULL || out->lifted == NULL ||
	    out->vector == NULL || out->origin == NULL) {
		active_release(out);
		return -1;
	}
	return 0;
}

void active_release(struct active *a)
{
	free(a->q);
	free(a->r);
	free(a->point);
	free(a->side);
	free(a->weight);
	free(a->target);
	free(a->column);
	free(a->again);
	free(a->lifted);
	free(a->vector);
	free(a->origin);
	*a = (struct active){ 0 };
}

void active_clear(struct active *a)
{
	a->count = a->on_side[0] = a->on_side[1] = 0;
}

bool active_holds(const struct active *a, uint32_t point, unsigned side)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->point[i] == point && a->side[i] == side)
			return true;
	return false;
}

static void negate(double *c, size_t count)
{
	for (size_t k = 0; k < count; k++)
		c[k] = -c[k];
}

/* (±p, s·[p in a], s·[p in b]). */
static void lift(const struct active *a, double *v, const struct arrival *p)
{
	const double sign = p->side == 0 ? 1.0 : -1.0;

	memset(v, 0, a->wide * sizeof *v);
	kernel_add(v, sign, p->row, a->stride);
	kernel_add_double(v, -sign, a->origin, a->stride);
	v[a->stride + p->side] = a->lift;
}

void active_prepare(struct active *a, const struct arrival *arrivals, size_t count)
{
	const size_t rows = a->count;

	for (size_t i = 0; i < count; i++) {
		a->arrivals[i] = arrivals[i];
		lift(a, a->lifted + i * a->wide, &arrivals[i]);
	}
	memcpy(a->vector, a->lifted, count * a->wide * sizeof *a->vector);
	a->projected = a->combined = 0;
	if (count < KERNEL_GROUP)
		return;
	a->projected = rows;
	a->combined = rows / KERNEL_COMBINED * KERNEL_COMBINED;
	for (size_t row = 0; row < rows; row += KERNEL_COMBINED) {
		const size_t block = rows - row < KERNEL_COMBINED ? rows - row : KERNEL_COMBINED;
		const double *q = a->q + row * a->wide;

		kernel_dots_group(a->column + row, a->capacity, q, a->wide, block, a->lifted);
		for (size_t i = 0; i < count; i++)
			negate(a->column + i * a->capacity + row, block);
		if (block == KERNEL_COMBINED)
			kernel_combine_group(a->vector, a->column + row, a->capacity, q, a->wide, block);
	}
}

/* v −= Qᵀ(Q v), with the coefficients, of the other sign, in c: those of the first rows are
 * known, and some of them done. `whole` is v as it was. A few rows at a time, so that they
 * come from memory once. */
static void project_out(const struct active *a, double *v, double *c, const double *whole, size_t known, size_t done)
{
	while (done < a->count) {
		const size_t left = a->count - done, end = done + (left < KERNEL_COMBINED ? left : KERNEL_COMBINED);

		if (known < end) {
			kernel_dots_double(c + known, a->q + known * a->wide, a->wide, end - known, whole);
			negate(c + known, end - known);
			known = end;
		}
		kernel_combine(v, c + done, a->q + done * a->wide, a->wide, end - done);
		done = end;
	}
}

/* Gram–Schmidt, and once more where much of the length went: that is enough
 * (Giraud et al. 2005). */
bool active_append(struct active *a, size_t index, double weight)
{
	double *lifted = a->lifted + index * a->wide;
	double *v = a->vector + index * a->wide, *column = a->column + index * a->capacity;
	double length, rest;
	size_t s = a->count;
	bool again;

	if (s == a->capacity)
		return false;
	length = sqrt(kernel_dot(lifted, lifted, a->wide));
	project_out(a, v, column, lifted, a->projected, a->combined);
	rest = sqrt(kernel_dot(v, v, a->wide));
	again = rest < 0.5 * length;
	if (again) {
		memcpy(lifted, v, a->wide * sizeof *v);
		project_out(a, v, a->again, lifted, 0, 0);
		rest = sqrt(kernel_dot(v, v, a->wide));
	}
	if (!(rest > dependent * length))
		return false;
	for (size_t k = 0; k < s; k++)
		a->r[k * a->capacity + s] = -(column[k] + (again ? a->again[k] : 0.0));
	a->r[s * a->capacity + s] = rest;
	memset(a->q + s * a->wide, 0, a->wide * sizeof *a->q);
	kernel_add_double(a->q + s * a->wide, 1.0 / rest, v, a->wide);
	a->point[s] = a->arrivals[index].point;
	a->side[s] = a->arrivals[index].side;
	a->weight[s] = weight;
	a->on_side[a->side[s]]++;
	a->count++;
	return true;
}

bool active_append_one(struct active *a, struct arrival arrival, double weight)
{
	active_prepare(a, &arrival, 1);
	return active_append(a, 0, weight);
}

/* Deletes a column of R; Givens rotations make it triangular again. */
void active_remove(struct active *a, size_t index)
{
	size_t n = a->count - 1, after = n - index;

	a->on_side[a->side[index]]--;
	for (size_t k = 0; k <= n; k++) {
		double *row = a->r + k * a->capacity;

		memmove(row + index, row + index + 1, after * sizeof *row);
	}
	memmove(a->point + index, a->point + index + 1, after * sizeof *a->point);
	memmove(a->side + index, a->side + index + 1, after * sizeof *a->side);
	memmove(a->weight + index, a->weight + index + 1, after * sizeof *a->weight);
	memmove(a->target + index, a->target + index + 1, after * sizeof *a->target);
	for (size_t k = index; k < n; k++) {
		double *upper = a->r + k * a->capacity, *lower = upper + a->capacity;
		double f = upper[k], g = lower[k], h = sqrt(f * f + g * g);
		double c = h > 0.0 ? f / h : 1.0, s = h > 0.0 ? g / h : 0.0;

		for (size_t j = k; j < n; j++) {
			double u = upper[j], v = lower[j];

			upper[j] = c * u + s * v;
			lower[j] = c * v - s * u;
		}
		lower[k] = 0.0;
		kernel_rotate(a->q + k * a->wide, a->q + (k + 1) * a->wide, c, s, a->wide);
	}
	a->count = n;
}

/* The products of R⁻ᵀe_a and R⁻ᵀe_b, in units of 1/s². */
struct sides {
	double aa, ab, bb, determinant;
};

static struct sides sides_of(const struct active *a)
{
	struct sides s = { 0 };

	for (size_t k = 0; k < a->count; k++) {
		const double *at = a->q + k * a->wide + a->stride;

		s.aa += at[0] * at[0];
		s.ab += at[0] * at[1];
		s.bb += at[1] * at[1];
	}
	s.determinant = s.aa * s.bb - s.ab * s.ab;
	return s;
}

/* Solves R z = z. False if it cannot. */
static bool back_substitute(const struct active *a, double *z)
{
	for (size_t k = a->count; k-- > 0;) {
		const double *row = a->r + k * a->capacity;

		z[k] = (z[k] - kernel_dot_any(row + k + 1, z + k + 1, a->count - k - 1)) / row[k];
		if (!isfinite(z[k]))
			return false;
	}
	return true;
}

/* Solves Rᵀy = y. */
static void forward_substitute(const struct active *a, double *y)
{
	for (size_t k = 0; k < a->count; k++) {
		const double *row = a->r + k * a->capacity;

		y[k] /= row[k];
		for (size_t j = k + 1; j < a->count; j++)
			y[j] -= row[j] * y[k];
	}
}

bool active_solve(struct active *a)
{
	struct sides s = sides_of(a);
	double alpha, beta;

	if (!(s.determinant > 0.0))
		return false;
	alpha = (s.bb - s.ab) / s.determinant;
	beta = (s.aa - s.ab) / s.determinant;
	for (size_t k = 0; k < a->count; k++) {
		const double *at = a->q + k * a->wide + a->stride;

		a->target[k] = a->lift * (alpha * at[0] + beta * at[1]);
	}
	return back_substitute(a, a->target);
}

/* False if a side has no weight at all. */
static bool make_sums_one(struct active *a)
{
	double sum[2] = { 0.0, 0.0 };

	for (size_t i = 0; i < a->count; i++)
		sum[a->side[i]] += a->weight[i];
	if (!(sum[0] > 0.0 && sum[1] > 0.0))
		return false;
	for (size_t i = 0; i < a->count; i++)
		a->weight[i] /= sum[a->side[i]];
	return true;
}

/* Moves the weights to the target, or to where the first of them is 0, and removes
 * what has none left. True if they are at the target. */
static bool move(struct active *a)
{
	double step = 1.0;
	size_t first = 0;

	for (size_t i = 0; i < a->count; i++) {
		double w = a->weight[i], t = a->target[i];

		if (t <= 0.0 && a->on_side[a->side[i]] > 1 && w / (w - t) < step) {
			step = w / (w - t);
			first = i;
		}
	}
	if (step == 1.0) {
		for (size_t i = 0; i < a->count; i++)
			a->weight[i] = a->target[i] > 0.0 ? a->target[i] : 0.0;
		return true;
	}
	for (size_t i = 0; i < a->count; i++) {
		double w = a->weight[i] + step * (a->target[i] - a->weight[i]);

		a->weight[i] = w > 0.0 && i != first ? w : 0.0;
	}
	/* Backwards, so that what is removed moves nothing yet to be seen. */
	for (size_t i = a->count; i-- > 0;)
		if (a->target[i] <= 0.0 && a->weight[i] <= 1e-15 && a->on_side[a->side[i]] > 1)
			active_remove(a, i);
	return false;
}

bool active_minimise(struct active *a)
{
	do
		if (!active_solve(a))
			return false;
	while (!move(a));
	return make_sums_one(a);
}

bool active_refine(struct active *a, const double *slope)
{
	struct sides s = sides_of(a);
	double mean[2] = { 0.0, 0.0 }, along[2] = { 0.0, 0.0 }, alpha, beta;
	double *y = a->target;

	if (!(s.determinant > 0.0))
		return false;
	for (size_t i = 0; i < a->count; i++)
		mean[a->side[i]] += slope[i] / (double)a->on_side[a->side[i]];
	for (size_t i = 0; i < a->count; i++)
		y[i] = mean[a->side[i]] - slope[i];
	forward_substitute(a, y);
	for (size_t k = 0; k < a->count; k++) {
		const double *at = a->q + k * a->wide + a->stride;

		along[0] += at[0] * y[k];
		along[1] += at[1] * y[k];
	}
	alpha = (s.ab * along[1] - s.bb * along[0]) / s.determinant;
	beta = (s.ab * along[0] - s.aa * along[1]) / s.determinant;
	for (size_t k = 0; k < a->count; k++) {
		const double *at = a->q + k * a->wide + a->stride;

		y[k] += alpha * at[0] + beta * at[1];
	}
	if (!back_substitute(a, y))
		return false;
	for (size_t i = 0; i < a->count; i++)
		a->target[i] += a->weight[i];
	move(a);
	return true;
}
