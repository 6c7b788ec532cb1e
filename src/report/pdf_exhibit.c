#include "report/pdf_blocks.h"

#include <math.h>

static const double GUTTER = 13;
static const struct type caption_type = { .size = 7, .r = .2, .g = .2, .b = .22 };

/* A drawing and its caption, as wide as `width` allows. */
struct panel {
	const struct view *view;
	double width, height, scale; /* of the drawing on the page */
	PangoLayout *caption;
	double caption_height;
};

static bool panel_init(struct panel *p, struct sheet *s, const struct view *v, const struct gallery *g, double limit)
{
	double width, height, unused;

	if (g == NULL || !gallery_size(g, v->file, &width, &height))
		return false;
	*p = (struct panel){ .view = v, .scale = fmin(1, limit / width) };
	/* A drawing taller than a page is shrunk to fit one. */
	p->scale = fmin(p->scale, (s->height - 2 * SHEET_MARGIN - 90) / height);
	p->width = width * p->scale;
	p->height = height * p->scale;
	p->caption = sheet_layout(s, v->caption, caption_type, fmax(p->width, 180));
	sheet_extent(p->caption, &unused, &p->caption_height);
	return true;
}

static void panel_show(struct panel *p, struct sheet *s, const struct gallery *g, double x)
{
	if (!s->measuring)
		gallery_paint(g, p->view->file, s->cr, x, s->y, p->scale);
	sheet_show(s, p->caption, x, s->y + p->height + 4, caption_type);
	g_object_unref(p->caption);
}

/* Two panels side by side where both are narrow enough; returns how many
 * views were taken. */
static size_t show_row(struct sheet *s, const struct exhibit *x, size_t i, const struct gallery *g)
{
	double inner = sheet_inner(s), column = (inner - GUTTER) / 2;
	struct panel a, b;
	bool beside;
	double height;

	if (!panel_init(&a, s, &x->views[i], g, inner))
		return 1;
	beside = a.width <= column + 1 && i + 1 < x->count && panel_init(&b, s, &x->views[i + 1], g, inner);
	if (beside && b.width > column + 1) {
		g_object_unref(b.caption);
		beside = false;
	}
	height = a.height + a.caption_height;
	if (beside)
		height = fmax(height, b.height + b.caption_height);
	sheet_need(s, height + 8);
	panel_show(&a, s, g, SHEET_MARGIN);
	if (beside)
		panel_show(&b, s, g, SHEET_MARGIN + column + GUTTER);
	s->y += height + 14;
	return beside ? 2 : 1;
}

/* The height of the first drawing with its caption; 0 without one. */
static double first_height(struct sheet *s, const struct exhibit *x, const struct gallery *g)
{
	struct panel p;

	if (x->count == 0 || !panel_init(&p, s, &x->views[0], g, sheet_inner(s)))
		return 0;
	g_object_unref(p.caption);
	return p.height + p.caption_height + 8;
}

void pdf_exhibit(struct sheet *s, const struct exhibit *x, const struct gallery *g)
{
	struct type heading = { .size = 10, .bold = true, .r = .11, .g = .11, .b = .12 };
	struct type soft = { .size = 8, .r = .33, .g = .33, .b = .36 };

	sheet_space(s, 12);
	sheet_need(s, 50 + first_height(s, x, g)); /* the heading stays with it */
	sheet_paragraph(s, x->title, false, heading);
	sheet_paragraph(s, x->question, false, soft);
	s->y += 6;
	for (size_t i = 0; i < x->count;)
		i += show_row(s, x, i, g);
	if (x->count == 0 && x->missing_count == 0)
		sheet_paragraph(s, EXHIBIT_EMPTY, false, soft);
	for (size_t i = 0; i < x->missing_count; i++)
		sheet_paragraph(s, x->missing[i], false, soft);
}
