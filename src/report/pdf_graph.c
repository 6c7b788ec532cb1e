#include "report/pdf_blocks.h"

#include <math.h>

static void draw_curves(struct sheet *s, const struct graph *g)
{
	cairo_set_source_rgb(s->cr, .72, .72, .74);
	cairo_set_line_width(s->cr, 0.6);
	for (size_t i = 0; i < g->edge_count; i++) {
		struct graph_curve c = graph_curve(g, i);

		cairo_move_to(s->cr, c.x0, c.y0);
		cairo_curve_to(s->cr, c.x1, c.y1, c.x2, c.y2, c.x3, c.y3);
	}
	for (size_t i = 0; i < g->node_count; i++) {
		struct graph_bus bus;

		if (!graph_bus(&bus, g, i))
			continue;
		cairo_move_to(s->cr, bus.x, bus.top);
		cairo_line_to(s->cr, bus.x, bus.bottom);
		cairo_move_to(s->cr, bus.x, bus.y);
		cairo_line_to(s->cr, bus.end, bus.y);
	}
	cairo_stroke(s->cr);
}

/* What is shown at a time: rows whose top lies between, in the graph's units. */
struct part {
	double from, to, scale;
};

static bool within(const struct part *p, double top)
{
	return top >= p->from && top < p->to;
}

static void draw_nodes(struct sheet *s, const struct graph *g, const struct part *p)
{
	cairo_set_line_width(s->cr, 0.8);
	for (size_t i = 0; i < g->node_count; i++) {
		const struct graph_node *n = &g->nodes[i];

		if (!within(p, n->y))
			continue;
		if (n->href != NULL)
			sheet_link(s, NULL, n->href);
		cairo_rectangle(s->cr, n->x + 0.4, n->y + 0.4, GRAPH_NODE - 0.8, GRAPH_NODE - 0.8);
		cairo_set_source_rgb(s->cr, n->current ? .04 : 1, n->current ? .33 : 1, n->current ? .66 : 1);
		cairo_fill_preserve(s->cr);
		cairo_set_source_rgb(s->cr, .04, .33, .66);
		cairo_stroke(s->cr);
		if (n->href != NULL)
			sheet_link_end(s);
	}
}

/* The stages' names, or those of the part's rows. */
static void draw_texts(struct sheet *s, const struct graph *g, const struct part *p, bool stages)
{
	for (size_t i = 0; i < g->text_count; i++) {
		const struct graph_text *t = &g->texts[i];
		struct type type = { .size = fmax(GRAPH_TEXT, SHEET_SMALLEST / p->scale),
				     .bold = t->strong,
				     .r = .11,
				     .g = .11,
				     .b = .12 };
		PangoLayout *layout;

		if (stages ? t->y > GRAPH_TEXT : !within(p, t->y - GRAPH_NODE - 1))
			continue;
		layout = sheet_layout(s, t->text, type, 0);
		sheet_show(s, layout, t->x, t->y - pango_units_to_double(pango_layout_get_baseline(layout)), type);
		g_object_unref(layout);
	}
}

static void draw_part(struct sheet *s, const struct graph *g, const struct part *p)
{
	cairo_save(s->cr);
	cairo_translate(s->cr, SHEET_MARGIN, s->y);
	cairo_scale(s->cr, p->scale, p->scale);
	draw_texts(s, g, p, true);
	cairo_translate(s->cr, 0, GRAPH_HEAD - p->from);
	cairo_save(s->cr);
	cairo_rectangle(s->cr, 0, p->from, g->width, p->to - p->from);
	cairo_clip(s->cr);
	draw_curves(s, g);
	cairo_restore(s->cr);
	draw_texts(s, g, p, false);
	draw_nodes(s, g, p);
	cairo_restore(s->cr);
	s->y += (GRAPH_HEAD + p->to - p->from) * p->scale + 10;
}

void pdf_graph(struct sheet *s, const struct graph *g)
{
	struct part p = { .from = GRAPH_HEAD, .scale = fmin(0.8, sheet_inner(s) / g->width) };
	double whole = fmin(g->height * p.scale, s->height - 2 * SHEET_MARGIN - SHEET_FOOT / 2.0 - 20);

	sheet_need(s, whole + 10);
	while (p.from < g->height) {
		double rows = floor(((sheet_room(s) - 14) / p.scale - GRAPH_HEAD) / GRAPH_ROW);

		p.to = fmin(g->height, p.from + fmax(1, rows) * GRAPH_ROW);
		draw_part(s, g, &p);
		p.from = p.to;
		if (p.from < g->height)
			sheet_break(s);
	}
}
