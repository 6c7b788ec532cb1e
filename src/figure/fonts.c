#include "figure/fonts.h"

#include <stdlib.h>

struct fonts {
	PangoFontMap *map;
	PangoContext *context;
	PangoFontDescription *plain, *bold;
	struct missing missing;
};

static PangoFontDescription *description(PangoWeight weight)
{
	PangoFontDescription *d = pango_font_description_new();

	pango_font_description_set_family(d, "DejaVu Sans");
	pango_font_description_set_weight(d, weight);
	return d;
}

/* Shapes and widths must not depend on the screen or on the user's settings:
 * no hinting, whole outlines, places not rounded to pixels, one unit a point. */
struct fonts *fonts_new(void)
{
	struct fonts *f = calloc(1, sizeof *f);
	cairo_font_options_t *options;

	if (f == NULL)
		return NULL;
	f->map = pango_cairo_font_map_new();
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(f->map), 72);
	f->context = pango_font_map_create_context(f->map);
	options = cairo_font_options_create();
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(f->context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(f->context, FALSE);
	pango_context_set_language(f->context, pango_language_from_string("en"));
	f->plain = description(PANGO_WEIGHT_NORMAL);
	f->bold = description(PANGO_WEIGHT_BOLD);
	return f;
}

void fonts_free(struct fonts *f)
{
	if (f == NULL)
		return;
	pango_font_description_free(f->plain);
	pango_font_description_free(f->bold);
	g_object_unref(f->context);
	g_object_unref(f->map);
	missing_release(&f->missing);
	free(f);
}

PangoLayout *fonts_layout(struct fonts *f, const char *text, double size, bool bold, double limit)
{
	PangoLayout *layout = pango_layout_new(f->context);
	PangoFontDescription *d = bold ? f->bold : f->plain;

	pango_font_description_set_size(d, (int)(size * PANGO_SCALE + 0.5));
	pango_layout_set_font_description(layout, d);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	pango_layout_set_text(layout, text, -1);
	if (limit > 0) {
		pango_layout_set_width(layout, (int)(limit * PANGO_SCALE));
		pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
	}
	return layout;
}

struct missing *fonts_missing(struct fonts *f)
{
	return &f->missing;
}
