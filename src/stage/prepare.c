/* tunescope prepare: a task's data as examples; for the embedded language also
 * the text to pre-train on and its vocabulary. */
#include "stage/job.h"

#include "base/file.h"
#include "corpus/grammar.h"
#include "corpus/task.h"
#include "text/vocabulary.h"

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

/* The value of a task's key, from the cell or from the option. */
static const char *task_text(const struct job *job, const char *key)
{
	char name[64];
	const char *value;

	if (job->cell != NULL)
		return job_text(job, "task", key);
	strncpy(name, key, sizeof name - 1);
	name[sizeof name - 1] = '\0';
	for (char *p = name; *p != '\0'; p++)
		if (*p == '_' || *p == '.')
			*p = '-';
	value = options_get(&job->options, name);
	return value;
}

static bool task_flag(const struct job *job, const char *key, bool otherwise)
{
	const char *value = task_text(job, key);

	return value == NULL ? otherwise : value[0] == '\0' || strcmp(value, "yes") == 0;
}

static int run(struct job *job, struct error *err)
{
	const char *kind = task_text(job, "kind"), *train_size = task_text(job, "train.size");
	const char *test_size = task_text(job, "test.size"), *why;
	struct task task = { .name = job->cell ? job->cell->task : "task" };
	char *train = NULL, *test = NULL;
	int rc = -1;

	if (job->cell != NULL && job->cell->task == NULL)
		return prepare_text(job, err);
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
	task.seed = job_seed(job, "grammar");
	task.train_size = train_size ? strtol(train_size, NULL, 10) : 600;
	task.test_size = test_size ? strtol(test_size, NULL, 10) : 200;
	why = task_check(&task);
	rc = why != NULL ? error_set(err, STATUS_INPUT, "%s: %s", task.name, why)
			 : task_prepare(&task, &job->out, &job->context, err);
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
