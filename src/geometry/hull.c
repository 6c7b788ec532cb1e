#include "geometry/hull.h"

#include "geometry/kernels.h"

#include <math.h>
#include <string.h>

/* Hulls of more than so many points are solved on their working sets. */
enum { ALL = 96 };

/* A direction is tried on so many points at a time. */
enum { TRIED = 64 };

/* Several points join the active set at once: one, and one more for every MORE
 * that are in it, if they violate at least this part of what the worst does. */
enum { MORE = 12 };
static const double enough = 0.5;

/* The lift, in units of the largest norm, where the points give none. */
static const double least_lift = 1e-6;

/* Two points nearer than this, in units of the largest norm, are near each other. */
static const double near = 1e-4;

/* What part of the distance makes a separator that hulls may grow beside. */
static const double part = 0.25;

static double norm(const double *x, size_t stride)
{
	return sqrt(kernel_dot(x, x, stride));
}

static const float *row_of(const struct cloud *c, uint32_t point)
{
	return c->data + (size_t)point * c->stride;
}

/* The two points that the weights make, and their difference x. Points near each
 * other share most of their digits: then x is summed with twice as many. */
static void combine(struct hull_work *w, const uint32_t *point, const uint8_t *side, const double *weight,
		    size_t count)
{
	size_t stride = w->cloud->stride;

	memset(w->end[0], 0, stride * sizeof *w->x);
	memset(w->end[1], 0, stride * sizeof *w->x);
	for (size_t i = 0; i < count; i++)
		kernel_add(w->end[side[i]], weight[i], row_of(w->cloud, point[i]), stride);
	memcpy(w->x, w->end[0], stride * sizeof *w->x);
	kernel_add_double(w->x, -1.0, w->end[1], stride);
	if (norm(w->x, stride) > near * w->cloud->scale)
		return;
	memset(w->x, 0, stride * sizeof *w->x);
	memset(w->rest, 0, stride * sizeof *w->rest);
	for (size_t i = 0; i < count; i++)
		kernel_add_exactly(w->x, w->rest, side[i] == 0 ? weight[i] : -weight[i], row_of(w->cloud, point[i]),
				   stride);
	kernel_add_double(w->x, 1.0, w->rest, stride);
}

/* Refines the weights of the active set, and x with them: a distance far smaller than
 * the hulls has more digits than the factorisation gives. */
static bool refine(struct hull_work *w)
{
	enum { TIMES = 2 };
	struct active *a = &w->active;

	for (int i = 0; i < TIMES; i++) {
		kernel_dots(w->slope, w->cloud->data, w->cloud->stride, a->point, a->count, w->x);
		for (size_t k = 0; k < a->count; k++)
			w->slope[k] = a->side[k] == 0 ? w->slope[k] : -w->slope[k];
		if (!active_refine(a, w->slope))
			return false;
		combine(w, a->point, a->side, a->weight, a->count);
	}
	return true;
}

/* x from one centre to the other. */
static void cross_centres(struct hull_work *w, const float *a, const float *b)
{
	memset(w->x, 0, w->cloud->stride * sizeof *w->x);
	kernel_add(w->x, 1.0, a, w->cloud->stride);
	kernel_add(w->x, -1.0, b, w->cloud->stride);
}

/* The support of a side across x: the least x·a, or the largest x·b. */
struct support {
	double value;
	uint32_t point;
};

static struct support best_of(const uint32_t *points, size_t count, const double *dots, int side)
{
	struct support s = { dots[0], points[0] };

	for (size_t i = 1; i < count; i++)
		if (side == 0 ? dots[i] < s.value : dots[i] > s.value)
			s = (struct support){ dots[i], points[i] };
	return s;
}

static struct support support_of(struct hull_work *w, struct hull h, int side)
{
	shared_dots(&w->asker, w->dots[side], w->cloud->data, w->cloud->stride, h.points, h.count, w->x);
	return best_of(h.points, h.count, w->dots[side], side);
}

/* Keeps the HULL_NEAR points that reach farthest, from the products just taken. */
static void choose_near(struct hull_work *w, struct hull h, int side)
{
	size_t kept = 0;

	for (size_t i = 0; i < h.count; i++) {
		double reach = side == 0 ? -w->dots[side][i] : w->dots[side][i];
		size_t at = kept;

		if (kept == HULL_NEAR && reach <= w->nearness[HULL_NEAR - 1])
			continue;
		if (kept < HULL_NEAR)
			kept++;
		else
			at--;
		for (; at > 0 && w->nearness[at - 1] < reach; at--) {
			w->nearness[at] = w->nearness[at - 1];
			w->near[side][at] = w->near[side][at - 1];
		}
		w->nearness[at] = reach;
		w->near[side][at] = h.points[i];
	}
	w->near_count[side] = kept;
}

/* One question on its way. */
struct search {
	struct hull hull[2];
	struct hull_work *w;
	enum hull_purpose purpose;
	double tau;
	double length;   /* |x| */
	double best;     /* the least |x| so far */
	bool safe;       /* factor anew each round, one point a round */
	unsigned stalls; /* rounds without progress, since the last */
	bool closed;     /* nothing is left to find out */
};

static bool decided(struct separation *out, const struct search *s)
{
	if (out->upper <= s->tau) {
		out->verdict = HULLS_OVERLAP;
		out->lower = 0.0;
		return true;
	}
	if (out->lower <= s->tau)
		return false;
	out->verdict = HULLS_APART;
	if (s->purpose == HULL_PART)
		return out->lower >= part * out->upper;
	return s->purpose == HULL_TEST || out->upper - out->lower <= fmax(1e-6 * out->upper, s->tau);
}

/* Keeps the weights whose bounds are nearest to each other; for a test, those that
 * show the hulls to be apart before others. */
static void keep_best(const struct separation *out, const struct search *s)
{
	struct hull_best *best = &s->w->best;
	const struct active *a = &s->w->active;
	bool apart = out->lower > s->tau, was = best->lower > s->tau;
	bool nearer = out->upper - out->lower < best->upper - best->lower;

	if (best->count > 0 && !(s->purpose != HULL_MEASURE && apart != was ? apart : nearer))
		return;
	memcpy(best->point, a->point, a->count * sizeof *a->point);
	memcpy(best->side, a->side, a->count * sizeof *a->side);
	memcpy(best->weight, a->weight, a->count * sizeof *a->weight);
	best->count = a->count;
	best->upper = out->upper;
	best->lower = out->lower;
}

/* Puts the best that was met into the active set, yet to be factored, and x with it. */
static void go_to_best(struct hull_work *w)
{
	const struct hull_best *best = &w->best;
	struct active *a = &w->active;

	active_clear(a);
	memcpy(a->point, best->point, best->count * sizeof *a->point);
	memcpy(a->side, best->side, best->count * sizeof *a->side);
	memcpy(a->weight, best->weight, best->count * sizeof *a->weight);
	a->count = best->count;
	combine(w, a->point, a->side, a->weight, a->count);
}

/* What is left undecided, or open, ends with the best. */
static void take_best(struct separation *out, const struct search *s)
{
	const struct hull_best *best = &s->w->best;

	if (best->count == 0)
		return;
	go_to_best(s->w);
	out->upper = best->upper;
	out->lower = best->lower;
	out->open = s->purpose == HULL_MEASURE && out->verdict == HULLS_APART;
}

static struct arrival arrival_of(const struct hull_work *w, uint32_t point, int side)
{
	return (struct arrival){ row_of(w->cloud, point), point, (uint8_t)side };
}

/* Puts the points of the active set into a fresh factorisation. */
static bool factor_again(struct hull_work *w)
{
	struct active *a = &w->active;
	size_t count = a->count;
	double sum[2] = { 0.0, 0.0 };

	active_clear(a);
	for (size_t i = 0; i < count;) {
		struct arrival group[ACTIVE_GROUP];
		double weight[ACTIVE_GROUP];
		size_t grouped = 0;

		for (; i < count && grouped < ACTIVE_GROUP; i++) {
			if (!(a->weight[i] > 0.0))
				continue;
			weight[grouped] = a->weight[i];
			group[grouped++] = arrival_of(w, a->point[i], a->side[i]);
		}
		active_prepare(a, group, grouped);
		for (size_t k = 0; k < grouped; k++)
			if (active_append(a, k, weight[k]))
				sum[group[k].side] += weight[k];
	}
	if (a->on_side[0] == 0 || a->on_side[1] == 0)
		return false;
	for (size_t i = 0; i < a->count; i++)
		a->weight[i] /= sum[a->side[i]];
	return true;
}

static bool append(struct hull_work *w, uint32_t point, int side)
{
	return !active_holds(&w->active, point, (unsigned)side) &&
	       active_append_one(&w->active, arrival_of(w, point, side), 0.0);
}

/* Adds the points that violate x most, of each side, or of the worse one. */
static bool grow(struct search *s, struct support low, struct support high)
{
	struct hull_work *w = s->w;
	size_t stride = w->cloud->stride;
	double a = kernel_dot(w->x, w->end[0], stride) - low.value;
	double b = high.value - kernel_dot(w->x, w->end[1], stride);
	double least = s->safe ? fmax(a, b) : 0.1 * fmax(a, b);
	bool grown = false;

	if (!(fmax(a, b) > 0.0))
		return false;
	if (a >= least)
		grown = append(w, low.point, 0);
	if (b >= least && !(s->safe && grown))
		grown = append(w, high.point, 1) || grown;
	return grown;
}

/* Minimises over the active points and takes the new x. False without progress. */
static bool descend(struct search *s)
{
	struct hull_work *w = s->w;
	struct active *a = &w->active;
	double length;
	bool sound = (!s->safe || factor_again(w)) && active_minimise(a);

	if (!sound)
		return false;
	combine(w, a->point, a->side, a->weight, a->count);
	if (s->safe && !refine(w))
		return false;
	length = norm(w->x, w->cloud->stride);
	s->length = length;
	if (!(length < s->best))
		return false;
	s->best = length;
	return true;
}

/* Adds, of a side's working set, up to `most` of the points whose violation of `level` is
 * at least so much. */
static bool grow_side(struct hull_work *w, int side, double level, double least, size_t most)
{
	size_t added = 0;

	for (size_t i = 0; i < w->near_count[side] && added < most;) {
		struct arrival group[ACTIVE_GROUP];
		size_t count = 0;

		for (; i < w->near_count[side] && count < ACTIVE_GROUP && added + count < most; i++) {
			const double dot = w->dots[side][i], violation = side == 0 ? level - dot : dot - level;

			if (violation >= least && !active_holds(&w->active, w->near[side][i], (unsigned)side))
				group[count++] = arrival_of(w, w->near[side][i], side);
		}
		active_prepare(&w->active, group, count);
		for (size_t k = 0; k < count; k++)
			added += active_append(&w->active, k, 0.0);
	}
	return added > 0;
}

/* Adds, of each working set, the points whose violation is not far below the
 * largest; their number grows with the active set. */
static bool grow_near(struct search *s, double worst)
{
	struct hull_work *w = s->w;
	size_t most = 1 + w->active.count / MORE;
	bool grown = false;

	for (int side = 0; side < 2; side++) {
		const double level = kernel_dot(w->x, w->end[side], w->cloud->stride);

		grown = grow_side(w, side, level, enough * worst, most) || grown;
	}
	return grown;
}

/* Solves on the working sets, until their gap is a tenth of that of all. */
static void descend_near(struct search *s, double gap)
{
	struct hull_work *w = s->w;
	const struct cloud *c = w->cloud;

	while (s->length > s->tau) {
		double violation[2];

		for (int side = 0; side < 2; side++) {
			struct support end;

			kernel_dots(w->dots[side], c->data, c->stride, w->near[side], w->near_count[side], w->x);
			end = best_of(w->near[side], w->near_count[side], w->dots[side], side);
			violation[side] = fabs(kernel_dot(w->x, w->end[side], c->stride) - end.value);
		}
		if (violation[0] + violation[1] <= 0.1 * gap || !grow_near(s, fmax(violation[0], violation[1])) ||
		    !descend(s))
			return;
	}
}

/* The origin lies midway between the centres, or between two points. The lift is
 * about as long as the vectors from there: the distance of the farther of the two
 * points, which both may lie on the origin, up to a rounding. */
static void choose_origin(struct search *s, const struct support end[2])
{
	const struct cloud *c = s->w->cloud;
	struct active *a = &s->w->active;

	memset(a->origin, 0, c->stride * sizeof *a->origin);
	for (int side = 0; side < 2; side++)
		kernel_add(a->origin, 0.5,
			   s->hull[side].centre != NULL ? s->hull[side].centre : row_of(c, end[side].point),
			   c->stride);
	a->lift = least_lift * c->scale;
	for (int side = 0; side < 2; side++) {
		memset(a->vector, 0, c->stride * sizeof *a->vector);
		kernel_add(a->vector, 1.0, row_of(c, end[side].point), c->stride);
		kernel_add_double(a->vector, -1.0, a->origin, c->stride);
		a->lift = fmax(a->lift, norm(a->vector, c->stride));
	}
}

/* Marks the points of a hull, or with 0 takes the mark away. */
static void mark(struct hull_work *w, struct hull h, uint8_t as)
{
	for (size_t i = 0; i < h.count; i++)
		w->member[h.points[i]] = as;
}

/* Puts the start's points that the hulls have into the active set, yet to be factored.
 * False if one of them has none. */
static bool take_start(const struct search *s, const struct hull_start *start)
{
	struct hull_work *w = s->w;
	struct active *a = &w->active;
	size_t on_side[2] = { 0, 0 };

	active_clear(a);
	for (int side = 0; side < 2; side++)
		mark(w, s->hull[side], (uint8_t)(side + 1));
	for (size_t i = 0; i < start->count && a->count < a->capacity; i++) {
		const uint8_t of = w->member[start->point[i]];

		if (of == 0)
			continue;
		a->point[a->count] = start->point[i];
		a->side[a->count] = (uint8_t)(of - 1);
		a->weight[a->count++] = start->weight[i];
		on_side[of - 1]++;
	}
	for (int side = 0; side < 2; side++)
		mark(w, s->hull[side], 0);
	return on_side[0] > 0 && on_side[1] > 0;
}

/* The factorisation to begin with: of what is in the active set already, or else of the
 * two points nearest to each other across the line of the centres. */
static bool begin(struct search *s, bool started, const struct support end[2])
{
	struct hull_work *w = s->w;
	struct active *a = &w->active;

	choose_origin(s, end);
	if (started && factor_again(w))
		return true;
	active_clear(a);
	return active_append_one(a, arrival_of(w, end[0].point, 0), 1.0) &&
	       active_append_one(a, arrival_of(w, end[1].point, 1), 1.0);
}

/* The plane across the line of the centres. True if it decides. */
static bool try_centres(struct separation *out, struct search *s, struct support end[2])
{
	struct hull_work *w = s->w;
	size_t stride = w->cloud->stride;
	double length;

	cross_centres(w, s->hull[0].centre, s->hull[1].centre);
	for (int side = 0; side < 2; side++)
		end[side] = support_of(w, s->hull[side], side);
	length = norm(w->x, stride);
	out->upper = length;
	out->lower = length > 0.0 ? (end[0].value - end[1].value) / length : 0.0;
	if (s->purpose == HULL_MEASURE || out->lower <= 1.001 * s->tau)
		return false; /* the centres are known to a rounding only */
	out->proof = PROOF_CENTRES;
	out->verdict = HULLS_APART;
	return true;
}

/* One round: look at all points, decide, add, minimise. */
static bool round_once(struct separation *out, struct search *s)
{
	struct hull_work *w = s->w;
	bool large = s->hull[0].count + s->hull[1].count > ALL && !s->safe;
	struct support end[2];
	double gap;

	for (int side = 0; side < 2; side++) {
		end[side] = support_of(w, s->hull[side], side);
		if (large)
			choose_near(w, s->hull[side], side);
	}
	out->rounds++;
	out->upper = s->length;
	out->lower = fmax((end[0].value - end[1].value) / s->length, 0.0);
	if (s->length == 0.0)
		out->lower = 0.0;
	s->closed = decided(out, s);
	if (s->closed)
		return true;
	keep_best(out, s);
	gap = s->length * s->length - (end[0].value - end[1].value);
	if (grow(s, end[0], end[1]) && descend(s)) {
		s->stalls = 0;
		if (large)
			descend_near(s, gap);
	} else if (++s->stalls > 2 || !factor_again(w)) {
		return true;
	} else {
		s->safe = true;
		combine(w, w->active.point, w->active.side, w->active.weight, w->active.count);
		if (!refine(w))
			return true;
		s->length = norm(w->x, w->cloud->stride);
	}
	return false;
}

/* Begins again at the best, in the safe way, with the origin between the points
 * that reach farthest: the hulls' centres may be far from where they are near. */
static bool restart(struct search *s)
{
	struct support end[2];

	if (s->w->best.count == 0)
		return false;
	go_to_best(s->w);
	for (int side = 0; side < 2; side++) {
		end[side] = support_of(s->w, s->hull[side], side);
		s->hull[side].centre = NULL;
	}
	s->safe = true;
	s->stalls = 0;
	s->best = INFINITY;
	return begin(s, true, end) && descend(s);
}

void hull_separate(struct separation *out, struct hull a, struct hull b, enum hull_purpose purpose,
		   const struct hull_start *start, struct hull_work *w)
{
	struct search s = { .hull = { a, b }, .w = w, .purpose = purpose, .tau = w->cloud->tau };
	struct support end[2] = { { 0.0, a.points[0] }, { 0.0, b.points[0] } };
	size_t bound = 100 * w->active.capacity + a.count + b.count;
	bool started = start != NULL && take_start(&s, start);

	*out = (struct separation){ .verdict = HULLS_UNDECIDED, .proof = PROOF_WEIGHTS };
	w->best.count = 0;
	if (a.centre != NULL && b.centre != NULL && !started && try_centres(out, &s, end))
		return;
	s.best = INFINITY;
	if (!begin(&s, started, end) || !descend(&s)) {
		/* What was given is of no use: from two points, the safe way. */
		s.safe = true;
		s.best = INFINITY;
		if (!begin(&s, false, end) || !descend(&s))
			return;
	}
	for (int attempt = 0; attempt < 2 && !s.closed; attempt++) {
		if (attempt > 0 && !restart(&s))
			break;
		for (size_t i = 0; i < bound && !round_once(out, &s); i++)
			if (i == bound / 2)
				s.safe = true;
	}
	if (!s.closed)
		take_best(out, &s);
}

struct reach hull_reach_nothing(int side)
{
	return (struct reach){ side == 0 ? INFINITY : -INFINITY, 0 };
}

static double farther(double a, double b, int side)
{
	return side == 0 ? fmin(a, b) : fmax(a, b);
}

/* The reach of some points across w->x. */
static double reach_of(struct hull_work *w, const uint32_t *points, size_t count, int side)
{
	shared_dots(&w->asker, w->dots[side], w->cloud->data, w->cloud->stride, points, count, w->x);
	return best_of(points, count, w->dots[side], side).value;
}

bool hull_try(const struct hull hulls[2], struct hull rest, int side, const double *direction, struct reach reach[2],
	      struct hull_work *w)
{
	double value[2];

	memcpy(w->x, direction, w->cloud->stride * sizeof *w->x);
	for (int i = 0; i < 2; i++) {
		struct reach *r = &reach[i];

		if (r->count < hulls[i].count) {
			r->value = farther(r->value,
					   reach_of(w, hulls[i].points + r->count, hulls[i].count - r->count, i), i);
			r->count = hulls[i].count;
		}
		value[i] = r->value;
	}
	for (size_t done = 0; done < rest.count && value[0] > value[1] + w->cloud->tau; done += TRIED) {
		size_t rows = rest.count - done < TRIED ? rest.count - done : TRIED;

		value[side] = farther(value[side], reach_of(w, rest.points + done, rows, side), side);
	}
	return value[0] > value[1] + w->cloud->tau;
}

void hull_direction(double *out, const struct hull_work *w)
{
	size_t stride = w->cloud->stride;
	double length = norm(w->x, stride);

	for (size_t k = 0; k < stride; k++)
		out[k] = w->x[k] / length;
}

void hull_check(double *upper, double *lower, struct hull a, struct hull b, const struct hull_start *proof,
		struct hull_work *w)
{
	struct support end[2];

	if (proof != NULL) {
		combine(w, proof->point, proof->side, proof->weight, proof->count);
	} else {
		cross_centres(w, a.centre, b.centre);
	}
	end[0] = support_of(w, a, 0);
	end[1] = support_of(w, b, 1);
	*upper = norm(w->x, w->cloud->stride);
	*lower = *upper > 0.0 ? fmax((end[0].value - end[1].value) / *upper, 0.0) : 0.0;
}
