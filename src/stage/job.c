#include "stage/job.h"
#include "stage/letters.h"
#include "stage/place.h"

#include "base/file.h"
#include "base/json.h"
#include "num/kernels.h"
#include "workflow/claim.h"
#include "workflow/parameters.h"
#include "workflow/program.h"

#include <gsl/gsl_errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct option job_common_options[] = {
	{ "experiment", "FILE", "the experiment" },
	{ "cell", "NAME", "run as this cell of the experiment" },
	{ "cache", "DIR", "artefacts of experiments (CACHE, or cache/)" },
	{ "data", "DIR", "data files (DATA, or data/)" },
	{ "models", "DIR", "model directories (MODELS, or models/)" },
	{ "publish", "DIR", "where figures, report and manifests are published (.)" },
	{ "threads", "N", "threads (the processors that may be used)" },
	{ "quiet", NULL, "say nothing but errors and warnings" },
	{ "help", NULL, "this text" },
	{ "version", NULL, "the version" },
	{ NULL, NULL, NULL },
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
	stop_signal = number;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static const char *place(const struct options *o, const char *option, const char *variable)
{
	const char *value = options_get(o, option);

	if (value == NULL)
		value = getenv(variable);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* RERUN names what makes a cell run again: program, inputs, parameters. Where it
 * is given without program, a change of the program is accepted as harmless. */
static int read_rerun(struct store *s, const char *rerun, struct error *err)
{
	static const char *const known[] = { "program", "inputs", "parameters" };
	bool program = false, any = false;

	for (const char *p = rerun == NULL ? "" : rerun; *p != '\0';) {
		size_t length = strcspn(p, ", "), k = 0;

		while (length > 0 && k < 3 && (strlen(known[k]) != length || strncmp(known[k], p, length) != 0))
			k++;
		if (k == 3)
			return error_set(err, STATUS_INPUT,
					 "RERUN=%s: expected a list of program, inputs, parameters", rerun);
		any |= length > 0;
		program |= length > 0 && k == 0;
		p += length + (p[length] != '\0');
	}
	s->accept_program = any && !program;
	return 0;
}

const char *job_publish_root(const struct job *job)
{
	const char *root = place(&job->options, "publish", "PUBLISH");

	return root == NULL ? "" : root;
}

/* --experiment; else the one word of a program that takes an experiment so, or
 * the default. */
static const char *experiment_named(const struct job *job, struct error *err)
{
	if (options_has(&job->options, "experiment") || !job->names_experiment)
		return options_need(&job->options, "experiment", err);
	if (job->options.word_count <= 1)
		return job->options.word_count == 1 ? job->options.words[0] : "embedded";
	error_set(err, STATUS_INPUT, "%s: one experiment at a time is expected", job->options.words[1]);
	return NULL;
}

int job_open_experiment(struct job *job, struct error *err)
{
	const char *name = experiment_named(job, err);
	char *path = NULL;
	int rc = -1;

	if (name != NULL && place_experiment(&path, name, err) == 0)
		rc = experiment_read(&job->experiment, path, place(&job->options, "cache", "CACHE"),
				     place(&job->options, "data", "DATA"), place(&job->options, "models", "MODELS"),
				     err);
	free(path);
	if (rc < 0 || claim_check(&job->experiment, NULL, err) < 0 ||
	    plan_init(&job->plan, &job->experiment, err) < 0 || store_open(&job->store, &job->plan, err) < 0)
		return -1;
	job->assets = place_directory("report/template.html");
	job->store.assets = job->assets;
	letters_offer(job);
	return read_rerun(&job->store, getenv("RERUN"), err);
}

void job_release(struct job *job)
{
	inputs_release(&job->inputs);
	if (job->store.plan != NULL)
		store_close(&job->store);
	plan_release(&job->plan);
	experiment_release(&job->experiment);
	folder_release(&job->out);
	options_release(&job->options);
	json_decref(job->internal);
	free(job->assets);
	free(job->fonts[false]);
	free(job->fonts[true]);
	pool_free(job->context.pool);
	if (job->terminal.log != NULL)
		fclose(job->terminal.log);
	free(job->terminal.progress);
}

int job_check_kernels(struct job *job, struct error *err)
{
	const char *given = options_get(&job->options, "kernels");
	char why[160], *normal = given == NULL
					 ? NULL
					 : parameter_normal(parameter_find("experiment", "kernels"), given, why);

	if (given != NULL && normal == NULL)
		return error_set(err, STATUS_INPUT, "--kernels %s: %s", given, why);
	free(normal);
	if (job->program->libraries_check != NULL && job->program->libraries_check(err) < 0)
		return -1;
	if (!job->program->multiplies)
		return 0;
	job->internal = json_pack("{s:s}", "kernels", kernels_name());
	return job->internal == NULL ? error_memory(err, "kernels") : 0;
}

int job_open_out(struct job *job, const char *path, struct error *err)
{
	job->made_out = !directory_exists(path);
	return folder_open(&job->out, path, err);
}

void job_drop_out(struct job *job)
{
	if (job->made_out)
		rmdir(job->out.path);
}

/* The processors that this process may use: of a cluster's node, those that were
 * asked for. */
static long processors(void)
{
	const char *granted = getenv("SLURM_CPUS_PER_TASK");
	long count = sysconf(_SC_NPROCESSORS_ONLN), most;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
		count = CPU_COUNT(&set);
	if (granted != NULL && integer_parse(&most, granted) == 0 && most > 0 && most < count)
		count = most;
	return count < 1024 ? count : 1024;
}

int job_start(struct job *job, struct error *err)
{
	long threads = processors();

	if (options_integer(&threads, &job->options, "threads", 1, 1024, err) < 0)
		return -1;
	catch_signals();
	gsl_set_error_handler_off(); /* it would abort; its functions return an error */
	job->context.pool = pool_new((unsigned)threads);
	job->context.stop = &stop_signal;
	return job->context.pool == NULL ? error_memory(err, "threads") : 0;
}

int job_fail(struct job *job, const struct error *err)
{
	terminal_error(&job->terminal, err->text);
	return err->status == STATUS_STOPPED ? 128 + (stop_signal ? stop_signal : SIGTERM) : (int)err->status;
}
