/* What the report is about: the models and the tasks. */
#include "report/content_part.h"

#include "base/array.h"
#include "base/file.h"
#include "base/table.h"
#include "report/tabulars_usage.h"

#include <stdlib.h>
#include <string.h>

/* A value of a task's parameters, in words, and in a word or two. */
static const struct word {
	const char *key, *value, *text, *brief;
} words[] = {
	{ "kind", "word", "a word", NULL },
	{ "kind", "pair", "a word and its head", NULL },
	{ "kind", "sentence", "a sentence", NULL },
	{ "label", "upos", "its part of speech", "parts of speech" },
	{ "label", "deprel", "their dependency relation", "dependency relations" },
	{ "label", "ss", "the preposition’s role in the scene", "scene roles of prepositions" },
	{ "label", "role", "the preposition’s role in the scene", "scene roles of prepositions" },
	{ "label", "ss2", "the preposition’s own function", "functions of prepositions" },
	{ "label", "function", "the preposition’s own function", "functions of prepositions" },
	{ "label", "question", "the type of the question", "types of questions" },
	{ "format", "trec", "the type of the question", "types of questions" },
};

/* By a parameter that the task has; NULL where it has none of them. */
static const struct word *describe(const struct content *c, const char *task, const char *key)
{
	for (size_t i = 0; i < c->in->parameter_count; i++) {
		const struct report_parameter *p = &c->in->parameters[i];

		if (p->value == NULL || strncmp(p->section, "task ", 5) != 0 || strcmp(p->section + 5, task) != 0 ||
		    strcmp(p->key, key) != 0)
			continue;
		for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
			if (strcmp(words[k].key, key) == 0 && strcmp(words[k].value, p->value) == 0)
				return &words[k];
	}
	return NULL;
}

/* What its examples are labelled with. */
static const struct word *labelled_with(const struct content *c, const char *task)
{
	const struct word *label = describe(c, task, "label");

	return label != NULL ? label : describe(c, task, "format");
}

const char *content_task(const struct content *c, const char *task)
{
	const struct word *label = labelled_with(c, task);

	return label == NULL ? NULL : label->brief;
}

static void add_task(struct tabular *g, const struct content *c, const char *task)
{
	const struct word *kind = describe(c, task, "kind"), *label = labelled_with(c, task);

	tabular_add(g, "%s", task);
	tabular_add(g, "%s", kind == NULL ? "–" : kind->text);
	tabular_add(g, "%s", label == NULL ? "a label of the data" : label->text);
}

#define NUMBER(text, above, column)                                                                                  \
	{                                                                                                            \
		.heading = text, .group = above, .kind = COLUMN_NUMBER, .from = column                               \
	}

static int add_data(struct document *d, const struct content *c, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Task" },
		{ .heading = "An example is" },
		{ .heading = "labelled with" },
		NUMBER("examples", "Training", "train"),
		NUMBER("sentences", "Training", "train_sentences"),
		NUMBER("labels", "Training", "labels"),
		NUMBER("examples", "Test", "test"),
		NUMBER("sentences", "Test", "test_sentences"),
		NUMBER("labels", "Test", "test_labels"),
		NUMBER("unknown", "Test", "unknown"),
	};
	static const struct tabular_form form = {
		.id = "data",
		.caption = "The tasks and their data.",
		.note = "Unknown: examples with labels that only the test set has; they count as wrong.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
	};
	struct table t;
	struct tabular g;

	if (record_read_table(&t, c->in->collected, "counts.csv", err) < 0)
		return -1;
	tabular_init(&g, &form);
	for (size_t row = 0; row < t.rows; row++) {
		add_task(&g, c, table_text_at(&t, row, "task"));
		tabular_row_from(&g, &t, row);
	}
	table_release(&t);
	if (tabular_rows(&g) == 0)
		document_missing(d, "A table of the data would stand here; no task has been prepared.");
	if (tabular_finish(&g, err) < 0)
		return -1;
	document_grid(d, &g, false);
	return 0;
}

static int add_encoders(struct document *d, const struct content *c, struct error *err)
{
	struct tabular g;

	if (tabular_encoders(&g, c->in->collected, err) < 0)
		return -1;
	if (tabular_rows(&g) == 0)
		document_missing(d, "A table of the encoders would stand here; no run of fine-tuning is there.");
	document_grid(d, &g, false);
	return 0;
}

int content_subjects(struct document *d, const struct content *c, struct error *err)
{
	return add_encoders(d, c, err) < 0 ? -1 : add_data(d, c, err);
}
