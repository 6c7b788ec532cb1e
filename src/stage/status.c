/* tunescope status: each cell, and why it would run. */
#include "stage/command.h"

#include <stdio.h>

static const struct option options[] = {
	{ "all", NULL, "list the cells that are up to date too" },
	{ NULL, NULL, NULL },
};

static const char *describe(const struct examination *x)
{
	switch (x->state) {
	case CELL_CURRENT:
		return x->released ? "released" : "up to date";
	case CELL_OUTDATED:
		return "would run";
	case CELL_MISSING:
		return "missing";
	case CELL_FAILED:
		return "failed";
	}
	return "";
}

/* Exit status 1 if any cell would run. */
static int run(struct job *job, struct error *err)
{
	size_t counts[4] = { 0 };
	bool quiet = options_has(&job->options, "quiet");

	if (job_open_experiment(job, err) < 0)
		return -1;
	for (size_t i = 0; i < job->plan.count; i++) {
		const struct examination *x = store_examine(&job->store, i, true);

		counts[x->state]++;
		if (!quiet && (x->state != CELL_CURRENT || options_has(&job->options, "all")))
			printf("%-11s %s%s%s\n", describe(x), job->plan.cells[i].name, x->why[0] ? ": " : "", x->why);
	}
	if (!quiet)
		printf("%s: %zu cells: %zu up to date, %zu would run, %zu missing, %zu failed\n",
		       job->experiment.name, job->plan.count, counts[CELL_CURRENT], counts[CELL_OUTDATED],
		       counts[CELL_MISSING], counts[CELL_FAILED]);
	return counts[CELL_CURRENT] == job->plan.count ? STATUS_OK : STATUS_CHECK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "status",
						"each cell: up to date, would run (why), released, missing, failed",
						"--experiment FILE", options, run };

	return command_main(argc, argv, &command);
}
