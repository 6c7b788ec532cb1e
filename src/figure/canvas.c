#include "figure/canvas.h"

#include "base/array.h"
#include "base/utf8.h"
#include "figure/fonts.h"
#include "figure/svg.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Half the height of DejaVu Sans' capitals, in ems. */
static const double HALF_CAPITAL = 0.3645;

void canvas_init(struct canvas *out, cairo_surface_t *surface, struct fonts *fonts, double width, double height,
		 double scale)
{
	*out = (struct canvas){ .cr = cairo_create(surface), .fonts = fonts, .width = width, .height = height };
	cairo_scale(out->cr, scale, scale);
	cairo_set_line_join(out->cr, CAIRO_LINE_JOIN_ROUND);
}

void canvas_release(struct canvas *c)
{
	notes_release(&c->hovers);
	notes_release(&c->texts);
	cairo_destroy(c->cr);
	*c = (struct canvas){ 0 };
}

static void set_colour(struct canvas *c, struct colour k)
{
	cairo_set_source_rgba(c->cr, k.r, k.g, k.b, k.a);
}

static void set_stroke(struct canvas *c, const struct stroke *s)
{
	struct dashes d = dash_lengths(s->dash);

	set_colour(c, s->colour);
	cairo_set_line_width(c->cr, s->width);
	cairo_set_dash(c->cr, d.lengths, d.count, d.offset);
}

/* Draws the path that was laid, filled, stroked or both (NULL: not). */
static void path_draw(struct canvas *c, const struct colour *fill, const struct stroke *stroke)
{
	if (c->svg != NULL) {
		cairo_path_t *path = cairo_copy_path(c->cr);

		svg_draw(c->svg, path, fill, stroke);
		cairo_path_destroy(path);
	} else {
		if (fill != NULL) {
			set_colour(c, *fill);
			cairo_fill_preserve(c->cr);
		}
		if (stroke != NULL) {
			set_stroke(c, stroke);
			cairo_stroke_preserve(c->cr);
		}
	}
	cairo_new_path(c->cr);
}

static void path_fill(struct canvas *c, struct colour colour)
{
	path_draw(c, &colour, NULL);
}

static void path_stroke(struct canvas *c, struct stroke s)
{
	path_draw(c, NULL, &s);
}

double canvas_text_width(struct canvas *c, const char *text, struct text style)
{
	return fonts_text_width(c->fonts, text, style);
}

double fonts_text_width(struct fonts *f, const char *text, struct text style)
{
	PangoRectangle logical;
	PangoLayout *layout;

	if (text == NULL || *text == '\0')
		return 0;
	layout = fonts_layout(f, text, style.size > 0 ? style.size : TEXT_SIZE, style.bold, style.limit);
	pango_layout_get_extents(layout, NULL, &logical);
	g_object_unref(layout);
	return (double)logical.width / PANGO_SCALE;
}

/* Draws a line of text from the current point. */
static void line_draw(struct canvas *c, PangoLayoutLine *line, struct text style)
{
	struct colour colour = style.colour.a > 0 ? style.colour : role_colour(ROLE_INK);
	double x, y;

	if (c->svg != NULL) {
		cairo_get_current_point(c->cr, &x, &y);
		cairo_user_to_device(c->cr, &x, &y);
		svg_text(c->svg, x, y, style.turn, line, colour);
	} else if (c->outlines) {
		pango_cairo_layout_line_path(c->cr, line);
		path_fill(c, colour);
	} else {
		set_colour(c, colour);
		pango_cairo_show_layout_line(c->cr, line);
	}
}

void canvas_text(struct canvas *c, double x, double y, const char *text, struct text style)
{
	double size = style.size > 0 ? style.size : TEXT_SIZE;
	PangoRectangle logical;
	PangoLayout *layout;
	double shift, width;

	if (text == NULL || *text == '\0' || !isfinite(x) || !isfinite(y))
		return;
	layout = fonts_layout(c->fonts, text, size, style.bold, style.limit);
	pango_layout_get_extents(layout, NULL, &logical);
	shift = style.align == ALIGN_LEFT ? 0 : style.align == ALIGN_RIGHT ? 1 : 0.5;
	width = (double)logical.width / PANGO_SCALE;
	if (style.turn == 0)
		notes_add(&c->texts, x - shift * width, y - HALF_CAPITAL * size, width, 2 * HALF_CAPITAL * size,
			  text);
	else
		notes_add(&c->texts, x - HALF_CAPITAL * size, y - (1 - shift) * width, 2 * HALF_CAPITAL * size, width,
			  text);
	if (style.clear)
		canvas_box(c, x - shift * width - 1, y - 0.6 * size, width + 2, 1.2 * size, role_colour(ROLE_PAPER));
	cairo_save(c->cr);
	cairo_translate(c->cr, x, y);
	cairo_rotate(c->cr, -style.turn * (M_PI / 180));
	cairo_move_to(c->cr, -shift * width, HALF_CAPITAL * size);
	line_draw(c, pango_layout_get_line_readonly(layout, 0), style);
	pango_layout_set_width(layout, -1); /* what was cut counts, too: it may be cut for its boxes' width */
	missing_note(fonts_missing(c->fonts), layout);
	cairo_restore(c->cr);
	cairo_new_path(c->cr);
	g_object_unref(layout);
}

void canvas_heading(struct canvas *c, double x, double y, const char *text, double limit)
{
	static const struct text styles[] = { { .size = HEADING_SIZE, .bold = true },
					      { .size = TEXT_SIZE, .bold = true },
					      { .size = TEXT_SIZE } };
	struct text style;
	size_t i = 0;

	while (i < 2 && canvas_text_width(c, text, styles[i]) > limit)
		i++;
	style = styles[i];
	style.limit = limit;
	canvas_text(c, x, y, text, style);
}

void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1, struct stroke s)
{
	canvas_path(c, 2, (double[]){ x0, x1 }, (double[]){ y0, y1 }, s);
}

void canvas_path(struct canvas *c, size_t count, const double *x, const double *y, struct stroke s)
{
	bool pen = false;

	for (size_t i = 0; i < count; i++) {
		if (!isfinite(x[i]) || !isfinite(y[i])) {
			pen = false;
			continue;
		}
		if (pen)
			cairo_line_to(c->cr, x[i], y[i]);
		else
			cairo_move_to(c->cr, x[i], y[i]);
		pen = true;
	}
	path_stroke(c, s);
}

static bool band_point(size_t i, const double *x, const double *low, const double *high)
{
	return isfinite(x[i]) && isfinite(low[i]) && isfinite(high[i]);
}

void canvas_band(struct canvas *c, size_t count, const double *x, const double *low, const double *high,
		 struct colour colour)
{
	for (size_t i = 0, end; i < count; i = end + 1) {
		for (end = i; end < count && band_point(end, x, low, high); end++)
			cairo_line_to(c->cr, x[end], low[end]);
		for (size_t k = end; k > i; k--)
			cairo_line_to(c->cr, x[k - 1], high[k - 1]);
		if (end > i + 1)
			path_fill(c, colour);
		cairo_new_path(c->cr);
	}
}

void canvas_box(struct canvas *c, double x, double y, double width, double height, struct colour fill)
{
	if (!isfinite(x + y + width + height))
		return;
	cairo_rectangle(c->cr, x, y, width, height);
	path_fill(c, fill);
}

static void gradient_fill(struct canvas *c, double x0, double x1, double y, size_t count,
			  const struct colour *colours)
{
	cairo_pattern_t *pattern = cairo_pattern_create_linear(x0, y, x1, y);

	for (size_t i = 0; i < count; i++)
		cairo_pattern_add_color_stop_rgb(pattern, (double)i / (double)(count - 1), colours[i].r, colours[i].g,
						 colours[i].b);
	cairo_set_source(c->cr, pattern);
	cairo_fill(c->cr);
	cairo_pattern_destroy(pattern);
}

void canvas_gradient(struct canvas *c, double x, double y, double width, double height, size_t count,
		     const struct colour *colours)
{
	cairo_path_t *path;

	cairo_rectangle(c->cr, x, y, width, height);
	if (c->svg == NULL) {
		gradient_fill(c, x, x + width, y, count, colours);
		return;
	}
	path = cairo_copy_path(c->cr);
	svg_gradient(c->svg, path, count, colours);
	cairo_path_destroy(path);
	cairo_new_path(c->cr);
}

/* Lines of slope −1, clipped by hand so that no clip path is needed: x + y runs
 * over multiples of the spacing. */
void canvas_hatch(struct canvas *c, double x, double y, double width, double height)
{
	const double spacing = 2.6;

	if (!isfinite(x + y + width + height))
		return;
	for (double sum = ceil((x + y) / spacing) * spacing; sum < x + y + width + height; sum += spacing) {
		double x0 = fmax(x, sum - y - height), x1 = fmin(x + width, sum - y);

		cairo_move_to(c->cr, x0, sum - x0);
		cairo_line_to(c->cr, x1, sum - x1);
	}
	path_stroke(c, (struct stroke){ 0.4, role_colour(ROLE_AXIS), DASH_NONE });
}

void canvas_arrow(struct canvas *c, double x0, double y0, double x1, double y1, struct stroke s)
{
	double length = hypot(x1 - x0, y1 - y0), head = 2.2 + 1.6 * s.width;
	double ux, uy, bx, by;

	if (!isfinite(length))
		return;
	if (length < 0.8) {
		canvas_marker(c, x1, y1, 0.8, 0, s.colour, FILL_FULL);
		return;
	}
	head = fmin(head, length);
	ux = (x1 - x0) / length;
	uy = (y1 - y0) / length;
	bx = x1 - head * ux;
	by = y1 - head * uy;
	if (length > head)
		canvas_line(c, x0, y0, bx, by, s);
	cairo_move_to(c->cr, x1, y1);
	cairo_line_to(c->cr, bx - 0.4 * head * uy, by + 0.4 * head * ux);
	cairo_line_to(c->cr, bx + 0.4 * head * uy, by - 0.4 * head * ux);
	cairo_close_path(c->cr);
	path_fill(c, s.colour);
}

/* A regular polygon, or a star whose inner corners lie at `inner` of the radius. */
static void polygon(cairo_t *cr, double x, double y, double radius, int corners, double turn, double inner)
{
	for (int k = 0; k < corners; k++) {
		double angle = turn + 2 * M_PI * k / corners, r = k % 2 == 1 ? radius * inner : radius;

		cairo_line_to(cr, x + r * sin(angle), y - r * cos(angle));
	}
	cairo_close_path(cr);
}

void canvas_marker(struct canvas *c, double x, double y, double radius, int shape, struct colour colour,
		   enum fill fill)
{
	static const struct {
		double size, turn, inner; /* turn in degrees */
		int corners;
	} shapes[] = {
		{ 1, 0, 1, 0 },        /* circle */
		{ 1.25, 45, 1, 4 },    /* square */
		{ 1.4, 0, 1, 3 },      /* triangle */
		{ 1.3, 0, 1, 4 },      /* diamond */
		{ 1.4, 180, 1, 3 },    /* triangle downwards */
		{ 1.55, 0, 0.45, 10 }, /* star */
		{ 1.15, 30, 1, 6 },    /* hexagon */
		{ 1.5, 45, 0.42, 8 },  /* cross */
	};
	int k = (shape % 8 + 8) % 8;
	struct colour inside;
	struct stroke edge;

	if (!isfinite(x) || !isfinite(y))
		return;
	cairo_new_path(c->cr);
	if (shapes[k].corners == 0)
		cairo_arc(c->cr, x, y, radius, 0, 2 * M_PI);
	else
		polygon(c->cr, x, y, radius * shapes[k].size, shapes[k].corners, shapes[k].turn * (M_PI / 180),
			shapes[k].inner);
	inside = fill == FILL_PAPER   ? role_colour(ROLE_PAPER)
		 : fill == FILL_SHEER ? colour_alpha(colour, 0.45)
				      : colour;
	edge = (struct stroke){ fmax(0.6, radius * 0.35), colour, DASH_NONE };
	path_draw(c, fill == FILL_NONE ? NULL : &inside, fill == FILL_FULL ? NULL : &edge);
}

void canvas_hover(struct canvas *c, double x, double y, double width, double height, const char *format, ...)
{
	char text[512];
	size_t length;
	va_list args;

	if (!c->hovers.kept || !isfinite(x + y + width + height))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	length = utf8_check(text, strlen(text)); /* a text too long may end inside a character */
	text[length] = '\0';
	notes_add(&c->hovers, x, y, width, height, text);
}

void canvas_hover_line(struct canvas *c, size_t count, const double *x, const double *y, const char *text)
{
	struct note *n = count == 0 ? NULL : notes_add(&c->hovers, x[0], y[0], 0, 3, text);

	if (n == NULL)
		return;
	n->line = array_new(count, 2, sizeof *n->line);
	for (size_t i = 0; n->line != NULL && i < count; i++)
		if (isfinite(x[i]) && isfinite(y[i])) {
			n->line[2 * n->points] = x[i];
			n->line[2 * n->points++ + 1] = y[i];
		}
}
