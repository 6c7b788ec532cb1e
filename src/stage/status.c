/* tunescope status: each cell, and why it would run. */
#include "stage/command.h"
#include "stage/publish.h"

#include "base/array.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
	{ "failed", NULL, "only the cells that failed, and where their logs lie" },
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

static void print_cell(const struct job *job, const struct cell *c, const struct examination *x)
{
	char *log = text_format("%s/%s/log", job->experiment.cache, c->name);
	bool there = x->state == CELL_FAILED && log != NULL && file_exists(log);

	if (!options_has(&job->options, "failed") || x->state == CELL_FAILED)
		printf("%-11s %s%s%s%s%s\n", describe(x), c->name, x->why[0] ? ": " : "", x->why,
		       there ? "; log: " : "", there ? log : "");
	free(log);
}

/* Exit status 1 if any cell would run. */
static int run(struct job *job, struct error *err)
{
	size_t counts[4] = { 0 }, released = 0;
	bool quiet = options_has(&job->options, "quiet");

	if (job_open_experiment(job, err) < 0)
		return -1;
	for (size_t i = 0; i < job->plan.count; i++) {
		const struct examination x = publish_examine(job, i);

		counts[x.state]++;
		released += x.state == CELL_CURRENT && x.released;
		if (!quiet)
			print_cell(job, &job->plan.cells[i], &x);
	}
	if (!quiet && !options_has(&job->options, "failed"))
		printf("%s: %zu cells: %zu up to date (%zu released), %zu would run, %zu missing, %zu failed\n",
		       job->experiment.name, job->plan.count, counts[CELL_CURRENT], released, counts[CELL_OUTDATED],
		       counts[CELL_MISSING], counts[CELL_FAILED]);
	return counts[CELL_CURRENT] == job->plan.count ? STATUS_OK : STATUS_CHECK;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"status",       "each cell: up to date, would run (why), released, missing, failed",
		"[EXPERIMENT]", options,
		true,           run
	};

	return command_main(argc, argv, &command);
}
