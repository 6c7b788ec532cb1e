#include "figure/build.h"

#include "figure/plot_panels.h"
#include "figure/scale.h"

#include <math.h>

/* One arrow a label: where its centroid went, seen in the two directions in
 * which the layer's centroids moved most. */
static void fill_panel(struct drawings *d, struct panel *p, struct rows rows, long layer)
{
	struct rows own = rows_number(d, rows, "layer", (double)layer);
	double *xy = drawings_array(d, own.count * 2, sizeof *xy), along[2] = { 0, 0 }, all = 0;

	for (size_t k = 0; k < own.count; k++) {
		along[0] += pow(rows_value(own, k, "pc1"), 2);
		along[1] += pow(rows_value(own, k, "pc2"), 2);
		all += pow(rows_value(own, k, "norm"), 2);
	}
	*p = (struct panel){ .name = panel_name(d, drawings_text(d, "Layer %ld", layer), along[0] / all,
						along[1] / all),
			     .layer = layer,
			     .tracks = drawings_array(d, own.count, sizeof *p->tracks) };
	for (size_t k = 0; !d->failed && k < own.count; k++) {
		xy[2 * k] = rows_value(own, k, "pc1");
		xy[2 * k + 1] = rows_value(own, k, "pc2");
		p->tracks[p->count++] = (struct track){ .name = rows_get(own, k, "label"),
							.count = 1,
							.x = &xy[2 * k],
							.y = &xy[2 * k + 1],
							.length = rows_value(own, k, "norm"),
							.colour = 0 };
	}
}

static double mean_norm(struct drawings *d, struct rows rows, long layer)
{
	struct rows own = rows_number(d, rows, "layer", (double)layer);
	double sum = 0;
	size_t count = 0;

	for (size_t k = 0; k < own.count; k++)
		if (isfinite(rows_value(own, k, "norm"))) {
			sum += rows_value(own, k, "norm");
			count++;
		}
	return count == 0 ? NAN : sum / (double)count;
}

/* The label that moved furthest; NULL where none moved. */
static const char *furthest(struct drawings *d, struct rows rows, long layer)
{
	struct rows own = rows_number(d, rows, "layer", (double)layer);
	const char *label = NULL;
	double most = 0;

	for (size_t k = 0; k < own.count; k++)
		if (rows_value(own, k, "norm") > most) {
			most = rows_value(own, k, "norm");
			label = rows_get(own, k, "label");
		}
	return label;
}

static const char *caption_of(struct drawings *d, const struct figure_run *run, struct rows last, long bottom,
			      long top)
{
	const char *label = furthest(d, last, top);
	char first[32], final[32];

	value_format(first, mean_norm(d, last, bottom));
	value_format(final, mean_norm(d, last, top));
	return drawings_text(
		d,
		"How far and in which direction the centroid of each label moved when fine-tuning %s; the mean "
		"length of the moves is %s at layer %ld and %s at layer %ld%s%s. The longest arrows are named where "
		"there is room; per cent: the shares of the moves’ squared lengths along the two directions.",
		run->words, first, bottom, final, top, label == NULL ? "" : ", where the longest is that of ",
		label == NULL ? "" : label);
}

static void add_version(struct drawings *d, const struct figure_run *run, const struct panels *base, bool common,
			const char *caption)
{
	struct panels *p = drawings_array(d, 1, sizeof *p);

	if (p == NULL)
		return;
	*p = *base;
	p->common = common;
	p->note = common ? "One scale for all layers. " PANEL_AXES : "A scale for each layer. " PANEL_AXES;
	panels_layout(p);
	run_add(d, run, "shift", common ? "common" : NULL,
		(struct drawing){ .title = drawings_text(d, "Displacement of the label centroids%s",
							 common ? ", one scale" : ""),
				  .caption = caption,
				  .height = p->height,
				  .kind = &panels_kind,
				  .plot = p });
}

void draw_shift(struct drawings *d, const struct figure_run *run, const struct table *tables)
{
	struct rows rows = rows_run(d, tables, run, run->seed);
	struct rows last = rows_number(d, rows, "step", rows_largest(rows, "step"));
	struct panels base = { .heading = drawings_text(d, "Moves of the labels, %s", run->words),
			       .track_column = "label",
			       .arrows = true };
	long layers = (long)rows_largest(last, "layer") + 1;
	const char *caption;

	if (last.count == 0) {
		drawings_miss(d, "%s: no displacements (similarity/%s)", run->words, run->cell);
		return;
	}
	base.panels = drawings_array(d, (size_t)layers, sizeof *base.panels);
	for (long l = 0; base.panels != NULL && l < layers; l++)
		if (rows_number(d, last, "layer", (double)l).count > 0)
			fill_panel(d, &base.panels[base.count++], last, l);
	if (d->failed || base.count == 0)
		return;
	caption = caption_of(d, run, last, base.panels[0].layer, base.panels[base.count - 1].layer);
	add_version(d, run, &base, false, caption);
	add_version(d, run, &base, true, caption);
}
