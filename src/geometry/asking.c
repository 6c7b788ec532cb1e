#include "geometry/asking.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

void answer_release(struct answer *a)
{
	hull_start_release(&a->weights);
	*a = (struct answer){ 0 };
}

int answer_take(struct answer *out, const struct separation *s, const struct hull_work *w)
{
	const struct active *a = &w->active;
	const struct hull_start weights = { a->point, a->side, a->weight, a->count };

	*out = (struct answer){ .verdict = s->verdict, .proof = s->proof, .upper = s->upper, .lower = s->lower };
	return s->proof == PROOF_CENTRES ? 0 : hull_start_copy(&out->weights, &weights);
}

/* Names of directions: of a cluster and a whole label, from the cluster; of two
 * clusters, from that of the smaller label. */
static uint64_t key_whole(uint32_t id, uint32_t label)
{
	return (uint64_t)(id + 1) << 32 | (uint32_t)(0x80000000u | label);
}

static uint64_t key_pair(uint32_t low, uint32_t high)
{
	return (uint64_t)(low + 1) << 32 | high;
}

static uint64_t asking_key(const struct asking *q, bool half)
{
	uint32_t id = half ? q->a->half : q->a->id;

	if (q->whole)
		return key_whole(id, q->b->label);
	return q->a->label < q->b->label ? key_pair(id, q->b->id) : key_pair(q->b->id, id);
}

/* Whether a kept direction points from the other to the union. */
static bool flipped(const struct asking *q)
{
	return !q->whole && q->a->label > q->b->label;
}

/* Tries the directions that have separated parts of the two before: the points of
 * the union's other half are the rest. What those that do not help were made of is where
 * to begin. */
static bool try_kept(struct overlaps *o, const struct asking *q, const struct hull_start **start, unsigned thread)
{
	int side = flipped(q) ? 1 : 0;
	const struct cluster *m = q->a;

	for (int half = 0; half < 2; half++) {
		struct hull parts[2] = { { m->points, m->split, m->centre },
					 { m->points + m->split, m->count - m->split, m->centre } };
		struct hull hulls[2];
		struct direction kept;

		if (half && m->half == m->id)
			return false;
		if (!directions_find(&kept, &o->directions, asking_key(q, half)))
			continue;
		hulls[side] = parts[half];
		hulls[1 - side] = cluster_hull(q->b);
		if (hull_try(hulls, parts[1 - half], side, kept.vector, kept.reach, &o->works[thread]))
			return true;
		if (*start == NULL)
			*start = kept.weights;
	}
	return false;
}

/* Fisher's direction for a cluster and a whole label. */
static bool try_fisher(struct overlaps *o, struct asking *q, unsigned thread)
{
	struct hull_work *w = &o->works[thread];
	struct hull hulls[2] = { { NULL, 0, NULL }, cluster_hull(q->b) };
	struct reach reach[2] = { hull_reach_nothing(0), hull_reach_nothing(1) };

	return q->whole &&
	       whitening_direction(w->direction, &o->whitening, q->a->centre, q->b->centre, q->b->label,
				   w->scratch) &&
	       hull_try(hulls, cluster_hull(q->a), 0, w->direction, reach, w);
}

static int keep_direction(struct asking *q, const double *direction, size_t stride)
{
	bool flip = flipped(q);

	q->direction = array_new(stride, 1, sizeof *q->direction);
	if (q->direction == NULL)
		return -1;
	for (size_t k = 0; k < stride; k++)
		q->direction[k] = flip ? -direction[k] : direction[k];
	return 0;
}

int asking_solve(struct overlaps *o, struct asking *q, unsigned thread)
{
	struct overlap_counts *c = &o->counted[thread];
	struct hull_work *w = &o->works[thread];
	const struct hull_start *start = NULL;
	struct separation s;

	if (try_kept(o, q, &start, thread)) {
		q->answer = (struct answer){ .verdict = HULLS_APART, .proof = PROOF_KEPT };
		c->kept++;
		return 0;
	}
	if (try_fisher(o, q, thread)) {
		q->answer = (struct answer){ .verdict = HULLS_APART, .proof = PROOF_KEPT };
		c->fisher++;
		return keep_direction(q, w->direction, w->cloud->stride);
	}
	hull_separate(&s, cluster_hull(q->a), cluster_hull(q->b), HULL_PART, start != NULL ? start : q->start, w);
	c->rounds += s.rounds;
	q->answer = (struct answer){ .verdict = s.verdict, .proof = s.proof, .upper = s.upper, .lower = s.lower };
	c->undecided += s.verdict == HULLS_UNDECIDED;
	if (s.proof == PROOF_CENTRES)
		c->centres++;
	else
		c->solver++;
	if (s.verdict == HULLS_APART && s.proof == PROOF_WEIGHTS) {
		hull_direction(w->direction, w);
		if (keep_direction(q, w->direction, w->cloud->stride) < 0)
			return -1;
	}
	return answer_take(&q->answer, &s, w);
}

int asking_settle(struct overlaps *o, struct asking *q, struct error *err)
{
	const struct answer *a = &q->answer;
	int rc = 0;

	if (q->direction != NULL)
		directions_put(&o->directions, asking_key(q, false), q->direction,
			       a->weights.count > 0 ? &a->weights : NULL);
	if (o->sink != NULL && q->a != NULL && a->proof != PROOF_KEPT &&
	    (a->weights.count > 0 || a->proof == PROOF_CENTRES) && o->sink->put(o->sink->arg, q->a, q->b, a) < 0)
		rc = error_memory(err, "the certificates");
	free(q->direction);
	answer_release(&q->answer);
	*q = (struct asking){ 0 };
	return rc;
}
