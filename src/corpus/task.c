#include "corpus/task.h"

#include "base/array.h"
#include "base/json.h"
#include "corpus/grammar.h"
#include "corpus/labels.h"
#include "corpus/readers.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which labels a format knows, and for which kind of task; a label NULL takes
 * none. */
static const struct source {
	const char *format, *label;
	enum task_kind kind;
	part_reader read; /* NULL: tsv and embedded, which are read in their own way */
} sources[] = {
	{ "conllu", "upos", TASK_WORD, read_conllu },
	{ "conllu", "deprel", TASK_PAIR, read_conllu },
	{ "conllulex", "ss", TASK_WORD, read_conllulex },
	{ "conllulex", "ss2", TASK_WORD, read_conllulex },
	{ "trec", NULL, TASK_SENTENCE, read_trec },
	{ "tsv", NULL, TASK_WORD, NULL },
	{ "tsv", NULL, TASK_PAIR, NULL },
	{ "tsv", NULL, TASK_SENTENCE, NULL },
	{ "embedded", "upos", TASK_WORD, NULL },
	{ "embedded", "deprel", TASK_PAIR, NULL },
	{ "embedded", "role", TASK_WORD, NULL },
	{ "embedded", "function", TASK_WORD, NULL },
	{ "embedded", "question", TASK_SENTENCE, NULL },
};

static const struct source *source_of(const struct task *t)
{
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
		if (strcmp(sources[i].format, t->format) == 0 && sources[i].kind == t->kind &&
		    (sources[i].label == NULL || (t->label != NULL && strcmp(sources[i].label, t->label) == 0)))
			return &sources[i];
	return NULL;
}

/* "1-800" as two numbers; everything where it is NULL. */
static int parse_range(const char *text, long *first, long *last)
{
	char tail;

	*first = 1;
	*last = LONG_MAX;
	if (text == NULL)
		return 0;
	return sscanf(text, "%ld-%ld%c", first, last, &tail) == 2 && *first >= 1 && *last >= *first ? 0 : -1;
}

const char *task_check(const struct task *t)
{
	long first, last;

	if (source_of(t) == NULL)
		return "no such combination of format, kind and label: conllu has word by upos and pair by deprel, "
		       "conllulex word by ss or ss2, trec sentence, tsv any, embedded word by upos, role or "
		       "function, pair "
		       "by deprel and sentence by question";
	if (strcmp(t->format, "embedded") == 0)
		return t->train_size < 1 || t->test_size < 1 ? "train.size and test.size: expected 1 or more" : NULL;
	if (t->train == NULL || t->test == NULL)
		return "expected a training and a test file";
	if (strcmp(t->format, "tsv") == 0 && (t->train_sentences != NULL || t->test_sentences != NULL || t->lossy))
		return "sentences and lossy: not for tsv, which is read whole and as it is";
	if (parse_range(t->train_sentences, &first, &last) < 0 || parse_range(t->test_sentences, &first, &last) < 0)
		return "sentences: expected a range such as 1-800";
	return NULL;
}

int task_read(struct examples *out, const struct task *t, bool test, struct error *err)
{
	const struct source *source = source_of(t);
	const char *path = test ? t->test : t->train;
	long first, last;
	int rc;

	if (source->read == NULL && strcmp(t->format, "tsv") == 0)
		return examples_read(out, path, t->kind, err);
	examples_init(out, t->kind);
	parse_range(test ? t->test_sentences : t->train_sentences, &first, &last);
	if (source->read == NULL)
		rc = grammar_examples(out, t->seed, test ? GRAMMAR_TEST : GRAMMAR_TRAIN, t->label,
				      (size_t)(test ? t->test_size : t->train_size), err);
	else
		rc = source->read(out, t, path, first, last, err);
	if (rc == 0 && out->count == 0)
		rc = error_set(err, STATUS_INPUT, "%s: no examples for %s", path, t->name);
	if (rc < 0)
		examples_release(out);
	return rc;
}

/* Counts the test labels that training lacks, as an object. */
static json_t *unknown_labels(const struct labelset *known, const struct examples *test, size_t *count)
{
	json_t *out = json_object();

	*count = 0;
	for (size_t i = 0; i < test->count; i++) {
		const char *label = test->items[i].label;

		if (labelset_find(known, label) >= 0)
			continue;
		json_object_set_new(out, label, json_integer(json_integer_value(json_object_get(out, label)) + 1));
		(*count)++;
	}
	return out;
}

static int write_counts(const struct examples parts[2], const struct labelset *known, const struct labelset *seen,
			json_t *unknown, struct folder *out, struct error *err)
{
	json_t *counts =
		json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:O}", "train", (json_int_t)parts[0].count, "test",
			  (json_int_t)parts[1].count, "train_sentences", (json_int_t)parts[0].sentence_count,
			  "test_sentences", (json_int_t)parts[1].sentence_count, "labels", (json_int_t)known->count,
			  "test_labels", (json_int_t)seen->count, "unknown", unknown);
	int rc = counts == NULL ? error_memory(err, "counts.json") : json_write(out, "counts.json", counts, err);

	json_decref(counts);
	return rc;
}

static int write_parts(const struct task *t, const struct examples parts[2], struct folder *out,
		       const struct context *ctx, struct error *err)
{
	struct labelset known = { 0 }, seen = { 0 };
	json_t *unknown = NULL;
	size_t count;
	int rc = -1;

	if (labelset_of_examples(&known, &parts[0], err) < 0 || labelset_of_examples(&seen, &parts[1], err) < 0)
		goto done;
	if (known.count < 2) {
		error_set(err, STATUS_INPUT, "%s: %zu label in the training part, expected at least two", t->name,
			  known.count);
		goto done;
	}
	unknown = unknown_labels(&known, &parts[1], &count);
	if (count > 0)
		context_warn(ctx,
			     "%s: %zu test examples have one of %zu labels that training lacks; they count as wrong",
			     t->name, count, json_object_size(unknown));
	if (examples_write(&parts[0], out, "train.tsv", err) == 0 &&
	    examples_write(&parts[1], out, "test.tsv", err) == 0 &&
	    labelset_write(&known, out, "labelset.txt", err) == 0)
		rc = write_counts(parts, &known, &seen, unknown, out, err);
done:
	json_decref(unknown);
	labelset_release(&known);
	labelset_release(&seen);
	return rc;
}

int task_prepare(const struct task *t, struct folder *out, const struct context *ctx, struct error *err)
{
	struct examples parts[2] = { 0 };
	int rc = -1;

	if (task_read(&parts[0], t, false, err) == 0 && task_read(&parts[1], t, true, err) == 0)
		rc = write_parts(t, parts, out, ctx, err);
	examples_release(&parts[0]);
	examples_release(&parts[1]);
	return rc;
}
