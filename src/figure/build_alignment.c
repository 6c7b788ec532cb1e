#include "figure/build.h"

#include "figure/measure.h"
#include "figure/plot_lines.h"
#include "figure/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One measure over the layers, after the last update; a distance as 1 less its part of
 * the largest. */
static void add_series(struct drawings *d, struct lines *plot, struct rows rows, const char *value,
		       const struct measure *measure, int colour)
{
	struct pivot (*pivot)(struct drawings *, struct rows, const char *, const char *, const char *) =
		strcmp(value, "r") == 0 ? pivot_defined : pivot_of;
	struct rows last = rows_number(d, rows, "step", rows_largest(rows, "step"));
	struct pivot p = pivot(d, last, "state_a", "layer", value);
	struct pivot low = pivot(d, last, "state_a", "layer", "low"),
		     high = pivot(d, last, "state_a", "layer", "high");

	if (p.count != 1 || p.width == 0)
		return;
	for (size_t i = 0; measure->apart > 0 && i < p.width; i++) {
		const double near = low.values[i];

		p.values[i] = 1 - p.values[i] / measure->apart;
		low.values[i] = 1 - high.values[i] / measure->apart;
		high.values[i] = 1 - near / measure->apart;
	}
	plot->series[plot->count++] = (struct series){ .name = measure->title,
						       .count = p.width,
						       .x = p.x,
						       .y = p.values,
						       .low = low.values,
						       .high = high.values,
						       .colour = colour };
}

static const char *caption_of(struct drawings *d, const struct figure_run *run, const struct lines *plot)
{
	char *text = drawings_text(d, "After fine-tuning %s, at the top layer:", run->words);

	for (size_t k = 0; k < plot->count; k++) {
		const struct series *s = &plot->series[k];
		char value[32];

		if (isnan(s->y[s->count - 1]))
			snprintf(value, sizeof value, "undefined");
		else
			value_format(value, s->y[s->count - 1]);
		text = drawings_text(d, "%s%s %s %s", text == NULL ? "" : text, k == 0 ? "" : ",", s->name, value);
	}
	return drawings_text(d, "%s (1: unchanged; Procrustes as 1 − d/2).", text == NULL ? "" : text);
}

void draw_alignment(struct drawings *d, const struct figure_run *run, const struct table *tables)
{
	struct rows rows = rows_run(d, &tables[0], run, run->seed);
	struct rows similar = rows_text(d, rows_run(d, &tables[1], run, run->seed), "convention", "present");
	struct lines *plot = drawings_array(d, 1, sizeof *plot);
	static const int colours[] = { 0, 2, 4, 6, 3, 5, 7 }; /* 1 is spatial similarity's */
	size_t colour = 0;

	if (plot == NULL || (plot->series = drawings_array(d, measure_count(), sizeof *plot->series)) == NULL)
		return;
	for (size_t m = 0; m < measure_count(); m++)
		if (measure_at(m)->agrees)
			add_series(d, plot, rows_text(d, rows, "measure", measure_at(m)->key), "value", measure_at(m),
				   colours[colour++ % (sizeof colours / sizeof *colours)]);
	if (plot->count == 0) {
		drawings_miss(d, "%s: neither CKA nor RSA was measured (trajectory/%s)", run->words, run->cell);
		return;
	}
	add_series(d, plot, similar, "r", measure_find("similarity"), 1);
	plot->heading = drawings_text(d, "%s, after fine-tuning", run->words);
	plot->x_title = "Layer";
	plot->y_title = "Agreement with the original";
	plot->name_column = "measure";
	plot->x_column = "layer";
	plot->y_column = "value";
	plot->reference = NAN;
	plot->whole_x = true;
	run_add(d, run, "alignment", NULL,
		(struct drawing){ .title = "Agreement of each layer with the original",
				  .caption = caption_of(d, run, plot),
				  .height = LINES_HEIGHT,
				  .kind = &lines_kind,
				  .plot = plot });
}
