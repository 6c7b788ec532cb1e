#include "geometry/forward.h"

#include "base/array.h"
#include "geometry/linkage.h"
#include "geometry/refusals.h"

#include <stdlib.h>
#include <string.h>

enum { TRIALS_A_SAVE = 4096 };

struct forward {
	const struct forward_job *job;
	const struct points *points;
	struct linkage *linkage;
	struct cluster *clusters; /* (points) by id; count 0 where there is none */
	uint16_t *whole;          /* (points, labels) of each */
	uint16_t *joined;         /* (labels) of the union that is tried */
	uint32_t *owner;          /* (points) the id of a distinct point's cluster */
	struct refusals refusals;
	struct roster roster;
	struct merge *next; /* (labels) the next pair */
	bool *has;          /* (labels) that there is one */
};

static void forward_release(struct forward *f)
{
	for (size_t i = 0; f->clusters != NULL && i < f->points->count; i++)
		cluster_release(&f->clusters[i]);
	linkage_free(f->linkage);
	free(f->clusters);
	free(f->whole);
	free(f->joined);
	free(f->owner);
	refusals_release(&f->refusals);
	roster_release(&f->roster);
	free(f->next);
	free(f->has);
}

static int forward_allocate(struct forward *f)
{
	size_t n = f->points->count, labels = f->points->labels;

	f->linkage = linkage_new(f->points);
	f->clusters = array_new(n, 1, sizeof *f->clusters);
	f->whole = array_new(n, labels, sizeof *f->whole);
	f->joined = array_new(labels, 1, sizeof *f->joined);
	f->owner = array_new(n, 1, sizeof *f->owner);
	f->next = array_new(labels, 1, sizeof *f->next);
	f->has = array_new(labels, 1, sizeof *f->has);
	return f->linkage == NULL || f->clusters == NULL || f->whole == NULL || f->joined == NULL ||
			       f->owner == NULL || f->next == NULL || f->has == NULL ||
			       roster_init(&f->roster, f->points, f->job->overlaps->labels) < 0 ||
			       refusals_init(&f->refusals, f->points) < 0
		       ? -1
		       : 0;
}

/* The clusters of the state that the merges kept have made. */
static int forward_state(struct forward *f)
{
	const struct tree *t = f->job->tree;
	const struct partition_memory *m = f->job->memory;
	const struct points *p = f->points;
	uint32_t n = (uint32_t)p->count, *id = array_new(p->count + t->merges, 1, sizeof *id);
	int rc = id == NULL ? -1 : 0;

	for (uint32_t i = 0; rc == 0 && i < n; i++)
		id[i] = i;
	for (uint32_t k = 0; rc == 0 && k < t->merges; k++)
		id[n + k] = m->merges[k].a;
	for (uint32_t k = 0; rc == 0 && k < m->good; k++)
		linkage_join(f->linkage, m->merges[k].a, m->merges[k].b);
	for (uint32_t node = 0; rc == 0 && node < n + t->merges; node++) {
		struct cluster *c = &f->clusters[id[node]];

		if (t->size[node] == 0 || !tree_alive(t, node, m->good))
			continue;
		rc = cluster_init(c, p, t->order + t->start[node], t->size[node]);
		c->id = id[node];
		c->whole = f->whole + (size_t)c->id * p->labels;
		memcpy(c->whole, f->job->whole + (size_t)node * p->labels, p->labels * sizeof *c->whole);
		for (size_t i = 0; i < c->count; i++)
			f->owner[c->points[i]] = c->id;
		roster_add(&f->roster, c);
	}
	free(id);
	return rc;
}

/* What both halves know of whole labels: a label that one of them overlaps, the
 * union overlaps. */
static void join_whole(struct forward *f, const struct cluster *a, const struct cluster *b)
{
	for (size_t l = 0; l < f->points->labels; l++)
		f->joined[l] = a->whole[l] == WHOLE_MEETS || b->whole[l] == WHOLE_MEETS ? WHOLE_MEETS : 0;
}

/* A point with a twin of another label meets it in any larger hull. */
static uint32_t twin_of(const struct forward *f, const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (f->points->twin[c->points[i]] != NO_POINT)
			return c->points[i];
	return NO_POINT;
}

/* Writes the proof that a union meets the twin of one of its points. */
static int put_twin(struct forward *f, const struct cluster *m, uint32_t point, struct error *err)
{
	struct overlaps *o = f->job->overlaps;
	uint32_t twin = f->points->same[f->points->twin[point]];
	uint32_t points[2] = { point, twin };
	uint8_t sides[2] = { 0, 1 };
	double weights[2] = { 1.0, 1.0 };
	struct answer a = { .verdict = HULLS_OVERLAP,
			    .proof = PROOF_WEIGHTS,
			    .weights = { points, sides, weights, 2 } };

	o->counted[0].asked++;
	o->counted[0].twin++;
	if (o->sink == NULL || o->sink->put(o->sink->arg, m, &f->clusters[f->owner[twin]], &a) == 0)
		return 0;
	return error_memory(err, "the certificates");
}

/* Whether the union overlaps a twin, or what refused one of its halves last: 1, 0,
 * or −1. */
static int meets_again(struct forward *f, struct cluster *m, const struct merge *pair, struct meeting *meeting,
		       struct error *err)
{
	uint32_t half[2] = { pair->a, pair->b };
	uint32_t tried[2] = { refusals_point(&f->refusals, pair->a), refusals_point(&f->refusals, pair->b) };
	uint32_t twin;
	int found = 0;

	twin = twin_of(f, &f->clusters[pair->a]);
	if (twin == NO_POINT)
		twin = twin_of(f, &f->clusters[pair->b]);
	if (twin != NO_POINT)
		return put_twin(f, m, twin, err) < 0 ? -1 : 1;
	for (int i = 0; i < 2 && found == 0; i++)
		if (tried[i] != NO_POINT &&
		    !(i == 1 && tried[0] != NO_POINT && f->owner[tried[0]] == f->owner[tried[1]]))
			found = overlaps_ask(f->job->overlaps, m, &f->clusters[f->owner[tried[i]]],
					     refusals_start(&f->refusals, half[i]), meeting, err);
	if (found > 0)
		f->job->overlaps->counted[0].witness++;
	return found;
}

/* Whether the union overlaps a cluster of another label: 1, 0, or −1. What can be
 * told without its sphere is asked first. */
static int union_meets(struct forward *f, struct cluster *m, const struct merge *pair, struct error *err)
{
	struct meeting meeting = { 0 };
	int found = m->count < 2 ? 0 : meets_again(f, m, pair, &meeting, err);

	if (found == 0 && cluster_tighten(m, f->points) < 0)
		return error_memory(err, "a cluster");
	if (found == 0 && m->count >= 2)
		found = overlaps_find(f->job->overlaps, m, &f->roster, NULL, &meeting, err);
	if (found > 0 && meeting.other != NULL) {
		refusals_keep(&f->refusals, pair, meeting.other->points[0], &meeting.answer);
		answer_release(&meeting.answer);
	}
	return found;
}

/* What the interrupted run found. */
static int union_known(struct forward *f, struct cluster *m, const struct trial *known, struct error *err)
{
	if (known->merged && cluster_tighten(m, f->points) < 0)
		return error_memory(err, "a cluster");
	return !known->merged;
}

/* Takes the union in place of its halves. */
static void accept(struct forward *f, struct cluster *m, const struct merge *pair)
{
	struct cluster *a = &f->clusters[pair->a], *b = &f->clusters[pair->b];
	bool had_b = b->count > 0;

	if (a->count > 0)
		roster_drop(&f->roster, a);
	if (had_b)
		roster_drop(&f->roster, b);
	m->split = m->count;
	m->whole = f->whole + (size_t)pair->a * f->points->labels;
	memcpy(m->whole, f->joined, f->points->labels * sizeof *m->whole);
	refusals_join(&f->refusals, pair->a, pair->b);
	cluster_release(a);
	cluster_release(b);
	*a = *m;
	for (size_t i = 0; i < a->count; i++)
		f->owner[a->points[i]] = a->id;
	roster_add(&f->roster, a);
	linkage_merge(f->linkage, pair->a, pair->b);
}

/* Tries a pair, or does what was found before the interruption. */
static int try_pair(struct forward *f, const struct merge *pair, const struct trial *known, uint32_t *merged,
		    struct error *err)
{
	struct cluster *a = &f->clusters[pair->a], *b = &f->clusters[pair->b], m;
	int found;

	if (cluster_join(&m, f->points, a, b) < 0)
		return error_memory(err, "a cluster");
	join_whole(f, a, b);
	m.whole = f->joined;
	found = known != NULL ? union_known(f, &m, known, err) : union_meets(f, &m, pair, err);
	*merged = found == 0;
	if (found == 0) {
		accept(f, &m, pair);
		return 0;
	}
	cluster_release(&m);
	if (found > 0 && linkage_drop(f->linkage, pair->a, pair->b) < 0)
		return error_memory(err, "the pairs tried");
	return found < 0 ? -1 : 0;
}

static int save_trials(struct forward *f, struct error *err)
{
	struct partition_memory *m = f->job->memory;

	if (f->job->saver == NULL)
		return 0;
	m->phase = PARTITION_FORWARD;
	m->undecided = f->job->before + overlaps_counts(f->job->overlaps).undecided;
	return f->job->saver->save(f->job->saver->arg, m, err);
}

/* The label whose next pair is the nearest, the first of equal ones. */
static uint32_t nearest_label(const struct forward *f)
{
	uint32_t best = NO_POINT;

	for (uint32_t l = 0; l < f->points->labels; l++)
		if (f->has[l] && (best == NO_POINT || f->next[l].distance < f->next[best].distance))
			best = l;
	return best;
}

static int forward_loop(struct forward *f, struct error *err)
{
	struct partition_memory *m = f->job->memory;
	const struct context *ctx = f->job->overlaps->ctx;
	size_t known = m->trial_count, done = 0, open = linkage_open(f->linkage);
	uint32_t label;

	for (uint32_t l = 0; l < f->points->labels; l++)
		f->has[l] = linkage_next(f->linkage, l, &f->next[l]);
	for (; (label = nearest_label(f)) != NO_POINT; done++) {
		struct merge pair = f->next[label];
		uint32_t merged = 0;

		if (context_stopped(ctx))
			return save_trials(f, err) < 0 ? -1 : context_stop_error(err);
		if (done % 64 == 0)
			context_progress(ctx, "pairs", (double)(open - linkage_open(f->linkage)), (double)open,
					 "%zu tried, %zu open", done, linkage_open(f->linkage));
		if (done < known && (m->trials[done].a != pair.a || m->trials[done].b != pair.b))
			return error_set(err, STATUS_INPUT,
					 "the work files of an interrupted run do not fit the points");
		if (try_pair(f, &pair, done < known ? &m->trials[done] : NULL, &merged, err) < 0)
			return -1;
		if (done >= known) {
			if (array_reserve(&m->trials, &m->trial_capacity, m->trial_count + 1, sizeof *m->trials) < 0)
				return error_memory(err, "the pairs tried");
			m->trials[m->trial_count++] = (struct trial){ pair.a, pair.b, merged };
			if (m->trial_count % TRIALS_A_SAVE == 0 && save_trials(f, err) < 0)
				return -1;
		}
		f->has[label] = linkage_next(f->linkage, label, &f->next[label]);
	}
	return 0;
}

int forward_phase_run(const struct forward_job *job, uint32_t *key, struct error *err)
{
	struct forward f = { .job = job, .points = job->points };
	int rc;

	overlaps_regroup(job->overlaps);
	if (forward_allocate(&f) < 0 || forward_state(&f) < 0)
		rc = error_memory(err, "the clusters");
	else
		rc = linkage_begin(f.linkage, true, job->overlaps->ctx, err);
	if (rc == 0)
		rc = forward_loop(&f, err);
	for (size_t i = 0; rc == 0 && i < job->points->count; i++)
		key[i] = f.owner[job->points->same[i]];
	forward_release(&f);
	return rc;
}
