/* What the programs that are no stages share: their options, an experiment,
 * a context. */
#ifndef STAGE_COMMAND_H
#define STAGE_COMMAND_H

#include "stage/job.h"

struct command {
	const char *name;    /* "status" */
	const char *summary; /* one line */
	const char *usage;
	const struct option *options; /* NULL-ended */
	bool names_experiment;        /* its word is an experiment: a shipped one's name, or a path */
	/* Returns the exit status, or −1 after setting the error. */
	int (*run)(struct job *job, struct error *err);
};

int command_main(int argc, char **argv, const struct command *command);

#endif
