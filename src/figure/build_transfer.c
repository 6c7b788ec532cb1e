#include "figure/build.h"

#include "figure/plot_scatter.h"

#include <math.h>

static void add_spot(struct drawings *d, const struct collected *c, struct scatter *s, struct rows rows, size_t k)
{
	const char *model = rows_get(rows, k, "model"), *source = rows_get(rows, k, "source");
	struct spot spot = { .x = rows_value(rows, k, "minimum_change"),
			     .y = rows_value(rows, k, "difference"),
			     .group = collected_task(c, source),
			     .from = -1,
			     .label = model,
			     .name = model };

	if (!isfinite(spot.x))
		drawings_miss(d, "%s, fine-tuned on %s: no change of the minimum distances of %s", model, source,
			      rows_get(rows, k, "target"));
	if (!isfinite(spot.y))
		drawings_miss(d, "%s, fine-tuned on %s: no change of the accuracy on %s", model, source,
			      rows_get(rows, k, "target"));
	if (isfinite(spot.x) && isfinite(spot.y))
		s->spots[s->count++] = spot;
}

static const char *caption_of(struct drawings *d, const struct scatter *s, const char *target)
{
	size_t same = 0;

	for (size_t k = 0; k < s->count; k++)
		same += s->spots[k].x * s->spots[k].y > 0;
	return drawings_text(
		d,
		"What fine-tuning on each task did to %s: the change of its probe accuracy against the "
		"mean change of its labels’ minimum distances, a point for each model; both rose or both "
		"fell in %zu of %zu.",
		target, same, s->count);
}

/* One drawing: an experiment has one target. */
void build_transfer(struct drawings *d, const struct collected *c, const struct table *tables)
{
	struct rows rows = rows_all(d, &tables[0]);
	struct scatter *s = drawings_array(d, 1, sizeof *s);
	const char *target;

	if (s == NULL || (s->spots = drawings_array(d, rows.count, sizeof *s->spots)) == NULL)
		return;
	for (size_t k = 0; k < rows.count; k++)
		add_spot(d, c, s, rows, k);
	if (rows.count == 0)
		drawings_miss(d, "no task was probed after fine-tuning on another ([cross] target names one)");
	if (s->count == 0)
		return;
	target = rows_get(rows, 0, "target");
	s->heading = drawings_text(d, "What fine-tuning did to %s", target);
	s->x_title = drawings_text(d, "Change of the mean minimum distance (%s)", target);
	s->y_title = drawings_text(d, "Change of accuracy on %s (percentage points)", target);
	s->note = "Colours and shapes: the task fine-tuned on.";
	s->x_column = "minimum_change";
	s->y_column = "accuracy_change";
	s->name_column = "model";
	s->group_column = "source";
	s->groups = c->tasks;
	s->group_count = c->task_count;
	s->zero_lines = true;
	drawings_add(d, (struct drawing){ .file = "transfer",
					  .title = drawings_text(d, "Transfer to %s", target),
					  .caption = caption_of(d, s, target),
					  .task = target,
					  .height = SCATTER_HEIGHT,
					  .kind = &scatter_kind,
					  .plot = s });
}
