#include "findings/materials.h"

#include "base/array.h"
#include "base/file.h"
#include "num/npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LAYERS = 256, MOST_RUNS = 255 };

static void stratum_release(struct stratum *s)
{
	free(s->right);
	free(s->distances);
	free(s->minimum);
	free(s->tested);
}

static void material_release(struct material *m)
{
	for (size_t i = 0; i < m->count; i++)
		stratum_release(&m->layers[i]);
	free(m->layers);
}

/* An (n, columns) array of NaN. */
static double *unknown(size_t n, size_t columns)
{
	double *values = array_new(n, columns, sizeof *values);

	for (size_t i = 0; values != NULL && i < n * columns; i++)
		values[i] = NAN;
	return values;
}

static int reserve_layers(struct material *m)
{
	m->layers = array_new(MOST_LAYERS, 1, sizeof *m->layers);
	for (size_t i = 0; m->layers != NULL && i < MOST_LAYERS; i++)
		m->layers[i] = (struct stratum){ .clusters = NAN, .linear = -1 };
	m->count = m->layers == NULL ? 0 : MOST_LAYERS;
	return m->layers == NULL ? -1 : 0;
}

static struct stratum *stratum_at(const struct material *m, double layer)
{
	return layer >= 0 && layer < (double)m->count ? &m->layers[(size_t)layer] : NULL;
}

/* A row of predictions.csv of the classifier probe. */
struct answer {
	double layer, run, example;
	bool right;
};

static bool answer_of(struct answer *out, const struct table *t, size_t row)
{
	if (strcmp(table_text(t, row, 1), "mlp") != 0)
		return false;
	*out = (struct answer){ table_number(t, row, 0), table_number(t, row, 2), table_number(t, row, 3),
				strcmp(table_text(t, row, 4), table_text(t, row, 5)) == 0 };
	return out->layer >= 0 && out->layer < MOST_LAYERS && out->run >= 0 && out->run < MOST_RUNS &&
	       out->example >= 0 && out->example < (double)t->rows;
}

/* How many runs and examples each layer has, and its table of answers. */
static int reserve_answers(struct material *m, const struct table *t)
{
	struct answer a;

	for (size_t row = 0; row < t->rows; row++) {
		struct stratum *s;

		if (!answer_of(&a, t, row))
			continue;
		s = &m->layers[(size_t)a.layer];
		s->per = (size_t)fmax((double)s->per, a.run + 1);
		s->examples = (size_t)fmax((double)s->examples, a.example + 1);
		m->top = (long)fmax((double)m->top, a.layer);
	}
	for (size_t i = 0; i < m->count; i++) {
		struct stratum *s = &m->layers[i];

		s->rows = (long)i == m->top ? s->per : 1;
		s->per = (long)i == m->top ? 1 : s->per;
		if (s->examples > 0 && (s->right = array_new(s->rows, s->examples, 1)) == NULL)
			return -1;
	}
	return 0;
}

static int read_answers(struct material *m, struct gather *g, struct ground *ground, struct error *err)
{
	struct answer a;
	struct table t;
	int rc = m->probe < 0 ? 0 : gather_table(&t, g, (size_t)m->probe, "predictions.csv", err);

	if (rc <= 0)
		return rc;
	rc = reserve_answers(m, &t) < 0 ? error_memory(err, "predictions.csv") : 0;
	for (size_t row = 0; rc == 0 && row < t.rows; row++)
		if (answer_of(&a, &t, row) && a.right) {
			struct stratum *s = &m->layers[(size_t)a.layer];

			s->right[(s->rows == 1 ? 0 : (size_t)a.run) * s->examples + (size_t)a.example]++;
		}
	if (rc == 0 && m->top >= 0 && ground->examples == 0)
		ground->examples = m->layers[m->top].examples;
	table_release(&t);
	return rc;
}

/* Fills the distances of training or test clusters. */
static int read_distances(struct material *m, struct gather *g, long cell, bool test, const struct labelset *labels,
			  struct error *err)
{
	const size_t n = labels->count;
	struct table t;
	int rc = cell < 0 ? 0 : gather_table(&t, g, (size_t)cell, "distances.csv", err);

	if (rc <= 0)
		return rc;
	rc = 0;
	for (size_t row = 0; rc == 0 && row < t.rows; row++) {
		struct stratum *s = stratum_at(m, table_number(&t, row, 0));
		int a = labelset_find(labels, table_text(&t, row, 1)),
		    b = labelset_find(labels, table_text(&t, row, 2));
		double **values = s == NULL ? NULL : test ? &s->tested : &s->distances;

		if (values == NULL || a < 0 || b < 0)
			continue;
		if (*values == NULL && (*values = unknown(n, n)) == NULL)
			rc = error_memory(err, "distances.csv");
		else
			(*values)[(size_t)a * n + (size_t)b] = (*values)[(size_t)b * n + (size_t)a] =
				table_number(&t, row, 3);
	}
	table_release(&t);
	return rc;
}

static int read_minimum(struct material *m, struct gather *g, const struct labelset *labels, struct error *err)
{
	struct table t;
	int rc = gather_table(&t, g, (size_t)m->train, "minimum.csv", err);

	if (rc <= 0)
		return rc;
	rc = 0;
	for (size_t row = 0; rc == 0 && row < t.rows; row++) {
		struct stratum *s = stratum_at(m, table_number(&t, row, 0));
		int label = labelset_find(labels, table_text(&t, row, 1));

		if (s == NULL || label < 0)
			continue;
		if (s->minimum == NULL && (s->minimum = unknown(labels->count, 1)) == NULL)
			rc = error_memory(err, "minimum.csv");
		else
			s->minimum[label] = table_number(&t, row, 2);
	}
	table_release(&t);
	return rc;
}

static int read_shapes(struct material *m, struct gather *g, struct error *err)
{
	json_t *summary, *item;
	size_t i;
	int rc = gather_json(&summary, g, (size_t)m->train, "summary.json", err);

	if (rc <= 0)
		return rc;
	json_array_foreach(summary, i, item)
	{
		struct stratum *s = stratum_at(m, json_number_value(json_object_get(item, "layer")));
		const json_t *linear = json_object_get(item, "linear"), *clusters = json_object_get(item, "clusters");

		if (s == NULL)
			continue;
		m->last = (long)fmax((double)m->last, (double)(s - m->layers));
		s->clusters = json_is_number(clusters) ? json_number_value(clusters) : NAN;
		s->linear = json_is_true(linear) ? 1 : json_is_false(linear) ? 0 : -1;
	}
	json_decref(summary);
	return 0;
}

static int read_geometry(struct material *m, struct gather *g, long test, const struct labelset *labels,
			 struct error *err)
{
	if (m->train < 0)
		return 0;
	return read_shapes(m, g, err) < 0 || read_minimum(m, g, labels, err) < 0 ||
			       read_distances(m, g, m->train, false, labels, err) < 0 ||
			       read_distances(m, g, test, true, labels, err) < 0
		       ? -1
		       : 0;
}

/* The task's labels are those of the first state of it that was measured. */
static int find_ground(size_t *out, struct materials *ms, struct gather *g, const char *task, long train,
		       struct error *err)
{
	struct error fault = { 0 };
	struct ground *ground;
	char *path;

	for (*out = 0; *out < ms->ground_count && strcmp(ms->grounds[*out].task, task) != 0; (*out)++)
		continue;
	ground = &ms->grounds[*out];
	if (*out == ms->ground_count) {
		*ground = (struct ground){ .task = task };
		ms->ground_count++;
	}
	if (ground->labels.count > 0 || train < 0)
		return 0;
	path = gather_file(g, (size_t)train, "labelset.txt");
	if (path == NULL)
		return 0;
	if (labelset_read(&ground->labels, path, &fault) < 0) {
		free(path);
		return gather_unreadable(g, (size_t)train, &fault, err);
	}
	free(path);
	return 0;
}

static int keep_sentences(struct ground *ground, const struct examples *e, struct error *err)
{
	if (e->count != ground->examples)
		return 0;
	ground->sentence = array_new(e->count, 1, sizeof *ground->sentence);
	if (ground->sentence == NULL)
		return error_memory(err, "sentences");
	for (size_t i = 0; i < e->count; i++)
		ground->sentence[i] = (uint32_t)e->items[i].sentence;
	ground->sentences = e->sentence_count;
	return 0;
}

/* Which sentences a task's test examples stand in, where its probes told how many there
 * are. */
static int read_sentences(struct ground *ground, struct gather *g, struct error *err)
{
	const long cell = ground->examples == 0 ? -1 : gather_prepared(g, ground->task);
	const char *name = experiment_get(g->plan->experiment, "task", "kind", NULL, ground->task);
	char *path = cell < 0 ? NULL : gather_file(g, (size_t)cell, "test.tsv");
	struct error fault = { 0 };
	struct examples e;
	enum task_kind kind;
	int rc;

	if (path == NULL || task_kind_parse(&kind, name) < 0) {
		free(path);
		return 0;
	}
	if (examples_read(&e, path, kind, &fault) < 0) {
		rc = gather_unreadable(g, (size_t)cell, &fault, err);
	} else {
		rc = keep_sentences(ground, &e, err);
		examples_release(&e);
	}
	free(path);
	return rc;
}

/* The state of a subject on a task; `source` NULL is the original. */
static int find_material(long *out, struct materials *ms, struct gather *g, const char *subject, const char *task,
			 const char *source, long seed, struct error *err)
{
	const long probe = gather_cell(g, STAGE_PROBE, subject, task, source, seed, SPLIT_NONE);
	const long train = gather_cell(g, STAGE_DIRECTPROBE, subject, task, source, seed, SPLIT_TRAIN);
	const long test = gather_cell(g, STAGE_DIRECTPROBE, subject, task, source, seed, SPLIT_TEST);
	struct material m = { .probe = probe, .train = train, .top = -1, .last = -1 };

	*out = NO_MATERIAL;
	if (probe < 0 && train < 0)
		return 0;
	for (size_t i = 0; i < ms->count; i++)
		if (ms->items[i].probe == probe && ms->items[i].train == train) {
			*out = (long)i;
			return 0;
		}
	if (array_reserve(&ms->items, &ms->capacity, ms->count + 1, sizeof *ms->items) < 0 || reserve_layers(&m) < 0)
		return error_memory(err, "what the claims rest on");
	if (find_ground(&m.ground, ms, g, task, train, err) < 0 ||
	    read_answers(&m, g, &ms->grounds[m.ground], err) < 0 ||
	    read_geometry(&m, g, test, &ms->grounds[m.ground].labels, err) < 0) {
		material_release(&m);
		return -1;
	}
	ms->items[ms->count] = m;
	*out = (long)ms->count++;
	return 0;
}

static void displace(double *norms, struct matrix a, struct matrix b)
{
	for (size_t i = 0; i < a.rows; i++) {
		double sum = 0;

		for (size_t k = 0; k < a.columns; k++) {
			const double d = (double)matrix_row(b, i)[k] - (double)matrix_row(a, i)[k];

			sum += d * d;
		}
		norms[i] = sqrt(sum);
	}
}

static int read_layer_motion(struct motion *out, size_t layer, const char *original, const char *tuned,
			     struct error *err)
{
	const size_t n = out->labels;
	struct npy a, b;

	if (npy_open(&a, original, err) < 0)
		return -1;
	if (npy_open(&b, tuned, err) < 0) {
		npy_close(&a);
		return -1;
	}
	if (a.view.rows == n && b.view.rows == n && a.view.columns == b.view.columns)
		displace(out->norms + layer * n, a.view, b.view);
	npy_close(&a);
	npy_close(&b);
	return 0;
}

static int read_motion(struct motion *out, const struct materials *ms, struct gather *g, long before, long after,
		       struct error *err)
{
	const struct material *a = before < 0 ? NULL : &ms->items[before], *b = after < 0 ? NULL : &ms->items[after];
	int rc = 0;

	if (a == NULL || b == NULL || a->train < 0 || b->train < 0 || b->last < 0)
		return 0;
	out->labels = ms->grounds[a->ground].labels.count;
	out->layers = (size_t)b->last + 1;
	out->norms = unknown(out->layers, out->labels);
	if (out->norms == NULL)
		return error_memory(err, "displacements");
	for (size_t layer = 0; rc == 0 && layer < out->layers; layer++) {
		struct error fault = { 0 };
		char name[64], *original, *tuned;

		snprintf(name, sizeof name, "centroids-%zu.npy", layer);
		original = gather_file(g, (size_t)a->train, name);
		tuned = gather_file(g, (size_t)b->train, name);
		if (original != NULL && tuned != NULL && read_layer_motion(out, layer, original, tuned, &fault) < 0)
			rc = gather_unreadable(g, (size_t)b->train, &fault, err);
		free(original);
		free(tuned);
	}
	return rc;
}

/* The original of a subject on a task, and its fine-tuned states, one for each seed. */
static int find_states(long *before, long *after, struct materials *ms, struct gather *g, const char *subject,
		       const char *task, const char *source, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	int rc = find_material(before, ms, g, subject, task, NULL, 0, err);

	for (size_t s = 0; rc == 0 && s < e->seed_count; s++)
		rc = find_material(&after[s], ms, g, subject, task, source, e->seeds[s], err);
	return rc;
}

static int read_pairs(struct materials *ms, struct gather *g, const struct evidence *e, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->pair_count; i++)
		rc = find_states(&ms->pair_before[i], &ms->pair_after[i * ms->seeds], ms, g, e->pairs[i].model,
				 e->pairs[i].task, e->pairs[i].task, err);
	for (size_t i = 0; rc == 0 && i < e->transfer_count; i++)
		rc = find_states(&ms->transfer_before[i], &ms->transfer_after[i * ms->seeds], ms, g,
				 e->transfers[i].model, e->transfers[i].target, e->transfers[i].source, err);
	return rc;
}

static int read_runs(struct materials *ms, struct gather *g, const struct evidence *e, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->run_count; i++) {
		const struct run *r = &e->runs[i];

		rc = find_material(&ms->run_before[i], ms, g, r->model, r->task, NULL, 0, err);
		if (rc == 0)
			rc = find_material(&ms->run_after[i], ms, g, r->model, r->task, r->task, r->seed, err);
		if (rc == 0)
			rc = read_motion(&ms->motions[i], ms, g, ms->run_before[i], ms->run_after[i], err);
	}
	return rc;
}

static int read_all_sentences(struct materials *ms, struct gather *g, struct error *err)
{
	for (size_t i = 0; i < ms->ground_count; i++)
		if (read_sentences(&ms->grounds[i], g, err) < 0)
			return -1;
	return 0;
}

static long *places(size_t rows, size_t columns)
{
	long *items = array_new(rows + 1, columns + 1, sizeof *items);

	for (size_t i = 0; items != NULL && i < (rows + 1) * (columns + 1); i++)
		items[i] = NO_MATERIAL;
	return items;
}

int materials_read(struct materials *out, struct gather *g, const struct evidence *e, struct error *err)
{
	const size_t seeds = g->plan->experiment->seed_count;

	*out = (struct materials){ .seeds = seeds,
				   .grounds = array_new(g->plan->experiment->task_count + 1, 1, sizeof *out->grounds),
				   .pair_before = places(e->pair_count, 0),
				   .pair_after = places(e->pair_count, seeds),
				   .transfer_before = places(e->transfer_count, 0),
				   .transfer_after = places(e->transfer_count, seeds),
				   .run_before = places(e->run_count, 0),
				   .run_after = places(e->run_count, 0),
				   .motions = array_new(e->run_count + 1, 1, sizeof *out->motions),
				   .run_count = e->run_count };
	if (out->grounds == NULL || out->pair_before == NULL || out->pair_after == NULL ||
	    out->transfer_before == NULL || out->transfer_after == NULL || out->run_before == NULL ||
	    out->run_after == NULL || out->motions == NULL) {
		error_memory(err, "what the claims rest on");
	} else if (read_pairs(out, g, e, err) == 0 && read_runs(out, g, e, err) == 0 &&
		   read_all_sentences(out, g, err) == 0) {
		return 0;
	}
	materials_release(out);
	return -1;
}

void materials_release(struct materials *m)
{
	for (size_t i = 0; i < m->ground_count; i++) {
		labelset_release(&m->grounds[i].labels);
		free(m->grounds[i].sentence);
	}
	for (size_t i = 0; i < m->count; i++)
		material_release(&m->items[i]);
	for (size_t i = 0; m->motions != NULL && i < m->run_count; i++)
		free(m->motions[i].norms);
	free(m->grounds);
	free(m->items);
	free(m->pair_before);
	free(m->pair_after);
	free(m->transfer_before);
	free(m->transfer_after);
	free(m->run_before);
	free(m->run_after);
	free(m->motions);
	*m = (struct materials){ 0 };
}
