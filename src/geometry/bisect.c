#include "geometry/bisect.h"

#include "base/array.h"

#include <stdlib.h>

/* Two single points never overlap: a witness of one point a side stands once
 * either is in a larger cluster. */
uint32_t bisect_time(const struct tree *t, const struct answer *a, uint32_t state)
{
	const struct hull_start *w = &a->weights;
	uint32_t *points = array_new(w->count, 1, sizeof *points), time[2], latest;
	size_t count[2] = { 0, 0 };

	if (a->verdict != HULLS_OVERLAP || points == NULL) {
		free(points);
		return state;
	}
	for (unsigned side = 0; side < 2; side++) {
		for (size_t i = 0; i < w->count; i++)
			if (w->side[i] == side && w->weight[i] > 0.0)
				points[count[side]++] = w->point[i];
		time[side] = tree_joined(t, points, count[side]);
		if (side == 0)
			latest = points[0];
	}
	if (count[0] == 1 && count[1] == 1) {
		time[0] = tree_grown(t, latest);
		time[1] = tree_grown(t, points[0]);
		latest = time[0] < time[1] ? time[0] : time[1];
	} else {
		latest = time[0] > time[1] ? time[0] : time[1];
	}
	free(points);
	return latest < state ? latest : state;
}

/* The clusters of one state. */
struct state {
	struct cluster *clusters;
	size_t count;
	struct cluster **grown; /* those made since the last good state, the largest first */
	size_t grown_count;
	struct roster roster;
};

static void state_release(struct state *s)
{
	for (size_t i = 0; i < s->count; i++)
		cluster_release(&s->clusters[i]);
	free(s->clusters);
	free(s->grown);
	roster_release(&s->roster);
	*s = (struct state){ 0 };
}

static int larger_first(const void *a, const void *b)
{
	const struct cluster *x = *(struct cluster *const *)a, *y = *(struct cluster *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->born < y->born ? -1 : x->born > y->born;
}

static int state_clusters(struct state *s, const struct tree *t, uint32_t at, uint16_t *whole)
{
	const struct points *p = t->points;
	uint32_t nodes = (uint32_t)(p->count + t->merges);

	for (uint32_t node = 0; node < nodes; node++) {
		struct cluster *c = &s->clusters[s->count];

		if (t->size[node] == 0 || !tree_alive(t, node, at))
			continue;
		if (cluster_init(c, p, t->order + t->start[node], t->size[node]) < 0)
			return -1;
		c->born = tree_time(t, node);
		c->whole = whole + (size_t)node * p->labels;
		s->count++;
	}
	return 0;
}

static int state_init(struct state *s, const struct tree *t, const struct cluster *labels, uint32_t at, uint32_t good,
		      uint16_t *whole)
{
	const struct points *p = t->points;

	*s = (struct state){ 0 };
	s->clusters = array_new(p->count, 1, sizeof *s->clusters);
	s->grown = array_new(p->count, 1, sizeof(struct cluster *));
	if (s->clusters == NULL || s->grown == NULL || roster_init(&s->roster, p, labels) < 0 ||
	    state_clusters(s, t, at, whole) < 0) {
		state_release(s);
		return -1;
	}
	for (size_t i = 0; i < s->count; i++) {
		roster_add(&s->roster, &s->clusters[i]);
		if (s->clusters[i].born > good && s->clusters[i].count > 1)
			s->grown[s->grown_count++] = &s->clusters[i];
	}
	qsort(s->grown, s->grown_count, sizeof *s->grown, larger_first);
	return 0;
}

/* Those compared before have `settled` set. */
static bool skip_settled(const struct cluster *m, const struct cluster *other)
{
	(void)m;
	return other->settled;
}

/* Whether the state has an overlap; *time is then a state ≤ `at` that has one. */
static int state_test(uint32_t *time, const struct tree *t, struct overlaps *o, uint32_t at, uint32_t good,
		      uint16_t *whole, struct error *err)
{
	struct state s;
	int found = 0;

	if (state_init(&s, t, o->labels, at, good, whole) < 0)
		return error_memory(err, "a state of the linkage");
	for (size_t i = 0; i < s.grown_count && found == 0; i++) {
		struct meeting meeting;

		if (context_stopped(o->ctx)) {
			found = context_stop_error(err);
			break;
		}
		context_progress(o->ctx, "bisection", (double)i, (double)s.grown_count, "state %u", at);
		found = overlaps_find(o, s.grown[i], &s.roster, skip_settled, &meeting, err);
		if (found > 0) {
			uint32_t born =
				s.grown[i]->born > meeting.other->born ? s.grown[i]->born : meeting.other->born;

			*time = bisect_time(t, &meeting.answer, born);
			answer_release(&meeting.answer);
		}
		s.grown[i]->settled = true;
	}
	state_release(&s);
	return found;
}

int bisect_run(uint32_t *good, uint32_t *bad, const struct tree *t, struct overlaps *o, uint16_t *whole,
	       struct error *err)
{
	uint32_t conflict = tree_first_conflict(t);

	if (conflict > 0 && conflict < *bad)
		*bad = conflict;
	while (*bad - *good > 1) {
		uint32_t middle = *good + (*bad - *good) / 2, time = middle;
		int found = state_test(&time, t, o, middle, *good, whole, err);

		if (found < 0)
			return -1;
		if (found > 0 && time <= *good)
			return error_set(
				err, STATUS_CHECK,
				"an overlap since state %u of the linkage, but state %u was shown to have none", time,
				*good);
		if (found == 0)
			*good = middle;
		else
			*bad = time;
	}
	return 0;
}
