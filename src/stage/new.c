/* tunescope new: an experiment file for a model and data of the user's own. */
#include "stage/command.h"

#include "base/file.h"
#include "bert/config.h"
#include "corpus/examples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "model", "DIR", "model directory" },         { "train", "T.tsv", "training examples" },
	{ "test", "T.tsv", "test examples" },          { "kind", "word|pair|sentence", "what an example is" },
	{ "name", "NAME", "name of the task (task)" }, { NULL, NULL, NULL },
};

/* What is named must be there and well-formed before a file speaks of it. */
static int check_named(const char *model, const char *train, const char *test, enum task_kind kind, struct error *err)
{
	const char *parts[2] = { train, test };
	struct bert_config config;
	struct examples e;

	if (bert_config_read(&config, model, err) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		if (examples_read(&e, parts[i], kind, err) < 0)
			return -1;
		examples_release(&e);
	}
	return 0;
}

/* A name for the model: the last part of its path, without what names forbid. */
static void model_name(char out[64], const char *path)
{
	size_t n = 0;

	for (const char *p = path_base(path); *p != '\0' && n < 63; p++)
		out[n++] = strchr(" []/=;#", *p) ? '-' : *p;
	out[n] = '\0';
}

static void print_experiment(const char *name, const char *model, const char *train, const char *test,
			     enum task_kind kind)
{
	char title[64];

	model_name(title, model);
	printf("; Written by tunescope new. Run it with\n;   make reproduce EXPERIMENT=<this file>\n"
	       "; tunescope plan --defaults lists every key.\n"
	       "[experiment]\ntitle = %s on %s\n\n[model %s]\npath = %s\n\n"
	       "[task %s]\nkind   = %s\nformat = tsv\ntrain  = %s\ntest   = %s\n\n"
	       "[finetune]\nepochs      = 10\ncheckpoints = 10\n\n[probe]\ngrid = small\n",
	       title, name, title, model, name, task_kind_name(kind), train, test);
}

static int run(struct job *job, struct error *err)
{
	const char *keys[] = { "model", "train", "test", "kind" }, *name = options_get(&job->options, "name");
	char *paths[3] = { NULL };
	enum task_kind kind = TASK_WORD;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < 4; i++) {
		const char *value = options_need(&job->options, keys[i], err);

		if (value == NULL)
			rc = -1;
		else if (i == 3 && task_kind_parse(&kind, value) < 0)
			rc = error_set(err, STATUS_INPUT, "--kind %s: expected word, pair or sentence", value);
		else if (i < 3 && (paths[i] = realpath(value, NULL)) == NULL)
			rc = error_errno(err, value, "read");
	}
	if (rc == 0)
		rc = check_named(paths[0], paths[1], paths[2], kind, err);
	if (rc == 0)
		print_experiment(name ? name : "task", paths[0], paths[1], paths[2], kind);
	for (size_t i = 0; i < 3; i++)
		free(paths[i]);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"new", "an experiment file for a model and data of your own",
		"--model DIR --train T.tsv --test T.tsv --kind word|pair|sentence > mine.ini", options, run
	};

	return command_main(argc, argv, &command);
}
