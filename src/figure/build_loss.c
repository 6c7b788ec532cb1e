#include "figure/build.h"

#include "figure/plot_lines.h"
#include "figure/scale.h"

#include <math.h>

enum { BINS = 100 };

/* The mean loss over each of at most BINS stretches of updates, at the middle
 * of the stretch. */
static void add_series(struct drawings *d, struct lines *plot, struct rows rows, const char *name, int colour)
{
	size_t bins = rows.count < BINS ? rows.count : BINS;
	double *x = drawings_array(d, bins, sizeof *x), *y = drawings_array(d, bins, sizeof *y);

	if (d->failed || bins == 0)
		return;
	for (size_t b = 0; b < bins; b++) {
		size_t from = b * rows.count / bins, to = (b + 1) * rows.count / bins;

		for (size_t k = from; k < to; k++) {
			x[b] += rows_value(rows, k, "step") / (double)(to - from);
			y[b] += rows_value(rows, k, "loss") / (double)(to - from);
		}
	}
	plot->series[plot->count++] = (struct series){ .name = name,
						       .count = bins,
						       .x = x,
						       .y = y,
						       .colour = colour,
						       .dash = colour < 0 ? DASH_NONE : (enum dash)(colour % 2) };
}

static const char *caption_of(struct drawings *d, const char *what, const struct lines *plot)
{
	char *text = drawings_text(d, "Mean loss %s; at the end it is", what);

	for (size_t k = 0; k < plot->count; k++) {
		const struct series *s = &plot->series[k];
		char value[32];

		value_format(value, s->y[s->count - 1]);
		text = drawings_text(d, "%s%s %s for %s", text == NULL ? "" : text, k == 0 ? "" : ",", value,
				     s->name);
	}
	return drawings_text(d, "%s.", text == NULL ? "" : text);
}

static void finish(struct drawings *d, struct lines *plot, const char *heading, const char *y_title)
{
	plot->heading = heading;
	plot->x_title = "Updates";
	plot->y_title = y_title;
	plot->name_column = "model";
	plot->x_column = "step";
	plot->y_column = "loss";
	plot->reference = NAN;
	plot->whole_x = plot->from_zero = plot->ratio = true;
	plot->bare = true;
	d->failed |= heading == NULL;
}

static void draw_task(struct drawings *d, const struct collected *c, const char *task, const struct table *t)
{
	const struct figure_run *runs = c->runs;
	struct lines *plot = drawings_array(d, 1, sizeof *plot);

	if (plot == NULL || (plot->series = drawings_array(d, c->run_count, sizeof *plot->series)) == NULL)
		return;
	for (size_t m = 0; m < c->model_count; m++)
		for (size_t i = 0; i < c->run_count; i++) {
			struct rows rows;

			if (runs[i].task != task || runs[i].model != c->models[m])
				continue;
			rows = rows_run(d, t, &runs[i], runs[i].seed);
			if (rows.count == 0 && c->elsewhere[m])
				continue;
			if (rows.count == 0)
				drawings_miss(d, "%s: no loss (finetune/%s)", runs[i].words, runs[i].cell);
			add_series(d, plot, rows,
				   c->seed_count > 1 ? drawings_text(d, "%s s%ld", runs[i].model, runs[i].seed)
						     : runs[i].model,
				   m >= PALETTE_COUNT || runs[i].seed != c->seeds[0] ? -1 : (int)m);
		}
	if (plot->count == 0)
		return;
	finish(d, plot, drawings_text(d, "Fine-tuning on %s", task), "Training loss (cross-entropy, nats)");
	drawings_add(d, (struct drawing){
				.unsampled = true,
				.file = drawings_text(d, "loss-%s", task),
				.title = drawings_text(d, "Training loss while fine-tuning on %s", task),
				.caption = caption_of(d, drawings_text(d, "while fine-tuning on %s", task), plot),
				.task = task,
				.height = LINES_HEIGHT * 0.8,
				.kind = &lines_kind,
				.plot = plot });
}

/* On held-out text, where it was measured. */
static void draw_pretraining(struct drawings *d, const struct collected *c, const struct table *t)
{
	struct lines *plot = drawings_array(d, 1, sizeof *plot);

	if (t->rows == 0 || plot == NULL ||
	    (plot->series = drawings_array(d, 2 * c->model_count, sizeof *plot->series)) == NULL)
		return;
	for (size_t m = 0; m < c->model_count; m++) {
		struct rows rows = rows_text(d, rows_all(d, t), "model", c->models[m]);
		struct rows test = rows_text(d, rows, "split", "test");

		if (test.count == 0)
			test = rows;
		add_series(d, plot, test, c->models[m], m >= PALETTE_COUNT ? -1 : (int)m);
	}
	if (plot->count == 0)
		return;
	finish(d, plot, "Pre-training", "Loss on masked words (cross-entropy, nats)");
	plot->bare = false;
	drawings_add(d, (struct drawing){ .unsampled = true,
					  .file = "loss-pretraining",
					  .title = "Loss on masked words during pre-training",
					  .caption = caption_of(d, "on masked words during pre-training", plot),
					  .height = LINES_HEIGHT * 0.8,
					  .kind = &lines_kind,
					  .plot = plot });
}

void build_loss(struct drawings *d, const struct collected *c, const struct table *tables)
{
	draw_pretraining(d, c, &tables[1]);
	for (size_t t = 0; t < c->task_count; t++)
		draw_task(d, c, c->tasks[t], &tables[0]);
}
