#include "findings/tabulars_recipes.h"

#include "findings/claims.h"
#include "findings/tabulars.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one recipe did to one model on one task. */
struct recipe_row {
	const char *task, *model, *recipe;
	double trained, part;                    /* weights; of all, in percent */
	double before, after, difference, p;     /* accuracy of the probe, percent */
	double shift, similarity, minimum, left; /* of the top layer */
};

/* Of the run's top layer, a mean over the seeds. */
static void add_run(struct recipe_row *r, const struct run *run, size_t *seeds)
{
	const struct layer *top = run->count > 0 ? &run->layers[run->count - 1] : NULL;

	if (top == NULL)
		return;
	r->shift += top->relative_shift;
	r->similarity += top->similarity;
	r->minimum += top->minimum[1] - top->minimum[0];
	r->left += top->clusters[1];
	(*seeds)++;
}

static void find_trained(struct recipe_row *r, const struct evidence *e, const char *subject)
{
	const struct table *t = &e->recipes;

	r->trained = r->part = NAN;
	for (size_t i = 0; i < t->rows; i++)
		if (strcmp(table_text_at(t, i, "model"), subject) == 0 &&
		    strcmp(table_text_at(t, i, "task"), r->task) == 0) {
			r->trained = table_number_at(t, i, "trained");
			r->part = 100 * r->trained / table_number_at(t, i, "weights");
		}
}

static struct recipe_row row_of(const struct evidence *e, const struct pair *p)
{
	struct recipe_row r = { .task = p->task,
				.model = evidence_model(e, p->model),
				.recipe = evidence_recipe(e, p->model),
				.before = p->before.accuracy,
				.after = p->after.accuracy,
				.difference = p->difference,
				.p = p->p_permutation };
	size_t seeds = 0;

	find_trained(&r, e, p->model);
	for (size_t i = 0; i < e->run_count; i++)
		if (strcmp(e->runs[i].model, p->model) == 0 && strcmp(e->runs[i].task, p->task) == 0)
			add_run(&r, &e->runs[i], &seeds);
	r.shift = seeds == 0 ? NAN : r.shift / (double)seeds;
	r.similarity = seeds == 0 ? NAN : r.similarity / (double)seeds;
	r.minimum = seeds == 0 ? NAN : r.minimum / (double)seeds;
	r.left = seeds == 0 ? NAN : r.left / (double)seeds;
	return r;
}

/* The rows of a task stand together, recipes in their order. */
static void add_task(struct tabular *g, const struct evidence *e, const char *task)
{
	for (size_t i = 0; i < e->pair_count; i++)
		if (strcmp(e->pairs[i].task, task) == 0) {
			const struct recipe_row r = row_of(e, &e->pairs[i]);

			tabular_row(g, &r);
		}
}

static bool is_first(const struct evidence *e, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(e->pairs[k].task, e->pairs[i].task) == 0)
			return false;
	return true;
}

int tabular_recipes(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		SHOW_TEXT(recipe_row, "Task", NULL, task),
		SHOW_TEXT(recipe_row, "Model", NULL, model),
		SHOW_TEXT(recipe_row, "Recipe", NULL, recipe),
		SHOW_NUMBER(recipe_row, "weights", "Trained", trained, 0),
		SHOW_NUMBER(recipe_row, "of all, %", "Trained", part, 1),
		SHOW_NUMBER(recipe_row, "before", "Accuracy of the probe, %", before, 2),
		SHOW_NUMBER(recipe_row, "after", "Accuracy of the probe, %", after, 2),
		SHOW_SIGNED(recipe_row, "change", "Accuracy of the probe, %", difference, 2),
		SHOW_P(recipe_row, "p", "Accuracy of the probe, %", p),
		SHOW_NUMBER(recipe_row, "displacement", "Top layer", shift, 2),
		SHOW_NUMBER(recipe_row, "similarity", "Top layer", similarity, 2),
		SHOW_SIGNED(recipe_row, "minimum distance", "Top layer", minimum, 2),
		SHOW_NUMBER(recipe_row, "clusters", "Top layer", left, 0),
	};
	static const struct tabular_form form = {
		.id = "recipes",
		.caption = "What each recipe trained, and what it changed.",
		.note = "Displacement: of the labels’ centroids, as a multiple of the layer’s own spread. "
			"Similarity: to "
			"the original, where both are separable. Minimum distance: its change, a mean over labels. A "
			"recipe that trains the head alone changes nothing.",
		TABULAR_COLUMNS(columns),
		.heads = 3,
	};

	tabular_init(out, &form);
	for (size_t i = 0; e->recipes.rows > 0 && i < e->pair_count; i++)
		if (is_first(e, i))
			add_task(out, e, e->pairs[i].task);
	tabular_sample(out, e);
	return tabular_finish(out, err);
}

/* "leans to hold (83.1 %)" */
static void add_verdict(struct tabular *g, const struct table *t, size_t row)
{
	const double support = table_number_at(t, row, "support");

	if (isnan(support))
		tabular_add(g, "%s", table_text_at(t, row, "verdict"));
	else
		tabular_add(g, "%s (%s %%)", table_text_at(t, row, "verdict"), show(100 * support, 1).text);
}

int tabular_claims_by_recipe(struct tabular *out, struct tabular_column *columns, const struct evidence *e,
			     struct error *err)
{
	const struct table *t = &e->robustness;
	struct tabular_form form = {
		.id = "claims-by-recipe",
		.caption = "The claims, where only one recipe’s results count.",
		.note = "In brackets the support: the share of resamples in which the claim holds.",
		.columns = columns,
		.count = 1,
		.heads = 1
	};

	columns[0] = (struct tabular_column){ .heading = "Claim" };
	for (size_t i = 0; evidence_recipe_at(e, i) != NULL; i++)
		columns[form.count++] = (struct tabular_column){ .heading = evidence_recipe_at(e, i) };
	tabular_init(out, &form);
	/* The rows of a recipe follow one another, in the order of the claims. */
	for (size_t k = 0; k < CLAIM_COUNT && t->rows == CLAIM_COUNT * (form.count - 1); k++) {
		tabular_add(out, "%s %s", table_text_at(t, k, "claim"), table_text_at(t, k, "name"));
		for (size_t i = 0; i + 1 < form.count; i++)
			add_verdict(out, t, i * CLAIM_COUNT + k);
	}
	return tabular_finish(out, err);
}
