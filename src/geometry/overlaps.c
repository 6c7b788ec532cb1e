#include "geometry/overlaps.h"

#include "base/array.h"
#include "geometry/asking.h"
#include "geometry/kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 32, LARGEST_BLOCK = 1024 };

/* Coordinates of two clusters from which on threads without a question of their own
 * help with theirs. */
enum { LARGE = 1 << 18 };

static int make_labels(struct overlaps *o)
{
	const struct points *p = o->points;
	size_t kept = 0;

	for (uint32_t l = 0; l < p->labels; l++) {
		size_t from = kept;

		for (uint32_t i = p->start[l]; i < p->start[l + 1]; i++)
			if (p->same[i] == i)
				o->distinct[kept++] = i;
		if (kept > from && cluster_init(&o->labels[l], p, o->distinct + from, kept - from) < 0)
			return -1;
	}
	return 0;
}

int overlaps_init(struct overlaps *out, const struct points *points, const struct context *ctx, struct error *err)
{
	unsigned threads = pool_threads(ctx->pool);
	size_t largest = 0;

	*out = (struct overlaps){ .points = points, .ctx = ctx };
	for (size_t l = 0; l < points->labels; l++)
		if (points->start[l + 1] - points->start[l] > largest)
			largest = points->start[l + 1] - points->start[l];
	out->works = array_new(threads, 1, sizeof *out->works);
	out->counted = array_new(threads, 1, sizeof *out->counted);
	out->labels = array_new(points->labels, 1, sizeof *out->labels);
	out->distinct = array_new(points->count, 1, sizeof *out->distinct);
	out->apart = array_new(points->labels, points->labels, 1);
	if (out->works == NULL || out->counted == NULL || out->labels == NULL || out->distinct == NULL ||
	    out->apart == NULL || make_labels(out) < 0 ||
	    directions_init(&out->directions, 8 * points->count, points->cloud.stride) < 0)
		goto fail;
	for (unsigned i = 0; i < threads; i++) {
		if (hull_work_init(&out->works[i], &points->cloud, largest) < 0)
			goto fail;
		out->works[i].asker = (struct asker){ ctx->pool, i };
	}
	return 0;
fail:
	overlaps_release(out);
	return error_memory(err, "the tests of overlap");
}

void overlaps_release(struct overlaps *o)
{
	if (o->works != NULL)
		for (unsigned i = 0; i < pool_threads(o->ctx->pool); i++)
			hull_work_release(&o->works[i]);
	if (o->labels != NULL)
		for (size_t l = 0; l < o->points->labels; l++)
			cluster_release(&o->labels[l]);
	directions_release(&o->directions);
	whitening_release(&o->whitening);
	free(o->works);
	free(o->counted);
	free(o->labels);
	free(o->distinct);
	free(o->apart);
	free(o->questions);
	*o = (struct overlaps){ 0 };
}

struct overlap_counts overlaps_counts(const struct overlaps *o)
{
	struct overlap_counts sum = { 0 };

	for (unsigned i = 0; i < pool_threads(o->ctx->pool); i++) {
		const struct overlap_counts *c = &o->counted[i];

		sum.asked += c->asked;
		sum.sphere += c->sphere;
		sum.separator += c->separator;
		sum.kept += c->kept;
		sum.fisher += c->fisher;
		sum.twin += c->twin;
		sum.witness += c->witness;
		sum.centres += c->centres;
		sum.solver += c->solver;
		sum.rounds += c->rounds;
		sum.undecided += c->undecided;
	}
	return sum;
}

uint64_t overlap_counts_answered(const struct overlap_counts *c)
{
	return c->sphere + c->separator + c->kept + c->twin + c->fisher + c->centres + c->solver;
}

struct labels_job {
	struct overlaps *o;
	struct answer *answers;
	struct asking *questions; /* (labels, labels) */
	bool failed;
	atomic_size_t done; /* pairs */
};

/* The thread that called may speak. */
static void labels_progress(const struct labels_job *job, size_t done, unsigned thread)
{
	size_t n = job->o->points->labels;

	if (thread == 0)
		context_progress(job->o->ctx, "whole labels", (double)done, 0.5 * (double)n * (double)(n - 1),
				 "%zu labels", n);
}

static void labels_task(void *arg, size_t task, unsigned thread)
{
	struct labels_job *job = arg;
	struct overlaps *o = job->o;
	size_t n = o->points->labels, i = task / n, j = task % n;
	const struct cluster *a = &o->labels[i], *b = &o->labels[j];
	struct asking *q = &job->questions[task];

	if (i >= j || context_stopped(o->ctx))
		return;
	labels_progress(job, atomic_fetch_add(&job->done, 1), thread);
	o->apart[task] = 1;
	if (a->count == 0 || b->count == 0 || (a->count == 1 && b->count == 1))
		return;
	o->counted[thread].asked++;
	if (cluster_apart(a, b, &o->points->cloud)) {
		o->counted[thread].sphere++;
		return;
	}
	*q = (struct asking){ .a = a, .b = b, .whole = true };
	if (asking_solve(o, q, thread) < 0)
		job->failed = true;
	o->apart[task] = q->answer.verdict == HULLS_APART;
}

void overlaps_regroup(struct overlaps *o)
{
	directions_forget(&o->directions);
}

int overlaps_labels(struct overlaps *o, struct answer *answers, struct error *err)
{
	size_t n = o->points->labels;
	struct labels_job job = { .o = o, .answers = answers, .questions = array_new(n, n, sizeof(struct asking)) };
	int rc = 0;

	if (job.questions == NULL)
		return error_memory(err, "the tests of overlap");
	labels_progress(&job, 0, 0);
	pool_run_helped(o->ctx->pool, n * n, labels_task, &job);
	if (context_stopped(o->ctx))
		rc = context_stop_error(err);
	else if (job.failed)
		rc = error_memory(err, "the tests of overlap");
	for (size_t at = 0; at < n * n; at++) {
		struct asking *q = &job.questions[at];
		struct answer kept = q->answer;

		if (q->a == NULL)
			continue;
		o->apart[at % n * n + at / n] = o->apart[at];
		if (rc == 0 && o->sink != NULL && o->sink->put(o->sink->arg, q->a, q->b, &q->answer) < 0)
			rc = error_memory(err, "the certificates");
		if (kept.verdict != HULLS_APART)
			answers[at] = kept;
		else
			answer_release(&kept);
		free(q->direction);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			o->apart[j * n + i] = o->apart[i * n + j];
	free(job.questions);
	return rc;
}

int overlaps_prepare(struct overlaps *o, struct error *err)
{
	size_t n = o->points->labels;
	bool *marked = array_new(n, 1, sizeof *marked);
	int rc = marked == NULL ? -1 : 0;

	for (size_t at = 0; rc == 0 && at < n * n; at++)
		if (at / n != at % n && !o->apart[at])
			marked[at / n] = true;
	if (rc == 0)
		rc = whitening_init(&o->whitening, o->points, o->labels, marked, o->ctx);
	free(marked);
	return rc < 0 ? error_memory(err, "the tests of overlap") : 0;
}

/* A cluster to be asked about. */
struct question {
	struct cluster *other;
	double nearness; /* squared distance of the centres over that at which the spheres touch */
	const struct hull_start *start;
	struct asking pair, whole;
	bool meets;
};

struct batch {
	struct overlaps *o;
	struct cluster *m;
	struct question *questions;
	size_t count;
	bool failed;
};

/* Once as much work has gone into a label's clusters one by one as one look at
 * all its points takes, the cluster is tested against the whole label. */
static bool whole_is_due(struct cluster *c, uint32_t label, size_t work, size_t whole)
{
	uint16_t *spent = &c->whole[label];
	size_t limit = whole < WHOLE_MEETS - 1 ? whole : WHOLE_MEETS - 1;

	if (*spent >= WHOLE_MEETS)
		return false;
	if (*spent + work < limit) {
		*spent = (uint16_t)(*spent + work);
		return false;
	}
	return true;
}

static void question_answer(struct batch *b, struct question *q, unsigned thread)
{
	struct overlaps *o = b->o;
	struct cluster *m = b->m, *other = q->other;
	const struct cluster *whole = &o->labels[m->label];

	if (other->whole[m->label] == WHOLE_APART) {
		o->counted[thread].separator++;
		return;
	}
	if (whole_is_due(other, m->label, m->count + other->count, whole->count)) {
		q->whole = (struct asking){ .a = other, .b = whole, .whole = true };
		o->counted[thread].asked++;
		if (asking_solve(o, &q->whole, thread) < 0)
			b->failed = true;
		other->whole[m->label] = q->whole.answer.verdict == HULLS_APART ? WHOLE_APART : WHOLE_MEETS;
		if (q->whole.answer.verdict == HULLS_APART) {
			o->counted[thread].separator++;
			return;
		}
	}
	q->pair = (struct asking){ .a = m, .b = other, .start = q->start };
	if (asking_solve(o, &q->pair, thread) < 0)
		b->failed = true;
	q->meets = q->pair.answer.verdict != HULLS_APART;
}

static void batch_task(void *arg, size_t task, unsigned thread)
{
	struct batch *b = arg;

	question_answer(b, &b->questions[task], thread);
}

static int nearness_compare(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	if (x->nearness != y->nearness)
		return x->nearness < y->nearness ? -1 : 1;
	return x->other->id < y->other->id ? -1 : x->other->id > y->other->id;
}

/* Whether a question of two clusters takes long against the waking of a thread. */
static bool is_large(const struct overlaps *o, const struct cluster *a, const struct cluster *b)
{
	return (a->count + b->count) * o->points->cloud.stride >= LARGE;
}

static bool is_any_large(const struct batch *b)
{
	bool large = false;

	for (size_t i = 0; i < b->count; i++)
		large = large || is_large(b->o, b->m, b->questions[i].other);
	return large;
}

/* All questions of a block are answered, whatever the threads, so that counts
 * and the first overlap are the same. */
static int ask_block(struct batch *b, struct meeting *out, struct error *err)
{
	int rc = 0, found = 0;

	b->o->counted[0].asked += b->count;
	(is_any_large(b) ? pool_run_helped : pool_run)(b->o->ctx->pool, b->count, batch_task, b);
	if (b->failed)
		rc = error_memory(err, "the tests of overlap");
	for (size_t i = 0; i < b->count; i++) {
		struct question *q = &b->questions[i];
		struct answer first = { 0 };

		if (q->meets && found == 0 && rc == 0) {
			found = 1;
			if (b->o->sink != NULL &&
			    b->o->sink->put(b->o->sink->arg, b->m, q->other, &q->pair.answer) < 0)
				rc = error_memory(err, "the certificates");
			first = q->pair.answer;
			q->pair = (struct asking){ 0 };
			*out = (struct meeting){ q->other, first };
		}
		if (asking_settle(b->o, &q->whole, err) < 0 || asking_settle(b->o, &q->pair, err) < 0)
			rc = -1;
	}
	if (rc < 0 && found)
		answer_release(&out->answer);
	return rc < 0 ? -1 : found;
}

struct whole_job {
	struct overlaps *o;
	struct asking *questions; /* (labels) */
	bool failed;
};

static void whole_task(void *arg, size_t task, unsigned thread)
{
	struct whole_job *job = arg;

	if (asking_solve(job->o, &job->questions[task], thread) < 0)
		job->failed = true;
}

/* Tests m against the whole labels of which that is not known. */
static int ask_wholes(struct overlaps *o, struct cluster *m, const struct roster *r, struct error *err)
{
	size_t n = o->points->labels, count = 0;
	struct whole_job job = { .o = o, .questions = array_new(n, 1, sizeof *job.questions) };
	bool large = false;
	int rc = 0;

	if (job.questions == NULL)
		return error_memory(err, "the tests of overlap");
	for (uint32_t l = 0; l < n; l++)
		if (l != m->label && !o->apart[m->label * n + l] && r->counts[l] > 0 && m->whole[l] < WHOLE_MEETS)
			job.questions[count++] = (struct asking){ .a = m, .b = &o->labels[l], .whole = true };
	for (size_t i = 0; i < count; i++)
		large = large || is_large(o, m, job.questions[i].b);
	(large ? pool_run_helped : pool_run)(o->ctx->pool, count, whole_task, &job);
	o->counted[0].asked += count;
	if (job.failed)
		rc = error_memory(err, "the tests of overlap");
	for (size_t i = 0; i < count; i++) {
		struct asking *q = &job.questions[i];

		m->whole[q->b->label] = q->answer.verdict == HULLS_APART ? WHOLE_APART : WHOLE_MEETS;
		if (asking_settle(o, q, err) < 0)
			rc = -1;
	}
	free(job.questions);
	return rc;
}

/* Puts a cluster to the questions, unless its sphere or what is known of it answers.
 * −1 if memory is short. */
static int gather_one(struct overlaps *o, size_t *count, const struct cluster *m, struct cluster *other,
		      struct roster *r)
{
	struct overlap_counts *c = &o->counted[0];
	const struct cloud *cloud = &o->points->cloud;
	const double reach = m->radius + other->radius + cloud->tau, most = reach * reach * (1.0 + 1e-9);
	double distance;

	if (other->whole[m->label] == WHOLE_APART) {
		roster_close(r, other, m->label);
		c->separator++;
		c->asked++;
		return 0;
	}
	distance = kernel_distance_within(m->centre, other->centre, cloud->stride, most);
	if (distance > most) {
		c->sphere++;
		c->asked++;
		return 0;
	}
	if (array_reserve(&o->questions, &o->capacity, *count + 1, sizeof *o->questions) < 0)
		return -1;
	o->questions[(*count)++] = (struct question){ .other = other, .nearness = distance / (reach * reach) };
	return 0;
}

/* Fills `questions` with the clusters that only the centres' plane or the solver
 * can tell from m: few of all that there are. −1 if memory is short. */
static int gather(struct overlaps *o, size_t *found, struct cluster *m, struct roster *r,
		  bool (*skip)(const struct cluster *, const struct cluster *))
{
	size_t n = o->points->labels, count = 0;
	struct overlap_counts *c = &o->counted[0];
	const float reach = roster_reach(r, m);

	for (uint32_t l = 0; l < n; l++) {
		const size_t seats = r->counts[l], closed = roster_closed(r, l, m->label);
		size_t seen = 0;

		if (l == m->label)
			continue;
		if (o->apart[m->label * n + l] || m->whole[l] == WHOLE_APART) {
			c->separator += seats;
			c->asked += seats;
			continue;
		}
		for (size_t at = 0; (at = roster_within(r, l, at, m->label, reach)) < seats; at++, seen++) {
			struct cluster *other = roster_at(r, l, at);

			if ((m->count == 1 && other->count == 1) || (skip != NULL && skip(m, other)))
				continue;
			if (gather_one(o, &count, m, other, r) < 0)
				return -1;
		}
		c->separator += closed;
		c->sphere += seats - seen - closed;
		c->asked += seats - seen;
	}
	*found = count;
	return 0;
}

int overlaps_find(struct overlaps *o, struct cluster *m, struct roster *r,
		  bool (*skip)(const struct cluster *m, const struct cluster *other), struct meeting *out,
		  struct error *err)
{
	size_t count, block = FIRST_BLOCK;
	int found = 0;

	*out = (struct meeting){ 0 };
	if (ask_wholes(o, m, r, err) < 0)
		return -1;
	if (gather(o, &count, m, r, skip) < 0)
		return error_memory(err, "the tests of overlap");
	if (count > 0)
		qsort(o->questions, count, sizeof *o->questions, nearness_compare);
	for (size_t i = 0; i < count && found == 0; i += block, block = block < LARGEST_BLOCK ? 2 * block : block) {
		struct batch b = { .o = o, .m = m, .questions = o->questions + i };

		b.count = count - i < block ? count - i : block;
		found = ask_block(&b, out, err);
	}
	return found;
}

int overlaps_ask(struct overlaps *o, struct cluster *m, struct cluster *other, const struct hull_start *start,
		 struct meeting *out, struct error *err)
{
	struct question q = { .other = other, .start = start };
	struct batch b = { .o = o, .m = m, .questions = &q, .count = 1 };
	struct overlap_counts *c = &o->counted[0];
	bool labels_apart = o->apart[m->label * o->points->labels + other->label];

	*out = (struct meeting){ 0 };
	if (labels_apart || cluster_apart(m, other, &o->points->cloud)) {
		c->separator += labels_apart;
		c->sphere += !labels_apart;
		c->asked++;
		return 0;
	}
	return ask_block(&b, out, err);
}
