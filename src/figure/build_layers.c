#include "figure/build.h"

#include "base/json.h"
#include "figure/measure.h"
#include "figure/plot_grid.h"
#include "figure/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct rows measure_rows(struct drawings *d, const struct table *results, const struct measure *m)
{
	struct rows all = rows_text(d, rows_all(d, results), "measure", m->key);
	struct rows split = rows_text(d, all, "split", m->split);

	return split.count > 0 ? split : all;
}

/* As it is shown. */
static double shown(const struct measure *m, double value)
{
	return m->percent ? 100 * value : value;
}

/* Mean over seeds; NaN where there is none. */
static double mean_value(struct rows rows)
{
	double sum = 0;
	size_t count = 0;

	for (size_t k = 0; k < rows.count; k++) {
		double v = rows_value(rows, k, "value");

		if (isfinite(v)) {
			sum += v;
			count++;
		}
	}
	return count == 0 ? NAN : sum / (double)count;
}

/* Whether it is the final state of one of the model's runs on its own task. */
static bool is_final(struct drawings *d, const struct collected *c, const char *model, const char *task,
		     const char *state)
{
	for (size_t s = 0; s < c->seed_count; s++) {
		const char *final = collected_final(c, d, model, task, c->seeds[s]);

		if (final != NULL && strcmp(final, state) == 0)
			return true;
	}
	return false;
}

/* Rows of a model and task, before (original) or after (final state). */
static struct rows state_rows(struct drawings *d, const struct collected *c, struct rows rows, bool after,
			      const char *task)
{
	struct rows out = { rows.table, drawings_array(d, rows.count, sizeof *out.index), 0 };

	for (size_t k = 0; out.index != NULL && k < rows.count; k++) {
		const char *state = rows_get(rows, k, "state");

		if (after ? is_final(d, c, rows_get(rows, k, "model"), task, state) : strcmp(state, "original") == 0)
			out.index[out.count++] = rows.index[k];
	}
	return out;
}

/* How deep each model is, as far as any table says; NaN where none does. */
static double depth_of(struct drawings *d, const struct table *results, const char *model)
{
	return rows_largest(rows_text(d, rows_all(d, results), "model", model), "layer");
}

/* The heatmap's values: panel 0 before, panel 1 after; rows from the top layer
 * down. */
struct block {
	double *values[2];
	bool *absent, *found;            /* found: (models) whether a model has any value */
	size_t layers, defined, deepest; /* deepest: most layers with a value in one model */
};

static void fill_block(struct drawings *d, const struct collected *c, const struct table *results, struct rows rows,
		       const char *task, const struct measure *measure, struct block *b)
{
	for (size_t m = 0; !d->failed && m < c->model_count; m++) {
		struct rows model = rows_text(d, rows, "model", c->models[m]);
		double depth = depth_of(d, results, c->models[m]);
		size_t here = 0;

		for (size_t l = 0; l < b->layers; l++) {
			size_t at = (b->layers - 1 - l) * c->model_count + m;
			struct rows layer = rows_number(d, model, "layer", (double)l);

			for (int after = 0; after < 2; after++) {
				b->values[after][at] =
					shown(measure, mean_value(state_rows(d, c, layer, after, task)));
				b->defined += isfinite(b->values[after][at]) ? 1 : 0;
			}
			here += isfinite(b->values[0][at]) || isfinite(b->values[1][at]);
			b->absent[at] = (double)l > depth;
		}
		b->found[m] = here > 0;
		b->deepest = here > b->deepest ? here : b->deepest;
	}
}

static const char *block_caption(struct drawings *d, const struct collected *c, const char *task,
				 const struct measure *m, const struct block *b)
{
	size_t moved = 0, both = 0;

	for (size_t i = 0; i < b->layers * c->model_count; i++)
		if (isfinite(b->values[0][i]) && isfinite(b->values[1][i])) {
			both++;
			moved += m->least ? b->values[1][i] < b->values[0][i] : b->values[1][i] > b->values[0][i];
		}
	return drawings_text(d,
			     "%s on %s by layer and model, before and after fine-tuning; it %s in %zu of the %zu "
			     "places measured "
			     "before and after.",
			     m->title, task, m->least ? "fell" : "rose", moved, both);
}

static void add_grid(struct drawings *d, const struct collected *c, const char *task, const struct measure *m,
		     const struct block *b, const char *const *rows)
{
	struct grid *g = drawings_array(d, 1, sizeof *g);
	struct grid_panel *panels = drawings_array(d, 2, sizeof *panels);

	if (d->failed)
		return;
	panels[0] = (struct grid_panel){ "before fine-tuning", b->values[0], b->absent, NULL };
	panels[1] = (struct grid_panel){ "after fine-tuning", b->values[1], b->absent, NULL };
	*g = (struct grid){ .heading = task,
			    .row_title = "Layer",
			    .value_title = m->title,
			    .row_column = "layer",
			    .column_column = "model",
			    .value_column = m->key,
			    .rows = b->layers,
			    .columns = c->model_count,
			    .panel_count = 2,
			    .row_names = rows,
			    .column_names = c->models,
			    .panels = panels,
			    .ratio = m->ratio,
			    .decimals = m->decimals };
	grid_layout(g, d->fonts);
	drawings_add(d, (struct drawing){ .unsampled = m->probed,
					  .file = drawings_text(d, "layers-%s-%s", task, m->key),
					  .title = drawings_text(d, "%s by layer: %s", m->title, task),
					  .caption = block_caption(d, c, task, m, b),
					  .task = task,
					  .height = g->height,
					  .kind = &grid_kind,
					  .plot = g });
}

static void draw_task(struct drawings *d, const struct collected *c, const struct table *results, const char *task,
		      const struct measure *m)
{
	struct rows rows = rows_text(d, measure_rows(d, results, m), "task", task);
	double top = rows_largest(rows, "layer");
	struct block b = { .layers = isfinite(top) ? (size_t)top + 1 : 0 };
	const char **names = drawings_array(d, b.layers, sizeof *names);

	b.values[0] = drawings_array(d, b.layers * c->model_count, sizeof *b.values[0]);
	b.values[1] = drawings_array(d, b.layers * c->model_count, sizeof *b.values[1]);
	b.absent = drawings_array(d, b.layers * c->model_count, sizeof *b.absent);
	b.found = drawings_array(d, c->model_count, sizeof *b.found);
	if (d->failed)
		return;
	fill_block(d, c, results, rows, task, m, &b);
	for (size_t l = 0; l < b.layers; l++)
		names[b.layers - 1 - l] = drawings_text(d, "%zu", l);
	for (size_t k = 0; b.defined > 0 && k < c->model_count; k++)
		if (!b.found[k])
			drawings_miss(d, "%s on %s: no %s", c->models[k], task, m->key);
	if (b.defined == 0)
		drawings_miss(d, "%s: no %s", task, m->key);
	else if (m->probed && b.deepest < 2)
		drawings_miss(
			d, "%s: %s was measured at the last layer only ([probe] layers = all measures every layer)",
			task, m->key);
	else
		add_grid(d, c, task, m, &b, names);
}

/* "0", "1", … */
static const char **layer_names(struct drawings *d, long layers)
{
	const char **names = drawings_array(d, (size_t)layers, sizeof *names);

	for (long l = 0; names != NULL && l < layers; l++)
		names[l] = drawings_text(d, "%ld", l);
	return names;
}

/* A heatmap layer × column of one run from a pivot whose names are layers. */
static void add_run_grid(struct drawings *d, const struct figure_run *run, const struct pivot *p, long layers,
			 const struct measure *m, const char *column, const char *column_title)
{
	const char **names = layer_names(d, layers);
	struct grid *g = d->failed ? NULL : layers_grid(d, run, p, names, (size_t)layers);

	if (g == NULL)
		return;
	g->column_title = column_title;
	g->value_title = m->title;
	g->column_column = column;
	g->value_column = m->key;
	g->ratio = m->ratio;
	g->decimals = m->decimals;
	grid_layout(g, d->fonts);
	run_add(d, run, "layers", m->key,
		(struct drawing){
			.unsampled = m->probed,
			.title = drawings_text(d, "%s by layer and checkpoint", m->title),
			.caption = drawings_text(d, "%s at every layer and checkpoint of %s.", m->title, run->words),
			.height = g->height,
			.kind = &grid_kind,
			.plot = g });
}

/* Layer × update: the mean over labels of the minimum distance. */
static void draw_updates(struct drawings *d, const struct figure_run *run, const struct table *t)
{
	struct rows rows = rows_run(d, t, run, run->seed);
	struct pivot p = pivot_of(d, rows, "layer", "step", "distance");

	for (size_t m = 0; p.count > 0 && p.width >= 2 && m < measure_count(); m++)
		if (measure_at(m)->followed)
			add_run_grid(d, run, &p, (long)rows_largest(rows, "layer") + 1, measure_at(m), "step",
				     "Fine-tuning updates");
}

/* The checkpoint of a state of the run: 0 for the original, −1 for a state of
 * another run. */
static long checkpoint_of(const struct figure_run *run, const char *state)
{
	size_t length = strlen(run->final);
	long checkpoint;

	while (length > 0 && run->final[length - 1] != 'c') /* "pos-s1-c" */
		length--;
	if (strcmp(state, "original") == 0)
		return 0;
	return strncmp(state, run->final, length) == 0 && integer_parse(&checkpoint, state + length) == 0 ? checkpoint
													  : -1;
}

/* Layer × checkpoint, where checkpoints between the first and the last were
 * measured too. */
static void draw_checkpoints(struct drawings *d, const struct figure_run *run, const struct table *results,
			     const struct measure *m)
{
	struct rows rows = measure_rows(d, results, m);
	struct pivot p = { .x = drawings_array(d, rows.count, sizeof *p.x) };
	long layers = (long)rows_largest(rows_text(d, rows, "model", run->model), "layer") + 1;

	rows = rows_text(d, rows_text(d, rows, "model", run->model), "task", run->task);
	for (long c = 0; !d->failed && c <= run->checkpoints; c++)
		for (size_t k = 0; k < rows.count; k++)
			if (checkpoint_of(run, rows_get(rows, k, "state")) == c) {
				p.x[p.width++] = (double)c;
				break;
			}
	if (d->failed || p.width < 3 || layers < 1)
		return;
	p.names = layer_names(d, layers);
	p.count = (size_t)layers;
	p.values = drawings_array(d, p.count * p.width, sizeof *p.values);
	if (d->failed)
		return;
	for (size_t i = 0; i < p.count * p.width; i++)
		p.values[i] = NAN;
	for (size_t k = 0; k < rows.count; k++) {
		long column = pivot_column(&p, (double)checkpoint_of(run, rows_get(rows, k, "state")));
		long row = pivot_find(&p, rows_get(rows, k, "layer"));

		if (column >= 0 && row >= 0)
			p.values[(size_t)row * p.width + (size_t)column] = shown(m, rows_value(rows, k, "value"));
	}
	add_run_grid(d, run, &p, layers, m, "checkpoint", "Checkpoint");
}

void build_layers(struct drawings *d, const struct collected *c, const struct table *tables)
{
	for (size_t t = 0; t < c->task_count; t++)
		for (size_t m = 0; m < measure_count(); m++)
			if (measure_at(m)->mapped)
				draw_task(d, c, &tables[0], c->tasks[t], measure_at(m));
}

void draw_layers(struct drawings *d, const struct figure_run *run, const struct table *tables)
{
	draw_updates(d, run, &tables[1]);
	for (size_t m = 0; m < measure_count(); m++)
		if (measure_at(m)->mapped && !measure_at(m)->followed)
			draw_checkpoints(d, run, &tables[0], measure_at(m));
}
