/* Collected tables with structure, made by a formula: what the tests draw. The
 * numbers are nobody's results. */
#ifndef TESTS_FIGURE_SYNTHETIC_H
#define TESTS_FIGURE_SYNTHETIC_H

#include "base/json.h"
#include "base/output.h"
#include "base/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct synthetic {
	const char *const *models;
	const int *layers; /* encoder layers of each model */
	size_t model_count;
	const char *const *tasks;
	const char *const *labels;
	size_t task_count, label_count; /* labels of every task */
	long seeds, checkpoints, updates;
	int probe_all;  /* accuracy at every layer, and at every checkpoint of the first model */
	double scale;   /* of distances: 1 */
	double decades; /* over so many orders of magnitude distances spread */
	int constant;   /* nothing changes */
	int holes;      /* some values are NaN */
};

/* A number in 0 … 1 that depends on its place alone. */
static inline double synthetic_noise(double a, double b, double c)
{
	double v = sin(a * 12.9898 + b * 78.233 + c * 37.719) * 43758.5453;

	return v - floor(v);
}

/* A value, or where there is a hole NaN. */
static inline double synthetic_value(const struct synthetic *y, double value, double a, double b, double c)
{
	return y->holes && synthetic_noise(a, b, c) < 0.2 ? NAN : value;
}

struct synthetic_set {
	struct table results, minimum, distances, paths, spread, alignment, similarity, shift, divergence, loss,
		pretrain, crosstask, claims, table7, layers;
};

static inline void synthetic_tables(struct synthetic_set *s)
{
	struct error err = { 0 };

	assert_int_equal(table_init(&s->results, "model,task,state,seed,split,layer,measure,value,low,high,n", &err),
			 0);
	assert_int_equal(table_init(&s->minimum, "model,task,seed,state,step,layer,label,distance,nearest", &err), 0);
	assert_int_equal(
		table_init(&s->distances, "model,task,seed,state,step,split,layer,label_a,label_b,distance", &err),
		0);
	assert_int_equal(table_init(&s->paths, "model,task,seed,layer,label,state,step,pc1,pc2", &err), 0);
	assert_int_equal(table_init(&s->spread, "model,task,seed,layer,scale,pc1,pc2", &err), 0);
	assert_int_equal(table_init(&s->alignment,
				    "model,task,seed,step,layer,state_a,state_b,measure,value,low,high,n", &err),
			 0);
	assert_int_equal(table_init(&s->similarity,
				    "model,task,seed,step,layer,state_a,state_b,r,low,high,labels,pairs,linear_a,"
				    "linear_b,convention",
				    &err),
			 0);
	assert_int_equal(table_init(&s->shift, "model,task,seed,step,layer,state,label,norm,pc1,pc2", &err), 0);
	assert_int_equal(table_init(&s->divergence,
				    "model,task,state,seed,layer,state_a,state_b,r,low,high,labels,pairs,linear_a,"
				    "linear_b,convention",
				    &err),
			 0);
	assert_int_equal(table_init(&s->loss, "model,task,seed,step,lr,loss,grad_norm", &err), 0);
	assert_int_equal(table_init(&s->crosstask,
				    "model,target,source,role,labels,grew,shrank,minimum_change,accuracy_before,"
				    "accuracy_after,difference,p_permutation,p_mcnemar,majority",
				    &err),
			 0);
	assert_int_equal(table_init(&s->claims,
				    "claim,name,verdict,support,matter,unit,effect,low,high,threshold,side,paper,"
				    "decided,of,cases",
				    &err),
			 0);
	assert_int_equal(table_init(&s->table7,
				    "model,task,variant,accuracy,clusters,train_test_similarity,similarity_state",
				    &err),
			 0);
	assert_int_equal(table_init(&s->layers, "model,task,seed,layer,minimum_before,minimum_after", &err), 0);
	assert_int_equal(table_init(&s->pretrain, "model,epoch,step,split,loss,accuracy,baseline", &err), 0);
}

static inline void synthetic_result(struct table *t, const char *model, const char *task, const char *state,
				    long seed, const char *split, int layer, const char *measure, double value)
{
	table_add(t, model);
	table_add(t, task);
	table_add(t, state);
	table_add_integer(t, seed);
	table_add(t, split);
	table_add_integer(t, layer);
	table_add(t, measure);
	table_add_number(t, value);
	table_add(t, "");
	table_add(t, "");
	table_add(t, "5");
}

/* Distance of two labels at a layer, `u` of the way through fine-tuning. */
static inline double synthetic_distance(const struct synthetic *y, size_t a, size_t b, int layer, int layers,
					double u)
{
	double base = 0.6 + 1.5 * synthetic_noise((double)(a < b ? a : b), (double)(a < b ? b : a), 3) +
		      0.4 * fabs((double)a - (double)b) / (double)y->label_count;
	double depth = (double)layer / layers;
	double gain =
		y->constant ? 0
			    : (2.4 * synthetic_noise((double)a, 5, 1) + 2.4 * synthetic_noise((double)b, 5, 1) - 1.1);

	double spread =
		y->decades > 0 ? pow(10, y->decades * (double)(a + b - 1) / (double)(2 * y->label_count - 4)) : 1;

	if (y->constant)
		return y->scale;
	return y->scale * spread * fmax(0.02, base + depth * depth * gain * (1 - exp(-3 * u)));
}

static inline void synthetic_head(struct table *t, const char *model, const char *task, long seed)
{
	table_add(t, model);
	table_add(t, task);
	table_add_integer(t, seed);
}

static inline void synthetic_state(char out[64], const struct synthetic *y, const char *task, long seed, long c)
{
	if (c == 0)
		snprintf(out, 64, "original");
	else
		snprintf(out, 64, "%s-s%ld-c%02ld", task, seed, c < y->checkpoints ? c : y->checkpoints);
}

/* Tables that have a row for each label. */
static inline void synthetic_labels(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t, long seed,
				    long c, int layer)
{
	const char *model = y->models[m], *task = y->tasks[t];
	double u = (double)c / (double)y->checkpoints;
	int layers = y->layers[m];
	char state[64];

	synthetic_state(state, y, task, seed, c);
	if (c == 0) {
		synthetic_head(&s->spread, model, task, seed);
		table_add_integer(&s->spread, layer);
		table_add_number(&s->spread, y->scale * 5);
		table_add_number(&s->spread, y->constant ? 0 : 0.62 - 0.05 * layer);
		table_add_number(&s->spread, y->constant ? 0 : 0.15);
	}
	for (size_t a = 0; a < y->label_count; a++) {
		double best = NAN, angle = 2 * 3.14159265 * synthetic_noise((double)a, 8, (double)layer);
		double reach = y->constant ? 0
					   : y->scale * (0.2 + layer) * (0.3 + synthetic_noise((double)a, 9, 2)) *
						     (1 - exp(-3 * u));
		double flat = 0.25 + 0.6 * layer / layers;

		for (size_t b = 0; b < y->label_count; b++)
			if (a != b)
				best = fmin(best, synthetic_distance(y, a, b, layer, layers, u));
		synthetic_head(&s->minimum, model, task, seed);
		table_add(&s->minimum, state);
		table_add_integer(&s->minimum, c * y->updates / y->checkpoints);
		table_add_integer(&s->minimum, layer);
		table_add(&s->minimum, y->labels[a]);
		table_add_number(&s->minimum, synthetic_value(y, best, (double)a, layer, (double)c));
		table_add(&s->minimum, y->labels[(a + 1) % y->label_count]);
		synthetic_head(&s->paths, model, task, seed);
		table_add_integer(&s->paths, layer);
		table_add(&s->paths, y->labels[a]);
		table_add(&s->paths, state);
		table_add_integer(&s->paths, c * y->updates / y->checkpoints);
		table_add_number(&s->paths, y->scale * 3 * synthetic_noise((double)a, 1, 1) + reach * cos(angle + u));
		table_add_number(&s->paths,
				 y->scale * 2 * synthetic_noise((double)a, 2, 1) + flat * reach * sin(angle + u));
		if (c == 0)
			continue;
		synthetic_head(&s->shift, model, task, seed);
		table_add_integer(&s->shift, c * y->updates / y->checkpoints);
		table_add_integer(&s->shift, layer);
		table_add(&s->shift, state);
		table_add(&s->shift, y->labels[a]);
		table_add_number(&s->shift, reach);
		table_add_number(&s->shift, reach * cos(angle));
		table_add_number(&s->shift, flat * reach * sin(angle));
	}
}

static inline void synthetic_similar(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t,
				     long seed, long c, int layer)
{
	static const char *const measures[] = { "cka", "rsa" };
	double u = (double)c / (double)y->checkpoints, depth = (double)layer / y->layers[m];
	double r = y->constant ? 1
			       : 1 - 0.45 * depth * depth * (1 - exp(-4 * u)) -
					 0.05 * synthetic_noise((double)c, layer, (double)m);
	char state[64];

	synthetic_state(state, y, y->tasks[t], seed, c);
	if (c == 0)
		return;
	synthetic_head(&s->similarity, y->models[m], y->tasks[t], seed);
	table_add_integer(&s->similarity, c * y->updates / y->checkpoints);
	table_add_integer(&s->similarity, layer);
	table_add(&s->similarity, "original");
	table_add(&s->similarity, state);
	table_add_number(&s->similarity, layer == 0 && m % 2 == 1 ? NAN : r);
	table_add_number(&s->similarity, r - 0.06);
	table_add_number(&s->similarity, fmin(1, r + 0.04));
	table_add(&s->similarity, "17");
	table_add(&s->similarity, "136");
	table_add(&s->similarity, m % 2 == 1 && layer == y->layers[m] - 1 ? "0" : "1"); /* measured, but undefined */
	table_add(&s->similarity, "1");
	table_add(&s->similarity, "present");
	for (int k = 0; k < 2; k++) {
		synthetic_head(&s->alignment, y->models[m], y->tasks[t], seed);
		table_add_integer(&s->alignment, c * y->updates / y->checkpoints);
		table_add_integer(&s->alignment, layer);
		table_add(&s->alignment, "original");
		table_add(&s->alignment, state);
		table_add(&s->alignment, measures[k]);
		table_add_number(&s->alignment, k == 0 ? r - 0.1 * depth : r - 0.22 * depth);
		table_add_number(&s->alignment, k == 0 ? NAN : r - 0.27 * depth);
		table_add_number(&s->alignment, k == 0 ? NAN : r - 0.17 * depth);
		table_add(&s->alignment, "1000");
	}
}

static inline void synthetic_pairs(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t, long seed,
				   int after)
{
	int layers = y->layers[m];
	char state[64];

	synthetic_state(state, y, y->tasks[t], seed, after ? y->checkpoints : 0);
	for (size_t a = 0; a < y->label_count; a++)
		for (size_t b = a + 1; b < y->label_count; b++) {
			if (!after && synthetic_noise((double)a, (double)b, 44) < 0.04)
				continue; /* a pair without a distance has no row */
			synthetic_head(&s->distances, y->models[m], y->tasks[t], after ? seed : 0);
			table_add(&s->distances, state);
			table_add_integer(&s->distances, after ? y->updates : 0);
			table_add(&s->distances, "train");
			table_add_integer(&s->distances, layers);
			table_add(&s->distances, y->labels[a]);
			table_add(&s->distances, y->labels[b]);
			table_add_number(&s->distances,
					 synthetic_value(y, synthetic_distance(y, a, b, layers, layers, after),
							 (double)a, (double)b, 7 + after));
		}
}

static inline void synthetic_divergence(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t,
					long seed)
{
	for (int after = 0; after < 2; after++) {
		double r = 0.93 - 0.02 * (double)m - after * (0.25 * synthetic_noise((double)m, (double)t, 6) - 0.02);
		int defined = !(m == 0 && t == 0 && !after) && !(m == 1 && t == 1);
		char state[64];

		synthetic_state(state, y, y->tasks[t], seed, after ? y->checkpoints : 0);
		if (!after && seed > 1)
			continue;
		table_add(&s->divergence, y->models[m]);
		table_add(&s->divergence, y->tasks[t]);
		table_add(&s->divergence, state);
		table_add_integer(&s->divergence, after ? seed : 0);
		table_add_integer(&s->divergence, y->layers[m]);
		table_add(&s->divergence, "train");
		table_add(&s->divergence, "test");
		table_add_number(&s->divergence, defined ? r : NAN);
		table_add_number(&s->divergence, defined ? r - 0.07 : NAN);
		table_add_number(&s->divergence, defined ? fmin(1, r + 0.05) : NAN);
		table_add(&s->divergence, "17");
		table_add(&s->divergence, "136");
		table_add(&s->divergence, defined ? "1" : "0");
		table_add(&s->divergence, "1");
		table_add(&s->divergence, "present");
	}
}

static inline void synthetic_results(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t,
				     long seed, long c)
{
	const char *model = y->models[m], *task = y->tasks[t];
	double u = (double)c / (double)y->checkpoints;
	int layers = y->layers[m];
	char state[64];

	if (c == 0 && seed > 1)
		return;
	synthetic_state(state, y, task, seed, c);
	for (int l = 0; l <= layers; l++) {
		double depth = (double)l / layers, least = 0;
		double accuracy = 0.62 + 0.2 * depth + 0.03 * (double)m + 0.05 * u * depth - 0.02 * (double)t;

		for (size_t a = 0; a + 1 < y->label_count; a++)
			least += synthetic_distance(y, a, a + 1, l, layers, u) / (double)y->label_count;
		if (y->probe_all || l == layers) {
			synthetic_result(&s->results, model, task, state, c > 0 ? seed : 0, "test", l, "accuracy",
					 accuracy);
			synthetic_result(&s->results, model, task, state, c > 0 ? seed : 0, "test", l, "selectivity",
					 accuracy - 0.5);
			synthetic_result(&s->results, model, task, state, c > 0 ? seed : 0, "train", l, "codelength",
					 12345 * (1.1 - accuracy));
		}
		if (c > 0 && c < y->checkpoints)
			continue;
		synthetic_result(&s->results, model, task, state, c > 0 ? seed : 0, "train", l, "minimum",
				 synthetic_value(y, least, l, (double)m, (double)c));
		if (!(m == 1 && l == 1))
			synthetic_result(
				&s->results, model, task, state, c > 0 ? seed : 0, "train", l, "clusters",
				floor((double)y->label_count *
				      (1 + 200 * (1 - depth) * (1 - 0.9 * u) * synthetic_noise(l, (double)m, 2))));
	}
}

static inline void synthetic_losses(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t, long seed)
{
	for (long u = 1; u <= y->updates; u++) {
		synthetic_head(&s->loss, y->models[m], y->tasks[t], seed);
		table_add_integer(&s->loss, u);
		table_add_number(&s->loss, 3e-4);
		table_add_number(&s->loss, (0.1 + 2.6 * exp(-(double)u * (2 + (double)m) / 60)) *
						   (0.9 + 0.2 * synthetic_noise((double)u, (double)m, (double)t)));
		table_add_number(&s->loss, 1);
	}
}

static inline void synthetic_pretraining(struct synthetic_set *s, const struct synthetic *y)
{
	for (size_t m = 0; m < y->model_count; m++)
		for (long e = 1; e <= 8; e++) {
			table_add(&s->pretrain, y->models[m]);
			table_add_integer(&s->pretrain, e);
			table_add_integer(&s->pretrain, e * 250);
			table_add(&s->pretrain, "test");
			table_add_number(&s->pretrain, 2 + 3 * exp(-(double)e / (2 + (double)m)));
			table_add(&s->pretrain, "0.5");
			table_add(&s->pretrain, "0.1");
		}
}

/* The last task is the target, every task a source; of the first model and
 * source no distances were measured. */
static inline void synthetic_transfer(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t)
{
	double gain = y->constant ? 0 : synthetic_noise((double)m, (double)t, 7) - 0.4;

	table_add(&s->crosstask, y->models[m]);
	table_add(&s->crosstask, y->tasks[y->task_count - 1]);
	table_add(&s->crosstask, y->tasks[t]);
	table_add(&s->crosstask, "");
	table_add(&s->crosstask, "17");
	table_add(&s->crosstask, "9");
	table_add(&s->crosstask, "8");
	table_add_number(&s->crosstask, m + t == 0 && y->task_count > 1 ? NAN : y->scale * gain);
	table_add(&s->crosstask, "70");
	table_add_number(&s->crosstask, 70 + 12 * gain + (double)m);
	table_add_number(&s->crosstask, 12 * gain + (double)m);
	for (int k = 0; k < 3; k++)
		table_add(&s->crosstask, "0.1");
}

static inline json_t *synthetic_names(const char *const *names, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_string(names[i]));
	return array;
}

static inline void synthetic_experiment(const struct synthetic *y, struct folder *out)
{
	json_t *seeds = json_array(), *object;
	struct error err = { 0 };

	for (long s = 1; s <= y->seeds; s++)
		json_array_append_new(seeds, json_integer(s));
	object = json_pack("{s:s, s:s, s:o, s:o, s:o, s:I, s:s, s:n}", "name", "synthetic", "title", "Synthetic",
			   "models", synthetic_names(y->models, y->model_count), "tasks",
			   synthetic_names(y->tasks, y->task_count), "seeds", seeds, "checkpoints",
			   (json_int_t)y->checkpoints, "published", "2022-05-22", "cross");
	assert_int_equal(json_write(out, "experiment.json", object, &err), 0);
	json_decref(object);
}

/* A claim of each verdict, with an effect on either side of its threshold. */
static inline void synthetic_claims(struct synthetic_set *s, const struct synthetic *y)
{
	static const struct {
		const char *name, *verdict, *matter, *unit, *side, *cases;
		double support, effect, low, high, threshold, paper;
	} rows[] = {
		{ "accuracy rises", "leans to hold", "pairs that rise", " %", "above", "pairs", 0.91, 95, 85, 100, 90,
		  96 },
		{ "train and test diverge", "fails", "largest change", "", "below", "pairs", 0.01, 0.1, 0.02, 0.2, 0,
		  -0.06 },
		{ "fewer clusters", "holds", "largest change", "", "below", "pairs", 1, -12, -15, -9, 0, -580 },
		{ "accuracy goes with distance, which is said at some length", "leans to fail", "least ρ", "",
		  "above", "runs", 0.2, -0.1, -0.4, 0.3, 0, NAN },
		{ "undecided", "undecided", "least ρ", "", "above", "runs", NAN, NAN, NAN, NAN, 0.5, NAN },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		table_add_integer(&s->claims, (long)i + 1);
		table_add(&s->claims, rows[i].name);
		table_add(&s->claims, rows[i].verdict);
		table_add_number(&s->claims, rows[i].support);
		table_add(&s->claims, rows[i].matter);
		table_add(&s->claims, rows[i].unit);
		table_add_number(&s->claims, synthetic_value(y, rows[i].effect, (double)i, 7, 7));
		table_add_number(&s->claims, rows[i].low);
		table_add_number(&s->claims, rows[i].high);
		table_add_number(&s->claims, rows[i].threshold);
		table_add(&s->claims, rows[i].side);
		table_add_number(&s->claims, rows[i].paper);
		table_add(&s->claims, "8");
		table_add(&s->claims, "10");
		table_add(&s->claims, rows[i].cases);
	}
}

static inline void synthetic_overview(struct synthetic_set *s, const struct synthetic *y, size_t m, size_t t)
{
	for (int after = 0; after < 2; after++) {
		const double change = y->constant ? 0 : after * (2 + synthetic_noise((double)m, (double)t, 3));
		const bool defined = (m + t) % 3 > 0;

		table_add(&s->table7, y->models[m]);
		table_add(&s->table7, y->tasks[t]);
		table_add(&s->table7, after ? "fine-tuned" : "original");
		table_add_number(&s->table7,
				 synthetic_value(y, 80 + (double)t + change, (double)m, (double)t, after));
		table_add_number(&s->table7, 20 - 3 * change);
		table_add_number(&s->table7, defined ? 0.9 - 0.1 * change : NAN);
		table_add(&s->table7, defined ? "defined" : "undefined");
	}
	for (int l = 0; l <= y->layers[m]; l++) {
		table_add(&s->layers, y->models[m]);
		table_add(&s->layers, y->tasks[t]);
		table_add(&s->layers, "1");
		table_add_integer(&s->layers, l);
		table_add_number(&s->layers, y->scale * (1 + l));
		table_add_number(&s->layers, y->scale * (1 + l) * (y->constant ? 1 : 1.8));
	}
}

/* Writes all tables below `path`. */
static inline void synthetic_write(const struct synthetic *y, const char *path)
{
	struct synthetic_set s;
	struct folder out;
	struct error err = { 0 };
	const struct {
		struct table *table;
		const char *name;
	} files[] = { { &s.results, "results.csv" },       { &s.minimum, "minimum.csv" },
		      { &s.distances, "distances.csv" },   { &s.paths, "paths.csv" },
		      { &s.spread, "spread.csv" },         { &s.alignment, "alignment.csv" },
		      { &s.similarity, "similarity.csv" }, { &s.shift, "shift.csv" },
		      { &s.divergence, "divergence.csv" }, { &s.loss, "loss.csv" },
		      { &s.pretrain, "pretrain.csv" },     { &s.crosstask, "crosstask.csv" },
		      { &s.claims, "claims.csv" },         { &s.table7, "table7.csv" },
		      { &s.layers, "layers.csv" } };

	assert_int_equal(folder_open(&out, path, &err), 0);
	synthetic_experiment(y, &out);
	synthetic_tables(&s);
	synthetic_pretraining(&s, y);
	synthetic_claims(&s, y);
	for (size_t m = 0; m < y->model_count; m++)
		for (size_t t = 0; t < y->task_count; t++) {
			synthetic_transfer(&s, y, m, t);
			synthetic_overview(&s, y, m, t);
			for (long seed = 1; seed <= y->seeds; seed++) {
				for (long c = 0; c <= y->checkpoints; c++)
					for (int l = 0; l <= y->layers[m]; l++) {
						synthetic_labels(&s, y, m, t, seed, c, l);
						synthetic_similar(&s, y, m, t, seed, c, l);
					}
				for (long c = 0; c <= y->checkpoints; c++)
					if (c == 0 || c == y->checkpoints || (y->probe_all && m == 0))
						synthetic_results(&s, y, m, t, seed, c);
				for (int after = 0; after < 2; after++)
					if (after || seed == 1)
						synthetic_pairs(&s, y, m, t, seed, after);
				synthetic_divergence(&s, y, m, t, seed);
				synthetic_losses(&s, y, m, t, seed);
			}
		}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		assert_int_equal(table_write(files[i].table, &out, files[i].name, &err), 0);
		table_release(files[i].table);
	}
	folder_release(&out);
}

#endif
