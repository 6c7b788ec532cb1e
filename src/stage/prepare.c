/* tunescope prepare: a task's data as examples; for the embedded language also
 * the text to pre-train on and its vocabulary. */
#include "stage/job.h"

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

static bool task_flag(const struct job *job, const char *key, bool otherwise)
{
	const char *value = task_text(job, key);
	char why[160], *normal;
	bool flag;

	if (value == NULL || value[0] == '\0') /* not there, or an option that stands alone */
		return value != NULL || otherwise;
	normal = parameter_normal(parameter_find("task", key), value, why);
	flag = normal != NULL && strcmp(normal, "yes") == 0;
	free(normal);
	return flag;
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

static int prepare_task(struct job *job, const struct task *task, struct error *err)
{
	const char *why = task_check(task), *encodings[2];

	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s: %s", task->name, why);
	if (task_prepare(encodings, task, &job->out, &job->context, err) < 0)
		return -1;
	return note_encodings(job, task->name, encodings, err);
}

static int run(struct job *job, struct error *err)
{
	const char *kind = task_text(job, "kind");
	long train_size = 600, test_size = 200;
	struct task task = { .name = job->cell ? job->cell->task : "task" };
	char *train = NULL, *test = NULL;
	int rc = -1;

	if (job->cell != NULL && job->cell->task == NULL)
		return prepare_text(job, err);
	if (check_options(job, err) < 0)
		return -1;
	if (kind == NULL || task_kind_parse(&task.kind, kind) < 0)
		return error_set(err, STATUS_INPUT, "--kind: expected word, pair or sentence");
	task.format = task_text(job, "format") ? task_text(job, "format") : "tsv";
	if (task_text(job, "train") != NULL && task_text(job, "test") != NULL) {
		train = path_join(job->cell ? job->experiment.data : "", task_text(job, "train"));
		test = path_join(job->cell ? job->experiment.data : "", task_text(job, "test"));
		if (train == NULL || test == NULL) {
			error_memory(err, "paths");
			goto done;
		}
	}
	task.train = train;
	task.test = test;
	task.train_sentences = task_text(job, "train.sentences");
	task.test_sentences = task_text(job, "test.sentences");
	task.label = task_text(job, "label");
	task.empty_nodes = task_flag(job, "empty_nodes", true);
	task.subtypes = task_flag(job, "subtypes", true);
	task.lossy = task_flag(job, "lossy", false);
	task.encoding = task_text(job, "encoding");
	task.seed = job_seed(job, "grammar");
	if (task_text(job, "train.size") != NULL)
		integer_parse(&train_size, task_text(job, "train.size"));
	if (task_text(job, "test.size") != NULL)
		integer_parse(&test_size, task_text(job, "test.size"));
	task.train_size = train_size;
	task.test_size = test_size;
	rc = prepare_task(job, &task, err);
done:
	free(train);
	free(test);
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

	return job_main(argc, argv, &program);
}
