#include "figure/build.h"

#include "figure/colour.h"
#include "figure/plot_grid.h"
#include "figure/plot_lines.h"
#include "figure/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One layer: the pivot has a name for each ("0", "1", …), sorted here. */
static int by_layer(const void *a, const void *b)
{
	double x = strtod(*(const char *const *)a, NULL), y = strtod(*(const char *const *)b, NULL);

	return (x > y) - (x < y);
}

/* At most six layers stand out: the first, the last, and others evenly between. */
static int layer_colour(size_t i, size_t count)
{
	size_t shown = count < 6 ? count : 6;

	for (size_t k = 0; k < shown; k++)
		if (i == (shown == 1 ? 0 : (k * (count - 1) + (shown - 1) / 2) / (shown - 1)))
			return (int)k;
	return -1;
}

static bool series_defined(const struct series *s)
{
	for (size_t k = 0; k < s->count; k++)
		if (isfinite(s->y[k]))
			return true;
	return false;
}

/* Where the palette has a colour for each line that there is, those behind get the
 * colours that no other has. */
static void name_all(struct lines *plot)
{
	bool taken[PALETTE_COUNT] = { false };
	size_t drawn = 0;
	int next = 0;

	for (size_t i = 0; i < plot->count; i++) {
		const struct series *s = &plot->series[i];

		if (!series_defined(s))
			continue;
		drawn++;
		if (s->colour >= 0)
			taken[s->colour] = true;
	}
	for (size_t i = 0; drawn <= PALETTE_COUNT && i < plot->count; i++) {
		if (plot->series[i].colour >= 0 || !series_defined(&plot->series[i]))
			continue;
		while (taken[next])
			next++;
		plot->series[i].colour = next;
		taken[next] = true;
	}
}

static void fill_interval(struct drawings *d, struct rows rows, struct series *s, const char *layer)
{
	struct rows own = rows_text(d, rows, "layer", layer);
	struct pivot low = pivot_defined(d, own, "layer", "step", "low"),
		     high = pivot_defined(d, own, "layer", "step", "high");

	if (low.count == 1 && low.width == s->count && high.width == s->count) {
		s->low = low.values;
		s->high = high.values;
	}
}

static void draw_lines(struct drawings *d, const struct figure_run *run, struct rows rows, const struct pivot *p,
		       const char *const *layers, const char *caption)
{
	struct lines *plot = drawings_array(d, 1, sizeof *plot);

	if (plot == NULL || (plot->series = drawings_array(d, p->count, sizeof *plot->series)) == NULL)
		return;
	plot->count = p->count;
	for (size_t i = 0; i < p->count; i++) {
		plot->series[i] = (struct series){ .name = drawings_text(d, "layer %s", layers[i]),
						   .count = p->width,
						   .x = p->x,
						   .y = p->values + (size_t)pivot_find(p, layers[i]) * p->width,
						   .colour = layer_colour(i, p->count) };
		if (i + 1 == p->count)
			fill_interval(d, rows, &plot->series[i], layers[i]);
	}
	name_all(plot);
	plot->heading = run->words;
	plot->x_title = "Fine-tuning updates";
	plot->y_title = "Spatial similarity to the original (Pearson’s r)";
	plot->name_column = "layer";
	plot->x_column = "step";
	plot->y_column = "similarity";
	plot->reference = NAN;
	plot->whole_x = true;
	run_add(d, run, "similarity", "lines",
		(struct drawing){ .title = "Similarity of each layer to its original",
				  .caption = drawings_text(d, "%s Before the first update it is 1.%s", caption,
							   plot->series[p->count - 1].low == NULL
								   ? ""
								   : " The band is the interval of 95 % of the top "
								     "layer, over resampled labels."),
				  .height = LINES_HEIGHT,
				  .kind = &lines_kind,
				  .plot = plot });
}

/* Where there is a row, but no similarity: (count, width), the top layer on top. */
static bool *undefined_of(struct drawings *d, struct rows rows, const struct pivot *p, const char *const *layers)
{
	bool *undefined = drawings_array(d, p->count * p->width, sizeof *undefined);

	for (size_t k = 0; undefined != NULL && k < rows.count; k++) {
		long column = pivot_column(p, rows_value(rows, k, "step"));

		for (size_t i = 0; column >= 0 && i < p->count; i++)
			if (strcmp(layers[p->count - 1 - i], rows_get(rows, k, "layer")) == 0)
				undefined[i * p->width + (size_t)column] = !rows_defined(rows, k);
	}
	return undefined;
}

static void draw_map(struct drawings *d, const struct figure_run *run, struct rows all, const struct pivot *p,
		     const char *const *layers, const char *caption)
{
	struct grid *g = layers_grid(d, run, p, layers, p->count);

	if (g == NULL)
		return;
	g->panels->undefined = undefined_of(d, all, p, layers);
	g->column_title = "Fine-tuning updates";
	g->value_title = "Spatial similarity to the original (Pearson’s r)";
	g->column_column = "step";
	g->value_column = "similarity";
	g->decimals = 2;
	grid_layout(g, d->fonts);
	run_add(d, run, "similarity", "map",
		(struct drawing){ .title = "Similarity by layer and update",
				  .caption = caption,
				  .height = g->height,
				  .kind = &grid_kind,
				  .plot = g });
}

static const char *caption_of(struct drawings *d, const struct figure_run *run, const struct pivot *p,
			      const char *const *layers)
{
	double lowest = NAN;
	size_t defined = 0;
	const char *where = "";
	char value[32];

	for (size_t i = 0; i < p->count; i++) {
		double last = p->values[((size_t)pivot_find(p, layers[i]) + 1) * p->width - 1];

		defined += isfinite(last) ? 1 : 0;
		if (isfinite(last) && !(last >= lowest)) {
			lowest = last;
			where = layers[i];
		}
	}
	if (defined == 0)
		return drawings_text(
			d,
			"After fine-tuning %s the similarity to the original is defined at none of the %zu layers.",
			run->words, p->count);
	value_format(value, lowest);
	return drawings_text(
		d,
		"After fine-tuning %s the similarity to the original is defined at %zu of %zu layers and lowest "
		"at layer %s, with %s.",
		run->words, defined, p->count, where, value);
}

static bool has_values(const struct pivot *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (isfinite(pivot_first(p, i)))
			return true;
	return false;
}

void draw_similarity(struct drawings *d, const struct figure_run *run, const struct table *tables)
{
	struct rows rows = rows_text(d, rows_run(d, tables, run, run->seed), "convention", "present");
	struct pivot p = pivot_defined(d, rows, "layer", "step", "r");
	const char **layers = drawings_array(d, p.count, sizeof *layers);
	const char *caption;

	if (p.count == 0 || p.width == 0) {
		drawings_miss(d, "%s: no similarities to the original (similarity/%s)", run->words, run->cell);
		return;
	}
	for (size_t i = 0; layers != NULL && i < p.count; i++)
		layers[i] = p.names[i];
	if (d->failed)
		return;
	qsort(layers, p.count, sizeof *layers, by_layer);
	caption = caption_of(d, run, &p, layers);
	if (!has_values(&p)) {
		drawings_miss(d, "%s: the similarity to the original is undefined or missing at every layer",
			      run->words);
		return;
	}
	draw_lines(d, run, rows, &p, layers, caption);
	draw_map(d, run, rows, &p, layers, caption);
}
