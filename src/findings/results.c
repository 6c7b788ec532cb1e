#include "findings/results.h"

#include "base/array.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void results_add(struct table *out, const struct place *p, const char *measure, double value, double low, double high,
		 double n)
{
	table_add(out, p->model);
	table_add(out, p->task);
	table_add(out, p->state);
	table_add_integer(out, p->seed);
	table_add(out, p->split);
	table_add_integer(out, p->layer);
	table_add(out, measure);
	gather_number(out, value);
	gather_number(out, low);
	gather_number(out, high);
	gather_number(out, n);
}

long results_find(const struct table *results, const struct place *p, const char *measure)
{
	char seed[32], layer[32];

	snprintf(seed, sizeof seed, "%ld", p->seed);
	snprintf(layer, sizeof layer, "%ld", p->layer);
	for (size_t row = 0; row < results->rows; row++)
		if (strcmp(table_text(results, row, 6), measure) == 0 &&
		    strcmp(table_text(results, row, 5), layer) == 0 &&
		    strcmp(table_text(results, row, 4), p->split) == 0 &&
		    strcmp(table_text(results, row, 3), seed) == 0 &&
		    strcmp(table_text(results, row, 2), p->state) == 0 &&
		    strcmp(table_text(results, row, 1), p->task) == 0 &&
		    strcmp(table_text(results, row, 0), p->model) == 0)
			return (long)row;
	return -1;
}

struct place results_place(const struct cell *c, const char *split)
{
	return (struct place){ c->model, cell_task(c), c->state, c->seed, split, 0 };
}

static struct mean over_runs(const struct table *t, long layer, const char *kind, const char *column, double *work)
{
	return mean_of(work, outcome_values(work, t, layer, kind, column));
}

static void add_mean(struct table *out, const struct place *p, const char *measure, struct mean m)
{
	results_add(out, p, measure, m.value, m.value - m.half, m.value + m.half, (double)m.n);
}

/* The linear probe: beside its accuracy the best on its own training part, which
 * is 1 where a plane parts the labels and the probe has found it. */
static void add_linear(struct table *out, struct place *p, const struct table *t, double *work)
{
	struct mean test = over_runs(t, p->layer, "linear", "test", work), train;
	double best = 0;

	if (test.n == 0)
		return;
	add_mean(out, p, "linear_accuracy", test);
	train = over_runs(t, p->layer, "linear", "train", work);
	for (size_t i = 0; i < train.n; i++)
		best = fmax(best, work[i]);
	p->split = "train";
	results_add(out, p, "linear_train", best, NAN, NAN, (double)train.n);
	p->split = "test";
}

static void add_layer(struct table *out, struct place *p, const struct table *t, double *work)
{
	struct mean accuracy = over_runs(t, p->layer, "mlp", "test", work);
	struct mean control = over_runs(t, p->layer, "control", "test", work);

	add_linear(out, p, t, work);
	if (accuracy.n == 0)
		return;
	add_mean(out, p, "accuracy", accuracy);
	results_add(out, p, "accuracy_sd", accuracy.sd, NAN, NAN, (double)accuracy.n);
	add_mean(out, p, "macro_f1", over_runs(t, p->layer, "mlp", "macro_f1", work));
	results_add(out, p, "majority", over_runs(t, p->layer, "mlp", "majority", work).value, NAN, NAN,
		    (double)accuracy.n);
	if (control.n > 0)
		results_add(out, p, "selectivity", accuracy.value - control.value, NAN, NAN, (double)control.n);
}

static bool seen_before(const struct table *t, size_t row, int column)
{
	for (size_t i = 0; i < row; i++)
		if (strcmp(table_text(t, i, column), table_text(t, row, column)) == 0)
			return true;
	return false;
}

/* The last row of each layer holds the whole code's length. */
static int add_codelength(struct table *out, struct place *p, struct gather *g, size_t cell, struct error *err)
{
	char *path = gather_file(g, cell, "codelength.csv");
	struct table t;
	int rc = path == NULL ? 0 : gather_table(&t, g, cell, "codelength.csv", err);

	free(path);
	if (rc <= 0)
		return rc;
	p->split = "train"; /* whose labels are coded */
	for (size_t row = 0; row < t.rows; row++) {
		if (row + 1 < t.rows && strcmp(table_text(&t, row, 0), table_text(&t, row + 1, 0)) == 0)
			continue;
		p->layer = (long)table_number(&t, row, 0);
		results_add(out, p, "codelength", table_number_at(&t, row, "total_bits"), NAN, NAN,
			    table_number_at(&t, row, "examples"));
		results_add(out, p, "compression", table_number_at(&t, row, "compression"), NAN, NAN,
			    table_number_at(&t, row, "examples"));
	}
	table_release(&t);
	return 0;
}

static int results_probe(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	struct place p = results_place(&g->plan->cells[cell], "test");
	struct table t;
	double *work;
	int rc = gather_table(&t, g, cell, "accuracy.csv", err);

	if (rc <= 0)
		return rc;
	work = array_new(t.rows + 1, 1, sizeof *work);
	rc = work == NULL ? error_memory(err, "accuracy.csv") : 0;
	for (size_t row = 0; rc == 0 && row < t.rows; row++)
		if (!seen_before(&t, row, 0)) {
			p.layer = (long)table_number(&t, row, 0);
			add_layer(out, &p, &t, work);
		}
	free(work);
	table_release(&t);
	return rc < 0 ? -1 : add_codelength(out, &p, g, cell, err);
}

int results_gather(struct table *out, struct gather *g, struct error *err)
{
	static int (*const parts[STAGE_COUNT])(struct table *, struct gather *, size_t, struct error *) = {
		[STAGE_PROBE] = results_probe,           [STAGE_DIRECTPROBE] = results_directprobe,
		[STAGE_TRAJECTORY] = results_trajectory, [STAGE_DIVERGENCE] = results_divergence,
		[STAGE_SIMILARITY] = results_similarity,
	};

	for (size_t i = 0; i < g->plan->count; i++) {
		enum stage_id stage = g->plan->cells[i].stage->id;

		if (parts[stage] != NULL && parts[stage](out, g, i, err) < 0)
			return -1;
	}
	return 0;
}

/* Whether a state is one of a recipe's runs: "<task>-<recipe>-s<seed>-cNN" of some task. */
static bool is_by_recipe(const struct experiment *e, const char *state, const char *recipe)
{
	for (size_t t = 0; t < e->task_count; t++) {
		const size_t task = strlen(e->task_names[t]), own = strlen(recipe);

		if (strncmp(state, e->task_names[t], task) == 0 && state[task] == '-' &&
		    strncmp(state + task + 1, recipe, own) == 0 && strncmp(state + task + 1 + own, "-s", 2) == 0 &&
		    strchr(state + task + 1 + own + 2, '-') == strrchr(state, '-'))
			return true;
	}
	return false;
}

int results_of_subjects(struct table *out, const struct gather *g, const struct table *results, struct error *err)
{
	const struct experiment *e = g->plan->experiment;

	if (table_init(out, RESULTS_HEADER, err) < 0)
		return -1;
	for (size_t i = 0; i < e->subject_count; i++)
		for (size_t row = 0; row < results->rows; row++) {
			const struct subject *s = &e->subjects[i];
			const char *state = table_text(results, row, 2);

			if (strcmp(table_text(results, row, 0), s->model) != 0 ||
			    (strcmp(state, "original") != 0 && !is_by_recipe(e, state, s->recipe)))
				continue;
			table_add(out, s->name);
			for (int column = 1; column < (int)results->columns; column++)
				table_add(out, table_text(results, row, column));
		}
	return 0;
}
