#include "figure/glyphs.h"

#include "base/array.h"
#include "figure/svg_path.h"

#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A glyph that was met. */
struct glyph {
	PangoFont *font; /* a reference; NULL where no font is installed */
	PangoGlyph glyph;
	bool blank;     /* it has no outline */
	size_t outline; /* its place among the names */
};

void glyphs_init(struct glyphs *out)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);

	*out = (struct glyphs){ .scratch = cairo_create(surface) };
	cairo_surface_destroy(surface);
}

void glyphs_release(struct glyphs *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].font != NULL)
			g_object_unref(g->items[i].font);
	free(g->items);
	names_release(&g->outlines);
	cairo_destroy(g->scratch);
}

/* Pango draws the box that stands for a missing glyph, too, as an outline. */
static void outline_add(struct glyphs *g, struct glyph *item, const PangoGlyphInfo *info)
{
	PangoGlyphInfo alone = *info;
	PangoGlyphString string = { .num_glyphs = 1, .glyphs = &alone };
	struct bytes data = { 0 };
	cairo_path_t *path;

	alone.geometry.x_offset = alone.geometry.y_offset = 0;
	cairo_new_path(g->scratch);
	cairo_move_to(g->scratch, 0, 0);
	pango_cairo_glyph_string_path(g->scratch, item->font, &string);
	path = cairo_copy_path(g->scratch);
	svg_path(&data, path);
	g->failed |= path->status != CAIRO_STATUS_SUCCESS || data.failed;
	item->blank = data.size == 0;
	if (!item->blank)
		item->outline = names_place(&g->outlines, &data, &g->failed);
	cairo_path_destroy(path);
	bytes_release(&data);
}

static const struct glyph *glyph_of(struct glyphs *g, PangoFont *font, const PangoGlyphInfo *info)
{
	struct glyph *item;

	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].glyph == info->glyph && g->items[i].font == font)
			return &g->items[i];
	if (array_reserve(&g->items, &g->capacity, g->count + 1, sizeof *g->items) < 0) {
		g->failed = 1;
		return NULL;
	}
	item = &g->items[g->count++];
	*item = (struct glyph){ .font = font == NULL ? NULL : g_object_ref(font), .glyph = info->glyph };
	outline_add(g, item, info);
	return item;
}

/* Nothing where it is zero. */
static void place_write(struct bytes *out, const char *name, int units)
{
	struct bytes number = { 0 };

	svg_number(&number, pango_units_to_double(units));
	if (number.data != NULL && strcmp(number.data, "0") != 0)
		bytes_format(out, " %s=\"%s\"", name, number.data);
	out->failed |= number.failed;
	bytes_release(&number);
}

/* Returns how far the run reaches. */
static int run_write(struct bytes *out, struct glyphs *g, const char *prefix, const PangoLayoutRun *run, int x)
{
	const PangoGlyphString *string = run->glyphs;

	for (int i = 0; i < string->num_glyphs; i++) {
		const PangoGlyphInfo *info = &string->glyphs[i];
		const struct glyph *item =
			info->glyph == PANGO_GLYPH_EMPTY ? NULL : glyph_of(g, run->item->analysis.font, info);

		if (item != NULL && !item->blank) {
			bytes_format(out, "<use xlink:href=\"#%s-%zu\"", prefix, item->outline);
			place_write(out, "x", x + info->geometry.x_offset);
			place_write(out, "y", info->geometry.y_offset);
			bytes_text(out, "/>");
		}
		x += info->geometry.width;
	}
	return x;
}

void glyphs_line(struct bytes *out, struct glyphs *g, const char *prefix, const PangoLayoutLine *line)
{
	int x = 0;

	for (const GSList *l = line->runs; l != NULL; l = l->next)
		x = run_write(out, g, prefix, l->data, x);
}

void glyphs_define(struct bytes *out, const struct glyphs *g, const char *prefix)
{
	for (size_t i = 0; i < g->outlines.count; i++) {
		bytes_format(out, "<path id=\"%s-%zu\" d=\"", prefix, i);
		bytes_text(out, g->outlines.items[i]);
		bytes_text(out, "\"/>\n");
	}
}
