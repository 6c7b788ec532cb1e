/* The graph of an experiment's cells: a column a stage, a row for each state of
 * each model and task, and a line from a cell to each that reads it. Lengths are
 * in units of which the texts are 10 high. */
#ifndef REPORT_GRAPH_H
#define REPORT_GRAPH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { GRAPH_NODE = 8, GRAPH_ROW = 13, GRAPH_HEAD = 18, GRAPH_TEXT = 10 };

struct report_cell;

struct graph {
	struct graph_node {
		char *name, *state; /* "extract/tiny/original/pos", "up to date" */
		char *href;         /* its manifest, relative to the report's folder; NULL without one */
		double x, y;        /* top left corner; the box is GRAPH_NODE wide and high */
		bool current;       /* up to date, or released */
		bool gathers;       /* reads what all others wrote, which a line across all rows stands for */
	} * nodes;                  /* (node_count) */
	size_t node_count;
	struct graph_edge {
		size_t from, to;
	} * edges; /* (edge_count) */
	size_t edge_count, edge_capacity;
	struct graph_text {
		char *text;
		double x, y; /* y: of the baseline */
		bool strong; /* a model, or a stage */
	} * texts;           /* (text_count) stages above their columns, rows to the left */
	size_t text_count, text_capacity;
	double width, height;
};

/* Of cells in the plan's order: their needs are indices of cells before them. */
int graph_init(struct graph *out, const struct report_cell *cells, size_t count, struct error *err);
void graph_release(struct graph *g);

/* The line across all rows that leads to a node which gathers: from (x, top) to
 * (x, bottom), and from (x, y) to (end, y). False for another node. */
struct graph_bus {
	double x, top, bottom, y, end;
};
bool graph_bus(struct graph_bus *out, const struct graph *g, size_t node);

/* The control points of an edge's cubic curve. */
struct graph_curve {
	double x0, y0, x1, y1, x2, y2, x3, y3;
};
struct graph_curve graph_curve(const struct graph *g, size_t edge);

#endif
