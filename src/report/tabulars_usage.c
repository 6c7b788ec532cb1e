#include "report/tabulars_usage.h"

#include "base/array.h"
#include "base/file.h"
#include "base/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int read_collected(struct table *out, const char *collected, const char *name, struct error *err)
{
	char *path = path_join(collected, name);
	int rc = path == NULL ? error_memory(err, name) : table_read(out, path, err);

	free(path);
	return rc;
}

static int finish(struct tabular *g, struct error *err)
{
	if (!g->broken)
		return 0;
	tabular_release(g);
	return error_memory(err, "tables of the report");
}

int tabular_encoders(struct tabular *out, const char *collected, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "layers", "Encoder", COLUMN_NUMBER },
		{ "heads", "Encoder", COLUMN_NUMBER },
		{ "hidden size", "Encoder", COLUMN_NUMBER },
		{ "feed-forward size", "Encoder", COLUMN_NUMBER },
		{ "word pieces", "Vocabulary", COLUMN_NUMBER },
		{ "longest input", "Vocabulary", COLUMN_NUMBER },
	};
	static const char *const names[] = { "layers", "heads", "hidden", "intermediate", "vocabulary", "positions" };
	struct table t;

	if (read_collected(&t, collected, "encoders.csv", err) < 0)
		return -1;
	if (tabular_init(out, "encoders", columns, 7, 1, err) < 0) {
		table_release(&t);
		return -1;
	}
	tabular_caption(out, "The encoders.");
	tabular_note(out, "Longest input: word pieces, [CLS] and [SEP] included.");
	for (size_t row = 0; row < t.rows; row++) {
		tabular_add(out, "%s", table_text_at(&t, row, "model"));
		for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
			tabular_number(out, table_number_at(&t, row, names[k]), 0);
	}
	table_release(&t);
	return finish(out, err);
}

static double number_of(const struct table *t, const char *model, const char *column)
{
	for (size_t row = 0; row < t->rows; row++)
		if (strcmp(table_text_at(t, row, "model"), model) == 0)
			return table_number_at(t, row, column);
	return NAN;
}

/* The number of the last update, by the evaluations of a run. */
static double updates_of(const struct table *t, const struct report_cell *c)
{
	double most = NAN;

	for (size_t row = 0; row < t->rows; row++)
		if (strcmp(table_text_at(t, row, "model"), c->model) == 0 &&
		    strcmp(table_text_at(t, row, "task"), c->task) == 0 &&
		    (long)table_number_at(t, row, "seed") == c->seed)
			most = fmax(most, table_number_at(t, row, "step"));
	return most;
}

/* Sentences that were cut when the task's examples were encoded; none can be
 * where that is not allowed. */
static double cut_of(const struct usage *u, const struct report_cell *run)
{
	for (size_t i = 0; i < u->count; i++) {
		const struct report_cell *c = &u->cells[i];
		const char *allowed;

		if (u->definitions[i] == NULL || strcmp(c->stage, "extract") != 0 || c->source != NULL ||
		    strcmp(c->model, run->model) != 0 || strcmp(c->task, run->task) != 0)
			continue;
		allowed = usage_text(u, i, "truncate");
		return allowed != NULL && strcmp(allowed, "no") == 0 ? 0 : usage_number(u, i, "truncated");
	}
	return NAN;
}

static void add_value(struct tabular *g, const struct usage *u, size_t cell, const char *key)
{
	const char *text = usage_text(u, cell, key);

	tabular_add(g, "%s", text == NULL ? "–" : text);
}

/* The model's own where the run's is not a number. */
static void add_dropout(struct tabular *g, const struct usage *u, size_t cell, double own)
{
	double given = usage_number(u, cell, "dropout"), used = isnan(given) ? own : given;

	tabular_number(g, used, fabs(used * 100 - round(used * 100)) < 1e-9 ? 2 : 4);
}

static void add_run(struct tabular *g, const struct usage *u, size_t i, const struct table *encoders,
		    const struct table *eval)
{
	static const char *const keys[] = { "batch", "lr", "warmup", "weight_decay", "clip" };
	const struct report_cell *c = &u->cells[i];

	tabular_add(g, "%s", c->model);
	tabular_add(g, "%s", c->task);
	tabular_add(g, "%ld", c->seed);
	add_value(g, u, i, "epochs");
	tabular_number(g, updates_of(eval, c), 0);
	for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
		add_value(g, u, i, keys[k]);
	add_dropout(g, u, i, number_of(encoders, c->model, "hidden_dropout"));
	add_dropout(g, u, i, number_of(encoders, c->model, "attention_dropout"));
	tabular_number(g, cut_of(u, c), 0);
}

int tabular_finetuning(struct tabular *out, const struct usage *u, const char *collected, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "Seed", NULL, COLUMN_NUMBER },
		{ "Epochs", NULL, COLUMN_NUMBER },
		{ "Updates", NULL, COLUMN_NUMBER },
		{ "Batch", NULL, COLUMN_NUMBER },
		{ "peak", "Learning rate", COLUMN_NUMBER },
		{ "warm-up", "Learning rate", COLUMN_NUMBER },
		{ "Weight decay", NULL, COLUMN_NUMBER },
		{ "Largest norm", NULL, COLUMN_NUMBER },
		{ "hidden", "Dropout", COLUMN_NUMBER },
		{ "attention", "Dropout", COLUMN_NUMBER },
		{ "Cut sentences", NULL, COLUMN_NUMBER },
	};
	struct table encoders, eval;
	int rc = -1;

	if (read_collected(&encoders, collected, "encoders.csv", err) < 0)
		return -1;
	if (read_collected(&eval, collected, "eval.csv", err) == 0) {
		rc = tabular_init(out, "finetuning", columns, sizeof columns / sizeof columns[0], 3, err);
		if (rc == 0) {
			tabular_caption(out, "What each run of fine-tuning used.");
			tabular_note(out, "Warm-up: the part of the updates in which the rate rises to its peak. "
					  "Largest norm: of the gradient, which is scaled down to it; 0: it is not. "
					  "Cut sentences: of training and test set together.");
			for (size_t i = 0; i < u->count; i++)
				if (u->definitions[i] != NULL && strcmp(u->cells[i].stage, "finetune") == 0)
					add_run(out, u, i, &encoders, &eval);
			rc = finish(out, err);
		}
		table_release(&eval);
	}
	table_release(&encoders);
	return rc;
}

/* Whether two rows of accuracy.csv are about the same layer of one cell. */
static bool same_place(const struct table *t, size_t a, size_t b)
{
	static const char *const keys[] = { "model", "task", "state", "layer" };

	for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
		if (strcmp(table_text_at(t, a, keys[k]), table_text_at(t, b, keys[k])) != 0)
			return false;
	return true;
}

/* From rows first … end − 1, which are about one place. */
static void add_choice(struct tabular *g, const struct table *t, size_t first, size_t end)
{
	const char *linear = "–";
	size_t chosen = end;
	double epochs = 0, runs = 0;

	for (size_t row = first; row < end; row++) {
		const char *kind = table_text_at(t, row, "kind");

		if (strcmp(kind, "linear") == 0)
			linear = table_text_at(t, row, "alpha");
		if (strcmp(kind, "mlp") != 0)
			continue;
		chosen = chosen == end ? row : chosen;
		epochs += table_number_at(t, row, "epochs");
		runs++;
	}
	if (chosen == end)
		return;
	tabular_add(g, "%s", table_text_at(t, first, "model"));
	tabular_add(g, "%s", table_text_at(t, first, "task"));
	tabular_add(g, "%s", table_text_at(t, first, "state"));
	tabular_add(g, "%s", table_text_at(t, first, "layer"));
	tabular_number(g, table_number_at(t, chosen, "hidden1"), 0);
	tabular_number(g, table_number_at(t, chosen, "hidden2"), 0);
	tabular_add(g, "%s", table_text_at(t, chosen, "alpha"));
	tabular_number(g, runs, 0);
	tabular_number(g, epochs / runs, 0);
	tabular_add(g, "%s", linear);
}

int tabular_selection(struct tabular *out, const char *collected, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "State", NULL, COLUMN_TEXT },
		{ "Layer", NULL, COLUMN_NUMBER },
		{ "first layer", "Multi-layer perceptron", COLUMN_NUMBER },
		{ "second layer", "Multi-layer perceptron", COLUMN_NUMBER },
		{ "α", "Multi-layer perceptron", COLUMN_NUMBER },
		{ "runs", "Multi-layer perceptron", COLUMN_NUMBER },
		{ "mean epochs", "Multi-layer perceptron", COLUMN_NUMBER },
		{ "α", "Linear probe", COLUMN_NUMBER },
	};
	struct table t;

	if (read_collected(&t, collected, "accuracy.csv", err) < 0)
		return -1;
	if (tabular_init(out, "selection", columns, sizeof columns / sizeof columns[0], 4, err) < 0) {
		table_release(&t);
		return -1;
	}
	out->listing = true;
	tabular_caption(out, "The settings that were chosen for the probes.");
	tabular_note(out,
		     "State: original, or the task fine-tuned on, the seed and the checkpoint. α: the penalty of "
		     "the weights. A dash: not asked for.");
	for (size_t first = 0, end; first < t.rows; first = end) {
		for (end = first + 1; end < t.rows && same_place(&t, first, end);)
			end++;
		add_choice(out, &t, first, end);
	}
	table_release(&t);
	return finish(out, err);
}
