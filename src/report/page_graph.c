#include "report/page_text.h"
#include "report/page_part.h"

static void write_curves(struct prose *out, const struct graph *g)
{
	prose_add(out, "<g class=\"edges\">\n");
	for (size_t i = 0; i < g->edge_count; i++) {
		struct graph_curve c = graph_curve(g, i);

		prose_format(out, "<path data-from=\"%zu\" data-to=\"%zu\" d=\"M%g %gC%g %g %g %g %g %g\"/>\n",
			     g->edges[i].from, g->edges[i].to, c.x0, c.y0, c.x1, c.y1, c.x2, c.y2, c.x3, c.y3);
	}
	for (size_t i = 0; i < g->node_count; i++) {
		struct graph_bus bus;

		if (graph_bus(&bus, g, i))
			prose_format(out, "<path d=\"M%g %gV%gM%g %gH%g\"/>\n", bus.x, bus.top, bus.bottom, bus.x,
				     bus.y, bus.end);
	}
	prose_add(out, "</g>\n");
}

static void write_texts(struct prose *out, const struct graph *g)
{
	for (size_t i = 0; i < g->text_count; i++) {
		const struct graph_text *t = &g->texts[i];

		prose_format(out, "<text x=\"%g\" y=\"%g\"%s>", t->x, t->y, t->strong ? " class=\"strong\"" : "");
		page_escape(out, t->text);
		prose_add(out, "</text>\n");
	}
}

static void write_node(struct prose *out, const struct graph_node *n, size_t i)
{
	if (n->href != NULL) {
		prose_add(out, "<a href=\"");
		page_escape(out, n->href);
		prose_add(out, "\">");
	}
	prose_format(out, "<rect data-node=\"%zu\" x=\"%g\" y=\"%g\" width=\"%d\" height=\"%d\"%s><title>", i, n->x,
		     n->y, GRAPH_NODE, GRAPH_NODE, n->current ? "" : " class=\"open\"");
	page_escape(out, n->name);
	prose_add(out, ": ");
	page_escape(out, n->state);
	prose_format(out, "</title></rect>%s\n", n->href != NULL ? "</a>" : "");
}

void page_graph(struct prose *out, const struct graph *g)
{
	prose_format(
		out,
		"<div class=\"scroll\">\n<svg class=\"graph\" viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\" "
		"role=\"group\" aria-labelledby=\"graph-title graph-text\">\n<title id=\"graph-title\">Cells of the "
		"experiment and what they read</title>\n<desc id=\"graph-text\">%zu cells, a column a stage, a row "
		"for "
		"each state of each model and task. The table of cells below has the same links.</desc>\n",
		g->width, g->height, g->width, g->height, g->node_count);
	write_curves(out, g);
	write_texts(out, g);
	for (size_t i = 0; i < g->node_count; i++)
		write_node(out, &g->nodes[i], i);
	prose_add(out, "</svg>\n</div>\n");
}
