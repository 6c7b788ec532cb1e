/* tunescope plan: the cells of an experiment: as rules for make, as a graph, and
 * whether all that they need is there. */
#include "stage/command.h"

#include "base/array.h"
#include "base/file.h"
#include "workflow/estimate.h"
#include "workflow/parameters.h"
#include "workflow/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "rules", NULL, "the rules for make (what is printed without an option)" },
	{ "graph", NULL, "the graph, for Graphviz" },
	{ "estimate", NULL, "cells, hours, disk and memory" },
	{ "ready", NULL, "exit with 0 if data, checkpoints and room are there" },
	{ "defaults", NULL, "every key, its default and what it means" },
	{ NULL, NULL, NULL },
};

static void print_defaults(void)
{
	const char *section = "";

	for (size_t i = 0; i < parameter_count(); i++) {
		const struct parameter *p = parameter_at(i);
		bool named = strcmp(p->section, "model") == 0 || strcmp(p->section, "task") == 0;
		char setting[160];

		if (strcmp(p->section, section) != 0)
			printf("%s[%s%s]\n", i ? "\n" : "", p->section, named ? " NAME" : "");
		section = p->section;
		snprintf(setting, sizeof setting, "%s = %s", p->key, p->value ? p->value : "");
		printf("%-32s ; %s%s%s\n", setting, p->help, p->choices ? ": " : "", p->choices ? p->choices : "");
	}
}

static int check_data(const struct experiment *e, const char *task, const char *key, struct error *err)
{
	const char *file = experiment_get(e, "task", key, NULL, task);
	char *path = file == NULL ? NULL : path_join(e->data, file);
	int rc = 0;

	if (path != NULL && !file_exists(path))
		rc = error_set(err, STATUS_INPUT,
			       "%s: [task %s]: no such file; make fetch EXPERIMENT=%s DATA=%s brings it", path, task,
			       e->name, e->data);
	free(path);
	return rc;
}

/* A model directory has a configuration, a vocabulary and weights. */
static int check_model(const struct experiment *e, const char *model, struct error *err)
{
	static const char *const files[3][2] = { { "config.json", "bert_config.json" },
						 { "vocab.txt", "vocab.txt" },
						 { "model.safetensors", "pytorch_model.bin" } };
	const char *below = experiment_get(e, "model", "path", model, NULL);
	char *directory = below == NULL ? NULL : path_join(e->models, below);
	int rc = 0;

	for (size_t i = 0; directory != NULL && rc == 0 && i < 3; i++) {
		char *a = path_join(directory, files[i][0]), *b = path_join(directory, files[i][1]);

		if (a == NULL || b == NULL)
			rc = error_memory(err, model);
		else if (!file_exists(a) && !file_exists(b))
			rc = error_set(err, STATUS_INPUT,
				       "%s: [model %s]: no %s there; make fetch EXPERIMENT=%s MODELS=%s brings it",
				       directory, model, files[i][0], e->name, e->models);
		free(a);
		free(b);
	}
	free(directory);
	return rc;
}

static int check_ready(struct job *job, struct error *err)
{
	const struct experiment *e = &job->experiment;

	for (size_t m = 0; m < e->model_count; m++)
		if (check_model(e, e->model_names[m], err) < 0)
			return -1;
	for (size_t t = 0; t < e->task_count; t++)
		if (check_data(e, e->task_names[t], "train", err) < 0 ||
		    check_data(e, e->task_names[t], "test", err) < 0)
			return -1;
	return estimate_check_room(&job->store, err);
}

static int run(struct job *job, struct error *err)
{
	if (options_has(&job->options, "defaults")) {
		print_defaults();
		return STATUS_OK;
	}
	if (job_open_experiment(job, err) < 0)
		return -1;
	if (options_has(&job->options, "ready"))
		return check_ready(job, err) < 0 ? -1 : STATUS_OK;
	if (options_has(&job->options, "estimate"))
		return check_ready(job, err) < 0 ? -1 : estimate_print(&job->store, stdout, err) < 0 ? -1 : STATUS_OK;
	if (options_has(&job->options, "graph"))
		rules_write_graph(&job->plan, stdout);
	else
		rules_write(&job->plan, stdout);
	return fflush(stdout) != 0 ? error_errno(err, "standard output", "write") : STATUS_OK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "plan", "the rules for make; the graph; hours, disk and memory",
						"--experiment FILE [--graph|--estimate|--ready|--defaults]", options,
						run };

	return command_main(argc, argv, &command);
}
