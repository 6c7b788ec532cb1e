#include "report/gallery.h"

#include "base/table.h"
#include "figure/build.h"
#include "figure/drawing.h"
#include "figure/figure.h"

#include <stdlib.h>
#include <string.h>

enum { TABLES = 3 };

struct gallery {
	struct drawings drawings;
	struct collected collected;
	struct table tables[TABLES];
};

int gallery_new(struct gallery **out, const char *figure, const char *collected, struct error *err)
{
	const struct figure *f = figure_find(figure);
	struct gallery *g;

	if (f == NULL)
		return error_set(err, STATUS_INPUT, "%s: no such figure", figure);
	g = calloc(1, sizeof *g);
	if (g == NULL)
		return error_memory(err, figure);
	if (drawings_init(&g->drawings, err) < 0 || collected_open(&g->collected, &g->drawings, collected, err) < 0)
		goto fail;
	for (size_t i = 0; i < TABLES && f->tables[i] != NULL; i++)
		if (collected_read(&g->tables[i], &g->collected, f->tables[i], err) < 0)
			goto fail;
	if (f->build(&g->drawings, &g->collected, g->tables, err) < 0)
		goto fail;
	if (g->drawings.failed) {
		error_memory(err, figure);
		goto fail;
	}
	*out = g;
	return 0;
fail:
	gallery_free(g);
	return -1;
}

void gallery_free(struct gallery *g)
{
	if (g == NULL)
		return;
	drawings_release(&g->drawings);
	for (size_t i = 0; i < TABLES; i++)
		table_release(&g->tables[i]);
	free(g);
}

static const struct drawing *find(const struct gallery *g, const char *file)
{
	for (size_t i = 0; i < g->drawings.count; i++)
		if (strcmp(g->drawings.items[i].file, file) == 0)
			return &g->drawings.items[i];
	return NULL;
}

bool gallery_size(const struct gallery *g, const char *file, double *width, double *height)
{
	const struct drawing *d = find(g, file);

	if (d == NULL)
		return false;
	*width = d->width;
	*height = d->height;
	return true;
}

void gallery_paint(const struct gallery *g, const char *file, cairo_t *cr, double x, double y, double scale)
{
	const struct drawing *d = find(g, file);
	struct canvas c;

	if (d == NULL)
		return;
	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_scale(cr, scale, scale);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(cr, NULL, 0, 0);
	cairo_new_path(cr);
	c = (struct canvas){ .cr = cr, .fonts = g->drawings.fonts, .width = d->width, .height = d->height };
	d->kind->paint(&c, d->plot);
	cairo_restore(cr);
}
