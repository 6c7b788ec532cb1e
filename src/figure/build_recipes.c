#include "figure/build.h"

#include "figure/plot_scatter.h"

#include <math.h>
#include <string.h>

/* The displacement of a subject's top layer, a mean over seeds; NaN where there is none. */
static double moved(struct drawings *d, const struct table *layers, const char *subject, const char *task)
{
	const struct rows rows = rows_text(d, rows_text(d, rows_all(d, layers), "model", subject), "task", task);
	const struct rows top = rows_number(d, rows, "layer", rows_largest(rows, "layer"));
	double sum = 0;

	for (size_t k = 0; k < top.count; k++)
		sum += rows_value(top, k, "relative_shift");
	return top.count == 0 ? NAN : sum / (double)top.count;
}

static double accuracy_of(struct drawings *d, const struct table *table7, const char *subject, const char *task,
			  const char *variant)
{
	const struct rows rows = rows_text(d, rows_text(d, rows_all(d, table7), "model", subject), "task", task);
	const struct rows row = rows_text(d, rows, "variant", variant);

	return row.count == 0 ? NAN : rows_value(row, 0, "accuracy");
}

/* The distinct models of the subjects, and the place of one among them. */
static size_t model_of(const struct collected *c, const char **models, size_t *count, size_t subject)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(models[i], c->meanings[subject].model) == 0)
			return i;
	models[*count] = c->meanings[subject].model;
	return (*count)++;
}

/* A point a recipe: how far it moved the top layer, and what its probe came to. */
static void draw_task(struct drawings *d, const struct collected *c, const struct table *tables, const char *task)
{
	struct scatter *s = drawings_array(d, 1, sizeof *s);
	const char **models = drawings_array(d, c->model_count, sizeof *models);

	if (s == NULL || models == NULL ||
	    (s->spots = drawings_array(d, 2 * c->model_count, sizeof *s->spots)) == NULL)
		return;
	for (size_t i = 0; i < c->model_count; i++) {
		const size_t before = s->group_count, group = model_of(c, models, &s->group_count, i);
		const double x = moved(d, &tables[0], c->models[i], task);
		const double y = accuracy_of(d, &tables[1], c->models[i], task, "fine-tuned");

		if (group == before) /* the model's first: what it was */
			s->spots[s->count++] =
				(struct spot){ .x = 0,
					       .y = accuracy_of(d, &tables[1], c->models[i], task, "original"),
					       .group = group,
					       .from = -1,
					       .hollow = true,
					       .name = drawings_text(d, "%s", models[group]) };
		s->spots[s->count++] = (struct spot){ .x = x,
						      .y = y,
						      .group = group,
						      .from = -1,
						      .label = c->meanings[i].recipe,
						      .name = drawings_text(d, "%s", c->models[i]) };
	}
	s->groups = models;
	s->heading = drawings_text(d, "What recipes change: %s", task);
	s->x_title = "Displacement of the labels in the top layer, in multiples of its spread";
	s->y_title = "Accuracy of the classifier probe (test set), %";
	s->x_column = "displacement";
	s->y_column = "accuracy";
	s->name_column = "subject";
	s->group_column = "model";
	s->hollow_name = "original";
	s->filled_name = "fine-tuned";
	drawings_add(d,
		     (struct drawing){ .file = drawings_text(d, "recipes-%s", task),
				       .title = s->heading,
				       .caption = drawings_text(d,
								"%s: accuracy after fine-tuning against how far the "
								"centroids of the labels moved, a point a recipe.",
								task),
				       .task = task,
				       .height = SCATTER_HEIGHT,
				       .kind = &scatter_kind,
				       .plot = s });
}

void build_recipes(struct drawings *d, const struct collected *c, const struct table *tables)
{
	for (size_t t = 0; c->meanings != NULL && t < c->task_count; t++)
		draw_task(d, c, tables, c->tasks[t]);
	if (c->meanings == NULL)
		drawings_miss(d, "the experiment has no recipes");
}
