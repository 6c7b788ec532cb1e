#include "geometry/trajectory.h"

#include "base/array.h"
#include "base/random.h"
#include "geometry/alignment.h"
#include "geometry/assignment.h"
#include "geometry/layered.h"
#include "geometry/results.h"
#include "geometry/shift.h"
#include "geometry/vectors.h"
#include "num/npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE = 2000 };

/* What is kept of a layer of the original. */
struct layer {
	struct npy original; /* mapped */
	uint32_t *cluster;   /* (points) of the clusters that are followed */
	size_t clusters;
	struct measure_starts starts;
	double scale;     /* largest distance of a point to the layer's mean */
	struct side side; /* of the original */
};

/* What is kept of a state: label centroids (layers, labels, dimensions). */
struct state {
	char *name;
	float **centroids; /* (layers) */
};

struct trajectory {
	struct labels labels;
	struct labelset names;
	struct points points; /* of the layer at hand */
	struct layer *layers;
	size_t layer_count;
	uint32_t *sample; /* (sample_count) rows, ascending */
	size_t sample_count;
	struct state *states;
	size_t state_count, state_capacity;
	struct table distances, minimum, alignment;
	json_t *summary;
	long min_points;
	uint64_t seed;
};

void trajectory_free(struct trajectory *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; t->layers != NULL && i < t->layer_count; i++) {
		struct layer *l = &t->layers[i];

		if (l->original.view.data != NULL)
			npy_close(&l->original);
		measure_starts_release(&l->starts);
		free(l->cluster);
		side_release(&l->side);
	}
	for (size_t s = 0; s < t->state_count; s++) {
		for (size_t i = 0; t->states[s].centroids != NULL && i < t->layer_count; i++)
			free(t->states[s].centroids[i]);
		free(t->states[s].centroids);
		free(t->states[s].name);
	}
	free(t->states);
	free(t->layers);
	free(t->sample);
	points_release(&t->points);
	labels_release(&t->labels);
	labelset_release(&t->names);
	table_release(&t->distances);
	table_release(&t->minimum);
	table_release(&t->alignment);
	json_decref(t->summary);
	free(t);
}

/* Rows of a seeded sample for RSA, ascending. */
static int choose_sample(struct trajectory *t)
{
	size_t n = t->points.count;
	uint32_t *all = array_new(n, 1, sizeof *all);
	bool *taken = array_new(t->labels.count, 1, sizeof *taken);
	struct stream s;

	t->sample_count = n < SAMPLE ? n : SAMPLE;
	t->sample = array_new(t->sample_count, 1, sizeof *t->sample);
	if (all != NULL && taken != NULL && t->sample != NULL) {
		size_t kept = 0;

		memcpy(all, t->points.row, n * sizeof *all);
		stream_init(&s, t->seed);
		stream_permute(&s, all, n);
		for (size_t i = 0; i < t->sample_count; i++)
			taken[all[i]] = true;
		for (uint32_t r = 0; r < t->labels.count; r++)
			if (taken[r])
				t->sample[kept++] = r;
	}
	free(all);
	free(taken);
	return all == NULL || taken == NULL || t->sample == NULL ? -1 : 0;
}

/* The rows that take part: those that the clusters of the first layer hold. */
static int open_points(struct trajectory *t, const struct trajectory_job *job, struct error *err)
{
	int *label = points_labels(&t->names, &t->labels, 0, 0);
	int rc;

	if (label == NULL)
		return error_memory(err, job->labels);
	rc = assignment_leave_out(label, job->clusters[0], t->labels.count, err);
	if (rc == 0)
		rc = points_init(&t->points, t->layers[0].original.view, label, t->names.count, job->originals[0],
				 err);
	free(label);
	return rc;
}

static int open_layers(struct trajectory *t, const struct trajectory_job *job, struct error *err)
{
	for (size_t i = 0; i < job->layers; i++) {
		if (npy_open(&t->layers[i].original, job->originals[i], err) < 0)
			return -1;
		if (t->layers[i].original.view.rows != t->labels.count)
			return error_set(err, STATUS_INPUT, "%s: %zu rows, but %s has %zu lines", job->originals[i],
					 t->layers[i].original.view.rows, job->labels, t->labels.count);
		if (t->layers[i].original.view.columns != t->layers[0].original.view.columns)
			return error_set(err, STATUS_INPUT, "%s: %zu columns, but %s has %zu", job->originals[i],
					 t->layers[i].original.view.columns, job->originals[0],
					 t->layers[0].original.view.columns);
	}
	if (open_points(t, job, err) < 0)
		return -1;
	for (size_t i = 0; i < job->layers; i++)
		if (assignment_read(&t->layers[i].cluster, &t->layers[i].clusters, job->clusters[i], &t->points,
				    t->labels.count, err) < 0)
			return -1;
	return choose_sample(t) < 0 ? error_memory(err, job->labels) : 0;
}

static double largest_norm(struct selection s, double *mean, size_t columns)
{
	double largest = 0.0;

	for (size_t i = 0; i < s.count; i++)
		for (size_t k = 0; k < columns; k++)
			mean[k] += matrix_row(s.m, s.row[i])[k] / (double)s.count;
	for (size_t i = 0; i < s.count; i++) {
		double sum = 0.0;

		for (size_t k = 0; k < columns; k++) {
			double e = matrix_row(s.m, s.row[i])[k] - mean[k];

			sum += e * e;
		}
		largest = sum > largest ? sum : largest;
	}
	return sqrt(largest);
}

static struct selection points_of(const struct trajectory *t, struct matrix m)
{
	return (struct selection){ m, t->points.row, t->points.count };
}

static struct selection sample_of(const struct trajectory *t, struct matrix m)
{
	return (struct selection){ m, t->sample, t->sample_count };
}

/* What the alignments need of the original. */
static int prepare_layer(struct trajectory *t, size_t i, const struct context *ctx, struct error *err)
{
	struct layer *l = &t->layers[i];
	struct matrix m = l->original.view;
	double *mean = array_new(m.columns, 1, sizeof *mean);

	if (mean == NULL)
		return error_memory(err, "the alignment of representations");
	if (side_init(&l->side, points_of(t, m), sample_of(t, m), ctx, err) < 0) {
		free(mean);
		return -1;
	}
	l->scale = l->side.constant ? 0.0 : largest_norm(points_of(t, m), mean, m.columns);
	free(mean);
	return 0;
}

int trajectory_new(struct trajectory **out, const struct trajectory_job *job, const struct context *ctx,
		   struct error *err)
{
	struct trajectory *t = calloc(1, sizeof *t);

	if (t == NULL)
		return error_memory(err, "the trajectory");
	t->min_points = job->min_points;
	t->seed = job->seed;
	t->summary = json_array();
	t->layers = array_new(job->layers, 1, sizeof *t->layers);
	if (t->summary == NULL || t->layers == NULL) {
		error_memory(err, "the trajectory");
		goto fail;
	}
	t->layer_count = job->layers;
	if (labels_read(&t->labels, job->labels, err) < 0 ||
	    labelset_of(&t->names, (const char *const *)t->labels.names, t->labels.count, err) < 0 ||
	    table_init(&t->distances, "state,layer,label_a,label_b,distance,gap,pairs", err) < 0 ||
	    table_init(&t->minimum, "state,layer,label,distance,nearest", err) < 0 ||
	    table_init(&t->alignment, "layer,state_a,state_b,measure,value,low,high,n", err) < 0 ||
	    open_layers(t, job, err) < 0)
		goto fail;
	for (size_t i = 0; i < t->layer_count; i++) {
		context_progress(ctx, "original", (double)i, (double)t->layer_count, "layer %zu", i);
		if (prepare_layer(t, i, ctx, err) < 0)
			goto fail;
	}
	*out = t;
	return 0;
fail:
	trajectory_free(t);
	return -1;
}

static void alignment_row(struct trajectory *t, size_t layer, const char *state, const char *measure, double value,
			  double half, size_t n)
{
	table_add_integer(&t->alignment, (long)layer);
	table_add(&t->alignment, "original");
	table_add(&t->alignment, state);
	table_add(&t->alignment, measure);
	table_add_number(&t->alignment, value);
	table_add_number(&t->alignment, value - half);
	table_add_number(&t->alignment, value + half);
	table_add_integer(&t->alignment, (long)n);
}

static int align(struct trajectory *t, size_t i, const char *state, struct matrix m, bool last,
		 const struct context *ctx, struct error *err)
{
	const struct matrix original = t->layers[i].original.view;
	double values[ALIGNMENT_MEASURES], half[ALIGNMENT_MEASURES];
	struct side side;
	int rc;

	for (size_t k = 0; k < ALIGNMENT_MEASURES; k++)
		half[k] = NAN;
	if (side_init(&side, points_of(t, m), sample_of(t, m), ctx, err) < 0)
		return -1;
	rc = alignment_take(values, &t->layers[i].side, &side, ctx, err);
	if (rc == 0 && last)
		rc = alignment_jackknife(half, points_of(t, original), sample_of(t, original), m, ctx, err);
	for (size_t k = 0; rc == 0 && k < ALIGNMENT_MEASURES; k++)
		alignment_row(t, i, state, alignment_measures[k].key, values[k], half[k],
			      alignment_measures[k].sampled ? t->sample_count : t->points.count);
	side_release(&side);
	return rc;
}

static int measure_layer(struct trajectory *t, size_t i, const char *state, const struct context *ctx,
			 struct error *err)
{
	struct layer *l = &t->layers[i];
	struct layered layered;
	struct measures m = { 0 };
	struct measure_job job = {
		.points = &t->points,
		.cluster = l->cluster,
		.clusters = l->clusters,
		.min_points = t->min_points,
		.retest = true,
		.starts = &l->starts,
	};
	struct summary s = { .state = state, .layer = (int)i, .total = t->labels.count, .clusters = l->clusters };
	int rc = 0;

	layered_init(&layered, ctx, "%s, layer %zu", state, i);
	if (t->points.constant) {
		if (measures_allocate(&m, t->names.count, 0) < 0)
			return error_memory(err, "the measures");
	} else if (measures_take(&m, &job, &layered.ctx, err) < 0) {
		return -1;
	} else {
		s.undecided = m.undecided;
		s.linear = l->clusters == t->points.used && t->points.conflicts == 0 && !m.overlapping;
		results_distances(&t->distances, state, (int)i, &t->names, &m);
		results_minimum(&t->minimum, state, (int)i, &t->names, &m);
	}
	rc = results_summary(t->summary, &s, &t->points, &m, err);
	measures_release(&m);
	return rc;
}

static int add_state(struct trajectory *t, const char *name, struct error *err)
{
	struct state *s;

	if (array_reserve(&t->states, &t->state_capacity, t->state_count + 1, sizeof *t->states) < 0)
		return error_memory(err, name);
	s = &t->states[t->state_count++];
	*s = (struct state){ text_copy(name), array_new(t->layer_count, 1, sizeof(float *)) };
	return s->name == NULL || s->centroids == NULL ? error_memory(err, name) : 0;
}

int trajectory_add(struct trajectory *t, const char *state, const struct matrix *layers, bool last,
		   const struct context *ctx, struct error *err)
{
	if (add_state(t, state, err) < 0)
		return -1;
	for (size_t i = 0; i < t->layer_count; i++) {
		struct matrix m = layers == NULL ? t->layers[i].original.view : layers[i];

		if (context_stopped(ctx))
			return context_stop_error(err);
		context_progress(ctx, state, (double)i, (double)t->layer_count, "layer %zu", i);
		if (m.rows != t->labels.count)
			return error_set(err, STATUS_INPUT, "%s: %zu rows at layer %zu, but there are %zu labels",
					 state, m.rows, i, t->labels.count);
		if (points_reload(&t->points, m, state, err) < 0)
			return -1;
		t->states[t->state_count - 1].centroids[i] = label_centroids(&t->points);
		if (t->states[t->state_count - 1].centroids[i] == NULL)
			return error_memory(err, "the centroids");
		if (measure_layer(t, i, state, ctx, err) < 0)
			return -1;
		if (t->state_count > 1 && align(t, i, state, m, last, ctx, err) < 0)
			return -1;
	}
	return 0;
}

static int is_linear(const json_t *summary, size_t index)
{
	const json_t *linear = json_object_get(json_array_get(summary, index), "linear");

	return json_is_boolean(linear) ? json_is_true(linear) : -1;
}

/* Each checkpoint against the original. */
static int write_similarity(const struct trajectory *t, struct folder *out, struct error *err)
{
	const struct table *distances = &t->distances;
	struct similarities all;
	int rc = 0;

	if (similarities_init(&all, err) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < t->layer_count; i++) {
		struct distances a = { 0 };

		rc = distances_of(&a, distances, t->states[0].name, (int)i, NULL, "distances.csv", err);
		a.linear = is_linear(t->summary, i);
		for (size_t s = 1; rc == 0 && s < t->state_count; s++) {
			struct distances b = { 0 };
			struct similarity r;

			rc = distances_of(&b, distances, t->states[s].name, (int)i, NULL, "distances.csv", err);
			b.linear = is_linear(t->summary, s * t->layer_count + i);
			if (rc == 0)
				rc = distances_compare(&r, &a, &b, PAIRS_PRESENT, t->seed, err);
			if (rc == 0)
				similarities_add(&all, (int)i, t->states[0].name, t->states[s].name, &r,
						 PAIRS_PRESENT);
			distances_release(&b);
		}
		distances_release(&a);
	}
	if (rc == 0)
		rc = similarities_write(&all, out, "similarity.csv", err);
	similarities_release(&all);
	return rc;
}

/* The displacements, the paths, whose axes have the shares (layers), and the centroids themselves, which the stage
 * similarity reads: centroids-<state>-<layer>.npy. */
static int write_centroids(const struct trajectory *t, double (*shares)[2], struct folder *out, struct error *err)
{
	struct table shift = { 0 }, paths = { 0 };
	struct matrix *centroids = array_new(t->state_count, 1, sizeof *centroids);
	const char **names = array_new(t->state_count, 1, sizeof *names);
	int rc = 0;

	if (centroids == NULL || names == NULL)
		rc = error_memory(err, "the centroids");
	if (rc == 0 &&
	    (table_init(&shift, SHIFT_HEADER, err) < 0 || table_init(&paths, "layer,label,state,pc1,pc2", err) < 0))
		rc = -1;
	for (size_t i = 0; rc == 0 && i < t->layer_count; i++) {
		for (size_t s = 0; s < t->state_count && rc == 0; s++) {
			char *file = text_format("centroids-%s-%zu.npy", t->states[s].name, i);

			names[s] = t->states[s].name;
			centroids[s] =
				matrix_of(t->states[s].centroids[i], t->names.count, t->points.cloud.dimensions);
			rc = file == NULL ? error_memory(err, "the centroids")
					  : npy_write(out, file, centroids[s], err);
			free(file);
		}
		if (rc == 0)
			rc = shift_rows(&shift, (int)i, &t->names, centroids[0], names + 1, centroids + 1,
					t->state_count - 1, err);
		if (rc == 0)
			rc = path_rows(&paths, shares[i], (int)i, &t->names, names, centroids, t->state_count, err);
	}
	if (rc == 0)
		rc = table_write(&shift, out, "shift.csv", err);
	if (rc == 0)
		rc = table_write(&paths, out, "paths.csv", err);
	table_release(&shift);
	table_release(&paths);
	free(centroids);
	free(names);
	return rc;
}

static int write_spread(const struct trajectory *t, double (*shares)[2], struct folder *out, struct error *err)
{
	struct table spread;
	int rc;

	if (table_init(&spread, "layer,scale,pc1,pc2", err) < 0)
		return -1;
	for (size_t i = 0; i < t->layer_count; i++) {
		table_add_integer(&spread, (long)i);
		table_add_number(&spread, t->layers[i].scale);
		table_add_number(&spread, shares[i][0]);
		table_add_number(&spread, shares[i][1]);
	}
	rc = table_write(&spread, out, "spread.csv", err);
	table_release(&spread);
	return rc;
}

int trajectory_write(const struct trajectory *t, struct folder *out, struct error *err)
{
	double(*shares)[2];
	int rc;

	if (t->state_count == 0)
		return error_set(err, STATUS_INPUT, "a trajectory without states");
	if (labelset_write(&t->names, out, "labelset.txt", err) < 0 ||
	    table_write(&t->distances, out, "distances.csv", err) < 0 ||
	    table_write(&t->minimum, out, "minimum.csv", err) < 0 ||
	    table_write(&t->alignment, out, "alignment.csv", err) < 0 ||
	    json_write(out, "summary.json", t->summary, err) < 0)
		return -1;
	if (write_similarity(t, out, err) < 0)
		return -1;
	shares = array_new(t->layer_count, 1, sizeof *shares);
	if (shares == NULL)
		return error_memory(err, "the centroids");
	rc = write_centroids(t, shares, out, err) < 0 || write_spread(t, shares, out, err) < 0 ? -1 : 0;
	free(shares);
	return rc;
}
