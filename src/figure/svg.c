#include "figure/svg.h"

#include "base/array.h"
#include "base/sha256.h"
#include "figure/glyphs.h"
#include "figure/names.h"
#include "figure/svg_path.h"
#include "figure/xml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct svg {
	struct bytes body;
	struct names styles; /* declarations, which become classes */
	struct names gradients;
	struct names texts; /* lines of glyphs */
	struct glyphs glyphs;
	int failed;
	char prefix[10];
};

struct svg *svg_new(const char *name)
{
	struct svg *s = calloc(1, sizeof *s);
	char digest[65];

	if (s == NULL)
		return NULL;
	sha256_bytes(digest, name, strlen(name));
	memcpy(s->prefix, "f", 1);
	memcpy(s->prefix + 1, digest, 8);
	glyphs_init(&s->glyphs);
	return s;
}

void svg_free(struct svg *s)
{
	if (s == NULL)
		return;
	glyphs_release(&s->glyphs);
	names_release(&s->styles);
	names_release(&s->gradients);
	names_release(&s->texts);
	bytes_release(&s->body);
	free(s);
}

static void escape(struct bytes *out, const char *text)
{
	for (size_t left = strlen(text), used, size; left > 0; text += used, left -= used) {
		const char *with;

		used = xml_character(&with, &size, text, left);
		bytes_add(out, with, size);
	}
}

/* A declaration, and a second one with the variable where the colour is a role's;
 * a reader of SVG that knows no variables drops that one. */
static void colour_declare(struct bytes *out, const char *property, struct colour c)
{
	bytes_format(out, "%s:#%06x;", property, colour_packed(c));
	if (c.role != ROLE_NONE)
		bytes_format(out, "%s:var(--figure-%s,#%06x);", property, role_name(c.role), colour_packed(c));
	if (c.a < 1)
		bytes_format(out, "%s-opacity:%.3g;", property, c.a);
}

static void stroke_declare(struct bytes *out, const struct stroke *s)
{
	struct dashes d = dash_lengths(s->dash);

	bytes_format(out, "stroke-width:%.3g;", s->width);
	colour_declare(out, "stroke", s->colour);
	if (d.count > 0)
		bytes_format(out, "stroke-dasharray:%.3g,%.3g;", d.lengths[0], d.lengths[1]);
	if (d.offset > 0)
		bytes_format(out, "stroke-dashoffset:%.3g;", d.offset);
}

static void class_write(struct svg *s, struct bytes *declarations)
{
	bytes_format(&s->body, " class=\"k%zu\"", names_place(&s->styles, declarations, &s->failed));
	bytes_release(declarations);
}

static void path_write(struct svg *s, const cairo_path_t *path)
{
	bytes_text(&s->body, " d=\"");
	svg_path(&s->body, path);
	bytes_text(&s->body, "\"/>\n");
	s->failed |= path->status != CAIRO_STATUS_SUCCESS;
}

void svg_draw(struct svg *s, const cairo_path_t *path, const struct colour *fill, const struct stroke *stroke)
{
	struct bytes style = { 0 };

	if (path->num_data == 0 && path->status == CAIRO_STATUS_SUCCESS)
		return;
	bytes_text(&s->body, "<path");
	if (stroke == NULL && fill != NULL && fill->role == ROLE_NONE && fill->a >= 1) {
		/* The colour of a value, which seldom comes twice. */
		bytes_format(&s->body, " fill=\"#%06x\"", colour_packed(*fill));
	} else {
		if (fill != NULL)
			colour_declare(&style, "fill", *fill);
		else
			bytes_text(&style, "fill:none;");
		if (stroke != NULL)
			stroke_declare(&style, stroke);
		class_write(s, &style);
	}
	path_write(s, path);
}

void svg_gradient(struct svg *s, const cairo_path_t *path, size_t count, const struct colour *colours)
{
	struct bytes stops = { 0 };

	for (size_t i = 0; i < count; i++) {
		bytes_text(&stops, "<stop offset=\"");
		svg_number(&stops, (double)i / (double)(count - 1));
		bytes_format(&stops, "\" stop-color=\"#%06x\"/>", colour_packed(colours[i]));
	}
	bytes_format(&s->body, "<path fill=\"url(#%s-g%zu)\"", s->prefix,
		     names_place(&s->gradients, &stops, &s->failed));
	bytes_release(&stops);
	path_write(s, path);
}

void svg_text(struct svg *s, double x, double y, double turn, PangoLayoutLine *line, struct colour colour)
{
	struct bytes uses = { 0 }, style = { 0 };
	size_t known = s->texts.count, place;

	glyphs_line(&uses, &s->glyphs, s->prefix, line);
	if (uses.size > 0) {
		place = names_place(&s->texts, &uses, &s->failed);
		colour_declare(&style, "fill", colour);
		bytes_text(&s->body, place < known ? "<use" : "<g");
		class_write(s, &style);
		bytes_text(&s->body, " transform=\"translate(");
		svg_number(&s->body, x);
		bytes_text(&s->body, ",");
		svg_number(&s->body, y);
		bytes_text(&s->body, ")");
		if (turn != 0) {
			bytes_text(&s->body, " rotate(");
			svg_number(&s->body, -turn);
			bytes_text(&s->body, ")");
		}
		if (place < known) {
			bytes_format(&s->body, "\" xlink:href=\"#%s-t%zu\"/>\n", s->prefix, place);
		} else {
			bytes_format(&s->body, "\"><g id=\"%s-t%zu\">", s->prefix, place);
			bytes_add(&s->body, uses.data, uses.size);
			bytes_text(&s->body, "</g></g>\n");
		}
	}
	s->failed |= uses.failed;
	bytes_release(&uses);
}

/* To a tenth. */
static void hover_point(struct bytes *out, const char *before, double x, double y)
{
	bytes_text(out, before);
	svg_number(out, round(10 * x) / 10);
	bytes_text(out, " ");
	svg_number(out, round(10 * y) / 10);
}

static void hover_path(struct bytes *out, const struct note *h)
{
	if (h->line == NULL) {
		hover_point(out, "M", h->x, h->y + h->height / 2);
		bytes_format(out, "h%.3g", h->width);
	}
	for (size_t i = 0; h->line != NULL && i < h->points; i++)
		hover_point(out, i == 0 ? "M" : " ", h->line[2 * i], h->line[2 * i + 1]);
}

/* A hover text hangs on a line as broad as its box is high, which is not drawn
 * and yet felt. */
static void hovers_write(struct bytes *out, const struct notes *hovers)
{
	double height = -1;

	for (size_t i = 0; i < hovers->count; i++) {
		const struct note *h = &hovers->items[i];

		if (h->height != height)
			bytes_format(out, "%s<g fill=\"none\" pointer-events=\"stroke\" stroke-width=\"%.3g\">\n",
				     i == 0 ? "" : "</g>\n", h->height);
		height = h->height;
		bytes_text(out, "<path d=\"");
		hover_path(out, h);
		bytes_text(out, "\"><title>");
		escape(out, h->text);
		bytes_text(out, "</title></path>\n");
	}
	if (hovers->count > 0)
		bytes_text(out, "</g>\n");
}

static void head_write(struct bytes *out, const struct svg *s, const struct svg_document *p)
{
	bytes_format(
		out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
		"xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"%gpt\" height=\"%gpt\" viewBox=\"0 0 %g %g\"",
		p->width, p->height, p->width, p->height);
	bytes_format(out,
		     " version=\"1.1\" stroke-linejoin=\"round\" id=\"%s\" role=\"img\" "
		     "aria-labelledby=\"%s-title %s-desc\">\n<title id=\"%s-title\">",
		     s->prefix, s->prefix, s->prefix, s->prefix);
	escape(out, p->title);
	bytes_format(out, "</title>\n<desc id=\"%s-desc\">", s->prefix);
	escape(out, p->description);
	bytes_text(out, "</desc>\n");
}

void svg_scheme(struct bytes *out, bool dark)
{
	for (enum role r = ROLE_INK; r < ROLE_COUNT; r++)
		bytes_format(out, "--figure-%s:#%06x;", role_name(r),
			     colour_packed(dark ? role_colour_dark(r) : role_colour(r)));
}

/* The classes; and the dark scheme, in force where the picture is a document of
 * its own: inside a page, the page sets the variables. */
static void rules_write(struct bytes *out, const struct svg *s)
{
	bytes_text(out, "<style>\n");
	for (size_t i = 0; i < s->styles.count; i++) {
		bytes_format(out, "#%s .k%zu{", s->prefix, i);
		bytes_text(out, s->styles.items[i]);
		bytes_text(out, "}\n");
	}
	bytes_text(out, "@media (prefers-color-scheme:dark){svg:root{");
	svg_scheme(out, true);
	bytes_text(out, "}}\n</style>\n");
}

static void defs_write(struct bytes *out, const struct svg *s)
{
	bytes_text(out, "<defs>\n");
	glyphs_define(out, &s->glyphs, s->prefix);
	for (size_t i = 0; i < s->gradients.count; i++) {
		bytes_format(out, "<linearGradient id=\"%s-g%zu\">", s->prefix, i);
		bytes_text(out, s->gradients.items[i]);
		bytes_text(out, "</linearGradient>\n");
	}
	bytes_text(out, "</defs>\n");
}

int svg_finish(struct bytes *out, struct svg *s, const struct svg_document *p, const struct notes *hovers,
	       struct error *err)
{
	head_write(out, s, p);
	rules_write(out, s);
	defs_write(out, s);
	if (s->body.data != NULL)
		bytes_add(out, s->body.data, s->body.size);
	hovers_write(out, hovers);
	bytes_text(out, "</svg>\n");
	return out->failed || s->failed || s->body.failed || s->glyphs.failed ? error_memory(err, p->title) : 0;
}
