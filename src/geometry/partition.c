#include "geometry/partition.h"

#include "base/array.h"
#include "geometry/assignment.h"
#include "geometry/bisect.h"
#include "geometry/forward.h"
#include "geometry/tree.h"

#include <stdlib.h>
#include <string.h>

void partition_memory_release(struct partition_memory *m)
{
	free(m->apart);
	free(m->merges);
	free(m->trials);
	*m = (struct partition_memory){ 0 };
}

void partition_release(struct partition *p)
{
	free(p->cluster);
	*p = (struct partition){ 0 };
}

struct search {
	const struct points *points;
	struct partition_memory *memory;
	const struct partition_saver *saver;
	const struct context *ctx;
	struct overlaps overlaps;
	struct answer *answers; /* (labels, labels) of whole labels */
	struct tree tree;
	uint16_t *whole; /* (points + merges, labels) */
	uint64_t before; /* undecided in the interrupted run */
};

static int save(struct search *s, enum partition_phase phase, struct error *err)
{
	s->memory->phase = phase;
	s->memory->undecided = s->before + overlaps_counts(&s->overlaps).undecided;
	return s->saver == NULL ? 0 : s->saver->save(s->saver->arg, s->memory, err);
}

static int test_labels(struct search *s, struct error *err)
{
	size_t n = s->points->labels;

	if (overlaps_labels(&s->overlaps, s->answers, err) < 0)
		return -1;
	s->memory->apart = array_new(n, n, 1);
	if (s->memory->apart == NULL)
		return error_memory(err, "the pairs of labels");
	memcpy(s->memory->apart, s->overlaps.apart, n * n);
	s->memory->bad = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (!s->overlaps.apart[i * n + j])
				s->memory->bad = UINT32_MAX;
	return save(s, PARTITION_LABELS, err);
}

static int find_merges(struct search *s, struct error *err)
{
	if (linkage_to_end(&s->memory->merges, &s->memory->merge_count, s->points, s->ctx, err) < 0)
		return -1;
	return save(s, PARTITION_LINKAGE, err);
}

/* The end state overlaps, and each witness tells since when. */
static int find_bad(struct search *s, struct error *err)
{
	size_t n = s->points->labels;
	struct partition_memory *m = s->memory;

	m->good = 0;
	m->bad = (uint32_t)m->merge_count;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (!s->overlaps.apart[i * n + j] && s->answers[i * n + j].weights.count > 0)
				m->bad = bisect_time(&s->tree, &s->answers[i * n + j], m->bad);
	if (bisect_run(&m->good, &m->bad, &s->tree, &s->overlaps, s->whole, err) < 0)
		return -1;
	return save(s, PARTITION_BAD, err);
}

static int run_forward(struct search *s, struct partition *out, uint32_t *key, struct error *err)
{
	struct forward_job job = {
		.points = s->points,
		.overlaps = &s->overlaps,
		.tree = &s->tree,
		.whole = s->whole,
		.memory = s->memory,
		.saver = s->saver,
		.before = s->before,
	};

	if (forward_phase_run(&job, key, err) < 0)
		return -1;
	out->merges = s->memory->good;
	out->tried = s->memory->trial_count;
	for (size_t i = 0; i < s->memory->trial_count; i++)
		out->refused += !s->memory->trials[i].merged;
	return 0;
}

static int search_run(struct search *s, struct partition *out, uint32_t *key, struct error *err)
{
	const struct points *p = s->points;
	struct partition_memory *m = s->memory;

	if (m->phase < PARTITION_LABELS && test_labels(s, err) < 0)
		return -1;
	memcpy(s->overlaps.apart, m->apart, p->labels * p->labels);
	for (size_t i = 0; i < p->count; i++)
		key[i] = p->start[p->label[i]];
	if (m->bad == 0)
		return 0;
	if (overlaps_prepare(&s->overlaps, err) < 0)
		return -1;
	if (m->phase < PARTITION_LINKAGE && find_merges(s, err) < 0)
		return -1;
	s->whole = array_new(p->count + m->merge_count, p->labels, sizeof *s->whole);
	if (tree_init(&s->tree, p, m->merges, m->merge_count) < 0 || s->whole == NULL)
		return error_memory(err, "the tree of merges");
	if (m->phase < PARTITION_BAD && find_bad(s, err) < 0)
		return -1;
	return run_forward(s, out, key, err);
}

static int find_once(struct partition *out, const struct points *points, struct partition_memory *memory,
		     const struct partition_saver *saver, const struct proof_sink *sink, const struct context *ctx,
		     struct error *err)
{
	struct search s = {
		.points = points, .memory = memory, .saver = saver, .ctx = ctx, .before = memory->undecided
	};
	size_t pairs = points->labels * points->labels;
	uint32_t *key = array_new(points->count, 1, sizeof *key);
	int rc = -1;

	*out = (struct partition){ 0 };
	s.answers = array_new(points->labels, points->labels, sizeof *s.answers);
	if (key == NULL || s.answers == NULL) {
		error_memory(err, "the clusters");
		goto done;
	}
	if (overlaps_init(&s.overlaps, points, ctx, err) < 0)
		goto done;
	s.overlaps.sink = sink;
	rc = search_run(&s, out, key, err);
	out->cluster = array_new(points->count, 1, sizeof *out->cluster);
	if (rc == 0 && (out->cluster == NULL || assignment_number(out->cluster, &out->clusters, key, points) < 0))
		rc = error_memory(err, "the clusters");
	out->counts = overlaps_counts(&s.overlaps);
	out->undecided = s.before + out->counts.undecided;
	overlaps_release(&s.overlaps);
done:
	for (size_t i = 0; s.answers != NULL && i < pairs; i++)
		answer_release(&s.answers[i]);
	free(s.answers);
	free(s.whole);
	free(key);
	tree_release(&s.tree);
	if (rc < 0)
		partition_release(out);
	return rc;
}

int partition_find(struct partition *out, const struct points *points, struct partition_memory *memory,
		   const struct partition_saver *saver, const struct proof_sink *sink, const struct context *ctx,
		   struct error *err)
{
	bool resumed = memory->phase != PARTITION_NEW;
	int rc = find_once(out, points, memory, saver, sink, ctx, err);

	/* What stays undecided can hang on what was asked before, which a run that goes
	 * on does not know: then the whole is done in one. */
	if (rc == 0 && resumed && out->undecided > 0) {
		partition_release(out);
		partition_memory_release(memory);
		rc = find_once(out, points, memory, saver, sink, ctx, err);
	}
	return rc;
}
