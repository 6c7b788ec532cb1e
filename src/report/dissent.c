#include "report/dissent.h"

#include <math.h>
#include <string.h>

/* A layer of a run, before or after fine-tuning. */
struct seen {
	const struct run *run;
	const struct layer *layer;
	int after;
};

/* An original has a row with each of its runs: that of the first counts. */
static bool original_told(const struct evidence *e, const struct run *run)
{
	for (const struct run *r = e->runs; r < run; r++)
		if (strcmp(r->model, run->model) == 0 && strcmp(r->task, run->task) == 0)
			return true;
	return false;
}

/* Calls back for each representation that both have seen. */
static void seen_visit(const struct evidence *e, void (*visit)(void *arg, const struct seen *s), void *arg)
{
	for (const struct run *r = e->runs; r < e->runs + e->run_count; r++)
		for (size_t k = 0; k < r->count; k++)
			for (int after = original_told(e, r) ? 1 : 0; after < 2; after++)
				if (!isnan(r->layers[k].linear[after]) && !isnan(r->layers[k].linear_train[after]))
					visit(arg, &(struct seen){ r, &r->layers[k], after });
}

/* A linear probe that gets every training example right has found planes. */
static bool agree(const struct seen *s)
{
	return (s->layer->linear[s->after] == 1) == (s->layer->linear_train[s->after] == 1);
}

struct tally {
	size_t all, missed, found; /* found by the probe alone, missed by it */
};

static void seen_count(void *arg, const struct seen *s)
{
	struct tally *t = arg;

	t->all++;
	if (agree(s))
		return;
	if (s->layer->linear[s->after] == 1)
		t->missed++;
	else
		t->found++;
}

size_t say_dissent(struct document *d, const struct evidence *e)
{
	struct tally t = { 0 };

	seen_visit(e, seen_count, &t);
	if (t.all == 0)
		return 0;
	document_text(d,
		      "A linear probe that gets every training example right has found the planes that DirectProbe "
		      "looks for. Over all layers, before and after fine-tuning, the two agree in %zu of %zu "
		      "representations; in %zu DirectProbe finds planes and the probe’s best run does not, in %zu "
		      "the probe does and DirectProbe does not.%s",
		      t.all - t.missed - t.found, t.all, t.missed, t.found,
		      t.missed == 0 ? ""
				    : " Planes can exist that the probe, held back by its penalty and its number of "
				      "epochs, does not reach.");
	return t.missed + t.found;
}

static void seen_add(void *arg, const struct seen *s)
{
	struct tabular *g = arg;

	if (agree(s))
		return;
	tabular_add(g, "%s", s->run->model);
	tabular_add(g, "%s", s->run->task);
	if (s->after)
		tabular_add(g, "%ld", s->run->seed);
	else
		tabular_add(g, "–");
	tabular_add(g, s->after ? "fine-tuned" : "original");
	tabular_add(g, "%ld", s->layer->layer);
	tabular_add(g, s->layer->linear[s->after] == 1 ? "yes" : "no");
	tabular_number(g, 100 * s->layer->linear_train[s->after], 2);
}

int tabular_dissent(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model" },
		{ .heading = "Task" },
		{ .heading = "Seed", .kind = COLUMN_NUMBER },
		{ .heading = "State" },
		{ .heading = "Layer", .kind = COLUMN_NUMBER },
		{ .heading = "separable", .group = "DirectProbe" },
		{ .heading = "training accuracy, %", .group = "Linear probe", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "dissent",
		.caption = "Where DirectProbe and the linear probe differ.",
		.note = "Linear probe: its best run.",
		TABULAR_COLUMNS(columns),
		.heads = 5,
		.listing = true,
	};

	tabular_init(out, &form);
	seen_visit(e, seen_add, out);
	return tabular_finish(out, err);
}
