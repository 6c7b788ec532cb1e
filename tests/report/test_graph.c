/* The graph of cells: every cell of an experiment stands somewhere, by itself,
 * and every line leads to the right. */
#include "support.h"

#include "report/graph.h"
#include "report/report.h"
#include "workflow/plan.h"

#include <math.h>
#include <string.h>

/* The cells of an experiment file, as the report is told of them. */
struct facts {
	struct experiment experiment;
	struct plan plan;
	struct report_cell *cells;
	size_t count;
};

static void read_facts(struct facts *f, const char *name, const char *state)
{
	char *path = text_format("%s/experiments/%s.ini", SOURCE, name);
	struct error err = { 0 };

	*f = (struct facts){ 0 };
	if (experiment_read(&f->experiment, path, NULL, NULL, NULL, &err) < 0 ||
	    plan_init(&f->plan, &f->experiment, &err) < 0)
		fail_msg("%s", err.text);
	f->cells = array_new(f->plan.count, 1, sizeof *f->cells);
	for (size_t i = 0; i < f->plan.count; i++) {
		const struct cell *c = &f->plan.cells[i];

		if (c->stage->id != STAGE_REPORT)
			f->cells[f->count++] = (struct report_cell){ .name = c->name,
								     .stage = c->stage->name,
								     .state = state,
								     .manifest = i % 3 == 0 ? NULL : "m.json",
								     .model = c->model,
								     .task = c->task,
								     .source = c->source,
								     .seed = c->seed,
								     .needs = c->needs,
								     .need_count = c->need_count };
	}
	free(path);
}

static void release_facts(struct facts *f)
{
	free(f->cells);
	plan_release(&f->plan);
	experiment_release(&f->experiment);
}

static void check_nodes(const struct graph *g, const struct facts *f)
{
	assert_int_equal(g->node_count, f->count);
	for (size_t i = 0; i < g->node_count; i++) {
		const struct graph_node *n = &g->nodes[i];

		assert_string_equal(n->name, f->cells[i].name);
		assert_true(n->x > 0 && n->x + GRAPH_NODE <= g->width);
		assert_true(n->y >= GRAPH_HEAD && n->y + GRAPH_NODE <= g->height);
		assert_int_equal(n->href == NULL, f->cells[i].manifest == NULL);
		for (size_t k = 0; k < i; k++)
			if (fabs(g->nodes[k].x - n->x) < GRAPH_NODE && fabs(g->nodes[k].y - n->y) < GRAPH_NODE)
				fail_msg("%s lies on %s", n->name, g->nodes[k].name);
	}
}

static void check_edges(const struct graph *g, const struct facts *f)
{
	size_t edge = 0, gathering = 0;

	for (size_t i = 0; i < f->count; i++) {
		struct graph_bus bus;

		for (size_t k = 0; k < f->cells[i].need_count; k++, edge++) {
			struct graph_curve c = graph_curve(g, edge);

			assert_int_equal(g->edges[edge].from, f->cells[i].needs[k]);
			assert_int_equal(g->edges[edge].to, i);
			if (c.x0 >= c.x3)
				fail_msg("%s reads %s, which stands to its right", f->cells[i].name,
					 f->cells[g->edges[edge].from].name);
		}
		gathering += graph_bus(&bus, g, i);
	}
	assert_int_equal(edge, g->edge_count);
	assert_int_equal(gathering, 1); /* collect */
}

static void check_experiment(const char *name)
{
	struct error err = { 0 };
	struct facts f;
	struct graph g;

	read_facts(&f, name, "up to date");
	if (graph_init(&g, f.cells, f.count, &err) < 0)
		fail_msg("%s", err.text);
	check_nodes(&g, &f);
	check_edges(&g, &f);
	assert_true(g.width < 1000 && g.height < 1600);
	assert_true(g.nodes[0].current);
	graph_release(&g);
	release_facts(&f);
}

static void test_embedded(void **state)
{
	(void)state;
	check_experiment("embedded");
}

static void test_paper(void **state)
{
	(void)state;
	check_experiment("paper");
}

static void test_backward_need(void **state)
{
	static const size_t later[] = { 1 };
	const struct report_cell cells[] = {
		{ .name = "prepare/a", .stage = "prepare", .task = "a", .needs = later, .need_count = 1 },
		{ .name = "prepare/b", .stage = "prepare", .task = "b" },
	};
	struct error err = { 0 };
	struct graph g;

	(void)state;
	assert_int_equal(graph_init(&g, cells, 2, &err), -1);
	assert_string_equal(err.text, "prepare/a: needs a cell that comes after it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_embedded),
		cmocka_unit_test(test_paper),
		cmocka_unit_test(test_backward_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
