#include "findings/convergence.h"

#include "findings/record.h"

#include <string.h>

static const char table_name[] = "convergence.csv";

/* More than this part, and the accuracies say less than they seem to. */
enum { PER_FIT_CUT = 20 };

static const char *const kinds[] = { "mlp", "linear", "control" };

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void count_fits(struct fit_counts fits[KINDS], const struct table *t, long limit)
{
	for (size_t row = 0; row < t->rows; row++)
		for (size_t k = 0; k < KINDS; k++)
			if (strcmp(table_text_at(t, row, "kind"), kinds[k]) == 0) {
				fits[k].count++;
				fits[k].cut += table_number_at(t, row, "epochs") >= (double)limit;
			}
}

/* The fits of all states of a model on a task. */
static int add_pair(struct table *out, struct fit_counts totals[KINDS], struct gather *g, const char *model,
		    const char *task, struct error *err)
{
	const long limit = experiment_integer(g->plan->experiment, "probe", "max_iter", model, task);
	struct fit_counts fits[KINDS] = { { 0, 0 } };

	for (size_t i = 0; i < g->plan->count; i++) {
		const struct cell *c = &g->plan->cells[i];
		struct table t;
		int rc;

		if (c->stage->id != STAGE_PROBE || strcmp(c->model, model) != 0 || strcmp(c->task, task) != 0)
			continue;
		rc = gather_table(&t, g, i, "accuracy.csv", err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			count_fits(fits, &t, limit);
			table_release(&t);
		}
	}
	for (size_t k = 0; k < KINDS; k++) {
		totals[k].count += fits[k].count;
		totals[k].cut += fits[k].cut;
		if (fits[k].count == 0)
			continue;
		table_add(out, model);
		table_add(out, task);
		table_add(out, kinds[k]);
		table_add_integer(out, limit);
		table_add_integer(out, fits[k].count);
		table_add_integer(out, fits[k].cut);
	}
	return 0;
}

int convergence_write(struct gather *g, const struct context *ctx, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	struct fit_counts totals[KINDS] = { { 0, 0 } };
	struct table t;
	int rc = table_init(&t, "model,task,kind,max_iter,fits,cut_short", err);

	for (size_t m = 0; rc == 0 && m < e->model_count; m++)
		for (size_t k = 0; rc == 0 && k < e->task_count; k++)
			rc = add_pair(&t, totals, g, e->model_names[m], e->task_names[k], err);
	for (size_t k = 0; rc == 0 && k < KINDS; k++)
		if (convergence_is_poor(&totals[k]))
			context_warn(ctx, "%ld of %ld fits of the %s probe ended at max_iter before they converged",
				     totals[k].cut, totals[k].count, kinds[k]);
	if (rc == 0)
		rc = table_write(&t, g->out, table_name, err);
	table_release(&t);
	return rc;
}

int tabular_convergence(struct tabular *out, const char *collected, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model", .from = "model" },
		{ .heading = "Task", .from = "task" },
		{ .heading = "Probe", .from = "kind" },
		{ .heading = "most epochs", .group = "Fits", .kind = COLUMN_NUMBER, .from = "max_iter" },
		{ .heading = "all", .group = "Fits", .kind = COLUMN_NUMBER, .from = "fits" },
		{ .heading = "cut short", .group = "Fits", .kind = COLUMN_NUMBER, .from = "cut_short" },
	};
	static const struct tabular_form form = {
		.id = "convergence",
		.caption = "Fits of the probes that ended at their limit of epochs.",
		.note = "Over all states, layers and runs.",
		TABULAR_COLUMNS(columns),
		.heads = 3,
		.listing = true,
	};
	struct table t;

	if (record_read_table(&t, collected, table_name, err) < 0)
		return -1;
	tabular_init(out, &form);
	for (size_t row = 0; row < t.rows; row++)
		tabular_row_from(out, &t, row);
	table_release(&t);
	return tabular_finish(out, err);
}

int convergence_read(struct fit_counts *out, const char *collected, struct error *err)
{
	struct table t;

	*out = (struct fit_counts){ 0, 0 };
	if (record_read_table(&t, collected, table_name, err) < 0)
		return -1;
	for (size_t row = 0; row < t.rows; row++)
		if (strcmp(table_text_at(&t, row, "kind"), kinds[0]) == 0) {
			out->count += (long)table_number_at(&t, row, "fits");
			out->cut += (long)table_number_at(&t, row, "cut_short");
		}
	table_release(&t);
	return 0;
}

bool convergence_is_poor(const struct fit_counts *f)
{
	return f->cut * PER_FIT_CUT > f->count;
}
