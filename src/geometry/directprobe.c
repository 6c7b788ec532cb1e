#include "geometry/directprobe.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"
#include "geometry/assignment.h"
#include "geometry/authors.h"
#include "geometry/certificates.h"
#include "geometry/layered.h"
#include "geometry/results.h"
#include "geometry/work.h"
#include "num/npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *directprobe_params_check(const struct directprobe_params *p)
{
	if (p->min_points < 1)
		return "min_points must be at least 1";
	if (p->max_points < 0)
		return "max_points must be 0 or more";
	return NULL;
}

struct run {
	const struct directprobe_job *job;
	const struct context *ctx;
	struct folder *out;
	struct labels labels;
	struct labelset names;
	int *label; /* (labels.count), −1: left out */
	struct table clusters, distances, minimum, inside;
	json_t *summary;
};

/* One layer on its way. */
struct layer_run {
	struct run *run;
	struct layered layered;
	int layer; /* as it is written */
	const char *path;
	struct points points;
	struct work work;
	char name[64];                     /* of the work file */
	struct certificates *certificates; /* or NULL */
};

static void layer_digest(struct layer_run *l)
{
	const struct points *p = &l->points;
	const struct directprobe_params *params = &l->run->job->params;
	struct sha256 *s = sha256_new();
	uint64_t numbers[6] = { p->count,
				p->cloud.dimensions,
				p->labels,
				(uint64_t)params->min_points,
				(uint64_t)params->max_points,
				l->run->job->clusters != NULL };

	if (s == NULL) { /* no digest, and no work file will fit */
		memset(l->work.digest, 0, sizeof l->work.digest);
		return;
	}
	sha256_add(s, l->run->job->program, strlen(l->run->job->program) + 1);
	sha256_add(s, numbers, sizeof numbers);
	sha256_add(s, p->label, p->count * sizeof *p->label);
	sha256_add(s, p->row, p->count * sizeof *p->row);
	sha256_add(s, p->cloud.data, p->count * p->cloud.stride * sizeof(float));
	sha256_end(s, l->work.digest);
}

static int layer_save(struct layer_run *l, struct error *err)
{
	return work_save(&l->work, l->run->out->path, l->name, &l->points, err);
}

static int save_memory(void *arg, const struct partition_memory *memory, struct error *err)
{
	struct layer_run *l = arg;

	(void)memory; /* the layer's own */
	return layer_save(l, err);
}

/* Clusters that a file gives, instead of finding them. */
static int take_clusters(struct layer_run *l, struct error *err)
{
	struct partition *part = &l->work.partition;

	return assignment_read(&part->cluster, &part->clusters, l->run->job->clusters, &l->points,
			       l->run->labels.count, err);
}

static int find_clusters(struct layer_run *l, struct error *err)
{
	struct partition_saver saver = { l, save_memory };
	struct proof_sink sink = certificates_sink(l->certificates);
	int rc;

	if (l->work.clustered && l->certificates == NULL)
		return 0;
	/* Proofs are not kept across an interruption: with them all is done anew. */
	if (l->certificates != NULL)
		work_release(&l->work);
	rc = partition_find(&l->work.partition, &l->points, &l->work.memory, &saver,
			    l->certificates != NULL ? &sink : NULL, &l->layered.ctx, err);
	if (rc < 0)
		return -1;
	l->work.clustered = true;
	return layer_save(l, err);
}

static int measure_layer(struct layer_run *l, struct error *err)
{
	struct proof_sink sink = certificates_sink(l->certificates);
	struct measure_job job = {
		.points = &l->points,
		.cluster = l->work.partition.cluster,
		.clusters = l->work.partition.clusters,
		.min_points = l->run->job->params.min_points,
		.retest = l->run->job->clusters != NULL || l->certificates != NULL,
		.apart = l->work.memory.apart,
		.inside = true,
		.sink = l->certificates != NULL ? &sink : NULL,
	};

	if (l->work.measured)
		return 0;
	if (l->certificates != NULL)
		certificates_clusters(l->certificates, l->work.partition.cluster);
	if (measures_take(&l->work.measures, &job, &l->layered.ctx, err) < 0)
		return -1;
	l->work.measured = true;
	return layer_save(l, err);
}

/* A constant representation has one cluster a label, and no measures. */
static int constant_layer(struct layer_run *l, struct error *err)
{
	struct partition *part = &l->work.partition;

	part->cluster = array_new(l->points.count, 1, sizeof *part->cluster);
	if (part->cluster == NULL || assignment_by_label(part->cluster, &part->clusters, &l->points) < 0 ||
	    measures_allocate(&l->work.measures, l->points.labels, part->clusters) < 0)
		return error_memory(err, l->path);
	l->work.clustered = l->work.measured = true;
	return 0;
}

static int write_centroids(struct layer_run *l, struct error *err)
{
	char name[64];
	float *mean = label_centroids(&l->points);
	int rc;

	if (mean == NULL)
		return error_memory(err, "the centroids");
	snprintf(name, sizeof name, "centroids-%d.npy", l->layer);
	rc = npy_write(l->run->out, name, matrix_of(mean, l->points.labels, l->points.cloud.dimensions), err);
	free(mean);
	return rc;
}

static int write_layer(struct layer_run *l, struct error *err)
{
	struct run *r = l->run;
	struct measures *m = &l->work.measures;
	struct summary s = {
		.layer = l->layer,
		.total = r->labels.count,
		.clusters = l->work.partition.clusters,
		.undecided = l->work.partition.undecided + m->undecided,
		.linear = l->work.partition.clusters == l->points.used && l->points.conflicts == 0 && !m->overlapping,
	};
	char name[64];

	snprintf(name, sizeof name, r->job->plain ? "clusters.txt" : "clusters-%d.txt", l->layer);
	if (assignment_write(r->out, name, l->work.partition.cluster, &l->points, r->labels.count, err) < 0 ||
	    write_centroids(l, err) < 0 ||
	    (r->job->plain && authors_write(r->out, "distances.txt", &r->names, m, err) < 0))
		return -1;
	if (!l->points.constant) {
		results_clusters(&r->clusters, l->layer, &r->names, m);
		results_distances(&r->distances, NULL, l->layer, &r->names, m);
		results_minimum(&r->minimum, NULL, l->layer, &r->names, m);
		results_inside(&r->inside, l->layer, &r->names, m, r->job->params.min_points);
	}
	return results_summary(r->summary, &s, &l->points, m, err);
}

static int load_points(struct layer_run *l, struct error *err)
{
	struct matrix m;
	int rc;

	if (embeddings_read(&m, l->path, &l->layered.ctx, err) < 0)
		return -1;
	if (m.rows != l->run->labels.count)
		rc = error_set(err, STATUS_INPUT, "%s: %zu rows, but %s has %zu lines", l->path, m.rows,
			       l->run->job->labels, l->run->labels.count);
	else
		rc = points_init(&l->points, m, l->run->label, l->run->names.count, l->path, err);
	free(m.data);
	return rc;
}

static int solve_layer(struct layer_run *l, struct error *err)
{
	if (l->points.constant)
		return constant_layer(l, err);
	layer_digest(l);
	if (l->run->job->clusters != NULL)
		return take_clusters(l, err) < 0 ? -1 : measure_layer(l, err);
	work_load(&l->work, l->run->out->path, l->name, &l->points);
	return find_clusters(l, err) < 0 ? -1 : measure_layer(l, err);
}

static int run_layer(struct run *r, size_t index, struct error *err)
{
	struct layer_run l = { .run = r,
			       .layer = r->job->plain ? 0 : r->job->layers[index].layer,
			       .path = r->job->layers[index].embeddings };
	int rc = -1;

	snprintf(l.name, sizeof l.name, ".work-%d", l.layer);
	layered_init(&l.layered, r->ctx, "layer %d", l.layer);
	if (load_points(&l, err) < 0)
		goto done;
	if (r->job->certificates != NULL &&
	    certificates_open(&l.certificates, r->job->certificates, l.layer, &l.points, &r->names, err) < 0)
		goto done;
	if (solve_layer(&l, err) < 0 || write_layer(&l, err) < 0)
		goto done;
	rc = l.certificates == NULL ? 0
				    : certificates_write(l.certificates, l.work.partition.cluster,
							 r->job->params.min_points, &l.work.measures, err);
done:
	certificates_free(l.certificates);
	work_release(&l.work);
	points_release(&l.points);
	return rc;
}

static int run_open(struct run *r, struct error *err)
{
	const struct directprobe_job *job = r->job;

	if (job->clusters != NULL && job->certificates != NULL)
		return error_set(err, STATUS_INPUT,
				 "certificates prove clusters that are found; those that --clusters gives have none");
	if (labels_read(&r->labels, job->labels, err) < 0 ||
	    labelset_of(&r->names, (const char *const *)r->labels.names, r->labels.count, err) < 0 ||
	    table_init(&r->clusters, "layer,cluster,label,points,radius,inside_mean,inside_max", err) < 0 ||
	    table_init(&r->distances, "layer,label_a,label_b,distance,gap,pairs", err) < 0 ||
	    table_init(&r->minimum, "layer,label,distance,nearest", err) < 0 ||
	    table_init(&r->inside, "layer,label,inside_mean,inside_max,pairs", err) < 0)
		return -1;
	if (r->labels.count == 0)
		return error_set(err, STATUS_INPUT, "%s: no labels", job->labels);
	r->summary = json_array();
	r->label = points_labels(&r->names, &r->labels, job->params.max_points, job->params.seed);
	return r->summary == NULL || r->label == NULL ? error_memory(err, job->labels) : 0;
}

static int run_write(struct run *r, struct error *err)
{
	if (labelset_write(&r->names, r->out, "labelset.txt", err) < 0 ||
	    table_write(&r->clusters, r->out, "clusters.csv", err) < 0 ||
	    table_write(&r->distances, r->out, "distances.csv", err) < 0 ||
	    table_write(&r->minimum, r->out, "minimum.csv", err) < 0 ||
	    table_write(&r->inside, r->out, "inside.csv", err) < 0)
		return -1;
	return json_write(r->out, "summary.json", r->summary, err);
}

/* Once all is done nothing is left to go on from. */
static void spend_work(const struct run *r)
{
	for (size_t i = 0; i < r->job->layer_count; i++) {
		char name[64];

		snprintf(name, sizeof name, ".work-%d", r->job->plain ? 0 : r->job->layers[i].layer);
		folder_spend(r->out, name);
	}
}

int directprobe_run(const struct directprobe_job *job, struct folder *out, const struct context *ctx,
		    struct error *err)
{
	struct run r = { .job = job, .ctx = ctx, .out = out };
	int rc = run_open(&r, err);

	for (size_t i = 0; rc == 0 && i < job->layer_count; i++) {
		context_progress(ctx, "layers", (double)i, (double)job->layer_count, "layer %d",
				 job->layers[i].layer);
		rc = run_layer(&r, i, err);
	}
	if (rc == 0)
		rc = run_write(&r, err);
	if (rc == 0)
		spend_work(&r);
	labels_release(&r.labels);
	labelset_release(&r.names);
	table_release(&r.clusters);
	table_release(&r.distances);
	table_release(&r.minimum);
	table_release(&r.inside);
	json_decref(r.summary);
	free(r.label);
	return rc;
}
