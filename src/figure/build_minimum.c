#include "figure/build.h"

#include "figure/plot_lines.h"
#include "figure/scale.h"

#include <math.h>
#include <stdlib.h>

/* How far a label got: last minus first. */
struct gain {
	size_t label;
	double first, last;
};

static int by_gain(const void *a, const void *b)
{
	const struct gain *p = a, *q = b;
	double x = p->last - p->first, y = q->last - q->first;

	return x != y ? (x < y ? 1 : -1) : p->label < q->label ? -1 : p->label > q->label;
}

static const char *caption(struct drawings *d, const struct figure_run *run, double layer, const struct pivot *p,
			   const struct gain *gains, size_t count)
{
	const struct gain *top = &gains[0], *bottom = count == 0 ? NULL : &gains[count - 1];
	char a[32], b[32], x[32], y[32];
	size_t grew = 0;

	if (count == 0)
		return drawings_text(d, "No label has a minimum distance at layer %g of %s.", layer, run->words);
	for (size_t i = 0; i < count; i++)
		grew += gains[i].last > gains[i].first;
	value_format(x, top->first);
	value_format(a, top->last);
	value_format(y, bottom->first);
	value_format(b, bottom->last);
	return drawings_text(
		d,
		"Minimum distance of each label to all others at layer %g during fine-tuning of %s: it grew for %zu "
		"of "
		"%zu labels, from %s to %s for %s, which gained most, and from %s to %s for %s, which gained least. "
		"The clusters are followed through the run; those of the report’s tables are found anew before and "
		"after it.",
		layer, run->words, grew, count, x, a, p->names[top->label], y, b, p->names[bottom->label]);
}

/* The three that gain most and the three that gain least in colour; where there
 * are no more than six labels, all of them. */
static void choose_colours(struct series *series, const struct pivot *p, const struct gain *gains, size_t count)
{
	size_t top = count < 6 ? (count + 1) / 2 : 3, bottom = count < 6 ? count / 2 : 3;

	for (size_t i = 0; i < p->count; i++)
		series[i] = (struct series){
			.name = p->names[i], .count = p->width, .x = p->x, .y = p->values + i * p->width, .colour = -1
		};
	for (size_t i = 0; i < top; i++)
		series[gains[i].label].colour = (int)(2 * i); /* blue, green, light blue */
	for (size_t i = 0; i < bottom; i++) {
		struct series *s = &series[gains[count - 1 - i].label];

		s->colour = (int)(2 * i) + 1;
		s->dash = DASH_LONG;
	}
}

void draw_minimum(struct drawings *d, const struct figure_run *run, const struct table *tables)
{
	struct rows rows = rows_run(d, tables, run, run->seed);
	double layer = rows_largest(rows, "layer");
	struct pivot p = pivot_of(d, rows_number(d, rows, "layer", layer), "label", "step", "distance");
	struct gain *gains = drawings_array(d, p.count, sizeof *gains);
	struct lines *plot = drawings_array(d, 1, sizeof *plot);
	size_t count = 0;

	if (rows.count == 0) {
		drawings_miss(d, "%s: no minimum distances (trajectory/%s)", run->words, run->cell);
		return;
	}
	if (gains == NULL || plot == NULL ||
	    (plot->series = drawings_array(d, p.count, sizeof *plot->series)) == NULL)
		return;
	for (size_t i = 0; i < p.count; i++)
		if (isfinite(pivot_first(&p, i)))
			gains[count++] = (struct gain){ i, pivot_first(&p, i), pivot_last(&p, i) };
	qsort(gains, count, sizeof *gains, by_gain);
	choose_colours(plot->series, &p, gains, count);
	plot->count = p.count;
	plot->heading = drawings_text(d, "%s, layer %g", run->words, layer);
	plot->x_title = "Fine-tuning updates";
	plot->y_title = "Minimum distance to any other label (Euclidean)";
	plot->name_column = "label";
	plot->x_column = "step";
	plot->y_column = "distance";
	plot->reference = NAN;
	plot->from_zero = plot->whole_x = true;
	run_add(d, run, "minimum", NULL,
		(struct drawing){ .title = "Minimum distance of each label",
				  .caption = caption(d, run, layer, &p, gains, count),
				  .height = LINES_HEIGHT,
				  .kind = &lines_kind,
				  .plot = plot });
}
