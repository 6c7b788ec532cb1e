#include "report/graph.h"

#include "base/array.h"
#include "base/file.h"
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Between nodes of one place; beside the widest place of a column; above a model. */
static const double SLOT = 10, GAP = 16, SPACE = 5;

/* A reckoning of a text's width that needs no font. */
static double text_width(const char *text)
{
	return 5.9 * (double)strlen(text);
}

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Where a cell stands. Cells of one column and row stand beside each other. */
struct place {
	size_t column, row, slot;
	bool free; /* without a row: collect, figures */
};

struct column {
	const char *stage;
	size_t slots, loose; /* most in one row; cells without a row */
	double x;
};

struct layout {
	const struct report_cell *cells;
	size_t count;
	struct place *places;   /* (count) */
	struct column *columns; /* (column_count) */
	size_t *rows;           /* (row_count) the first cell of each row */
	size_t column_count, row_count;
};

static const char *task_of(const struct report_cell *c)
{
	return c->task != NULL ? c->task : c->source;
}

/* Data, a model by itself, or a state of a model on a task. */
static bool same_row(const struct report_cell *a, const struct report_cell *b)
{
	return same(a->model, b->model) && same(task_of(a), task_of(b)) && same(a->source, b->source) &&
	       a->seed == b->seed && (a->model != NULL || task_of(a) != NULL || same(a->name, b->name));
}

/* Cells of the whole experiment, after all others: those of no model and no
 * task, but the ones that prepare data. */
static bool is_free(const struct layout *l, size_t i)
{
	const struct report_cell *c = &l->cells[i];

	return c->model == NULL && c->task == NULL && strcmp(c->stage, l->cells[0].stage) != 0;
}

static size_t column_of(struct layout *l, const char *stage)
{
	size_t i = 0;

	while (i < l->column_count && strcmp(l->columns[i].stage, stage) != 0)
		i++;
	if (i == l->column_count)
		l->columns[l->column_count++] = (struct column){ .stage = stage };
	return i;
}

static size_t row_of(struct layout *l, size_t cell)
{
	size_t i = 0;

	while (i < l->row_count && !same_row(&l->cells[l->rows[i]], &l->cells[cell]))
		i++;
	if (i == l->row_count)
		l->rows[l->row_count++] = cell;
	return i;
}

static void place_cells(struct layout *l)
{
	for (size_t i = 0; i < l->count; i++) {
		struct place *p = &l->places[i];
		struct column *c;

		p->column = column_of(l, l->cells[i].stage);
		c = &l->columns[p->column];
		p->free = is_free(l, i);
		if (p->free) {
			p->slot = c->loose++;
			c->slots = c->slots > 1 ? c->slots : 1;
			continue;
		}
		p->row = row_of(l, i);
		for (size_t k = 0; k < i; k++)
			p->slot +=
				!l->places[k].free && l->places[k].column == p->column && l->places[k].row == p->row;
		c->slots = p->slot + 1 > c->slots ? p->slot + 1 : c->slots;
	}
}

static char *row_text(const struct report_cell *c)
{
	const char *task = task_of(c);

	if (c->model == NULL || task == NULL)
		return text_copy(task != NULL ? task : c->model != NULL ? c->model : path_base(c->name));
	if (c->source == NULL)
		return text_format("%s, original", task);
	if (!same(task, c->source))
		return c->seed > 1 ? text_format("%s after %s, seed %ld", task, c->source, c->seed)
				   : text_format("%s after %s", task, c->source);
	return c->seed > 1 ? text_format("%s, fine-tuned, seed %ld", task, c->seed)
			   : text_format("%s, fine-tuned", task);
}

/* Takes the text over. */
static int add_text(struct graph *g, char *text, double x, double y, bool strong, struct error *err)
{
	if (text == NULL || array_reserve(&g->texts, &g->text_capacity, g->text_count + 1, sizeof *g->texts) < 0) {
		free(text);
		return error_memory(err, "the graph of cells");
	}
	g->texts[g->text_count++] = (struct graph_text){ text, x, y, strong };
	return 0;
}

/* Rows of one model follow one another under its name; `y` (row_count). */
static int name_rows(struct graph *g, const struct layout *l, double *y, struct error *err)
{
	double at = GRAPH_HEAD, widest = 0;

	for (size_t first = 0; first < l->row_count; first++) {
		const char *model = l->cells[l->rows[first]].model;
		bool named = false;

		for (size_t i = 0; i < first; i++)
			named = named || same(l->cells[l->rows[i]].model, model);
		if (named)
			continue;
		at += first > 0 ? SPACE : 0;
		if (add_text(g, text_copy(model == NULL ? "data" : model), 0, at + GRAPH_NODE + 1, true, err) < 0)
			return -1;
		/* A model's own cells, which come first, stand beside its name. */
		for (size_t i = 0; i < l->row_count; i++)
			if (same(l->cells[l->rows[i]].model, model) && model != NULL &&
			    task_of(&l->cells[l->rows[i]]) == NULL)
				y[i] = at;
		at += GRAPH_ROW;
		for (size_t i = 0; i < l->row_count; i++) {
			const struct report_cell *c = &l->cells[l->rows[i]];

			if (!same(c->model, model) || (model != NULL && task_of(c) == NULL))
				continue;
			y[i] = at;
			if (add_text(g, row_text(c), 8, at + GRAPH_NODE + 1, false, err) < 0)
				return -1;
			widest = fmax(widest, 8 + text_width(g->texts[g->text_count - 1].text));
			at += GRAPH_ROW;
		}
	}
	g->height = at + 2;
	g->width = widest + GAP;
	return 0;
}

static int name_columns(struct graph *g, struct layout *l, struct error *err)
{
	for (size_t i = 0; i < l->column_count; i++) {
		struct column *c = &l->columns[i];
		double inner = fmax((double)c->slots * SLOT, text_width(c->stage));

		c->x = g->width;
		if (add_text(g, text_copy(c->stage), c->x, GRAPH_TEXT, true, err) < 0)
			return -1;
		g->width += inner + GAP;
		g->height = fmax(g->height, GRAPH_HEAD + (double)c->loose * GRAPH_ROW + 2);
	}
	return 0;
}

static int add_node(struct graph *g, const struct layout *l, size_t i, const double *y, struct error *err)
{
	const struct report_cell *c = &l->cells[i];
	const struct place *p = &l->places[i];
	const struct column *column = &l->columns[p->column];
	struct graph_node *n = &g->nodes[g->node_count++];

	*n = (struct graph_node){ .name = text_copy(c->name),
				  .state = text_copy(c->state == NULL ? "" : c->state),
				  .href = c->manifest == NULL ? NULL : text_format("manifests/%s.json", c->name) };
	if (n->name == NULL || n->state == NULL || (c->manifest != NULL && n->href == NULL))
		return error_memory(err, "the graph of cells");
	n->current = strcmp(n->state, "up to date") == 0 || strcmp(n->state, "released") == 0;
	n->gathers = p->free && c->need_count == 0;
	n->x = column->x + (p->free ? 0 : (double)p->slot * SLOT);
	n->y = p->free ? 0 : y[p->row];
	if (p->free) {
		n->y = (GRAPH_HEAD + g->height - (double)column->loose * GRAPH_ROW) / 2 + (double)p->slot * GRAPH_ROW;
	}
	return 0;
}

static int add_edge(struct graph *g, size_t from, size_t to, struct error *err)
{
	if (array_reserve(&g->edges, &g->edge_capacity, g->edge_count + 1, sizeof *g->edges) < 0)
		return error_memory(err, "the graph of cells");
	g->edges[g->edge_count++] = (struct graph_edge){ from, to };
	return 0;
}

static int add_edges(struct graph *g, const struct layout *l, struct error *err)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct report_cell *c = &l->cells[i];

		for (size_t k = 0; k < c->need_count; k++) {
			if (c->needs[k] >= i)
				return error_set(err, STATUS_INPUT, "%s: needs a cell that comes after it", c->name);
			if (add_edge(g, c->needs[k], i, err) < 0)
				return -1;
		}
	}
	return 0;
}

int graph_init(struct graph *out, const struct report_cell *cells, size_t count, struct error *err)
{
	struct layout l = { .cells = cells,
			    .count = count,
			    .places = array_new(count + 1, 1, sizeof *l.places),
			    .columns = array_new(count + 1, 1, sizeof *l.columns),
			    .rows = array_new(count + 1, 1, sizeof *l.rows) };
	double *y = array_new(count + 1, 1, sizeof *y);
	int rc = -1;

	*out = (struct graph){ .nodes = array_new(count + 1, 1, sizeof *out->nodes) };
	if (l.places == NULL || l.columns == NULL || l.rows == NULL || y == NULL || out->nodes == NULL) {
		error_memory(err, "the graph of cells");
		goto done;
	}
	place_cells(&l);
	if (name_rows(out, &l, y, err) < 0 || name_columns(out, &l, err) < 0)
		goto done;
	for (size_t i = 0; i < count; i++)
		if (add_node(out, &l, i, y, err) < 0)
			goto done;
	rc = add_edges(out, &l, err);
done:
	if (rc < 0)
		graph_release(out);
	free(l.places);
	free(l.columns);
	free(l.rows);
	free(y);
	return rc;
}

void graph_release(struct graph *g)
{
	for (size_t i = 0; g->nodes != NULL && i < g->node_count; i++) {
		free(g->nodes[i].name);
		free(g->nodes[i].state);
		free(g->nodes[i].href);
	}
	for (size_t i = 0; i < g->text_count; i++)
		free(g->texts[i].text);
	free(g->nodes);
	free(g->edges);
	free(g->texts);
	*g = (struct graph){ 0 };
}

struct graph_curve graph_curve(const struct graph *g, size_t edge)
{
	const struct graph_node *a = &g->nodes[g->edges[edge].from], *b = &g->nodes[g->edges[edge].to];
	double x0 = a->x + GRAPH_NODE, y0 = a->y + GRAPH_NODE / 2.0, x3 = b->x, y3 = b->y + GRAPH_NODE / 2.0;
	double bend = fmax(6, (x3 - x0) / 2);

	return (struct graph_curve){ x0, y0, x0 + bend, y0, x3 - bend, y3, x3, y3 };
}

bool graph_bus(struct graph_bus *out, const struct graph *g, size_t node)
{
	const struct graph_node *n = &g->nodes[node];

	*out = (struct graph_bus){ n->x - GAP / 2, GRAPH_HEAD, g->height, n->y + GRAPH_NODE / 2.0, n->x };
	return n->gathers;
}
