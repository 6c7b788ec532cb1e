/* tunescope plan: the cells of an experiment: as rules for make, as a graph, and
 * whether all that they need is there. */
#include "stage/command.h"

#include "stage/ready.h"
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

static int run(struct job *job, struct error *err)
{
	if (options_has(&job->options, "defaults")) {
		print_defaults();
		return STATUS_OK;
	}
	if (job_open_experiment(job, err) < 0)
		return -1;
	if (options_has(&job->options, "ready"))
		return ready_check(job, err) < 0 ? -1 : STATUS_OK;
	/* Named as reproduce names it, an experiment is what is asked about, not make's rules. */
	if (options_has(&job->options, "estimate") ||
	    (!options_has(&job->options, "experiment") && !options_has(&job->options, "graph") &&
	     !options_has(&job->options, "rules")))
		return ready_check(job, err) < 0 ? -1 : estimate_print(&job->store, stdout, err) < 0 ? -1 : STATUS_OK;
	if (options_has(&job->options, "graph"))
		rules_write_graph(&job->plan, stdout);
	else
		rules_write(&job->plan, stdout);
	return fflush(stdout) != 0 ? error_errno(err, "standard output", "write") : STATUS_OK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "plan",
						"the rules for make; the graph; hours, disk and memory",
						"[EXPERIMENT] [--graph|--estimate|--ready|--defaults]",
						options,
						true,
						run };

	return command_main(argc, argv, &command);
}
