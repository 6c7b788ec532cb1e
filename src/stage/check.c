/* tunescope check: is a cell up to date? */
#include "stage/command.h"
#include "workflow/examine.h"

static const struct option options[] = { { NULL, NULL, NULL } };

static int run(struct job *job, struct error *err)
{
	const struct cell *c;

	if (job_open_experiment(job, err) < 0)
		return -1;
	if (job->options.word_count != 1)
		return error_set(err, STATUS_INPUT, "expected the name of one cell");
	c = plan_find(&job->plan, job->options.words[0]);
	if (c == NULL)
		return error_set(err, STATUS_INPUT, "%s: no cell %s", job->experiment.path, job->options.words[0]);
	return examine_cell(&job->store, (size_t)(c - job->plan.cells), false)->state == CELL_CURRENT ? STATUS_OK
												      : STATUS_CHECK;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"check", "exit with 0 if a cell is up to date", "--experiment FILE CELL", options, false, run
	};

	return command_main(argc, argv, &command);
}
