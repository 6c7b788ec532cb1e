#include "stage/main.h"

#include "stage/cell.h"
#include "workflow/program.h"

#include <stdio.h>

static const struct option plain_options[] = {
	{ "out", "DIR", "where the results go" },
	{ "seed", "N", "seed of everything random (1)" },
	{ "kernels", "NAME", "of earlier versions, without effect: portable or native" },
	{ NULL, NULL, NULL },
};

static int run_plain(struct job *job, struct error *err)
{
	const char *with = job->program->prints_with;
	bool prints = job->program->prints || (with != NULL && options_has(&job->options, with));
	const char *out = prints ? NULL : options_need(&job->options, "out", err);

	if (job->options.word_count > 0)
		return error_set(err, STATUS_INPUT, "%s: unexpected; a value with spaces needs quotes",
				 job->options.words[0]);
	if (job_check_parameters(&job->options, job->program, err) < 0)
		return -1;
	if (!prints && (out == NULL || job_open_out(job, out, err) < 0))
		return -1;
	if (job_check_kernels(job, err) < 0 || job->program->run(job, err) < 0) {
		job_drop_out(job);
		return -1;
	}
	folder_settle(&job->out);
	return 0;
}

static void print_help(const struct job *job)
{
	const struct stage *stage = stage_of(job->program->stage);

	printf("tunescope %s: %s\n\nUsage: tunescope %s %s\n       tunescope %s --experiment FILE --cell NAME\n\n",
	       stage->name, stage->summary, stage->name, job->program->usage, stage->name);
	options_print(&job->options);
}

int stage_main(int argc, char **argv, const struct program *program)
{
	static const struct option scratch_option[] = {
		{ "scratch", "DIR", "write the cell's artefacts there, and leave the cache as it is" },
		{ NULL, NULL, NULL },
	};
	struct job job = { .program = program };
	struct option made[64];
	char names[64][64], title[64];
	struct error err = { 0 };
	int status = 0;

	snprintf(title, sizeof title, "tunescope-%s", stage_of(program->stage)->name);
	terminal_init(&job.terminal, title, 0);
	if (options_know(&job.options, program->options, &err) < 0 ||
	    job_know_parameters(&job.options, program, made, names, &err) < 0 ||
	    options_know(&job.options, plain_options, &err) < 0 ||
	    options_know(&job.options, job_common_options, &err) < 0 ||
	    options_know(&job.options, scratch_option, &err) < 0 ||
	    options_parse(&job.options, argc, argv, &err) < 0) {
		status = job_fail(&job, &err);
	} else if (options_has(&job.options, "help")) {
		print_help(&job);
	} else if (options_has(&job.options, "version")) {
		printf("tunescope %s\n", program_version);
	} else {
		job.terminal.quiet = options_has(&job.options, "quiet");
		terminal_attach(&job.terminal, &job.context);
		if (job_start(&job, &err) < 0 ||
		    (options_has(&job.options, "experiment") ? cell_run(&job, &err) : run_plain(&job, &err)) < 0)
			status = job_fail(&job, &err);
	}
	terminal_clear(&job.terminal);
	job_release(&job);
	return status;
}
