/* layers.csv: how each run changed each layer. */
#include "findings/tables.h"

#include "figure/measure.h"
#include "findings/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run tables_run(char state[STATE_MAX], const struct gather *g, size_t i)
{
	const struct experiment *e = g->plan->experiment;
	const struct subject *subject = &e->subjects[i / e->seed_count / e->task_count];
	struct run r = { .model = subject->name,
			 .task = e->task_names[i / e->seed_count % e->task_count],
			 .seed = e->seeds[i % e->seed_count],
			 .state = state };
	char *name = state_name(r.task, subject->recipe, r.seed,
				experiment_checkpoints(e, subject->model, r.task, subject->recipe));

	snprintf(state, STATE_MAX, "%s", name == NULL ? "" : name);
	free(name);
	return r;
}

/* What results.csv says of a layer, in one of the columns of layers.csv. */
static double value_of(const struct table *results, const struct run *r, long layer, const struct field *f)
{
	const struct measure *measure = measure_find(f->measure);
	struct place p = { r->model, r->task, r->state, r->seed, measure == NULL ? "" : measure->split, layer };
	long row;

	if (measure == NULL) /* test_record does not let it be so */
		return NAN;
	if (f->original) {
		p.state = "original";
		p.seed = 0;
	}
	row = results_find(results, &p, f->measure);
	return row < 0 ? NAN : table_number_at(results, (size_t)row, f->of);
}

static bool has_layer(const struct table *results, const struct run *r, long layer)
{
	static const char *const measures[] = { "clusters", "similarity", "cka", "shift" };
	struct place p = { r->model, r->task, r->state, r->seed, "train", layer };

	for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++)
		if (results_find(results, &p, measures[i]) >= 0)
			return true;
	return false;
}

/* The scale R of a layer, from the run's spread.csv; NaN without it. */
static int read_scales(struct table *out, struct gather *g, const struct run *r, struct error *err)
{
	long cell = gather_cell(g, STAGE_TRAJECTORY, r->model, r->task, r->task, r->seed, SPLIT_NONE);

	*out = (struct table){ 0 };
	return cell < 0 ? 0 : gather_table(out, g, (size_t)cell, "spread.csv", err);
}

static double scale_of(const struct table *scales, long layer)
{
	for (size_t row = 0; row < scales->rows; row++)
		if ((long)table_number(scales, row, 0) == layer)
			return table_number(scales, row, 1);
	return NAN;
}

/* The largest that a layer's CKA can be by chance. */
struct chance {
	double most, examples, dimensions;
};

static void add_layer(struct table *t, const struct table *results, const struct run *r, long layer, double scale,
		      struct chance *chance)
{
	struct layer l = { .layer = layer, .scale = scale };

	for (size_t i = 0; i < layer_fields.count; i++) {
		const struct field *f = &layer_fields.items[i];

		if (f->measure != NULL)
			*(double *)((char *)&l + f->offset) = value_of(results, r, layer, f);
	}
	/* Similarity is used only where both sides are linear. */
	if (l.linear[0] != 1 || l.linear[1] != 1)
		l.similarity = l.low = l.high = l.pairs = NAN;
	l.relative_shift = scale > 0 ? l.shift / scale : NAN;
	if (!isnan(l.cka) && layer_chance(&l) > chance->most)
		*chance = (struct chance){ layer_chance(&l), l.examples, l.dimensions };
	record_add(t, &run_fields, r);
	record_add(t, &layer_fields, &l);
}

static long deepest(const struct table *results, const char *model)
{
	long layer = -1;

	for (size_t row = 0; row < results->rows; row++)
		if (strcmp(table_text(results, row, 0), model) == 0)
			layer = (long)fmax((double)layer, table_number(results, row, 5));
	return layer;
}

static int add_run(struct table *t, struct gather *g, const struct table *results, const struct run *r,
		   struct chance *chance, struct error *err)
{
	struct table scales;
	long last = deepest(results, r->model);

	if (read_scales(&scales, g, r, err) < 0)
		return -1;
	for (long layer = 0; layer <= last; layer++)
		if (has_layer(results, r, layer))
			add_layer(t, results, r, layer, scale_of(&scales, layer), chance);
	table_release(&scales);
	return 0;
}

int layers_write(struct gather *g, const struct table *results, const struct context *ctx, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	struct chance chance = { 0 };
	struct table t;
	int rc = record_table_init(&t, &layers_table, err);

	for (size_t i = 0; rc == 0 && i < e->subject_count * e->task_count * e->seed_count; i++) {
		char state[STATE_MAX];
		struct run r = tables_run(state, g, i);

		rc = add_run(&t, g, results, &r, &chance, err);
	}
	if (rc == 0 && chance.most > CHANCE)
		context_warn(ctx,
			     "CKA of %.0f examples in %.0f dimensions would be about %.2f by chance, were they "
			     "spread evenly: read the unbiased one",
			     chance.examples, chance.dimensions, chance.most);
	if (rc == 0)
		rc = table_write(&t, g->out, "layers.csv", err);
	table_release(&t);
	return rc;
}
