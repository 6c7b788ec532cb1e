/* tunescope collect: the tables of all cells, gathered. A cell that is not up
 * to date is not read, and is named as missing, stale or failed. */
#include "stage/main.h"

#include "base/array.h"
#include "findings/collect.h"
#include "workflow/examine.h"

#include <stdlib.h>

static const struct option options[] = { { NULL, NULL, NULL } };

static enum collect_state state_of(struct store *s, size_t cell)
{
	switch (examine_cell(s, cell, true)->state) {
	case CELL_CURRENT:
		return COLLECT_PRESENT;
	case CELL_OUTDATED:
		return COLLECT_STALE;
	case CELL_FAILED:
		return COLLECT_FAILED;
	case CELL_MISSING:
		break;
	}
	return COLLECT_MISSING;
}

static int run(struct job *job, struct error *err)
{
	size_t count = job->plan.count;
	enum collect_state *states = array_new(count, 1, sizeof *states);
	char **directories = array_new(count, 1, sizeof *directories);
	int rc = -1;

	if (job->cell == NULL) {
		error_set(err, STATUS_INPUT, "runs as a cell only: --experiment FILE --cell collect");
		goto done;
	}
	for (size_t i = 0; states != NULL && directories != NULL && i < count; i++) {
		states[i] = !stage_reads_all(job->plan.cells[i].stage) ? state_of(&job->store, i) : COLLECT_MISSING;
		directories[i] = cell_directory(&job->experiment, &job->plan.cells[i]);
		if (directories[i] == NULL) {
			error_memory(err, "directories");
			goto done;
		}
	}
	if (states == NULL || directories == NULL)
		error_memory(err, "the cells");
	else
		rc = collect_run(&job->plan, &(struct collect_input){ states, directories }, &job->out, &job->context,
				 err);
done:
	for (size_t i = 0; directories != NULL && i < count; i++)
		free(directories[i]);
	free(directories);
	free(states);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.stage = STAGE_COLLECT,
		.usage = "--experiment FILE --cell collect",
		.options = options,
		.run = run,
	};

	return stage_main(argc, argv, &program);
}
