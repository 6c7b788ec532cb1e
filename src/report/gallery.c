#include "report/gallery.h"

#include "figure/build.h"

#include <stdlib.h>
#include <string.h>

struct gallery {
	struct built built;
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
	if (figure_build(&g->built, f, collected, err) < 0) {
		free(g);
		return -1;
	}
	*out = g;
	return 0;
}

void gallery_free(struct gallery *g)
{
	if (g != NULL)
		built_release(&g->built);
	free(g);
}

static const struct drawing *find(const struct gallery *g, const char *file)
{
	for (size_t i = 0; i < g->built.drawings.count; i++)
		if (strcmp(g->built.drawings.items[i].file, file) == 0)
			return &g->built.drawings.items[i];
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
	c = (struct canvas){ .cr = cr, .fonts = g->built.drawings.fonts, .width = d->width, .height = d->height };
	d->kind->paint(&c, d->plot);
	cairo_restore(cr);
}
