/* tunescope prepare: a task's data as examples; for the embedded language also
 * the text to pre-train on and its vocabulary. */
#include "stage/main.h"
#include "stage/task.h"

#include "base/file.h"
#include "base/json.h"
#include "corpus/grammar.h"
#include "corpus/task.h"
#include "text/vocabulary.h"
#include "workflow/parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "train", "FILE", "training data" },
	{ "test", "FILE", "test data" },
	{ "train-sentences", "A-B", "sentences of the training data" },
	{ "test-sentences", "A-B", "sentences of the test data" },
	{ "kind", "word|pair|sentence", "what an example is" },
	{ "format", "NAME", "conllu, conllulex, trec, tsv or embedded" },
	{ "label", "NAME", "upos, deprel, ss, ss2, role, function or question" },
	{ "empty-nodes", "yes|no", "empty nodes are words (yes)" },
	{ "subtypes", "yes|no", "relations keep their subtype (yes)" },
	{ "encoding", "auto|utf-8|iso-8859-1", "of trec (auto: utf-8 where the file is valid)" },
	{ "train-size", "N", "sentences of the embedded language (600)" },
	{ "test-size", "N", "sentences of the embedded language (200)" },
	{ "lossy", NULL, "invalid UTF-8 becomes U+FFFD" },
	{ NULL, NULL, NULL },
};

/* The text that encoders are pre-trained on, the part held out, and the word
 * pieces learned from it. */
static int prepare_text(struct job *job, struct error *err)
{
	static const char tokenizer[] = "{\n \"do_lower_case\": true,\n \"tokenizer_class\": \"BertTokenizer\"\n}\n";
	long sentences = job_integer(job, "text", "sentences"), heldout = job_integer(job, "text", "heldout");
	char *text = NULL;
	int rc = -1;

	if (grammar_text(job_seed(job, "grammar"), GRAMMAR_TEXT, (size_t)sentences, &job->out, "text.txt", err) < 0 ||
	    grammar_text(job_seed(job, "grammar"), GRAMMAR_HELDOUT, (size_t)heldout, &job->out, "heldout.txt", err) <
		    0 ||
	    output_file(&job->out, "tokenizer_config.json", tokenizer, sizeof tokenizer - 1, err) < 0)
		return -1;
	text = path_join(job->out.path, "text.txt");
	if (text == NULL)
		return error_memory(err, "text.txt");
	rc = vocabulary_learn(text, (size_t)job_integer(job, "text", "vocabulary"),
			      (size_t)job_integer(job, "text", "min_count"), &job->out, "vocab.txt", err);
	free(text);
	return rc;
}

/* The option of a task's key: with dashes. */
static void option_of(char out[64], const char *key)
{
	snprintf(out, 64, "%s", key);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '_' || *p == '.')
			*p = '-';
}

/* The value of a task's key, from the cell or from the option. */
static const char *task_text(const struct job *job, const char *key)
{
	char name[64];

	if (job->cell != NULL)
		return job_text(job, "task", key);
	option_of(name, key);
	return options_get(&job->options, name);
}

/* Options must be well-formed values of their keys, as a cell's are. */
static int check_options(const struct job *job, struct error *err)
{
	static const char *const keys[] = {
		"kind",     "format",   "train.sentences", "test.sentences", "label",
		"subtypes", "encoding", "train.size",      "test.size",      "empty_nodes"
	};

	for (size_t i = 0; job->cell == NULL && i < sizeof keys / sizeof keys[0]; i++) {
		const char *value = task_text(job, keys[i]);
		char name[64], why[160], *normal;

		if (value == NULL)
			continue;
		option_of(name, keys[i]);
		normal = parameter_normal(parameter_find("task", keys[i]), value, why);
		if (normal == NULL)
			return error_set(err, STATUS_INPUT, "--%s %s: %s", name, value, why);
		free(normal);
	}
	return 0;
}

/* Says which encodings were found, here and in the manifest. */
static int note_encodings(struct job *job, const char *name, const char *const encodings[2], struct error *err)
{
	static const char *const keys[2] = { "train_encoding", "test_encoding" };

	if (encodings[0] == NULL)
		return 0;
	terminal_say(&job->terminal, "%s: the training file is read as %s, the test file as %s", name, encodings[0],
		     encodings[1]);
	if (job->internal == NULL)
		job->internal = json_object();
	for (int p = 0; p < 2; p++)
		if (json_object_set_new(job->internal, keys[p], json_string(encodings[p])) < 0)
			return error_memory(err, "manifest.json");
	return 0;
}

static const char *get_key(const void *job, const char *key)
{
	return task_text(job, key);
}

static int run(struct job *job, struct error *err)
{
	const struct task_keys keys = { get_key, job, job->cell ? job->experiment.data : "" };
	const char *name = job->cell ? job->cell->task : "task", *encodings[2];
	struct described_task t;
	int rc;

	if (name == NULL)
		return prepare_text(job, err);
	if (check_options(job, err) < 0 || task_describe(&t, &keys, name, err) < 0)
		return -1;
	t.task.seed = job_seed(job, "grammar");
	rc = task_prepare(encodings, &t.task, &job->out, &job->context, err);
	if (rc == 0)
		rc = note_encodings(job, name, encodings, err);
	described_task_release(&t);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.stage = STAGE_PREPARE,
		.usage = "--kind KIND --format FORMAT --train FILE --test FILE --out DIR",
		.options = options,
		.run = run,
	};

	return stage_main(argc, argv, &program);
}
