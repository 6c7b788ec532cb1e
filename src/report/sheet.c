#include "report/sheet.h"

#include "findings/prose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Line heights as multiples of the font's size. */
static const double LEADING = 1.38;

void sheet_init(struct sheet *s, cairo_surface_t *surface, const char *title, double width, double height)
{
	cairo_font_options_t *options = cairo_font_options_create();
	PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);

	*s = (struct sheet){ .surface = surface,
			     .cr = cairo_create(surface),
			     .title = title,
			     .width = width,
			     .height = height,
			     .y = SHEET_MARGIN,
			     .page = 1 };
	s->context = pango_font_map_create_context(map);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(s->context, options);
	pango_cairo_context_set_resolution(s->context, 72);
	pango_context_set_round_glyph_positions(s->context, FALSE);
	cairo_font_options_destroy(options);
	g_object_unref(map);
}

static void write_foot(struct sheet *s)
{
	struct type t = { .size = 7.5, .r = .35, .g = .35, .b = .37 };
	char number[32];
	PangoLayout *left = sheet_layout(s, s->title, t, 0), *right;
	double width, height, y = s->height - SHEET_FOOT;

	snprintf(number, sizeof number, "%d", s->page);
	right = sheet_layout(s, number, t, 0);
	sheet_extent(right, &width, &height);
	pango_layout_set_width(left, pango_units_from_double(sheet_inner(s) - width - 12));
	pango_layout_set_ellipsize(left, PANGO_ELLIPSIZE_END);
	sheet_show(s, left, SHEET_MARGIN, y, t);
	sheet_show(s, right, s->width - SHEET_MARGIN - width, y, t);
	g_object_unref(left);
	g_object_unref(right);
}

int sheet_end(struct sheet *s, struct error *err)
{
	cairo_status_t status;

	write_foot(s);
	cairo_show_page(s->cr);
	status = cairo_status(s->cr);
	cairo_surface_finish(s->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(s->surface);
	cairo_destroy(s->cr);
	g_object_unref(s->context);
	if (status != CAIRO_STATUS_SUCCESS)
		return error_set(err, STATUS_MACHINE, "report.pdf: cannot draw: %s", cairo_status_to_string(status));
	return 0;
}

double sheet_inner(const struct sheet *s)
{
	return s->width - 2 * SHEET_MARGIN;
}

double sheet_room(const struct sheet *s)
{
	return s->height - SHEET_MARGIN - SHEET_FOOT / 2.0 - s->y;
}

void sheet_break(struct sheet *s)
{
	write_foot(s);
	cairo_show_page(s->cr);
	s->page++;
	s->y = SHEET_MARGIN;
}

void sheet_need(struct sheet *s, double height)
{
	if (sheet_room(s) < height && s->y > SHEET_MARGIN)
		sheet_break(s);
}

void sheet_space(struct sheet *s, double height)
{
	if (s->y > SHEET_MARGIN)
		s->y += height;
}

PangoLayout *sheet_layout(const struct sheet *s, const char *text, struct type t, double width)
{
	PangoLayout *layout = pango_layout_new(s->context);
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family(font, t.mono ? "DejaVu Sans Mono" : "DejaVu Sans");
	pango_font_description_set_absolute_size(font, t.size * PANGO_SCALE);
	pango_font_description_set_weight(font, t.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(font, t.italic ? PANGO_STYLE_OBLIQUE : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	if (width > 0) {
		pango_layout_set_width(layout, pango_units_from_double(width));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	}
	pango_layout_set_text(layout, text, -1);
	return layout;
}

void sheet_extent(PangoLayout *layout, double *width, double *height)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	*width = pango_units_to_double(logical.width);
	*height = pango_units_to_double(logical.height);
}

static void note_missing(struct sheet *s, PangoLayout *layout)
{
	if (!s->measuring && s->missing != NULL)
		missing_note(s->missing, layout);
}

void sheet_show(struct sheet *s, PangoLayout *layout, double x, double y, struct type t)
{
	cairo_set_source_rgb(s->cr, t.r, t.g, t.b);
	cairo_move_to(s->cr, x, y);
	pango_cairo_show_layout(s->cr, layout);
	note_missing(s, layout);
}

void sheet_paragraph(struct sheet *s, const char *text, bool markup, struct type t)
{
	PangoLayout *layout = sheet_layout(s, markup ? "" : text, t, sheet_inner(s) - t.indent);
	PangoLayoutIter *lines;
	double step = t.size * LEADING;

	if (markup)
		pango_layout_set_markup(layout, text, -1);
	lines = pango_layout_get_iter(layout);
	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(lines);

		sheet_need(s, step);
		s->y += step;
		cairo_set_source_rgb(s->cr, t.r, t.g, t.b);
		cairo_move_to(s->cr, SHEET_MARGIN + t.indent, s->y - 0.32 * t.size);
		pango_cairo_show_layout_line(s->cr, line);
	} while (pango_layout_iter_next_line(lines));
	pango_layout_iter_free(lines);
	note_missing(s, layout);
	g_object_unref(layout);
}

void sheet_rule(struct sheet *s, double x0, double x1, double y, double thickness)
{
	cairo_set_source_rgb(s->cr, .11, .11, .12);
	cairo_set_line_width(s->cr, thickness);
	cairo_move_to(s->cr, x0, y);
	cairo_line_to(s->cr, x1, y);
	cairo_stroke(s->cr);
}

/* A value of a tag's attribute: quotes and backslashes are escaped. */
static void add_value(struct prose *p, const char *key, const char *value)
{
	prose_format(p, "%s='", key);
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			prose_add(p, "\\");
		prose_add_n(p, value, 1);
	}
	prose_add(p, "'");
}

void sheet_link(struct sheet *s, const char *destination, const char *uri)
{
	struct prose attributes = { 0 };

	add_value(&attributes, destination != NULL ? "dest" : "uri", destination != NULL ? destination : uri);
	cairo_tag_begin(s->cr, CAIRO_TAG_LINK, prose_text(&attributes));
	prose_release(&attributes);
}

void sheet_link_end(struct sheet *s)
{
	cairo_tag_end(s->cr, CAIRO_TAG_LINK);
}

void sheet_destination(struct sheet *s, const char *name)
{
	struct prose attributes = { 0 };

	add_value(&attributes, "name", name);
	prose_format(&attributes, " x=0 y=%d", (int)s->y);
	cairo_tag_begin(s->cr, CAIRO_TAG_DEST, prose_text(&attributes));
	cairo_tag_end(s->cr, CAIRO_TAG_DEST);
	prose_release(&attributes);
}
