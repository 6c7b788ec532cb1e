/* Heatmaps of layers: what the figures that draw them share. */
#include "figure/build.h"

#include <math.h>

/* Texts of the numbers of a pivot's columns. */
static const char **column_names(struct drawings *d, const struct pivot *p)
{
	const char **names = drawings_array(d, p->width, sizeof *names);

	for (size_t k = 0; names != NULL && k < p->width; k++)
		names[k] = drawings_text(d, "%g", p->x[k]);
	return names;
}

struct grid *layers_grid(struct drawings *d, const struct figure_run *run, const struct pivot *p,
			 const char *const *layers, size_t count)
{
	struct grid *g = drawings_array(d, 1, sizeof *g);
	struct grid_panel *panel = drawings_array(d, 1, sizeof *panel);
	double *values = drawings_array(d, count * p->width, sizeof *values);
	const char **rows = drawings_array(d, count, sizeof *rows), **columns = column_names(d, p);

	if (d->failed)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		long from;

		rows[i] = layers[count - 1 - i];
		from = pivot_find(p, rows[i]);
		for (size_t k = 0; k < p->width; k++)
			values[i * p->width + k] = from < 0 ? NAN : p->values[(size_t)from * p->width + k];
	}
	panel->values = values;
	*g = (struct grid){ .heading = run->words,
			    .row_title = "Layer",
			    .row_column = "layer",
			    .rows = count,
			    .columns = p->width,
			    .panel_count = 1,
			    .row_names = rows,
			    .column_names = columns,
			    .panels = panel };
	return g;
}
