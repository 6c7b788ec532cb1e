#include "geometry/linkage.h"

#include "base/array.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST = 16, ROWS_A_TASK = 32 };

/* A partner and its squared distance. */
struct partner {
	double distance;
	uint32_t cluster;
};

/* The nearest partners of larger index, in order. All that are not in it come
 * after `bound`. */
struct row {
	struct partner items[NEAREST];
	struct partner bound;
	unsigned count;
};

struct linkage {
	const struct points *points;
	size_t d;
	double *sum;      /* (count, d) */
	double *centre;   /* blocks (d, KERNEL_LANES), the labels one after another; absent ones infinite */
	size_t *first;    /* (labels) a label's first block */
	uint32_t *size;   /* (count) 0: merged into another */
	struct row *rows; /* (count) */
	double *scratch;  /* (labels, d) a centre: labels may be worked on side by side */
	uint64_t **drops; /* (count) bits (places) of those a cluster was dropped with, or NULL; or NULL */
	uint32_t *place;  /* (count) a cluster's number among those of its label at the start of the drops */
	size_t *words;    /* (labels) of a row of bits */
	size_t open;      /* pairs that are not dropped */
};

static bool before(struct partner a, struct partner b)
{
	return a.distance < b.distance || (a.distance == b.distance && a.cluster < b.cluster);
}

static double *block_of(const struct linkage *l, uint32_t cluster, size_t *lane)
{
	uint32_t label = l->points->label[cluster], at = cluster - l->points->start[label];

	*lane = at % KERNEL_LANES;
	return l->centre + (l->first[label] + at / KERNEL_LANES) * l->d * KERNEL_LANES;
}

static void centre_set(struct linkage *l, uint32_t cluster)
{
	size_t lane;
	double *block = block_of(l, cluster, &lane);
	const double *sum = l->sum + (size_t)cluster * l->d;

	for (size_t k = 0; k < l->d; k++)
		block[k * KERNEL_LANES + lane] = l->size[cluster] ? sum[k] / (double)l->size[cluster] : INFINITY;
}

static void centre_get(const struct linkage *l, uint32_t cluster, double *out)
{
	size_t lane;
	const double *block = block_of(l, cluster, &lane);

	for (size_t k = 0; k < l->d; k++)
		out[k] = block[k * KERNEL_LANES + lane];
}

static void fill(struct linkage *l, size_t blocks)
{
	const struct points *p = l->points;

	for (size_t i = 0; i < blocks * l->d * KERNEL_LANES; i++)
		l->centre[i] = INFINITY;
	for (uint32_t i = 0; i < p->count; i++) {
		const float *from = p->cloud.data + i * p->cloud.stride;

		l->size[i] = 1;
		for (size_t k = 0; k < l->d; k++)
			l->sum[i * l->d + k] = from[k];
		centre_set(l, i);
	}
}

static uint32_t blocks_of(const struct points *p, size_t label)
{
	return (p->start[label + 1] - p->start[label] + KERNEL_LANES - 1) / KERNEL_LANES;
}

struct linkage *linkage_new(const struct points *points)
{
	struct linkage *l = calloc(1, sizeof *l);
	size_t blocks = 0;

	if (l == NULL)
		return NULL;
	l->points = points;
	l->d = points->cloud.dimensions;
	l->first = array_new(points->labels, 1, sizeof *l->first);
	if (l->first == NULL)
		goto fail;
	for (size_t i = 0; i < points->labels; i++) {
		l->first[i] = blocks;
		blocks += blocks_of(points, i);
	}
	l->sum = array_new(points->count, l->d, sizeof *l->sum);
	l->centre = array_new(blocks * KERNEL_LANES, l->d, sizeof *l->centre);
	l->scratch = array_new(points->labels, l->d, sizeof *l->scratch);
	l->size = array_new(points->count, 1, sizeof *l->size);
	l->rows = array_new(points->count, 1, sizeof *l->rows);
	l->place = array_new(points->count, 1, sizeof *l->place);
	l->words = array_new(points->labels, 1, sizeof *l->words);
	if (l->sum == NULL || l->centre == NULL || l->scratch == NULL || l->size == NULL || l->rows == NULL ||
	    l->place == NULL || l->words == NULL)
		goto fail;
	fill(l, blocks);
	return l;
fail:
	linkage_free(l);
	return NULL;
}

void linkage_free(struct linkage *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; l->drops != NULL && i < l->points->count; i++)
		free(l->drops[i]);
	free(l->drops);
	free(l->first);
	free(l->sum);
	free(l->centre);
	free(l->scratch);
	free(l->size);
	free(l->rows);
	free(l->place);
	free(l->words);
	free(l);
}

void linkage_join(struct linkage *l, uint32_t a, uint32_t b)
{
	double *to = l->sum + (size_t)a * l->d;
	const double *from = l->sum + (size_t)b * l->d;

	for (size_t k = 0; k < l->d; k++)
		to[k] += from[k];
	l->size[a] += l->size[b];
	l->size[b] = 0;
	centre_set(l, a);
	centre_set(l, b);
}

static bool dropped(const struct linkage *l, uint32_t a, uint32_t b)
{
	return l->drops != NULL && l->drops[a] != NULL &&
	       (l->drops[a][l->place[b] / 64] >> l->place[b] % 64 & 1) != 0;
}

/* In the row of a cluster that has one. */
static void drop_mark(struct linkage *l, uint32_t cluster, uint32_t partner)
{
	l->drops[cluster][l->place[partner] / 64] |= (uint64_t)1 << l->place[partner] % 64;
}

/* Of a full list the last item goes, and the bound becomes the new last. */
static void row_insert(struct row *r, struct partner p)
{
	unsigned at = r->count;

	if (r->count == NEAREST) {
		at--;
		if (before(p, r->items[at])) {
			r->bound = at > 0 && before(p, r->items[at - 1]) ? r->items[at - 1] : p;
		} else {
			r->bound = r->items[at];
			return;
		}
	} else {
		r->count++;
	}
	for (; at > 0 && before(p, r->items[at - 1]); at--)
		r->items[at] = r->items[at - 1];
	r->items[at] = p;
}

static void row_remove(struct row *r, uint32_t cluster)
{
	for (unsigned i = 0; i < r->count; i++)
		if (r->items[i].cluster == cluster) {
			memmove(r->items + i, r->items + i + 1, (r->count - i - 1) * sizeof *r->items);
			r->count--;
			return;
		}
}

/* Squared distances from a centre to the clusters in a block of a label's places, as far as
 * they matter: for the row of `cluster` those of larger index, and with `both`, for the
 * rows of the others, those of smaller index; what is beyond a row's bound is some number
 * beyond it. False if none matters. */
static bool reach_block(const struct linkage *l, uint32_t label, uint32_t block, uint32_t cluster, bool both,
			const double *centre, double reach[KERNEL_LANES])
{
	const struct points *p = l->points;
	const uint32_t first = p->start[label] + block * KERNEL_LANES, end = p->start[label + 1];
	double most[KERNEL_LANES];
	bool any = false;

	for (uint32_t lane = 0; lane < KERNEL_LANES; lane++) {
		const uint32_t j = first + lane;
		const bool matters = j < end && l->size[j] > 0 && j != cluster && (both || j > cluster);

		most[lane] = matters ? l->rows[j > cluster ? cluster : j].bound.distance : -1.0;
		any = any || matters;
	}
	if (any)
		kernel_block_within(reach, l->centre + (l->first[label] + block) * l->d * KERNEL_LANES, centre, l->d,
				    most);
	return any;
}

static void row_clear(struct row *r)
{
	r->count = 0;
	r->bound = (struct partner){ INFINITY, UINT32_MAX };
}

/* Offers a cluster's row the partners of larger index in a block. */
static void row_offer(struct linkage *l, uint32_t cluster, uint32_t first, const double reach[KERNEL_LANES])
{
	const uint32_t end = l->points->start[l->points->label[cluster] + 1];
	struct row *r = &l->rows[cluster];

	for (uint32_t lane = 0; lane < KERNEL_LANES; lane++) {
		const struct partner here = { reach[lane], first + lane };

		if (here.cluster > cluster && here.cluster < end && l->size[here.cluster] > 0 &&
		    before(here, r->bound) && !dropped(l, cluster, here.cluster))
			row_insert(r, here);
	}
}

static void row_compute(struct linkage *l, uint32_t cluster, double *centre)
{
	const uint32_t label = l->points->label[cluster], start = l->points->start[label];
	double reach[KERNEL_LANES];

	centre_get(l, cluster, centre);
	row_clear(&l->rows[cluster]);
	for (uint32_t b = (cluster - start) / KERNEL_LANES; b < blocks_of(l->points, label); b++)
		if (reach_block(l, label, b, cluster, false, centre, reach))
			row_offer(l, cluster, start + b * KERNEL_LANES, reach);
}

struct begin_job {
	struct linkage *l;
	double *scratch; /* (threads, d) */
	const struct context *ctx;
	atomic_size_t done; /* tasks */
};

static void begin_task(void *arg, size_t task, unsigned thread)
{
	struct begin_job *job = arg;
	struct linkage *l = job->l;
	size_t end = (task + 1) * ROWS_A_TASK, done = atomic_fetch_add(&job->done, 1) * ROWS_A_TASK;

	if (thread == 0)
		context_progress(job->ctx, "nearest", (double)done, (double)l->points->count, "%zu points",
				 l->points->count);
	for (size_t i = task * ROWS_A_TASK; i < end && i < l->points->count; i++)
		if (l->size[i] > 0)
			row_compute(l, (uint32_t)i, job->scratch + thread * l->d);
}

static int make_drops(struct linkage *l)
{
	const struct points *p = l->points;

	l->drops = array_new(p->count, 1, sizeof(uint64_t *));
	if (l->drops == NULL)
		return -1;
	for (size_t label = 0; label < p->labels; label++) {
		uint32_t places = 0;

		for (uint32_t i = p->start[label]; i < p->start[label + 1]; i++)
			if (l->size[i] > 0)
				l->place[i] = places++;
		l->open += (size_t)places * (places > 0 ? places - 1 : 0) / 2;
		l->words[label] = (places + 63) / 64;
	}
	return 0;
}

int linkage_begin(struct linkage *l, bool drops, const struct context *ctx, struct error *err)
{
	struct begin_job job = { .l = l, .ctx = ctx };

	job.scratch = array_new(pool_threads(ctx->pool), l->d, sizeof *job.scratch);
	if (job.scratch == NULL || (drops && make_drops(l) < 0)) {
		free(job.scratch);
		return error_memory(err, "the linkage of the points");
	}
	pool_run(ctx->pool, (l->points->count + ROWS_A_TASK - 1) / ROWS_A_TASK, begin_task, &job);
	free(job.scratch);
	return 0;
}

bool linkage_next(struct linkage *l, uint32_t label, struct merge *out)
{
	const struct points *p = l->points;

	for (;;) {
		struct partner known = { INFINITY, UINT32_MAX }, unknown = known;

		for (uint32_t i = p->start[label]; i < p->start[label + 1]; i++) {
			const struct row *r = &l->rows[i];

			if (l->size[i] == 0)
				continue;
			if (r->count > 0 && r->items[0].distance < known.distance)
				known = (struct partner){ r->items[0].distance, i };
			else if (r->count == 0 && r->bound.distance < unknown.distance)
				unknown = (struct partner){ r->bound.distance, i };
		}
		if (unknown.cluster != UINT32_MAX && unknown.distance <= known.distance) {
			row_compute(l, unknown.cluster, l->scratch + label * l->d);
			continue;
		}
		if (known.cluster == UINT32_MAX)
			return false;
		*out = (struct merge){ known.cluster, l->rows[known.cluster].items[0].cluster, known.distance };
		return true;
	}
}

size_t linkage_open(const struct linkage *l)
{
	return l->open;
}

/* What was dropped with b, which is gone, is dropped with a. Its partners have
 * rows, so that none is to be made. */
static void drops_join(struct linkage *l, uint32_t a, uint32_t b)
{
	const struct points *p = l->points;
	uint32_t label = p->label[a];

	l->open -= !dropped(l, a, b);
	for (uint32_t i = p->start[label]; i < p->start[label + 1]; i++)
		if (l->size[i] > 0 && i != a)
			l->open -= !dropped(l, a, i) || !dropped(l, b, i);
	if (l->drops[a] == NULL) {
		l->drops[a] = l->drops[b];
		l->drops[b] = NULL;
	}
	for (size_t w = 0; l->drops[b] != NULL && w < l->words[label]; w++)
		l->drops[a][w] |= l->drops[b][w];
	free(l->drops[b]);
	l->drops[b] = NULL;
	for (uint32_t i = p->start[label]; i < p->start[label + 1]; i++)
		if (l->size[i] > 0 && dropped(l, a, i))
			drop_mark(l, i, a);
}

/* What the merge of a and b changes in the rows of the clusters of a block that are of
 * smaller index than a. */
static void rows_update(struct linkage *l, uint32_t a, uint32_t first, const double reach[KERNEL_LANES])
{
	for (uint32_t lane = 0; lane < KERNEL_LANES && first + lane < a; lane++) {
		const struct partner here = { reach[lane], a };
		struct row *r = &l->rows[first + lane];

		if (l->size[first + lane] > 0 && before(here, r->bound) && !dropped(l, first + lane, a))
			row_insert(r, here);
	}
}

void linkage_merge(struct linkage *l, uint32_t a, uint32_t b)
{
	const struct points *p = l->points;
	uint32_t label = p->label[a], start = p->start[label];
	double *centre = l->scratch + label * l->d, reach[KERNEL_LANES];

	linkage_join(l, a, b);
	if (l->drops != NULL)
		drops_join(l, a, b);
	for (uint32_t i = start; i < b; i++) {
		if (l->size[i] == 0 || i == a)
			continue;
		row_remove(&l->rows[i], b);
		if (i < a)
			row_remove(&l->rows[i], a);
	}
	centre_get(l, a, centre);
	row_clear(&l->rows[a]);
	for (uint32_t block = 0; block < blocks_of(p, label); block++) {
		const uint32_t first = start + block * KERNEL_LANES;

		if (!reach_block(l, label, block, a, true, centre, reach))
			continue;
		rows_update(l, a, first, reach);
		row_offer(l, a, first, reach);
	}
}

int linkage_drop(struct linkage *l, uint32_t a, uint32_t b)
{
	size_t words = l->words[l->points->label[a]];

	if (l->drops[a] == NULL)
		l->drops[a] = array_new(words, 1, sizeof(uint64_t));
	if (l->drops[b] == NULL)
		l->drops[b] = array_new(words, 1, sizeof(uint64_t));
	if (l->drops[a] == NULL || l->drops[b] == NULL)
		return -1;
	drop_mark(l, a, b);
	drop_mark(l, b, a);
	l->open--;
	row_remove(&l->rows[a], b);
	return 0;
}

struct sequence {
	struct merge *merges;
	size_t count;
};

struct end_job {
	struct linkage *l;
	struct sequence *sequences; /* (labels) */
	uint32_t *order;            /* (labels) the largest first */
	const struct context *ctx;
	atomic_size_t done; /* merges */
};

/* The thread that called may speak. */
static void end_progress(const struct end_job *job, size_t done, unsigned thread)
{
	const struct points *p = job->l->points;

	if (thread == 0 && done % 16 == 0)
		context_progress(job->ctx, "linkage", (double)done, (double)(p->count - p->used), "%zu points",
				 p->count);
}

static void end_task(void *arg, size_t task, unsigned thread)
{
	struct end_job *job = arg;
	uint32_t label = job->order[task];
	struct sequence *s = &job->sequences[label];

	while (!context_stopped(job->ctx) && linkage_next(job->l, label, &s->merges[s->count])) {
		end_progress(job, atomic_fetch_add(&job->done, 1), thread);
		linkage_merge(job->l, s->merges[s->count].a, s->merges[s->count].b);
		s->count++;
	}
}

/* At every step the sequence whose next merge is the shortest, the first of
 * equal ones. */
static size_t weave(struct merge *out, const struct sequence *sequences, size_t *next, size_t labels)
{
	size_t count = 0;

	for (;; count++) {
		size_t best = labels;

		for (size_t i = 0; i < labels; i++)
			if (next[i] < sequences[i].count &&
			    (best == labels ||
			     sequences[i].merges[next[i]].distance < sequences[best].merges[next[best]].distance))
				best = i;
		if (best == labels)
			break;
		out[count] = sequences[best].merges[next[best]++];
	}
	return count;
}

static int end_run(struct end_job *job, struct merge *woven, size_t *count, const struct points *p,
		   const struct context *ctx, struct error *err)
{
	struct merge *all = array_new(p->count, 1, sizeof *all);
	size_t *next = array_new(p->labels, 1, sizeof *next);

	if (all == NULL || next == NULL) {
		free(all);
		free(next);
		return error_memory(err, "the linkage of the points");
	}
	for (uint32_t i = 0; i < p->labels; i++) {
		uint32_t at = i;

		job->sequences[i].merges = all + p->start[i];
		for (; at > 0 && p->start[i + 1] - p->start[i] >
					 p->start[job->order[at - 1] + 1] - p->start[job->order[at - 1]];
		     at--)
			job->order[at] = job->order[at - 1];
		job->order[at] = i;
	}
	end_progress(job, 0, 0);
	pool_run(ctx->pool, p->labels, end_task, job);
	*count = weave(woven, job->sequences, next, p->labels);
	free(all);
	free(next);
	return context_stopped(ctx) ? context_stop_error(err) : 0;
}

int linkage_to_end(struct merge **merges, size_t *count, const struct points *points, const struct context *ctx,
		   struct error *err)
{
	struct end_job job = { .l = linkage_new(points), .ctx = ctx };
	int rc = -1;

	*merges = array_new(points->count, 1, sizeof **merges);
	job.sequences = array_new(points->labels, 1, sizeof *job.sequences);
	job.order = array_new(points->labels, 1, sizeof *job.order);
	if (job.l == NULL || *merges == NULL || job.sequences == NULL || job.order == NULL)
		error_memory(err, "the linkage of the points");
	else if (linkage_begin(job.l, false, ctx, err) == 0)
		rc = end_run(&job, *merges, count, points, ctx, err);
	if (rc < 0) {
		free(*merges);
		*merges = NULL;
	}
	linkage_free(job.l);
	free(job.sequences);
	free(job.order);
	return rc;
}
