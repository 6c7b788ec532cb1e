#include "findings/exploration.h"

#include "base/array.h"
#include "findings/answers.h"
#include "findings/evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The most distances of an experiment that are given for every update and layer. */
enum { DISTANCES = 200000, ANY = -1 };

/* A run, and the cells that tell of it; −1: none. */
struct source {
	const struct run *run;
	long before, after, trajectory, probe_before, probe_after;
};

struct exploration {
	struct gather *g;
	struct evidence evidence;
	struct topic *topics; /* (tasks) */
	bool whole;           /* every layer's distances at every update */
};

static json_t *number_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

/* All pairs of a symmetric matrix (n, n). */
static json_t *triangle(const double *values, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			json_array_append_new(out, number_or_null(values[i * n + j]));
	return out;
}

/* The rows of a layer, and of a checkpoint unless it is ANY, as a triangle; null if memory
 * is short. */
static json_t *distances_of(const struct table *t, const struct labelset *labels, long layer, long checkpoint)
{
	const size_t n = labels->count;
	double *values = array_new(n, n, sizeof *values);
	json_t *out;

	for (size_t i = 0; values != NULL && i < n * n; i++)
		values[i] = NAN;
	for (size_t row = 0; values != NULL && row < t->rows; row++) {
		const int a = labelset_find(labels, table_text_at(t, row, "label_a"));
		const int b = labelset_find(labels, table_text_at(t, row, "label_b"));

		if ((long)table_number_at(t, row, "layer") != layer || a < 0 || b < 0 ||
		    (checkpoint != ANY && state_checkpoint(table_text_at(t, row, "state")) != checkpoint))
			continue;
		values[(size_t)a * n + (size_t)b] = values[(size_t)b * n + (size_t)a] =
			table_number_at(t, row, "distance");
	}
	out = values == NULL ? json_null() : triangle(values, n);
	free(values);
	return out;
}

static int add_side(json_t *run, struct exploration *x, const struct source *s, const struct topic *topic, bool after,
		    struct error *err)
{
	const long cell = after ? s->after : s->before;
	json_t *layers = json_array();
	struct table t;
	int rc = cell < 0 ? 0 : gather_table(&t, x->g, (size_t)cell, "distances.csv", err);

	for (size_t k = 0; rc > 0 && k < s->run->count; k++)
		json_array_append_new(layers, distances_of(&t, &topic->labels, s->run->layers[k].layer, ANY));
	if (rc > 0)
		table_release(&t);
	json_object_set_new(run, after ? "after" : "before", layers);
	return rc < 0 ? -1 : 0;
}

/* "original", "c01" …: the state of a run's table after `checkpoint`. */
static void state_at(char out[16], long checkpoint)
{
	snprintf(out, 16, checkpoint == 0 ? "original" : "c%02ld", checkpoint);
}

static int add_followed(json_t *run, struct exploration *x, const struct source *s, const struct topic *topic,
			struct error *err)
{
	json_t *layers = json_array(), *steps = json_array();
	long last;
	struct table t;
	int rc = s->trajectory < 0 ? 0 : gather_table(&t, x->g, (size_t)s->trajectory, "distances.csv", err);

	json_object_set_new(run, "followed", layers);
	json_object_set_new(run, "steps", steps);
	if (rc <= 0)
		return rc;
	last = gather_last(x->g, &x->g->plan->cells[s->trajectory]);
	for (long c = 0; c <= last; c++) {
		char state[16];

		state_at(state, c);
		json_array_append_new(
			steps, number_or_null(gather_step(x->g, s->run->model, s->run->task, s->run->seed, state)));
	}
	for (size_t k = 0; k < s->run->count; k++) {
		json_t *layer = x->whole || k + 1 == s->run->count ? json_array() : json_null();

		for (long c = 0; json_is_array(layer) && c <= last; c++)
			json_array_append_new(layer, distances_of(&t, &topic->labels, s->run->layers[k].layer, c));
		json_array_append_new(layers, layer);
	}
	table_release(&t);
	return 0;
}

static json_t *two(const double values[2])
{
	return json_pack("[o, o]", number_or_null(values[0]), number_or_null(values[1]));
}

static json_t *layers_of(const struct run *r)
{
	json_t *layers = json_array();

	for (size_t k = 0; k < r->count; k++) {
		const struct layer *l = &r->layers[k];

		json_array_append_new(layers,
				      json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "layer", (json_int_t)l->layer,
						"accuracy", two(l->accuracy), "clusters", two(l->clusters), "minimum",
						two(l->minimum), "similarity", number_or_null(l->similarity), "cka",
						number_or_null(l->cka_unbiased), "shift",
						number_or_null(l->relative_shift)));
	}
	return layers;
}

static struct source source_of(struct gather *g, const struct run *r)
{
	return (struct source){
		.run = r,
		.before = gather_cell(g, STAGE_DIRECTPROBE, r->model, r->task, NULL, 0, SPLIT_TRAIN),
		.after = gather_cell(g, STAGE_DIRECTPROBE, r->model, r->task, r->task, r->seed, SPLIT_TRAIN),
		.trajectory = gather_cell(g, STAGE_TRAJECTORY, r->model, r->task, r->task, r->seed, SPLIT_NONE),
		.probe_before = gather_cell(g, STAGE_PROBE, r->model, r->task, NULL, 0, SPLIT_NONE),
		.probe_after = gather_cell(g, STAGE_PROBE, r->model, r->task, r->task, r->seed, SPLIT_NONE),
	};
}

/* The first cell that has the task's labels, and the examples that were prepared. */
static int read_topic(struct topic *out, struct gather *g, const char *task, struct error *err)
{
	const char *name = experiment_get(g->plan->experiment, "task", "kind", NULL, task);
	char *path = NULL;
	long cell = -1;
	enum task_kind kind;
	struct error fault = { 0 };
	int rc = 0;

	out->sentences = json_object();
	for (size_t i = 0; path == NULL && i < g->plan->count; i++) {
		const struct cell *c = &g->plan->cells[i];

		if (c->stage->id == STAGE_DIRECTPROBE && strcmp(cell_task(c), task) == 0) {
			path = gather_file(g, i, "labelset.txt");
			cell = (long)i;
		}
	}
	if (path != NULL && labelset_read(&out->labels, path, &fault) < 0)
		rc = gather_unreadable(g, (size_t)cell, &fault, err);
	free(path);
	cell = gather_prepared(g, task);
	path = cell < 0 ? NULL : gather_file(g, (size_t)cell, "test.tsv");
	if (rc == 0 && path != NULL && task_kind_parse(&kind, name) == 0 &&
	    examples_read(&out->examples, path, kind, &fault) < 0)
		rc = gather_unreadable(g, (size_t)cell, &fault, err);
	free(path);
	return rc;
}

static struct topic *topic_of(struct exploration *x, const char *task)
{
	const struct experiment *e = x->g->plan->experiment;
	size_t i = 0;

	while (i + 1 < e->task_count && strcmp(e->task_names[i], task) != 0)
		i++;
	return &x->topics[i];
}

/* Whether all distances at all updates are few enough. */
static bool all_fit(struct exploration *x)
{
	size_t sum = 0;

	for (size_t i = 0; i < x->evidence.run_count; i++) {
		const struct run *r = &x->evidence.runs[i];
		const struct source s = source_of(x->g, r);
		const size_t n = topic_of(x, r->task)->labels.count;
		const long states = s.trajectory < 0 ? 0 : 1 + gather_last(x->g, &x->g->plan->cells[s.trajectory]);

		sum += r->count * (size_t)states * n * (n - (n > 0)) / 2;
	}
	return sum <= DISTANCES;
}

static int add_run(json_t *runs, struct exploration *x, const struct run *r, struct error *err)
{
	const struct source s = source_of(x->g, r);
	struct topic *topic = topic_of(x, r->task);
	json_t *confusion = json_object();
	json_t *run = json_pack("{s:s, s:s, s:I, s:o, s:o}", "model", r->model, "task", r->task, "seed",
				(json_int_t)r->seed, "layers", layers_of(r), "confusion", confusion);

	if (run == NULL || json_array_append_new(runs, run) < 0)
		return error_memory(err, "exploration.json");
	return add_side(run, x, &s, topic, false, err) < 0 || add_side(run, x, &s, topic, true, err) < 0 ||
			       add_followed(run, x, &s, topic, err) < 0 ||
			       answers_add_confusion(confusion, x->g, s.probe_before, "before", topic, err) < 0 ||
			       answers_add_confusion(confusion, x->g, s.probe_after, "after", topic, err) < 0 ||
			       answers_add_mistakes(run, x->g, s.probe_before, s.probe_after, topic, err) < 0
		       ? -1
		       : 0;
}

static json_t *topics_of(const struct exploration *x)
{
	const struct experiment *e = x->g->plan->experiment;
	json_t *out = json_object();

	for (size_t i = 0; i < e->task_count; i++) {
		json_t *labels = json_array();

		for (size_t l = 0; l < x->topics[i].labels.count; l++)
			json_array_append_new(labels, json_string(x->topics[i].labels.names[l]));
		json_object_set_new(out, e->task_names[i],
				    json_pack("{s:s, s:o, s:O}", "kind", task_kind_name(x->topics[i].examples.kind),
					      "labels", labels, "sentences", x->topics[i].sentences));
	}
	return out;
}

/* In one line; a slash is escaped, so that no word ends the page's script. */
static int write_compact(struct folder *out, json_t *all, struct error *err)
{
	char *text = json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(4) | JSON_ESCAPE_SLASH);
	int rc = text == NULL ? error_memory(err, "exploration.json")
			      : output_file(out, "exploration.json", text, strlen(text), err);

	free(text);
	return rc;
}

static int write_all(struct exploration *x, struct error *err)
{
	const struct experiment *e = x->g->plan->experiment;
	json_t *runs = json_array(), *all;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->task_count; i++)
		rc = read_topic(&x->topics[i], x->g, e->task_names[i], err);
	x->whole = rc == 0 && all_fit(x);
	for (size_t i = 0; rc == 0 && i < x->evidence.run_count; i++)
		rc = add_run(runs, x, &x->evidence.runs[i], err);
	all = rc == 0 ? json_pack("{s:o, s:O}", "tasks", topics_of(x), "runs", runs) : NULL;
	if (rc == 0)
		rc = write_compact(x->g->out, all, err);
	json_decref(all);
	json_decref(runs);
	return rc;
}

int exploration_write(struct gather *g, struct error *err)
{
	const size_t tasks = g->plan->experiment->task_count;
	struct exploration x = { .g = g, .topics = array_new(tasks + 1, 1, sizeof *x.topics) };
	int rc = -1;

	if (x.topics == NULL)
		return error_memory(err, "exploration.json");
	if (evidence_read(&x.evidence, g->out->path, err) == 0) {
		rc = write_all(&x, err);
		evidence_release(&x.evidence);
	}
	for (size_t i = 0; i < tasks; i++) {
		labelset_release(&x.topics[i].labels);
		if (x.topics[i].examples.count > 0)
			examples_release(&x.topics[i].examples);
		json_decref(x.topics[i].sentences);
	}
	free(x.topics);
	return rc;
}
