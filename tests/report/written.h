/* The report of a made-up experiment, written to a temporary directory. */
#ifndef TESTS_REPORT_WRITTEN_H
#define TESTS_REPORT_WRITTEN_H

#include "findings/world.h"

#include "figure/figure.h"
#include "report/report.h"

/* A report, from a world. */
struct written {
	struct world world;
	struct report_input in;
	struct report_cell cells[256];
	struct report_figure figures[16];
	char *kept[256]; /* paths that the input points to */
	size_t kept_count;
	struct folder out;
	char *page;
};

static const struct report_parameter written_parameters[] = { { "finetune", "lr", "0.0003" },
							      { "probe", "grid", "8x8:1e-5 <b>" },
							      { "task pos", "kind", "word" },
							      { "task pos", "label", "upos" } };

static inline char *written_keep(struct written *r, char *text)
{
	assert_non_null(text);
	assert_true(r->kept_count < 256);
	return r->kept[r->kept_count++] = text;
}

static inline const char *written_subject(const struct written *r, const struct cell *c)
{
	const struct experiment *e = &r->world.experiment;

	for (size_t i = 0; c->recipe != NULL && i < e->subject_count; i++)
		if (strcmp(e->subjects[i].model, c->model) == 0 && strcmp(e->subjects[i].recipe, c->recipe) == 0)
			return e->subjects[i].name;
	return c->model;
}

static inline void written_cells(struct written *r)
{
	for (size_t i = 0; i < r->world.plan.count; i++) {
		const struct cell *c = &r->world.plan.cells[i];
		bool present = r->world.states[i] == COLLECT_PRESENT;

		if (c->stage->id >= STAGE_COLLECT)
			continue;
		assert_true(r->in.cell_count < 256);
		r->cells[r->in.cell_count++] = (struct report_cell){
			.name = c->name,
			.stage = c->stage->name,
			.state = present ? "up to date" : "missing",
			.manifest =
				present ? written_keep(r, path_join(r->world.directories[i], "manifest.json")) : NULL,
			.model = c->model,
			.subject = written_subject(r, c),
			.task = c->task,
			.source = c->source,
			.seed = c->seed,
			.needs = c->needs,
			.need_count = c->need_count,
		};
	}
}

/* Draws all figures, or only one; the others are stale. */
static inline void written_figures(struct written *r, const char *only)
{
	struct error err = { 0 };

	for (size_t i = 0; i < figure_count(); i++) {
		const struct figure *f = figure_at(i);
		char *directory = written_keep(r, text_format("%s/figures/%s", r->world.path, f->name));
		struct folder folder;

		if (strcmp(f->name, "recipes") == 0 && r->world.experiment.recipe_count == 0)
			continue;
		assert_true(r->in.figure_count < 16);
		if (only != NULL && strcmp(f->name, only) != 0) {
			r->figures[r->in.figure_count++] = (struct report_figure){ f->name, NULL, "stale" };
			continue;
		}
		if (folder_open(&folder, directory, &err) < 0 ||
		    figure_draw(f, r->world.collected.path, "2022-05-22", &folder, &r->world.context, &err) < 0)
			fail_msg("%s", err.text);
		folder_release(&folder);
		r->figures[r->in.figure_count++] = (struct report_figure){ f->name, directory, NULL };
	}
}

/* The world is initialised, and what is missing in it set. */
static inline void written_init(struct written *r, const char *only_figure)
{
	struct error err = { 0 };
	char *path = path_join(r->world.path, "report");

	world_collect(&r->world);
	r->in = (struct report_input){ .collected = r->world.collected.path,
				       .assets = ASSETS,
				       .figures = r->figures,
				       .cells = r->cells,
				       .parameters = written_parameters,
				       .parameter_count = 4,
				       .version = "0.1.0" };
	written_cells(r);
	written_figures(r, only_figure);
	if (folder_open(&r->out, path, &err) < 0 || report_run(&r->in, &r->out, &r->world.context, &err) < 0)
		fail_msg("%s", err.text);
	r->page = support_text(path, "index.html");
	free(path);
}

static inline void written_release(struct written *r)
{
	free(r->page);
	for (size_t i = 0; i < r->kept_count; i++)
		free(r->kept[i]);
	folder_release(&r->out);
	world_release(&r->world);
}

/* A complete report, for all tests that change nothing in it. */
static inline int written_setup(void **state)
{
	struct written *r = calloc(1, sizeof *r);

	world_init(&r->world);
	written_init(r, NULL);
	*state = r;
	return 0;
}

static inline int written_teardown(void **state)
{
	written_release(*state);
	free(*state);
	return 0;
}

#endif
