#include "stage/command.h"

#include "workflow/program.h"

#include <stdio.h>

int command_main(int argc, char **argv, const struct command *command)
{
	struct job job = { .names_experiment = command->names_experiment };
	struct error err = { 0 };
	char title[64];
	int status;

	snprintf(title, sizeof title, "tunescope-%s", command->name);
	terminal_init(&job.terminal, title, 0);
	if (options_know(&job.options, command->options, &err) < 0 ||
	    options_know(&job.options, job_common_options, &err) < 0 ||
	    options_parse(&job.options, argc, argv, &err) < 0) {
		status = job_fail(&job, &err);
	} else if (options_has(&job.options, "help")) {
		printf("tunescope %s: %s\n\nUsage: tunescope %s %s\n\n", command->name, command->summary,
		       command->name, command->usage);
		options_print(&job.options);
		status = 0;
	} else if (options_has(&job.options, "version")) {
		printf("tunescope %s\n", program_version);
		status = 0;
	} else {
		terminal_attach(&job.terminal, &job.context);
		status = job_start(&job, &err) < 0 ? -1 : command->run(&job, &err);
		if (status < 0)
			status = job_fail(&job, &err);
	}
	job_release(&job);
	return status;
}
