#include "report/pdf_blocks.h"

#include <math.h>
#include <string.h>

static const double GUTTER = 13;
static const struct type caption_type = { .size = 7, .r = .2, .g = .2, .b = .22 };

/* A drawing and its caption, as wide as `width` allows. */
struct panel {
	const struct drawing *drawing;
	double width, height, scale; /* of the drawing on the page */
	PangoLayout *caption;
	double caption_height;
};

static const struct drawing *find(const struct built *b, const char *file)
{
	for (size_t i = 0; i < b->drawings.count; i++)
		if (strcmp(b->drawings.items[i].file, file) == 0)
			return &b->drawings.items[i];
	return NULL;
}

static bool panel_init(struct panel *p, struct sheet *s, const struct view *v, const struct built *built,
		       double limit)
{
	const struct drawing *d = find(built, v->file);
	double unused;

	if (d == NULL)
		return false;
	*p = (struct panel){ .drawing = d, .scale = fmin(1, limit / d->width) };
	/* A drawing taller than a page is shrunk to fit one. */
	p->scale = fmin(p->scale, (s->height - 2 * SHEET_MARGIN - 90) / d->height);
	p->width = d->width * p->scale;
	p->height = d->height * p->scale;
	p->caption = sheet_layout(s, v->caption, caption_type, fmax(p->width, 180));
	sheet_extent(p->caption, &unused, &p->caption_height);
	return true;
}

/* Anew, since cairo cannot put one PDF into another. */
static void paint(const struct panel *p, struct sheet *s, struct fonts *fonts, double x)
{
	const struct drawing *d = p->drawing;
	struct canvas c = { .cr = s->cr, .fonts = fonts, .width = d->width, .height = d->height };

	cairo_save(s->cr);
	cairo_translate(s->cr, x, s->y);
	cairo_scale(s->cr, p->scale, p->scale);
	cairo_set_line_join(s->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(s->cr, NULL, 0, 0);
	cairo_new_path(s->cr);
	d->kind->paint(&c, d->plot);
	cairo_restore(s->cr);
}

static void panel_show(struct panel *p, struct sheet *s, const struct built *built, double x)
{
	if (!s->measuring)
		paint(p, s, built->drawings.fonts, x);
	sheet_show(s, p->caption, x, s->y + p->height + 4, caption_type);
	g_object_unref(p->caption);
}

/* One panel, or two side by side where both are narrow enough. */
struct row {
	struct panel panels[2];
	size_t count;
	double height;
};

/* The row that begins at a view; count 0 where it has no drawing. */
static struct row row_of(struct sheet *s, const struct exhibit *x, size_t first, const struct built *built)
{
	double inner = sheet_inner(s), column = (inner - GUTTER) / 2;
	struct row r = { 0 };
	struct panel *a = &r.panels[0], *b = &r.panels[1];

	if (!panel_init(a, s, &x->views[first], built, inner))
		return r;
	r.count = 1;
	r.height = a->height + a->caption_height;
	if (a->width > column + 1 || first + 1 >= exhibit_shown(x) ||
	    !panel_init(b, s, &x->views[first + 1], built, inner))
		return r;
	if (b->width > column + 1) {
		g_object_unref(b->caption);
		return r;
	}
	r.count = 2;
	r.height = fmax(r.height, b->height + b->caption_height);
	return r;
}

/* Returns how many views were taken. */
static size_t show_row(struct sheet *s, const struct exhibit *x, size_t i, const struct built *built)
{
	struct row r = row_of(s, x, i, built);

	if (r.count == 0)
		return 1;
	sheet_need(s, r.height + 8);
	for (size_t k = 0; k < r.count; k++)
		panel_show(&r.panels[k], s, built, SHEET_MARGIN + (double)k * ((sheet_inner(s) + GUTTER) / 2));
	s->y += r.height + 14;
	return r.count;
}

/* The height of the first drawings with their captions; 0 without one. */
static double first_height(struct sheet *s, const struct exhibit *x, const struct built *built)
{
	struct row r = { 0 };

	if (x->count > 0)
		r = row_of(s, x, 0, built);
	for (size_t k = 0; k < r.count; k++)
		g_object_unref(r.panels[k].caption);
	return r.count > 0 ? r.height + 8 : 0;
}

void pdf_exhibit(struct sheet *s, const struct exhibit *x, size_t number, const struct built *built)
{
	char title[256];
	struct type heading = { .size = 10, .bold = true, .r = .11, .g = .11, .b = .12 };
	struct type soft = { .size = 8, .r = .33, .g = .33, .b = .36 };

	sheet_space(s, 12);
	sheet_need(s, 50 + first_height(s, x, built)); /* the heading stays with it */
	snprintf(title, sizeof title, "Figure %zu. %s", number, x->title);
	sheet_paragraph(s, title, false, heading);
	sheet_paragraph(s, x->question, false, soft);
	s->y += 6;
	for (size_t i = 0; i < exhibit_shown(x);)
		i += show_row(s, x, i, built);
	if (x->count == 0 && x->missing_count == 0)
		sheet_paragraph(s, EXHIBIT_EMPTY, false, soft);
	for (size_t i = 0; i < x->missing_count; i++)
		sheet_paragraph(s, x->missing[i], false, soft);
}
