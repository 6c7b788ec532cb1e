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

int task_range_parse(long *first, long *last, const char *text)
{
	const char *dash = strchr(text, '-');
	char *from = dash == NULL ? NULL : text_copy_n(text, (size_t)(dash - text));
	int rc = from == NULL || integer_parse(first, from) < 0 || integer_parse(last, dash + 1) < 0 || *first < 1 ||
				 *last < *first
			 ? -1
			 : 0;

	free(from);
	return rc;
}

/* Everything where there is no range. */
static int parse_range(struct sentence_range *out, const char *text)
{
	*out = (struct sentence_range){ .first = 1, .last = LONG_MAX };
	return text == NULL ? 0 : task_range_parse(&out->first, &out->last, text);
}

const char *task_check(const struct task *t)
{
	struct sentence_range range;

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
	if (t->encoding != NULL && strcmp(t->encoding, ENCODING_LATIN1) == 0 && strcmp(t->format, "trec") != 0)
		return "encoding: only trec is read as iso-8859-1";
	if (parse_range(&range, t->train_sentences) < 0 || parse_range(&range, t->test_sentences) < 0)
		return "sentences: expected a range such as 1-800";
	return NULL;
}

static int read_file(struct examples *out, const struct task *t, bool test, struct error *err)
{
	const char *path = test ? t->test : t->train, *sentences = test ? t->test_sentences : t->train_sentences;
	struct sentence_range range;
	struct mapping text;
	int rc;

	parse_range(&range, sentences);
	if (text_open(&text, path, err) < 0)
		return -1;
	rc = source_of(t)->read(out, t, &text, path, &range, err);
	if (rc == 0 && sentences != NULL && range.seen < range.last)
		rc = error_set(err, STATUS_INPUT, "%s: %ld sentences, but %s.sentences is %s", path, range.seen,
			       test ? "test" : "train", sentences);
	mapping_close(&text);
	return rc;
}

int task_read(struct examples *out, const struct task *t, bool test, struct error *err)
{
	int rc;

	if (strcmp(t->format, "tsv") == 0)
		return examples_read(out, test ? t->test : t->train, t->kind, err);
	examples_init(out, t->kind);
	if (strcmp(t->format, "embedded") == 0)
		rc = grammar_examples(out, t->seed, test ? GRAMMAR_TEST : GRAMMAR_TRAIN, t->label,
				      (size_t)(test ? t->test_size : t->train_size), err);
	else
		rc = read_file(out, t, test, err);
	if (rc == 0 && out->count == 0)
		rc = error_set(err, STATUS_INPUT, "%s: no examples for %s", test ? t->test : t->train, t->name);
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
	int rc = counts == NULL ? -1 : 0;

	for (int p = 0; p < 2 && rc == 0; p++)
		if (parts[p].unlabelled > 0)
			rc = json_object_set_new(counts, p == 0 ? "train_unlabelled" : "test_unlabelled",
						 json_integer((json_int_t)parts[p].unlabelled));
	rc = rc < 0 ? error_memory(err, "counts.json") : json_write(out, "counts.json", counts, err);
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
	if (parts[0].unlabelled + parts[1].unlabelled > 0)
		context_warn(ctx, "%s: %zu training and %zu test words have no label (_) and are no examples",
			     t->name, parts[0].unlabelled, parts[1].unlabelled);
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

int task_prepare(const char *encodings[2], const struct task *t, struct folder *out, const struct context *ctx,
		 struct error *err)
{
	struct examples parts[2] = { 0 };
	int rc = -1;

	if (task_read(&parts[0], t, false, err) == 0 && task_read(&parts[1], t, true, err) == 0)
		rc = write_parts(t, parts, out, ctx, err);
	encodings[0] = parts[0].encoding;
	encodings[1] = parts[1].encoding;
	examples_release(&parts[0]);
	examples_release(&parts[1]);
	return rc;
}
