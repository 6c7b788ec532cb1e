#include "figure/build.h"

#include "figure/plot_grid.h"
#include "figure/plot_histogram.h"
#include "figure/rank.h"
#include "figure/scale.h"

#include <math.h>

/* Both matrices of one run, labels in one order. */
struct matrices {
	const char **labels;
	size_t count;
	double *before, *after, *difference; /* (count, count); NaN: no value */
	double *pairs[2];                    /* each pair once */
	size_t pair_count;
	double layer;
};

static void add_names(struct pivot *p, struct rows rows, const char *column)
{
	for (size_t k = 0; k < rows.count; k++)
		if (pivot_find(p, rows_get(rows, k, column)) < 0)
			p->names[p->count++] = rows_get(rows, k, column);
}

static void fill_matrix(double *out, const struct pivot *labels, struct rows rows)
{
	size_t n = labels->count;

	for (size_t i = 0; i < n * n; i++)
		out[i] = NAN;
	for (size_t k = 0; k < rows.count; k++) {
		size_t i = (size_t)pivot_find(labels, rows_get(rows, k, "label_a"));
		size_t j = (size_t)pivot_find(labels, rows_get(rows, k, "label_b"));

		out[i * n + j] = out[j * n + i] = rows_value(rows, k, "distance");
	}
}

/* Puts labels and matrices in the order of a clustering of the distances before
 * (after, where there are none before). */
static void reorder(struct drawings *d, struct matrices *m, const struct pivot *labels, const double *before,
		    const double *after)
{
	size_t n = labels->count, *order = drawings_array(d, n, sizeof *order), finite = 0;

	for (size_t i = 0; i < n * n; i++)
		finite += isfinite(before[i]) ? 1 : 0;
	if (order == NULL || rank_linkage(order, finite > 0 ? before : after, n) < 0) {
		d->failed = 1;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		m->labels[i] = labels->names[order[i]];
		for (size_t j = 0; j < n; j++) {
			m->before[i * n + j] = before[order[i] * n + order[j]];
			m->after[i * n + j] = after[order[i] * n + order[j]];
			m->difference[i * n + j] = m->after[i * n + j] - m->before[i * n + j];
			if (j > i) {
				m->pairs[0][m->pair_count] = m->before[i * n + j];
				m->pairs[1][m->pair_count++] = m->after[i * n + j];
			}
		}
	}
}

static void fill_matrices(struct drawings *d, struct matrices *m, struct rows before, struct rows after)
{
	struct pivot labels = { .names = drawings_array(d, 2 * (before.count + after.count), sizeof *labels.names) };
	double *first, *last;
	size_t n;

	if (d->failed)
		return;
	add_names(&labels, before, "label_a");
	add_names(&labels, before, "label_b");
	add_names(&labels, after, "label_a");
	add_names(&labels, after, "label_b");
	m->count = n = labels.count;
	first = drawings_array(d, n * n, sizeof *first);
	last = drawings_array(d, n * n, sizeof *last);
	m->labels = drawings_array(d, n, sizeof *m->labels);
	m->before = drawings_array(d, n * n, sizeof *m->before);
	m->after = drawings_array(d, n * n, sizeof *m->after);
	m->difference = drawings_array(d, n * n, sizeof *m->difference);
	m->pairs[0] = drawings_array(d, n * n, sizeof *m->pairs[0]);
	m->pairs[1] = drawings_array(d, n * n, sizeof *m->pairs[1]);
	if (d->failed)
		return;
	fill_matrix(first, &labels, before);
	fill_matrix(last, &labels, after);
	reorder(d, m, &labels, first, last);
}

static void add_matrix(struct drawings *d, const struct figure_run *run, const struct matrices *m,
		       const double *values, const char *part, const char *words, const char *caption)
{
	struct grid *g = drawings_array(d, 1, sizeof *g);
	struct grid_panel *panel = drawings_array(d, 1, sizeof *panel);
	bool *diagonal = drawings_array(d, m->count * m->count, sizeof *diagonal);

	if (d->failed)
		return;
	for (size_t i = 0; i < m->count; i++)
		diagonal[i * m->count + i] = true;
	*panel = (struct grid_panel){ .values = values, .absent = diagonal };
	*g = (struct grid){ .heading = drawings_text(d, "%s, layer %g, %s", run->words, m->layer, words),
			    .value_title = values == m->difference
						   ? "Change of the distance between two labels (Euclidean)"
						   : "Distance between two labels (Euclidean)",
			    .row_column = "label_a",
			    .column_column = "label_b",
			    .value_column = "distance",
			    .rows = m->count,
			    .columns = m->count,
			    .panel_count = 1,
			    .row_names = m->labels,
			    .column_names = m->labels,
			    .panels = panel,
			    .square = true,
			    .difference = values == m->difference,
			    .scale_with = values == m->before  ? m->after
					  : values == m->after ? m->before
							       : NULL,
			    .decimals = -1 };
	grid_layout(g, d->fonts);
	run_add(d, run, "distances", part,
		(struct drawing){ .title = drawings_text(d, "Distances between labels, %s", words),
				  .caption = caption,
				  .height = g->height,
				  .kind = &grid_kind,
				  .plot = g });
}

static void add_distribution(struct drawings *d, const struct figure_run *run, const struct matrices *m)
{
	struct histogram *h = drawings_array(d, 1, sizeof *h);
	char a[32], b[32];

	if (h == NULL || histogram_fill(h, m->pairs[0], m->pair_count, m->pairs[1], m->pair_count) < 0) {
		d->failed = 1;
		return;
	}
	h->heading = drawings_text(d, "%s, layer %g", run->words, m->layer);
	h->x_title = "Distance between two labels (Euclidean)";
	h->y_title = "Pairs of labels";
	h->names[0] = "before fine-tuning";
	h->names[1] = "after";
	h->x_column = "distance";
	value_format(a, h->medians[0]);
	value_format(b, h->medians[1]);
	run_add(d, run, "distances", "distribution",
		(struct drawing){
			.title = "Distribution of the distances between labels",
			.caption = drawings_text(d,
						 "Distances between the labels of %s at layer %g; the median is "
						 "%s before and %s after fine-tuning.",
						 run->words, m->layer, a, b),
			.height = HISTOGRAM_HEIGHT,
			.kind = &histogram_kind,
			.plot = h });
}

static const char *caption_of(struct drawings *d, const struct figure_run *run, const struct matrices *m)
{
	size_t both = 0, grew = 0;

	for (size_t i = 0; i < m->pair_count; i++)
		if (isfinite(m->pairs[0][i]) && isfinite(m->pairs[1][i])) {
			both++;
			grew += m->pairs[1][i] > m->pairs[0][i];
		}
	return drawings_text(
		d,
		"Distances between the clusters of every two labels of %s at layer %g; of the %zu pairs of labels "
		"%zu have a distance before and after, and %zu of these moved apart.",
		run->words, m->layer, m->pair_count, both, grew);
}

void draw_distances(struct drawings *d, const struct figure_run *run, const struct table *tables)
{
	struct rows rows = rows_run(d, tables, run, -1), before, after;
	struct matrices m = { .layer = rows_largest(rows, "layer") };
	const char *caption;

	if (table_column(tables, "split") >= 0)
		rows = rows_text(d, rows, "split", "train");
	rows = rows_number(d, rows, "layer", m.layer);
	before = rows_text(d, rows, "state", "original");
	after = rows_text(d, rows, "state", run->final);
	if (before.count == 0 && after.count == 0) {
		drawings_miss(d, "%s: no distances between labels (directprobe/%s/…/%s/train)", run->words,
			      run->model, run->task);
		return;
	}
	fill_matrices(d, &m, before, after);
	if (d->failed)
		return;
	caption = caption_of(d, run, &m);
	if (before.count > 0)
		add_matrix(d, run, &m, m.before, "before", "before fine-tuning", caption);
	else
		drawings_miss(d, "%s: no distances before fine-tuning (directprobe/%s/original/%s/train)", run->words,
			      run->model, run->task);
	if (after.count > 0)
		add_matrix(d, run, &m, m.after, "after", "after fine-tuning", caption);
	else
		drawings_miss(d, "%s: no distances after fine-tuning (directprobe/%s/%s/%s/train)", run->words,
			      run->model, run->final, run->task);
	if (before.count > 0 && after.count > 0)
		add_matrix(d, run, &m, m.difference, "difference", "after minus before", caption);
	add_distribution(d, run, &m);
}
