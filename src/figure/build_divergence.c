#include "figure/build.h"

#include "figure/plot_ranges.h"

#include <math.h>
#include <string.h>

/* Row of one state, or NULL where there is none. */
static bool state_row(struct drawings *d, struct rows rows, const char *state, struct rows *out)
{
	*out = rows_text(d, rows, "state", state);
	return out->count > 0;
}

/* The set that is not separable in a state, the training set first; NULL: both are, or it
 * is not known. */
static const char *set_of(struct rows row)
{
	if (row.count == 0)
		return NULL;
	return strcmp(rows_get(row, 0, "linear_a"), "0") == 0   ? "training"
	       : strcmp(rows_get(row, 0, "linear_b"), "0") == 0 ? "test"
								: NULL;
}

/* "undefined: training set not separable"; with `when`, where the other side has
 * a value, in fewer words: "before: not separable". */
static const char *reason(struct drawings *d, struct rows row, const char *when)
{
	if (row.count == 0)
		return when == NULL ? "missing" : drawings_text(d, "%s: missing", when);
	if (set_of(row) != NULL)
		return when == NULL ? drawings_text(d, "undefined: %s set not separable", set_of(row))
				    : drawings_text(d, "%s: not separable", when);
	return when == NULL ? "undefined: too few pairs" : drawings_text(d, "%s: too few pairs", when);
}

/* Where a set is not separable the similarity is not defined. */
static void fill_state(struct rows row, double *r, double *low, double *high)
{
	if (!rows_defined(row, 0))
		return;
	*r = rows_value(row, 0, "r");
	*low = rows_value(row, 0, "low");
	*high = rows_value(row, 0, "high");
}

static void fill_change(struct drawings *d, struct change *k, const struct figure_run *run, const struct table *t)
{
	struct rows rows = rows_text(d, rows_run(d, t, run, -1), "convention", "present");
	struct rows before, after;

	*k = (struct change){ .name = run->model,
			      .group = run->task,
			      .before = NAN,
			      .after = NAN,
			      .before_low = NAN,
			      .before_high = NAN,
			      .after_low = NAN,
			      .after_high = NAN };
	if (state_row(d, rows, "original", &before))
		fill_state(before, &k->before, &k->before_low, &k->before_high);
	if (state_row(d, rows, run->final, &after))
		fill_state(after, &k->after, &k->after_low, &k->after_high);
	if (before.count == 0)
		drawings_miss(d, "%s: no similarity of training and test set before (divergence/%s/original/%s)",
			      run->words, run->model, run->task);
	if (after.count == 0)
		drawings_miss(d, "%s: no similarity of training and test set after (divergence/%s/%s/%s)", run->words,
			      run->model, run->final, run->task);
	if (isfinite(k->before))
		k->why = reason(d, after, "after");
	else if (set_of(before) != NULL && set_of(after) != NULL && strcmp(set_of(before), set_of(after)) != 0)
		k->why =
			drawings_text(d, "not separable: %s set before, %s set after", set_of(before), set_of(after));
	else
		k->why = reason(d, before, isfinite(k->after) ? "before" : NULL);
}

static const char *caption_of(struct drawings *d, const struct ranges *r)
{
	size_t defined = 0, fell = 0;

	for (size_t i = 0; i < r->count; i++)
		if (isfinite(r->changes[i].before) && isfinite(r->changes[i].after)) {
			defined++;
			fell += r->changes[i].after < r->changes[i].before;
		}
	return drawings_text(
		d,
		"The similarity of training and test set fell in %zu of the %zu model and task pairs in which it "
		"is defined before and after fine-tuning (%zu pairs in all).",
		fell, defined, r->count);
}

static void add_drawing(struct drawings *d, struct ranges *r, long seed, bool many)
{
	if (r->count == 0)
		return;
	r->heading = many ? drawings_text(d, "Training and test set, seed %ld", seed) : "Training and test set";
	r->x_title = "Spatial similarity of the two sets (Pearson’s r)";
	r->name_column = "model";
	r->group_column = "task";
	ranges_layout(r);
	drawings_add(d,
		     (struct drawing){
			     .file = many ? drawings_text(d, "divergence-s%ld", seed) : "divergence",
			     .title = many ? drawings_text(d, "Similarity of training and test set, seed %ld", seed)
					   : "Similarity of training and test set",
			     .caption = caption_of(d, r),
			     .seed = many ? seed : 0,
			     .height = r->height,
			     .kind = &ranges_kind,
			     .plot = r });
}

/* One drawing a seed; its rows are grouped by task. */
void build_divergence(struct drawings *d, const struct collected *c, const struct table *tables)
{
	if (tables[0].rows == 0) {
		drawings_miss(d, "no similarities of training and test set (divergence/…)");
		return;
	}
	for (size_t s = 0; s < c->seed_count; s++) {
		struct ranges *r = drawings_array(d, 1, sizeof *r);

		if (r == NULL || (r->changes = drawings_array(d, c->run_count, sizeof *r->changes)) == NULL)
			return;
		for (size_t t = 0; t < c->task_count; t++)
			for (const struct figure_run *run = c->runs; run < c->runs + c->run_count; run++)
				if (run->seed == c->seeds[s] && strcmp(run->task, c->tasks[t]) == 0)
					fill_change(d, &r->changes[r->count++], run, &tables[0]);
		add_drawing(d, r, c->seeds[s], c->seed_count > 1);
	}
}
