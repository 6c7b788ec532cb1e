#include "geometry/certificates.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "num/npy.h"

#include <stdlib.h>
#include <string.h>

struct certificates {
	const struct points *points;
	const struct labelset *names;
	const uint32_t *cluster; /* (points), or NULL before the end */
	size_t *distinct;        /* (labels) points with coordinates of their own */
	uint32_t *place;         /* (points) among the rows that took part */
	struct folder folder;
	struct output *proofs;
};

/* A point's place in the file's order among those that took part. */
static int find_places(struct certificates *c)
{
	const struct points *p = c->points;
	uint32_t rows = 0, next = 0;
	uint32_t *at_row;

	for (size_t i = 0; i < p->count; i++)
		rows = p->row[i] >= rows ? p->row[i] + 1 : rows;
	at_row = array_new(rows, 1, sizeof *at_row);
	if (at_row == NULL)
		return -1;
	for (size_t i = 0; i < p->count; i++)
		at_row[p->row[i]] = (uint32_t)i + 1;
	for (uint32_t r = 0; r < rows; r++)
		if (at_row[r] > 0)
			c->place[at_row[r] - 1] = next++;
	free(at_row);
	return 0;
}

int certificates_open(struct certificates **out, const char *directory, int layer, const struct points *points,
		      const struct labelset *names, struct error *err)
{
	struct certificates *c = calloc(1, sizeof *c);
	char *path = text_format("%s/layer%d", directory, layer);
	int rc = -1;

	if (c == NULL || path == NULL) {
		error_memory(err, directory);
		goto done;
	}
	c->points = points;
	c->names = names;
	c->distinct = array_new(points->labels, 1, sizeof *c->distinct);
	c->place = array_new(points->count, 1, sizeof *c->place);
	if (c->distinct == NULL || c->place == NULL || find_places(c) < 0) {
		error_memory(err, directory);
		goto done;
	}
	for (size_t i = 0; i < points->count; i++)
		c->distinct[points->label[i]] += points->same[i] == i;
	if (folder_open(&c->folder, path, err) == 0)
		rc = output_open(&c->proofs, &c->folder, "proofs.txt", err);
done:
	free(path);
	if (rc < 0)
		certificates_free(c);
	else
		*out = c;
	return rc;
}

void certificates_free(struct certificates *c)
{
	if (c == NULL)
		return;
	output_abandon(c->proofs);
	folder_release(&c->folder);
	free(c->distinct);
	free(c->place);
	free(c);
}

static void put_side(struct certificates *c, const struct hull_start *w, unsigned side)
{
	char number[32];

	for (size_t i = 0; i < w->count; i++)
		if (w->side[i] == side && w->weight[i] > 0.0) {
			number_format(number, w->weight[i]);
			output_format(c->proofs, " %u:%s", c->place[w->point[i]], number);
		}
}

static void put_set(struct certificates *c, const struct cluster *s)
{
	if (s->count == c->distinct[s->label])
		output_format(c->proofs, " label=%u", s->label);
	else
		output_format(c->proofs, " cluster=%u", c->cluster[s->points[0]]);
}

static int put(void *arg, const struct cluster *a, const struct cluster *b, const struct answer *answer)
{
	struct certificates *c = arg;
	bool whole = a->count == c->distinct[a->label] && b->count == c->distinct[b->label];

	if (answer->verdict == HULLS_UNDECIDED || (answer->verdict == HULLS_APART && c->cluster == NULL && !whole))
		return 0;
	output_text(c->proofs, answer->verdict != HULLS_APART ? "overlap"
			       : answer->open                 ? "bound"
			       : answer->measured             ? "distance"
							      : "apart");
	if (answer->verdict == HULLS_APART) {
		put_set(c, a);
		put_set(c, b);
	}
	if (answer->proof == PROOF_CENTRES) {
		output_text(c->proofs, " centres\n");
		return 0;
	}
	put_side(c, &answer->weights, 0);
	output_text(c->proofs, " |");
	put_side(c, &answer->weights, 1);
	output_text(c->proofs, "\n");
	return 0;
}

struct proof_sink certificates_sink(struct certificates *c)
{
	return (struct proof_sink){ c, put };
}

void certificates_clusters(struct certificates *c, const uint32_t *cluster)
{
	c->cluster = cluster;
}

/* Points, labels and clusters in the file's order. */
static int write_points(struct certificates *c, const uint32_t *cluster, struct error *err)
{
	const struct points *p = c->points;
	uint32_t *order = array_new(p->count, 1, sizeof *order);
	struct output *embeddings = NULL, *labels = NULL, *clusters = NULL;
	int rc = -1;

	if (order == NULL)
		return error_memory(err, c->folder.path);
	for (uint32_t i = 0; i < p->count; i++)
		order[c->place[i]] = i;
	if (output_open(&embeddings, &c->folder, "points.npy", err) < 0 ||
	    output_open(&labels, &c->folder, "labels.txt", err) < 0 ||
	    output_open(&clusters, &c->folder, "clusters.txt", err) < 0)
		goto done;
	npy_begin(embeddings, p->count, p->cloud.dimensions);
	for (size_t i = 0; i < p->count; i++) {
		output_write(embeddings, p->cloud.data + order[i] * p->cloud.stride,
			     p->cloud.dimensions * sizeof(float));
		output_format(labels, "%s\n", c->names->names[p->label[order[i]]]);
		output_format(clusters, "%u\n", cluster[order[i]]);
	}
	rc = output_commit(embeddings, err);
	embeddings = NULL;
	if (rc == 0) {
		rc = output_commit(labels, err);
		labels = NULL;
	}
	if (rc == 0) {
		rc = output_commit(clusters, err);
		clusters = NULL;
	}
done:
	output_abandon(embeddings);
	output_abandon(labels);
	output_abandon(clusters);
	free(order);
	return rc;
}

static int write_distances(struct certificates *c, const struct measures *m, struct error *err)
{
	struct table t;
	int rc;

	if (table_init(&t, "label_a,label_b,distance,gap,pairs", err) < 0)
		return -1;
	for (size_t i = 0; i < m->labels; i++)
		for (size_t j = i + 1; j < m->labels; j++)
			if (m->pairs[i * m->labels + j] > 0) {
				table_add(&t, c->names->names[i]);
				table_add(&t, c->names->names[j]);
				table_add_number(&t, m->distance[i * m->labels + j]);
				table_add_number(&t, m->gap[i * m->labels + j]);
				table_add_integer(&t, (long)m->pairs[i * m->labels + j]);
			}
	rc = table_write(&t, &c->folder, "distances.csv", err);
	table_release(&t);
	return rc;
}

int certificates_write(struct certificates *c, const uint32_t *cluster, long min_points, const struct measures *m,
		       struct error *err)
{
	json_t *settings = json_pack("{s:f, s:I}", "tau", c->points->cloud.tau, "min_points", (json_int_t)min_points);
	struct output *proofs = c->proofs;
	int rc;

	c->proofs = NULL;
	rc = output_commit(proofs, err);
	if (rc == 0 && settings == NULL)
		rc = error_memory(err, c->folder.path);
	if (rc == 0)
		rc = json_write(&c->folder, "settings.json", settings, err);
	json_decref(settings);
	if (rc == 0)
		rc = write_points(c, cluster, err);
	return rc == 0 ? write_distances(c, m, err) : rc;
}
