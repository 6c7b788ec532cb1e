#include "report/tabulars_usage.h"

#include "findings/record.h"

#include <math.h>
#include <string.h>

#define NUMBER(text, above, column)                                                                                  \
	{                                                                                                            \
		.heading = text, .group = above, .kind = COLUMN_NUMBER, .from = column                               \
	}

int tabular_encoders(struct tabular *out, const char *collected, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model", .from = "model" },
		NUMBER("layers", "Encoder", "layers"),
		NUMBER("heads", "Encoder", "heads"),
		NUMBER("hidden size", "Encoder", "hidden"),
		NUMBER("feed-forward size", "Encoder", "intermediate"),
		NUMBER("word pieces", "Vocabulary", "vocabulary"),
		NUMBER("longest input", "Vocabulary", "positions"),
	};
	static const struct tabular_form form = {
		.id = "encoders",
		.caption = "The encoders.",
		.note = "Longest input: word pieces, [CLS] and [SEP] included.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
	};
	struct table t;

	if (record_read_table(&t, collected, "encoders.csv", err) < 0)
		return -1;
	tabular_init(out, &form);
	for (size_t row = 0; row < t.rows; row++)
		tabular_row_from(out, &t, row);
	table_release(&t);
	return tabular_finish(out, err);
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
		if (strcmp(table_text_at(t, row, "model"), c->subject) == 0 &&
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

	tabular_add(g, "%s", c->subject);
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
		{ .heading = "Model" },
		{ .heading = "Task" },
		{ .heading = "Seed", .kind = COLUMN_NUMBER },
		{ .heading = "Epochs", .kind = COLUMN_NUMBER },
		{ .heading = "Updates", .kind = COLUMN_NUMBER },
		{ .heading = "Batch", .kind = COLUMN_NUMBER },
		{ .heading = "peak", .group = "Learning rate", .kind = COLUMN_NUMBER },
		{ .heading = "warm-up", .group = "Learning rate", .kind = COLUMN_NUMBER },
		{ .heading = "Weight decay", .kind = COLUMN_NUMBER },
		{ .heading = "Largest norm", .kind = COLUMN_NUMBER },
		{ .heading = "hidden", .group = "Dropout", .kind = COLUMN_NUMBER },
		{ .heading = "attention", .group = "Dropout", .kind = COLUMN_NUMBER },
		{ .heading = "Cut sentences", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "finetuning",
		.caption = "What each run of fine-tuning used.",
		.note = "Warm-up: the part of the updates in which the rate rises to its peak. Largest norm: of the "
			"gradient, which is scaled down to it; 0: it is not. Cut sentences: of training and test set "
			"together.",
		TABULAR_COLUMNS(columns),
		.heads = 3,
	};
	struct table encoders, eval;
	int rc = -1;

	if (record_read_table(&encoders, collected, "encoders.csv", err) < 0)
		return -1;
	if (record_read_table(&eval, collected, "eval.csv", err) == 0) {
		tabular_init(out, &form);
		for (size_t i = 0; i < u->count; i++)
			if (u->definitions[i] != NULL && strcmp(u->cells[i].stage, "finetune") == 0)
				add_run(out, u, i, &encoders, &eval);
		rc = tabular_finish(out, err);
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
		{ .heading = "Model" },
		{ .heading = "Task" },
		{ .heading = "State" },
		{ .heading = "Layer", .kind = COLUMN_NUMBER },
		{ .heading = "first layer", .group = "Multi-layer perceptron", .kind = COLUMN_NUMBER },
		{ .heading = "second layer", .group = "Multi-layer perceptron", .kind = COLUMN_NUMBER },
		{ .heading = "α", .group = "Multi-layer perceptron", .kind = COLUMN_NUMBER },
		{ .heading = "runs", .group = "Multi-layer perceptron", .kind = COLUMN_NUMBER },
		{ .heading = "mean epochs", .group = "Multi-layer perceptron", .kind = COLUMN_NUMBER },
		{ .heading = "α", .group = "Linear probe", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "selection",
		.caption = "The settings that were chosen for the probes.",
		.note = "State: original, or the task fine-tuned on, the seed and the checkpoint. α: the penalty of "
			"the weights. A dash: not asked for.",
		TABULAR_COLUMNS(columns),
		.heads = 4,
		.listing = true,
	};
	struct table t;

	if (record_read_table(&t, collected, "accuracy.csv", err) < 0)
		return -1;
	tabular_init(out, &form);
	for (size_t first = 0, end; first < t.rows; first = end) {
		for (end = first + 1; end < t.rows && same_place(&t, first, end);)
			end++;
		add_choice(out, &t, first, end);
	}
	table_release(&t);
	return tabular_finish(out, err);
}
