#include "geometry/measures.h"

#include "base/array.h"
#include "geometry/inside.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Pairs are measured CHUNK at a time, and added up in their order. */
enum { CHUNK = 1 << 15, STARTS_AT_MOST = 1 << 14 };

int measures_allocate(struct measures *out, size_t labels, size_t clusters)
{
	*out = (struct measures){ .labels = labels, .clusters = clusters };
	out->cluster = array_new(clusters, 1, sizeof *out->cluster);
	out->distance = array_new(labels, labels, sizeof *out->distance);
	out->gap = array_new(labels, labels, sizeof *out->gap);
	out->pairs = array_new(labels, labels, sizeof *out->pairs);
	out->minimum = array_new(labels, 1, sizeof *out->minimum);
	out->nearest = array_new(labels, 1, sizeof *out->nearest);
	out->overlap = array_new(labels, labels, sizeof *out->overlap);
	if (out->cluster == NULL || out->distance == NULL || out->gap == NULL || out->pairs == NULL ||
	    out->minimum == NULL || out->nearest == NULL || out->overlap == NULL) {
		measures_release(out);
		return -1;
	}
	return 0;
}

void measures_release(struct measures *m)
{
	free(m->cluster);
	free(m->distance);
	free(m->gap);
	free(m->pairs);
	free(m->minimum);
	free(m->nearest);
	free(m->overlap);
	*m = (struct measures){ 0 };
}

void measure_starts_release(struct measure_starts *s)
{
	for (size_t i = 0; i < s->count; i++)
		hull_start_release(&s->items[i]);
	free(s->items);
	*s = (struct measure_starts){ 0 };
}

struct pair {
	uint32_t a, b; /* clusters, a < b */
	bool kept;     /* both large enough for the measures */
	enum verdict verdict;
	bool open;
	double distance, gap;
	struct answer proof;
	struct hull_start *start; /* or NULL */
};

struct measuring {
	const struct measure_job *job;
	struct measures *out;
	struct cluster *clusters; /* (clusters), distinct points */
	uint32_t *list;           /* their points */
	struct overlaps *overlaps;
	struct pair *pairs;
	size_t count;
	size_t wanted;      /* pairs in all */
	atomic_size_t done; /* pairs */
	bool failed;
};

static double point_distance(const struct measuring *m, const struct cluster *a, const struct cluster *b)
{
	const struct cloud *c = &m->job->points->cloud;

	return sqrt(kernel_distance(a->centre, b->centre, c->stride));
}

/* Keeps what the solver ended with, for the next measurement. */
static void keep_start(struct measuring *m, struct pair *p, const struct separation *s, unsigned thread)
{
	struct answer taken;

	if (p->start == NULL || s->proof != PROOF_WEIGHTS)
		return;
	if (answer_take(&taken, s, &m->overlaps->works[thread]) < 0) {
		m->failed = true;
		return;
	}
	hull_start_release(p->start);
	*p->start = taken.weights;
}

static void measure_pair(struct measuring *m, struct pair *p, unsigned thread)
{
	const struct cluster *a = &m->clusters[p->a], *b = &m->clusters[p->b];
	const struct cloud *cloud = &m->job->points->cloud;
	const struct hull_start *start = p->start != NULL && p->start->count > 0 ? p->start : NULL;
	struct separation s;

	if (a->count == 1 && b->count == 1) {
		p->distance = point_distance(m, a, b);
		p->distance = p->distance <= cloud->tau ? 0.0 : p->distance;
		p->verdict = HULLS_APART;
		return;
	}
	if (!p->kept && cluster_apart(a, b, cloud))
		return;
	hull_separate(&s, cluster_hull(a), cluster_hull(b), p->kept ? HULL_MEASURE : HULL_TEST, start,
		      &m->overlaps->works[thread]);
	p->verdict = s.verdict;
	p->open = s.open;
	p->distance = s.verdict == HULLS_APART ? s.upper : 0.0;
	p->gap = s.verdict == HULLS_APART ? s.upper - s.lower : 0.0;
	if (m->job->sink != NULL && answer_take(&p->proof, &s, &m->overlaps->works[thread]) < 0)
		m->failed = true;
	p->proof.measured = p->kept;
	p->proof.open = p->open;
	keep_start(m, p, &s, thread);
}

enum { PAIRS_A_TASK = 4 };

/* The thread that called may speak. */
static void measure_progress(const struct measuring *m, size_t done, unsigned thread)
{
	if (thread == 0)
		context_progress(m->overlaps->ctx, "distances", (double)done, (double)m->wanted, "%zu clusters",
				 m->out->clusters);
}

static void measure_task(void *arg, size_t task, unsigned thread)
{
	struct measuring *m = arg;
	size_t end = (task + 1) * PAIRS_A_TASK;

	measure_progress(m, atomic_fetch_add(&m->done, PAIRS_A_TASK), thread);
	for (size_t i = task * PAIRS_A_TASK; i < end && i < m->count; i++)
		if (!context_stopped(m->overlaps->ctx))
			measure_pair(m, &m->pairs[i], thread);
}

static void add_pair(struct measures *out, const struct cluster *a, const struct cluster *b, const struct pair *p)
{
	size_t low = a->label < b->label ? a->label : b->label, high = a->label + b->label - low;
	size_t at = low * out->labels + high;

	out->overlapping |= p->verdict != HULLS_APART;
	out->undecided += p->verdict == HULLS_UNDECIDED;
	out->open += p->open;
	if (!p->kept)
		return;
	out->overlap[at] |= p->verdict != HULLS_APART;
	out->distance[at] += p->distance;
	out->gap[at] = fmax(out->gap[at], p->gap);
	out->pairs[at]++;
}

static int run_chunk(struct measuring *m, struct error *err)
{
	const struct context *ctx = m->overlaps->ctx;
	const struct proof_sink *sink = m->job->sink;
	int rc = 0;

	pool_run_helped(ctx->pool, (m->count + PAIRS_A_TASK - 1) / PAIRS_A_TASK, measure_task, m);
	if (context_stopped(ctx))
		rc = context_stop_error(err);
	else if (m->failed)
		rc = error_memory(err, "the distances");
	for (size_t i = 0; i < m->count; i++) {
		struct pair *p = &m->pairs[i];
		const struct cluster *a = &m->clusters[p->a], *b = &m->clusters[p->b];

		if (rc == 0)
			add_pair(m->out, a, b, p);
		if (rc == 0 && sink != NULL && p->proof.upper > 0.0 && sink->put(sink->arg, a, b, &p->proof) < 0)
			rc = error_memory(err, "the certificates");
		answer_release(&p->proof);
	}
	m->count = 0;
	return rc;
}

static bool is_kept(const struct measuring *m, size_t i)
{
	return (long)m->out->cluster[i].points >= m->job->min_points;
}

/* How many pairs there will be; for the starts, which a large number of pairs
 * does without. */
static size_t count_pairs(const struct measuring *m)
{
	size_t pairs = 0;

	for (size_t i = 0; i < m->out->clusters; i++)
		for (size_t j = i + 1; j < m->out->clusters && pairs <= STARTS_AT_MOST; j++)
			pairs += m->clusters[i].label != m->clusters[j].label;
	return pairs;
}

static int prepare_starts(struct measuring *m)
{
	struct measure_starts *s = m->job->starts;
	size_t pairs;

	if (s == NULL || s->items != NULL || (pairs = count_pairs(m)) > STARTS_AT_MOST)
		return 0;
	s->items = array_new(pairs, 1, sizeof *s->items);
	s->count = pairs;
	return s->items == NULL ? -1 : 0;
}

static bool known_apart(const struct measuring *m, size_t i, size_t j)
{
	return m->job->apart != NULL && m->job->apart[m->clusters[i].label * m->out->labels + m->clusters[j].label];
}

/* Whether a pair is to be measured, or tested. */
static bool is_wanted(const struct measuring *m, size_t i, size_t j)
{
	return m->clusters[i].label != m->clusters[j].label &&
	       ((is_kept(m, i) && is_kept(m, j)) || (m->job->retest && !known_apart(m, i, j)));
}

static int measure_pairs(struct measuring *m, struct error *err)
{
	struct measure_starts *s = m->job->starts;
	size_t clusters = m->out->clusters, done = 0;

	if (prepare_starts(m) < 0)
		return error_memory(err, "the distances");
	for (size_t i = 0; i < clusters; i++)
		for (size_t j = i + 1; j < clusters; j++)
			m->wanted += is_wanted(m, i, j);
	measure_progress(m, 0, 0);
	for (size_t i = 0; i < clusters; i++)
		for (size_t j = i + 1; j < clusters; j++) {
			if (m->clusters[i].label == m->clusters[j].label)
				continue;
			if (is_wanted(m, i, j))
				m->pairs[m->count++] = (struct pair){
					.a = (uint32_t)i,
					.b = (uint32_t)j,
					.kept = is_kept(m, i) && is_kept(m, j),
					.start = s != NULL && done < s->count ? &s->items[done] : NULL,
				};
			done++;
			if (m->count == CHUNK && run_chunk(m, err) < 0)
				return -1;
		}
	return run_chunk(m, err);
}

/* Means over the pairs of clusters, and the nearest labels. */
static void finish(struct measures *out)
{
	size_t n = out->labels;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++) {
			size_t at = i * n + j, back = j * n + i;

			out->distance[at] =
				out->pairs[at] == 0 || out->overlap[at] ? NAN : out->distance[at] / out->pairs[at];
			out->distance[back] = out->distance[at];
			out->gap[back] = out->gap[at];
			out->pairs[back] = out->pairs[at];
			out->overlap[back] = out->overlap[at];
		}
	for (size_t i = 0; i < n; i++) {
		bool overlap = false;

		out->minimum[i] = NAN;
		out->nearest[i] = -1;
		for (size_t j = 0; j < n; j++) {
			overlap |= out->overlap[i * n + j];
			if (out->distance[i * n + j] < (out->nearest[i] < 0 ? INFINITY : out->minimum[i])) {
				out->minimum[i] = out->distance[i * n + j];
				out->nearest[i] = (int)j;
			}
		}
		if (overlap) {
			out->minimum[i] = NAN;
			out->nearest[i] = -1;
		}
	}
}

/* The distinct points of each cluster. Clusters that are given may share the
 * coordinates of one point. */
static int list_clusters(struct measuring *m, const struct points *p)
{
	size_t *at = array_new(m->out->clusters + 1, 1, sizeof *at);
	size_t *held =
		array_new(p->count, 1, sizeof *held); /* by the last cluster with a point's coordinates, from 1 */
	int rc = at == NULL || held == NULL ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < p->count; i++)
		at[m->job->cluster[i] + 1]++;
	for (size_t c = 0; rc == 0 && c < m->out->clusters; c++)
		at[c + 1] += at[c];
	for (uint32_t i = 0; rc == 0 && i < p->count; i++)
		m->list[at[m->job->cluster[i]]++] = i;
	for (size_t c = 0; rc == 0 && c < m->out->clusters; c++) {
		size_t from = c == 0 ? 0 : at[c - 1], kept = from;

		for (size_t i = from; i < at[c]; i++)
			if (held[p->same[m->list[i]]] != c + 1) {
				held[p->same[m->list[i]]] = c + 1;
				m->list[kept++] = m->list[i];
			}
		rc = cluster_init(&m->clusters[c], p, m->list + from, kept - from);
	}
	free(at);
	free(held);
	return rc;
}

int measures_take(struct measures *out, const struct measure_job *job, const struct context *ctx, struct error *err)
{
	struct overlaps overlaps = { 0 };
	struct measuring m = { .job = job, .out = out, .overlaps = &overlaps };
	int rc = -1;

	if (measures_allocate(out, job->points->labels, job->clusters) < 0)
		return error_memory(err, "the measures");
	m.clusters = array_new(job->clusters, 1, sizeof *m.clusters);
	m.list = array_new(job->points->count, 1, sizeof *m.list);
	m.pairs = array_new(CHUNK, 1, sizeof *m.pairs);
	if (m.clusters == NULL || m.list == NULL || m.pairs == NULL || list_clusters(&m, job->points) < 0) {
		error_memory(err, "the measures");
		goto done;
	}
	if (overlaps_init(&overlaps, job->points, ctx, err) < 0)
		goto done;
	rc = inside_measure(out, job->points, job->cluster, job->inside, ctx, err);
	if (rc == 0)
		rc = measure_pairs(&m, err);
	if (rc == 0)
		finish(out);
	overlaps_release(&overlaps);
done:
	for (size_t i = 0; m.clusters != NULL && i < job->clusters; i++)
		cluster_release(&m.clusters[i]);
	free(m.clusters);
	free(m.list);
	free(m.pairs);
	if (rc < 0)
		measures_release(out);
	return rc;
}

double measures_mean_minimum(const struct measures *m)
{
	double sum = 0.0;
	size_t count = 0;

	for (size_t i = 0; i < m->labels; i++)
		if (!isnan(m->minimum[i])) {
			sum += m->minimum[i];
			count++;
		}
	return count > 0 ? sum / (double)count : NAN;
}

double measures_mean_distance(const struct measures *m)
{
	double sum = 0.0;
	size_t count = 0;

	for (size_t i = 0; i < m->labels; i++)
		for (size_t j = i + 1; j < m->labels; j++)
			if (!isnan(m->distance[i * m->labels + j])) {
				sum += m->distance[i * m->labels + j];
				count++;
			}
	return count > 0 ? sum / (double)count : NAN;
}

struct label_inside measures_inside(const struct measures *m, uint32_t label, long min_points)
{
	struct label_inside out = { 0, 0.0, 0.0 };
	double sum = 0.0;

	for (size_t i = 0; i < m->clusters; i++) {
		const struct cluster_measure *c = &m->cluster[i];
		uint64_t pairs = (uint64_t)c->points * (c->points - 1) / 2;

		if (c->label != label || (long)c->points < min_points || pairs == 0)
			continue;
		out.pairs += pairs;
		sum += c->inside_mean * (double)pairs;
		out.largest = fmax(out.largest, c->inside_max);
	}
	out.mean = out.pairs > 0 ? sum / (double)out.pairs : NAN;
	out.largest = out.pairs > 0 ? out.largest : NAN;
	return out;
}

float *label_centroids(const struct points *p)
{
	size_t stride = p->cloud.stride, d = p->cloud.dimensions;
	double *sum = array_new(stride, 1, sizeof *sum);
	float *out = array_new(p->labels, d, sizeof *out);

	for (size_t l = 0; sum != NULL && out != NULL && l < p->labels; l++) {
		memset(sum, 0, stride * sizeof *sum);
		for (uint32_t i = p->start[l]; i < p->start[l + 1]; i++)
			kernel_add(sum, 1.0, p->cloud.data + i * stride, stride);
		for (size_t k = 0; k < d; k++)
			out[l * d + k] = (float)(sum[k] / (double)(p->start[l + 1] - p->start[l]));
	}
	if (sum == NULL) {
		free(out);
		out = NULL;
	}
	free(sum);
	return out;
}
