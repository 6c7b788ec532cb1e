/* tunescope new: an experiment file for a model and data of the user's own. What
 * it writes it has read back, and has found ready to run, before it says so. */
#include "stage/command.h"
#include "stage/ready.h"

#include "base/array.h"
#include "base/file.h"
#include "corpus/examples.h"
#include "workflow/elsewhere.h"
#include "workflow/ini.h"
#include "workflow/state.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
	{ "model", "DIR", "model directory" },
	{ "from", "DIR", "with --model: checkpoints of it that were fine-tuned elsewhere" },
	{ "vectors", "DIR", "in place of --model: folder of embeddings" },
	{ "train", "T.tsv", "training examples" },
	{ "test", "T.tsv", "test examples" },
	{ "kind", "word|pair|sentence", "what an example is" },
	{ "name", "NAME", "name of the task (task)" },
	{ NULL, NULL, NULL },
};

/* What the file says, each in the form in which it is read back whole. */
struct wording {
	char *title, *model, *path, *task, *train, *test;
	char *from; /* of checkpoints made elsewhere; or NULL */
	bool vectors;
	size_t checkpoints; /* that were made elsewhere; 0: they are made here */
};

/* Absolute, and else as it was given: a link stays one, without slashes at the
 * end. In new memory; NULL after an error. */
static char *absolute(const char *path, struct error *err)
{
	char here[PATH_MAX], *whole = NULL;
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	if (path[0] == '/')
		whole = text_copy_n(path, length);
	else if (getcwd(here, sizeof here) != NULL)
		whole = text_format("%s/%.*s", here, (int)length, path);
	if (whole == NULL)
		error_memory(err, path);
	return whole;
}

/* The form of a text in the file; NULL after an error that names the option. */
static char *word(const char *option, const char *text, struct error *err)
{
	char *quoted = ini_quote(text, false);

	if (quoted == NULL)
		error_set(err, STATUS_INPUT, "--%s %s: a control character, which an experiment file cannot hold",
			  option, text);
	return quoted;
}

/* The last part of a model's path that is a name: of "." that of the folder. */
static char *model_name(const char *path)
{
	const char *base = path_base(path);
	char *real = strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ? realpath(path, NULL) : NULL;
	char *name = text_copy(real != NULL ? path_base(real) : base);

	free(real);
	return name;
}

static void wording_release(struct wording *w)
{
	free(w->title);
	free(w->model);
	free(w->path);
	free(w->task);
	free(w->train);
	free(w->test);
	free(w->from);
}

/* The states <task>-s1-c01, c02, … beside the original. */
static size_t count_states(const char *folder, const char *task)
{
	size_t count = 0;

	for (bool there = true; there && count < 99; count += there) {
		char *state = state_name(task, NULL, 1, (long)count + 1);
		char *path = state == NULL ? NULL : path_join(folder, state);

		there = path != NULL && directory_exists(path);
		free(state);
		free(path);
	}
	return count;
}

/* Checkpoints that are there already. `path` is the model's, or the vectors'. */
static int find_checkpoints(struct wording *out, const struct job *job, const char *path, const char *task,
			    struct error *err)
{
	const char *from = options_get(&job->options, "from");
	char *whole;

	if (out->vectors) {
		out->checkpoints = count_states(path, task);
		return out->checkpoints > 0
			       ? 0
			       : error_set(
					 err, STATUS_INPUT,
					 "%s: no folder %s-s1-c01 (the fine-tuned state of task %s) beside original",
					 path, task, task);
	}
	if (from == NULL)
		return 0;
	whole = absolute(from, err);
	if (whole == NULL)
		return -1;
	out->from = word("from", whole, err);
	out->checkpoints = elsewhere_count(whole);
	out->checkpoints = out->checkpoints == 0 ? 1 : out->checkpoints;
	free(whole);
	return out->from == NULL ? -1 : 0;
}

static int find_words(struct wording *out, const struct job *job, struct error *err)
{
	const char *vectors = options_get(&job->options, "vectors");
	const char *given[] = { vectors != NULL ? vectors : options_get(&job->options, "model"),
				options_get(&job->options, "train"), options_get(&job->options, "test") };
	const char *task = options_get(&job->options, "name");
	char *paths[3] = { NULL }, *name = NULL, *title = NULL;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < 3; i++)
		rc = (paths[i] = absolute(given[i], err)) == NULL ? -1 : 0;
	task = task == NULL ? "task" : task;
	name = rc < 0 ? NULL : model_name(paths[0]);
	title = name == NULL ? NULL : text_format("%s on %s", name, task);
	if (rc == 0 && title == NULL)
		rc = error_memory(err, "new");
	if (rc == 0 &&
	    ((out->title = word("name", title, err)) == NULL || (out->model = word("model", name, err)) == NULL ||
	     (out->path = word("model", paths[0], err)) == NULL || (out->task = word("name", task, err)) == NULL ||
	     (out->train = word("train", paths[1], err)) == NULL ||
	     (out->test = word("test", paths[2], err)) == NULL))
		rc = -1;
	out->vectors = vectors != NULL;
	if (rc == 0)
		rc = find_checkpoints(out, job, paths[0], task, err);
	for (size_t i = 0; i < 3; i++)
		free(paths[i]);
	free(name);
	free(title);
	return rc;
}

/* How the model comes by its fine-tuned state. */
static char *compose_tuning(const struct wording *w)
{
	if (w->from != NULL)
		return text_format("[recipe elsewhere]\nfrom        = %s\ncheckpoints = %zu\n\n", w->from,
				   w->checkpoints);
	if (w->vectors)
		return text_format("[finetune]\ncheckpoints = %zu\n\n", w->checkpoints);
	return text_copy("[finetune]\nepochs      = 10\ncheckpoints = 10\n\n");
}

static char *compose(const struct wording *w, const char *kind)
{
	char *tuning = compose_tuning(w), *text;

	if (tuning == NULL)
		return NULL;
	text = text_format("; Written by tunescope new. Run it with\n;   make reproduce EXPERIMENT=<this file>\n"
			   "; or, from any folder,\n;   tunescope reproduce <this file>\n"
			   "; tunescope plan --defaults lists every key.\n"
			   "[experiment]\ntitle = %s\n\n[model %s]\n%s = %s\n\n"
			   "[task %s]\nkind   = %s\nformat = tsv\ntrain  = %s\ntest   = %s\n\n"
			   "%s[probe]\ngrid = small\n",
			   w->title, w->model, w->vectors ? "vectors" : "path", w->path, w->task, kind, w->train,
			   w->test, tuning);
	free(tuning);
	return text;
}

static int run(struct job *job, struct error *err)
{
	static const char *const needed[] = { "model", "train", "test", "kind" };
	const char *kind = options_get(&job->options, "kind");
	struct wording words = { 0 };
	struct experiment e = { 0 };
	enum task_kind parsed;
	char *text = NULL;
	int rc = -1;

	if (options_get(&job->options, "vectors") != NULL &&
	    (options_get(&job->options, "model") != NULL || options_get(&job->options, "from") != NULL))
		return error_set(err, STATUS_INPUT, "--vectors beside --%s: expected one of the two",
				 options_get(&job->options, "model") != NULL ? "model" : "from");
	for (size_t i = options_get(&job->options, "vectors") != NULL ? 1 : 0; i < 4; i++)
		if (options_need(&job->options, needed[i], err) == NULL)
			return -1;
	if (task_kind_parse(&parsed, kind) < 0)
		return error_set(err, STATUS_INPUT, "--kind %s: expected word, pair or sentence", kind);
	if (find_words(&words, job, err) == 0) {
		text = compose(&words, kind);
		if (text == NULL)
			error_memory(err, "new");
		else if (experiment_parse(&e, "new", text, strlen(text), NULL, NULL, NULL, err) == 0)
			rc = ready_check_experiment(job, &e, err);
	}
	if (rc == 0 && (fputs(text, stdout) == EOF || fflush(stdout) != 0))
		rc = error_errno(err, "standard output", "write");
	experiment_release(&e);
	wording_release(&words);
	free(text);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"new",
		"an experiment file for a model and data of your own",
		"--model DIR [--from DIR]|--vectors DIR --train T.tsv --test T.tsv --kind word|pair|sentence > "
		"mine.ini",
		options,
		false,
		run
	};

	return command_main(argc, argv, &command);
}
