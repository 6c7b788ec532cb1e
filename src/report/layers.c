/* layers.csv: how each run changed each layer. */
#include "report/tables.h"

#include "report/results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct layer_run {
	const char *model, *task, *state;
	long seed;
};

static double value_of(const struct table *results, const struct layer_run *r, bool original, const char *split,
		       long layer, const char *measure, const char *column)
{
	struct place p = {
		r->model, r->task, original ? "original" : r->state, original ? 0 : r->seed, split, layer
	};
	long row = results_find(results, &p, measure);

	return row < 0 ? NAN : table_number_at(results, (size_t)row, column);
}

static double value_at(const struct table *results, const struct layer_run *r, bool original, long layer,
		       const char *measure, const char *column)
{
	return value_of(results, r, original, "train", layer, measure, column);
}

/* What the probes add to a layer, where they saw it. */
static void add_probes(struct table *t, const struct table *results, const struct layer_run *r, long layer)
{
	static const struct {
		const char *measure, *split;
	} probes[] = { { "linear_train", "train" }, { "selectivity", "test" }, { "codelength", "train" } };

	for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++)
		for (int after = 0; after < 2; after++)
			gather_number(t, value_of(results, r, after == 0, probes[i].split, layer, probes[i].measure,
						  "value"));
}

static bool has_layer(const struct table *results, const struct layer_run *r, long layer)
{
	static const char *const measures[] = { "clusters", "similarity", "cka", "shift" };

	for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
		struct place p = { r->model, r->task, r->state, r->seed, "train", layer };

		if (results_find(results, &p, measures[i]) >= 0)
			return true;
	}
	return false;
}

/* The scale R of a layer, from the run's spread.csv; NaN without it. */
static int read_scales(struct table *out, struct gather *g, const struct layer_run *r, struct error *err)
{
	long cell = gather_cell(g, STAGE_TRAJECTORY, r->model, r->task, r->task, r->seed, SPLIT_NONE);

	*out = (struct table){ 0 };
	return cell < 0 ? 0 : gather_table(out, g, (size_t)cell, "spread.csv", "layer,scale", err);
}

static double scale_of(const struct table *scales, long layer)
{
	for (size_t row = 0; row < scales->rows; row++)
		if ((long)table_number(scales, row, 0) == layer)
			return table_number(scales, row, 1);
	return NAN;
}

/* Similarity is used only where both sides are linear. */
static void add_similarity(struct table *t, const struct table *results, const struct layer_run *r, long layer)
{
	bool linear = value_at(results, r, true, layer, "linear", "value") == 1 &&
		      value_at(results, r, false, layer, "linear", "value") == 1;
	static const char *const columns[] = { "value", "low", "high", "n" };

	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		gather_number(t, linear ? value_at(results, r, false, layer, "similarity", columns[i]) : NAN);
}

static void add_layer(struct table *t, const struct table *results, const struct layer_run *r, long layer,
		      double scale)
{
	static const char *const both[] = { "clusters", "linear", "minimum" };
	double shift = value_at(results, r, false, layer, "shift", "value");

	table_add(t, r->model);
	table_add(t, r->task);
	table_add_integer(t, r->seed);
	table_add_integer(t, layer);
	for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
		gather_number(t, value_at(results, r, true, layer, both[i], "value"));
		gather_number(t, value_at(results, r, false, layer, both[i], "value"));
	}
	add_similarity(t, results, r, layer);
	gather_number(t, value_at(results, r, false, layer, "cka", "value"));
	gather_number(t, value_at(results, r, false, layer, "rsa", "value"));
	gather_number(t, shift);
	gather_number(t, scale);
	gather_number(t, scale > 0 ? shift / scale : NAN);
	gather_number(t, value_at(results, r, false, layer, "participation", "value"));
	add_probes(t, results, r, layer);
}

static long deepest(const struct table *results, const char *model)
{
	long layer = -1;

	for (size_t row = 0; row < results->rows; row++)
		if (strcmp(table_text(results, row, 0), model) == 0)
			layer = (long)fmax((double)layer, table_number(results, row, 5));
	return layer;
}

static int add_run(struct table *t, struct gather *g, const struct table *results, const struct layer_run *r,
		   struct error *err)
{
	struct table scales;
	long last = deepest(results, r->model);

	if (read_scales(&scales, g, r, err) < 0)
		return -1;
	for (long layer = 0; layer <= last; layer++)
		if (has_layer(results, r, layer))
			add_layer(t, results, r, layer, scale_of(&scales, layer));
	table_release(&scales);
	return 0;
}

int layers_write(struct gather *g, const struct table *results, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	struct table t;
	int rc = table_init(&t, LAYERS_HEADER, err);

	for (size_t m = 0; rc == 0 && m < e->model_count; m++)
		for (size_t k = 0; rc == 0 && k < e->task_count; k++)
			for (size_t s = 0; rc == 0 && s < e->seed_count; s++) {
				const char *model = e->model_names[m], *task = e->task_names[k];
				char state[256];

				snprintf(state, sizeof state, "%s-s%ld-c%02ld", task, e->seeds[s],
					 gather_last(g, model, task));
				rc = add_run(&t, g, results, &(struct layer_run){ model, task, state, e->seeds[s] },
					     err);
			}
	if (rc == 0)
		rc = table_write(&t, g->out, "layers.csv", err);
	table_release(&t);
	return rc;
}
