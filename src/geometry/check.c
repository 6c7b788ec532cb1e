/* Certificates: what they show together. The clusters in the end are apart, so
 * all clusters of earlier states, their parts, were; a merge inside one of them
 * was therefore allowed, and one across two of them needs a refusal. That is all
 * there is to know to do the clustering again without a solver. */
#include "geometry/directprobe.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "geometry/assignment.h"
#include "geometry/proofs.h"
#include "geometry/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct checking {
	const char *directory; /* of a layer */
	struct labels labels;
	struct labelset names;
	struct matrix embeddings;
	struct points points;
	uint32_t *cluster;
	size_t clusters;
	long min_points;
	struct proofs proofs;
};

static char *path_of(const struct checking *c, const char *name, struct error *err)
{
	char *path = path_join(c->directory, name);

	if (path == NULL)
		error_memory(err, name);
	return path;
}

static void checking_release(struct checking *c)
{
	proofs_release(&c->proofs);
	points_release(&c->points);
	free(c->cluster);
	free(c->embeddings.data);
	labels_release(&c->labels);
	labelset_release(&c->names);
}

static int read_settings(struct checking *c, const char *path, struct error *err)
{
	json_t *settings;
	int rc = 0;

	if (json_read(&settings, path, err) < 0)
		return -1;
	c->min_points = (long)json_integer_value(json_object_get(settings, "min_points"));
	if (json_number_value(json_object_get(settings, "tau")) != c->points.cloud.tau)
		rc = error_set(err, STATUS_CHECK, "%s: tau is not 2^-22 of the largest norm", path);
	else if (c->min_points < 1)
		rc = error_set(err, STATUS_CHECK, "%s: min_points is not a number of 1 or more", path);
	json_decref(settings);
	return rc;
}

static int open_layer(struct checking *c, const struct context *ctx, struct error *err)
{
	char *points = path_of(c, "points.npy", err), *labels = path_of(c, "labels.txt", err);
	char *clusters = path_of(c, "clusters.txt", err), *settings = path_of(c, "settings.json", err);
	int *label = NULL, rc = -1;

	if (points == NULL || labels == NULL || clusters == NULL || settings == NULL)
		goto done;
	if (embeddings_read(&c->embeddings, points, ctx, err) < 0 || labels_read(&c->labels, labels, err) < 0 ||
	    labelset_of(&c->names, (const char *const *)c->labels.names, c->labels.count, err) < 0)
		goto done;
	if (c->labels.count != c->embeddings.rows) {
		error_set(err, STATUS_INPUT, "%s: %zu rows, but %s has %zu lines", points, c->embeddings.rows, labels,
			  c->labels.count);
		goto done;
	}
	label = points_labels(&c->names, &c->labels, 0, 0);
	if (label == NULL) {
		error_memory(err, labels);
		goto done;
	}
	if (points_init(&c->points, c->embeddings, label, c->names.count, points, err) < 0 ||
	    assignment_read(&c->cluster, &c->clusters, clusters, &c->points, c->labels.count, err) < 0)
		goto done;
	rc = read_settings(c, settings, err);
done:
	free(points);
	free(labels);
	free(clusters);
	free(settings);
	free(label);
	return rc;
}

/* Clusters while the pairs are tried again. */
struct replay {
	const struct checking *c;
	struct linkage *linkage;
	uint32_t *parent;         /* (points) of one cluster, towards the point that names it */
	bool *meets;              /* (points) the cluster that it names holds a point that lies on another label's */
	struct refusal *refusals; /* (count) those of two clusters, by the two */
	size_t refusal_count;
	struct merge *next; /* (labels) the next pair */
	bool *has;          /* (labels) that there is one */
	struct merge *merges;
	size_t merge_count;
	struct tree tree;
};

static uint32_t owner_of(const struct replay *r, uint32_t point)
{
	while (r->parent[point] != point)
		point = r->parent[point] = r->parent[r->parent[point]];
	return point;
}

static int compare_refusals(const void *a, const void *b)
{
	const struct refusal *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

/* Sorts the refusals of two clusters, and marks the points of the others. */
static int index_refusals(struct replay *r)
{
	const struct proofs *p = &r->c->proofs;

	r->refusals = array_new(p->refusal_count, 1, sizeof *r->refusals);
	if (r->refusals == NULL)
		return -1;
	for (size_t i = 0; i < p->refusal_count; i++) {
		const struct refusal *refusal = &p->refusals[i];

		if (refusal->low != refusal->high)
			r->refusals[r->refusal_count++] = *refusal;
		for (size_t k = 0; refusal->low == refusal->high && k < 2; k++)
			r->meets[p->witnesses[refusal->from + k]] = true;
	}
	qsort(r->refusals, r->refusal_count, sizeof *r->refusals, compare_refusals);
	return 0;
}

/* Whether a refusal's points lie in the union of a and b, and the others in one
 * cluster. */
static bool explains(const struct replay *r, const struct refusal *refusal, uint32_t a, uint32_t b)
{
	const uint32_t *points = r->c->proofs.witnesses + refusal->from;

	for (size_t i = 0; i < refusal->count; i++)
		if (owner_of(r, points[i]) != a && owner_of(r, points[i]) != b)
			return false;
	for (size_t i = 1; i < refusal->others; i++)
		if (owner_of(r, points[refusal->count + i]) != owner_of(r, points[refusal->count]))
			return false;
	return true;
}

static bool is_refused(const struct replay *r, const struct merge *pair)
{
	uint32_t x = r->c->cluster[pair->a], y = r->c->cluster[pair->b];
	struct refusal key = { .low = x < y ? x : y, .high = x < y ? y : x };
	size_t from = 0, end = r->refusal_count;

	if (r->meets[pair->a] || r->meets[pair->b])
		return true;
	while (from < end) {
		size_t middle = from + (end - from) / 2;

		if (compare_refusals(&r->refusals[middle], &key) < 0)
			from = middle + 1;
		else
			end = middle;
	}
	for (; from < r->refusal_count && r->refusals[from].low == key.low && r->refusals[from].high == key.high;
	     from++)
		if (explains(r, &r->refusals[from], pair->a, pair->b))
			return true;
	return false;
}

static void join(struct replay *r, const struct merge *pair)
{
	r->parent[pair->b] = pair->a;
	r->meets[pair->a] |= r->meets[pair->b];
}

/* The first state that a refusal shows to have an overlap. */
static uint32_t first_bad(const struct replay *r)
{
	const struct proofs *p = &r->c->proofs;
	uint32_t bad = UINT32_MAX;

	for (size_t i = 0; i < p->refusal_count; i++) {
		const uint32_t *points = p->witnesses + p->refusals[i].from;
		uint32_t a = tree_joined(&r->tree, points, p->refusals[i].count);
		uint32_t b = tree_joined(&r->tree, points + p->refusals[i].count, p->refusals[i].others);

		if (p->refusals[i].low == p->refusals[i].high) {
			a = tree_grown(&r->tree, points[0]);
			b = tree_grown(&r->tree, points[1]);
			a = a < b ? a : b;
		} else {
			a = a > b ? a : b;
		}
		bad = a < bad ? a : bad;
	}
	return bad;
}

/* The merges before the first bad state stay inside the clusters in the end. */
static int replay_state(struct replay *r, struct directprobe_proof *out, struct error *err)
{
	const struct checking *c = r->c;
	uint32_t bad = first_bad(r);

	if (bad > r->merge_count)
		return error_set(err, STATUS_CHECK, "%s: no refusal shows a state with an overlap", c->directory);
	for (uint32_t i = 0; i + 1 < bad; i++) {
		const struct merge *m = &r->merges[i];

		if (c->cluster[m->a] != c->cluster[m->b])
			return error_set(err, STATUS_CHECK,
					 "%s: merge %u of the linkage joins clusters %u and %u, without an overlap",
					 c->directory, i + 1, c->cluster[m->a], c->cluster[m->b]);
		linkage_join(r->linkage, m->a, m->b);
		join(r, m);
		out->merges++;
	}
	return 0;
}

static uint32_t nearest_label(const struct replay *r)
{
	uint32_t best = NO_POINT;

	for (uint32_t l = 0; l < r->c->points.labels; l++)
		if (r->has[l] && (best == NO_POINT || r->next[l].distance < r->next[best].distance))
			best = l;
	return best;
}

static int replay_pairs(struct replay *r, const struct context *ctx, struct directprobe_proof *out, struct error *err)
{
	const struct checking *c = r->c;
	uint32_t label;

	if (linkage_begin(r->linkage, true, ctx, err) < 0)
		return -1;
	for (uint32_t l = 0; l < c->points.labels; l++)
		r->has[l] = linkage_next(r->linkage, l, &r->next[l]);
	while ((label = nearest_label(r)) != NO_POINT) {
		struct merge best = r->next[label];

		if (context_stopped(ctx))
			return context_stop_error(err);
		if (c->cluster[best.a] == c->cluster[best.b]) {
			linkage_merge(r->linkage, best.a, best.b);
			join(r, &best);
			out->merges++;
		} else if (is_refused(r, &best)) {
			if (linkage_drop(r->linkage, best.a, best.b) < 0)
				return error_memory(err, c->directory);
			out->refusals++;
		} else {
			return error_set(err, STATUS_CHECK, "%s: no overlap keeps the points %u and %u apart",
					 c->directory, c->points.row[best.a], c->points.row[best.b]);
		}
		r->has[label] = linkage_next(r->linkage, label, &r->next[label]);
	}
	return 0;
}

/* Does the clustering again. */
static int replay(const struct checking *c, const struct context *ctx, struct directprobe_proof *out,
		  struct error *err)
{
	struct replay r = { .c = c, .linkage = linkage_new(&c->points) };
	int rc = -1;

	r.parent = array_new(c->points.count, 1, sizeof *r.parent);
	r.meets = array_new(c->points.count, 1, sizeof *r.meets);
	r.next = array_new(c->points.labels, 1, sizeof *r.next);
	r.has = array_new(c->points.labels, 1, sizeof *r.has);
	if (r.linkage == NULL || r.parent == NULL || r.meets == NULL || r.next == NULL || r.has == NULL ||
	    index_refusals(&r) < 0) {
		error_memory(err, c->directory);
		goto done;
	}
	for (uint32_t i = 0; i < c->points.count; i++)
		r.parent[i] = i;
	if (linkage_to_end(&r.merges, &r.merge_count, &c->points, ctx, err) < 0)
		goto done;
	if (tree_init(&r.tree, &c->points, r.merges, r.merge_count) < 0) {
		error_memory(err, c->directory);
		goto done;
	}
	rc = replay_state(&r, out, err);
	if (rc == 0)
		rc = replay_pairs(&r, ctx, out, err);
done:
	linkage_free(r.linkage);
	tree_release(&r.tree);
	free(r.refusals);
	free(r.next);
	free(r.has);
	free(r.merges);
	free(r.parent);
	free(r.meets);
	return rc;
}

/* A row against the pair of labels that it must be for. */
static int check_row(const struct checking *c, const struct table *t, size_t row, size_t at, const char *path,
		     struct error *err)
{
	size_t n = c->points.labels;
	double mean = c->proofs.sum[at] / c->proofs.pairs[at];
	/* Sums of products are the same on all machines to a few roundings of the points only. */
	double rounding = 1e-10 * c->points.cloud.scale;
	double stated = table_number_at(t, row, "distance"), gap = table_number_at(t, row, "gap");

	if (labelset_find(&c->names, table_text_at(t, row, "label_a")) != (int)(at / n) ||
	    labelset_find(&c->names, table_text_at(t, row, "label_b")) != (int)(at % n))
		return error_set(err, STATUS_CHECK, "%s: row %zu is not of %s and %s", path, row + 2,
				 c->names.names[at / n], c->names.names[at % n]);
	if (table_number_at(t, row, "pairs") != (double)c->proofs.pairs[at])
		return error_set(err, STATUS_CHECK, "%s: row %zu: %s pairs are stated, there are %u", path, row + 2,
				 table_text_at(t, row, "pairs"), c->proofs.pairs[at]);
	if (!(fabs(mean - stated) <= 1e-9 * mean + rounding))
		return error_set(err, STATUS_CHECK, "%s: row %zu: %.17g is stated, %.17g is shown", path, row + 2,
				 stated, mean);
	if (!(fabs(c->proofs.gap[at] - gap) <= rounding))
		return error_set(err, STATUS_CHECK, "%s: row %zu: a gap of %.17g is stated, %.17g is shown", path,
				 row + 2, gap, c->proofs.gap[at]);
	return 0;
}

/* The table has a row for each pair of labels with distances, in their order, and
 * its numbers follow from those shown. */
static int check_distances(const struct checking *c, struct error *err)
{
	char *path = path_of(c, "distances.csv", err);
	size_t n = c->points.labels, row = 0;
	struct table t = { 0 };
	int rc = path == NULL ? -1 : table_read_as(&t, path, "label_a,label_b,distance,gap,pairs", err);

	for (size_t at = 0; rc == 0 && !c->points.constant && at < n * n; at++) {
		if (c->proofs.pairs[at] == 0)
			continue;
		if (row < t.rows)
			rc = check_row(c, &t, row++, at, path, err);
		else
			rc = error_set(err, STATUS_CHECK, "%s: no row of %s and %s", path, c->names.names[at / n],
				       c->names.names[at % n]);
	}
	if (rc == 0 && row < t.rows)
		rc = error_set(err, STATUS_CHECK, "%s: row %zu is of no pair of labels with distances", path,
			       row + 2);
	table_release(&t);
	free(path);
	return rc;
}

static int check_layer(const char *directory, const struct context *ctx, struct directprobe_proof *out,
		       struct error *err)
{
	struct checking c = { .directory = directory };
	char *path = path_of(&c, "proofs.txt", err);
	size_t pairs = 0;
	int rc = path == NULL ? -1 : open_layer(&c, ctx, err);

	if (rc == 0 && !c.points.constant) {
		rc = proofs_init(&c.proofs, &c.points, c.cluster, c.clusters, c.min_points, err);
		if (rc == 0)
			rc = proofs_read(&c.proofs, path, err);
		if (rc == 0)
			rc = proofs_cover(&c.proofs, &pairs, path, err);
		if (rc == 0 && c.clusters > c.points.used)
			rc = replay(&c, ctx, out, err);
		if (rc == 0)
			rc = proofs_measure(&c.proofs, path, err);
	}
	if (rc == 0)
		rc = check_distances(&c, err);
	if (rc == 0) {
		out->layers++;
		out->overlaps += c.proofs.overlaps;
		out->separations += c.proofs.separations;
		out->distances += c.proofs.distances;
		out->bounds += c.proofs.bounds;
		out->pairs += pairs;
	}
	checking_release(&c);
	free(path);
	return rc;
}

int directprobe_check(struct directprobe_proof *out, const char *directory, const struct context *ctx,
		      struct error *err)
{
	enum { LAYERS_AT_MOST = 1000 };
	int rc = 0;

	*out = (struct directprobe_proof){ 0 };
	for (int layer = 0; rc == 0 && layer < LAYERS_AT_MOST; layer++) {
		char *path = text_format("%s/layer%d", directory, layer);

		if (path == NULL)
			return error_memory(err, directory);
		if (directory_exists(path)) {
			context_progress(ctx, "check", (double)layer, 0.0, "layer %d", layer);
			rc = check_layer(path, ctx, out, err);
		}
		free(path);
	}
	if (rc == 0 && out->layers == 0)
		rc = error_set(err, STATUS_INPUT, "%s: no certificates", directory);
	return rc;
}
