#include "figure/build.h"

#include "figure/plot_overview.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 380, ROWS = 24, ACCURACY = 0, CLUSTERS, MINIMUM, SIMILARITY };

/* What table7.csv says of one side. */
static void take_side(double out[OVERVIEW_COLUMNS], struct rows pair, struct drawings *d, const char *variant)
{
	const struct rows row = rows_text(d, pair, "variant", variant);

	if (row.count == 0)
		return;
	out[ACCURACY] = rows_value(row, 0, "accuracy");
	out[CLUSTERS] = rows_value(row, 0, "clusters");
	if (strcmp(rows_get(row, 0, "similarity_state"), "defined") == 0)
		out[SIMILARITY] = rows_value(row, 0, "train_test_similarity");
}

/* The mean over seeds at the top layer; NaN where there is none. */
static double top_minimum(struct rows layers, struct drawings *d, const char *column)
{
	const struct rows top = rows_number(d, layers, "layer", rows_largest(layers, "layer"));
	double sum = 0;

	for (size_t k = 0; k < top.count; k++)
		sum += rows_value(top, k, column);
	return top.count == 0 ? NAN : sum / (double)top.count;
}

static struct overview_row row_of(struct drawings *d, const struct table *tables, const char *model, const char *task)
{
	const struct rows pair = rows_text(d, rows_text(d, rows_all(d, &tables[0]), "model", model), "task", task);
	const struct rows layers = rows_text(d, rows_text(d, rows_all(d, &tables[1]), "model", model), "task", task);
	struct overview_row r = { .group = model, .name = task };

	for (size_t k = 0; k < OVERVIEW_COLUMNS; k++)
		r.before[k] = r.after[k] = NAN;
	take_side(r.before, pair, d, "original");
	take_side(r.after, pair, d, "fine-tuned");
	r.before[MINIMUM] = top_minimum(layers, d, "minimum_before");
	r.after[MINIMUM] = top_minimum(layers, d, "minimum_after");
	return r;
}

/* Rows from … to of all, in a drawing of its own; `part` from 0. */
static void add_part(struct drawings *d, struct overview_row *rows, size_t count, size_t part)
{
	struct overview *o = drawings_array(d, 1, sizeof *o);

	if (o == NULL)
		return;
	*o = (struct overview){ .columns = { "Accuracy, %", "Clusters", "Minimum distance", "Train/test similarity" },
				.names = { "accuracy", "clusters", "minimum", "similarity" },
				.decimals = { 1, 0, 2, 2 },
				.rows = rows,
				.count = count };
	drawings_add(d, (struct drawing){
				.file = part == 0 ? "overview" : drawings_text(d, "overview-%zu", part + 1),
				.title = part == 0 ? "The last layer before and after fine-tuning"
						   : drawings_text(d, "The last layer, continued (%zu)", part + 1),
				.caption = "Accuracy of the classifier probe on the test set; clusters of the "
					   "training set; the mean over labels of the distance to the nearest "
					   "other label; the correlation of the distances between labels in "
					   "training and test set, undefined where a side is not linearly "
					   "separable. A filled point: there is a value after, and none before.",
				.width = WIDTH,
				.height = overview_height(o),
				.kind = &overview_kind,
				.plot = o });
}

void build_overview(struct drawings *d, const struct collected *c, const struct table *tables)
{
	struct overview_row *rows = drawings_array(d, c->model_count * c->task_count, sizeof *rows);
	size_t count = 0;

	for (size_t m = 0; rows != NULL && m < c->model_count; m++)
		for (size_t t = 0; t < c->task_count; t++)
			rows[count++] = row_of(d, tables, c->models[m], c->tasks[t]);
	if (tables[0].rows == 0) {
		drawings_miss(d, "no model was probed or clustered on a task (collect)");
		return;
	}
	for (size_t from = 0; rows != NULL && from < count; from += ROWS)
		add_part(d, rows + from, count - from < ROWS ? count - from : ROWS, from / ROWS);
}
