#include "figure/build.h"

#include "figure/plot_scatter.h"
#include "figure/rank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A cell in which both accuracy and minimum distance were measured. */
struct cell_point {
	const char *model, *task, *state;
	double seed, layer, accuracy, minimum;
};

static const char *const keys[] = { "model", "task", "state" };

static bool same_cell(struct rows a, size_t i, struct rows b, size_t k)
{
	for (size_t c = 0; c < 3; c++)
		if (strcmp(rows_get(a, i, keys[c]), rows_get(b, k, keys[c])) != 0)
			return false;
	return rows_value(a, i, "layer") == rows_value(b, k, "layer") &&
	       rows_value(a, i, "seed") == rows_value(b, k, "seed");
}

/* Accuracy on the test set beside the minimum distance in the training set. */
static struct cell_point *join(struct drawings *d, size_t *count, const struct table *results)
{
	struct rows all = rows_all(d, results);
	struct rows accuracy = rows_text(d, rows_text(d, all, "measure", "accuracy"), "split", "test");
	struct rows minimum = rows_text(d, rows_text(d, all, "measure", "minimum"), "split", "train");
	struct cell_point *points = drawings_array(d, accuracy.count, sizeof *points);

	*count = 0;
	for (size_t i = 0; points != NULL && i < accuracy.count; i++)
		for (size_t k = 0; k < minimum.count; k++)
			if (same_cell(accuracy, i, minimum, k)) {
				points[(*count)++] = (struct cell_point){
					rows_get(accuracy, i, "model"),   rows_get(accuracy, i, "task"),
					rows_get(accuracy, i, "state"),   rows_value(accuracy, i, "seed"),
					rows_value(accuracy, i, "layer"), rows_value(accuracy, i, "value"),
					rows_value(minimum, k, "value")
				};
				break;
			}
	return points;
}

/* The original of the same model, task and layer; −1 where there is none. */
static long original_of(const struct cell_point *points, size_t count, size_t i)
{
	const struct cell_point *p = &points[i];

	for (size_t k = 0; k < count && strcmp(p->state, "original") != 0; k++)
		if (strcmp(points[k].state, "original") == 0 && strcmp(points[k].model, p->model) == 0 &&
		    strcmp(points[k].task, p->task) == 0 && points[k].layer == p->layer)
			return (long)k;
	return -1;
}

/* Two decimals, with a minus sign. */
static void signed_text(char out[16], double value)
{
	snprintf(out, 16, "%s%.2f", value < -0.005 ? "−" : "", fabs(value));
}

static void correlation_text(char out[96], struct drawings *d, const struct scatter *s, struct rank_correlation *r)
{
	double *x = drawings_array(d, s->count, sizeof *x), *y = drawings_array(d, s->count, sizeof *y);
	char r_text[16], low[16], high[16];

	out[0] = '\0';
	for (size_t i = 0; x != NULL && y != NULL && i < s->count; i++) {
		x[i] = s->spots[i].x;
		y[i] = s->spots[i].y;
	}
	if (x == NULL || y == NULL || rank_correlate(r, x, y, s->count) < 0) {
		d->failed = 1;
		return;
	}
	signed_text(r_text, r->r);
	signed_text(low, r->low);
	signed_text(high, r->high);
	if (isnan(r->r))
		snprintf(out, 96, "Spearman’s ρ undefined, n = %zu", r->n);
	else if (isnan(r->low))
		snprintf(out, 96, "Spearman’s ρ = %s (no interval: %s), n = %zu", r_text,
			 r->n > 3 ? "all in one order" : "too few", r->n);
	else
		snprintf(out, 96, "Spearman’s ρ = %s (95 %%: %s to %s), n = %zu", r_text, low, high, r->n);
}

/* Of an interval. */
static const char INDEPENDENT[] =
	" The interval takes cells for independent, which those of one model or one task are not.";

static void add_drawing(struct drawings *d, const struct collected *c, struct scatter *s, const char *file,
			const char *title, const char *words)
{
	struct rank_correlation r;
	char note[96];

	correlation_text(note, d, s, &r);
	s->note = drawings_text(d, "%s", note);
	s->heading = title;
	s->groups = c->tasks;
	s->group_count = c->task_count;
	s->name_column = "cell";
	s->group_column = "task";
	drawings_add(d, (struct drawing){ .file = file,
					  .title = title,
					  .caption = drawings_text(d, "%s: %s.%s", words, note,
								   isnan(r.low) ? "" : INDEPENDENT),
					  .height = SCATTER_HEIGHT,
					  .kind = &scatter_kind,
					  .plot = s });
}

static const char *cell_name(struct drawings *d, const struct cell_point *p)
{
	return drawings_text(d, "%s/%s/%s layer %g", p->model, p->state, p->task, p->layer);
}

static void draw_cells(struct drawings *d, const struct collected *c, const struct cell_point *points, size_t count)
{
	struct scatter *s = drawings_array(d, 1, sizeof *s);

	if (s == NULL || (s->spots = drawings_array(d, count, sizeof *s->spots)) == NULL)
		return;
	s->count = count;
	for (size_t i = 0; i < count; i++)
		s->spots[i] = (struct spot){ .x = points[i].minimum,
					     .y = 100 * points[i].accuracy,
					     .group = collected_task(c, points[i].task),
					     .name = cell_name(d, &points[i]),
					     .hollow = strcmp(points[i].state, "original") == 0,
					     .from = original_of(points, count, i) };
	s->x_title = "Minimum distance to any other label, mean over labels";
	s->y_title = "Accuracy of the classifier probe (test set), %";
	s->x_column = "minimum";
	s->y_column = "accuracy";
	s->hollow_name = "original";
	s->filled_name = "fine-tuned";
	add_drawing(d, c, s, "hypothesis-cells", "Accuracy against minimum distance",
		    "Probe accuracy against the mean minimum distance of the labels, over all cells");
}

/* Whether it is the top layer of its model, as far as the points go. */
static bool is_top(const struct cell_point *points, size_t count, size_t i)
{
	for (size_t k = 0; k < count; k++)
		if (strcmp(points[k].model, points[i].model) == 0 && points[k].layer > points[i].layer)
			return false;
	return true;
}

static void draw_changes(struct drawings *d, const struct collected *c, const struct cell_point *points, size_t count)
{
	struct scatter *s = drawings_array(d, 1, sizeof *s);

	if (s == NULL || (s->spots = drawings_array(d, count, sizeof *s->spots)) == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		long o = original_of(points, count, i);

		if (o >= 0)
			s->spots[s->count++] =
				(struct spot){ .x = points[i].minimum - points[o].minimum,
					       .y = 100 * (points[i].accuracy - points[o].accuracy),
					       .group = collected_task(c, points[i].task),
					       .from = -1,
					       .label = is_top(points, count, i) ? points[i].model : NULL,
					       .name = cell_name(d, &points[i]) };
	}
	if (s->count == 0)
		return;
	s->x_title = "Change of the mean minimum distance";
	s->y_title = "Change of accuracy (percentage points)";
	s->x_column = "minimum_change";
	s->y_column = "accuracy_change";
	s->zero_lines = true;
	add_drawing(d, c, s, "hypothesis-changes", "What fine-tuning changed",
		    "Change of probe accuracy against change of the mean minimum distance through fine-tuning");
}

void build_hypothesis(struct drawings *d, const struct collected *c, const struct table *tables)
{
	size_t count;
	struct cell_point *points = join(d, &count, &tables[0]);

	if (points == NULL)
		return;
	if (count == 0) {
		drawings_miss(d, "no cell has both an accuracy and a minimum distance");
		return;
	}
	draw_cells(d, c, points, count);
	draw_changes(d, c, points, count);
}
