#include "stage/job.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "workflow/parameters.h"
#include "workflow/program.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>

const struct option job_common_options[] = {
	{ "experiment", "FILE", "the experiment" },
	{ "cell", "NAME", "run as this cell of the experiment" },
	{ "cache", "DIR", "artefacts of experiments (CACHE, or cache/)" },
	{ "data", "DIR", "data files (DATA, or data/)" },
	{ "models", "DIR", "model directories (MODELS, or models/)" },
	{ "publish", "DIR", "where figures, report and manifests are published (.)" },
	{ "threads", "N", "threads (all processors)" },
	{ "quiet", NULL, "say nothing but errors and warnings" },
	{ "help", NULL, "this text" },
	{ "version", NULL, "the version" },
	{ NULL, NULL, NULL },
};

static const struct option plain_options[] = {
	{ "out", "DIR", "where the results go" },
	{ "seed", "N", "seed of everything random (1)" },
	{ "kernels", "NAME", "portable or native (native)" },
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

/* ---- parameters ---- */

/* The option of a parameter: its key with dashes. */
static void option_name(char out[64], const char *key)
{
	snprintf(out, 64, "%s", key);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '_')
			*p = '-';
}

static const char *plain_default(const struct program *program, const char *key)
{
	for (const char *const(*d)[2] = program->defaults; d != NULL && (*d)[0] != NULL; d++)
		if (strcmp((*d)[0], key) == 0)
			return (*d)[1];
	return NULL;
}

const char *job_text(const struct job *job, const char *section, const char *key)
{
	const char *value;
	char name[64];

	if (job->cell != NULL)
		return experiment_get(&job->experiment, section, key, job->cell->model, job->cell->task);
	option_name(name, key);
	value = options_get(&job->options, name);
	if (value == NULL)
		value = plain_default(job->program, key);
	return value != NULL ? value : parameter_find(section, key)->value;
}

double job_number(const struct job *job, const char *section, const char *key)
{
	return strtod(job_text(job, section, key), NULL);
}

long job_integer(const struct job *job, const char *section, const char *key)
{
	return strtol(job_text(job, section, key), NULL, 10);
}

bool job_flag(const struct job *job, const char *section, const char *key)
{
	const char *value = job_text(job, section, key);

	return value != NULL && (value[0] == '\0' || strcmp(value, "yes") == 0);
}

uint64_t job_seed(const struct job *job, const char *purpose)
{
	const char *seed = options_get(&job->options, "seed");

	if (job->cell != NULL)
		return cell_seed(&job->experiment, job->cell, purpose);
	return seed == NULL ? 1 : strtoull(seed, NULL, 10);
}

static bool ends_with(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);

	return n >= m && strcmp(text + n - m, ending) == 0;
}

const char *job_input(const struct job *job, const char *ending)
{
	for (size_t i = 0; i < job->inputs.count; i++)
		if (ends_with(job->inputs.items[i].name, ending))
			return job->inputs.items[i].path;
	return NULL;
}

char *job_input_directory(const struct job *job, const char *start, const char *ending)
{
	for (size_t i = 0; i < job->inputs.count; i++) {
		const struct input *in = &job->inputs.items[i];

		if (strncmp(in->name, start, strlen(start)) == 0 && ends_with(in->name, ending))
			return text_copy_n(in->path, (size_t)(path_base(in->path) - in->path) - 1);
	}
	return NULL;
}

/* Options given on the command line must be well-formed values of their
 * parameters. A flag stands alone. */
static int know_parameters(struct options *o, const struct program *program, struct option *made, char (*names)[64],
			   struct error *err)
{
	size_t n = 0;

	for (const char *const *s = program->sections; s != NULL && *s != NULL; s++)
		for (size_t i = 0; i < parameter_count(); i++) {
			const struct parameter *p = parameter_at(i);
			char section[64];
			size_t length = strcspn(*s, ".");
			bool one = (*s)[length] == '.';

			snprintf(section, sizeof section, "%.*s", (int)length, *s);
			if (strcmp(p->section, section) != 0 || (one && strcmp(p->key, *s + length + 1) != 0) ||
			    strcmp(p->key, "seeds") == 0)
				continue;
			option_name(names[n], p->key);
			made[n] = (struct option){ names[n],
						   p->type == PARAMETER_FLAG ? NULL
						   : p->choices              ? p->choices
									     : "VALUE",
						   p->help };
			n++;
		}
	made[n] = (struct option){ NULL, NULL, NULL };
	return options_know(o, made, err);
}

static int check_parameters(const struct options *o, const struct program *program, struct error *err)
{
	const char *seed = options_get(o, "seed");
	long number;

	for (const char *const *s = program->sections; s != NULL && *s != NULL; s++)
		for (size_t i = 0; i < parameter_count(); i++) {
			const struct parameter *p = parameter_at(i);
			char name[64], why[160], *normal;
			const char *value;

			if (strncmp(p->section, *s, strlen(p->section)) != 0 || p->type == PARAMETER_FLAG)
				continue;
			option_name(name, p->key);
			value = options_get(o, name);
			if (value == NULL)
				continue;
			normal = parameter_normal(p, value, why);
			if (normal == NULL)
				return error_set(err, STATUS_INPUT, "--%s %s: %s", name, value, why);
			free(normal);
		}
	if (seed != NULL && (integer_parse(&number, seed) < 0 || number < 0))
		return error_set(err, STATUS_INPUT, "--seed %s: expected a whole number from 0 on", seed);
	return 0;
}

/* ---- experiments and cells ---- */

static const char *place(const struct options *o, const char *option, const char *variable)
{
	const char *value = options_get(o, option);

	if (value == NULL)
		value = getenv(variable);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

int job_open_experiment(struct job *job, struct error *err)
{
	const char *path = options_need(&job->options, "experiment", err), *rerun = getenv("RERUN");

	if (path == NULL ||
	    experiment_read(&job->experiment, path, place(&job->options, "cache", "CACHE"),
			    place(&job->options, "data", "DATA"), place(&job->options, "models", "MODELS"),
			    err) < 0 ||
	    plan_init(&job->plan, &job->experiment, err) < 0 || store_open(&job->store, &job->plan, err) < 0)
		return -1;
	job->store.accept_program = rerun != NULL && rerun[0] != '\0' && strstr(rerun, "program") == NULL;
	return 0;
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
	pool_free(job->context.pool);
	if (job->terminal.log != NULL)
		fclose(job->terminal.log);
}

/* Waits for the cell's lock; it is released when the descriptor is closed. */
static int lock_cell(struct job *job, const char *directory, struct error *err)
{
	char *path = path_join(directory, "lock");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (path == NULL)
		return error_memory(err, directory);
	if (fd < 0)
		error_errno(err, path, "write");
	else if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		terminal_say(&job->terminal, "%s: another process is at it; waiting", job->cell->name);
		while (flock(fd, LOCK_EX) < 0 && errno == EINTR && !stop_signal)
			;
	}
	free(path);
	return fd;
}

/* Runs the producer of a released input again; its digests must come out as
 * they were. */
static int restore(struct job *job, size_t producer, struct error *err)
{
	const struct cell *c = &job->plan.cells[producer];
	char program[4096];
	ssize_t length = readlink("/proc/self/exe", program, sizeof program - 64);
	int status;
	pid_t child;

	if (length < 0)
		return error_errno(err, "/proc/self/exe", "read");
	while (length > 0 && program[length - 1] != '/')
		length--;
	snprintf(program + length, 64, "%s", c->stage->name);
	terminal_say(&job->terminal, "%s: what %s released is needed again", job->cell->name, c->name);
	child = fork();
	if (child == 0) {
		execl(program, program, "--experiment", job->experiment.path, "--cell", c->name, "--restore",
		      (char *)NULL);
		_exit(127);
	}
	if (child < 0)
		return error_errno(err, program, "start");
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_set(err, STATUS_MACHINE, "%s could not be run again", c->name);
	return 0;
}

/* Every input must be there, with the bytes that its producer's manifest, or
 * the last look at the source, tells. */
static int check_inputs(struct job *job, struct error *err)
{
	struct inputs *in = &job->inputs;
	char found[65];

	for (size_t i = 0; i < in->count; i++)
		if (in->items[i].producer != NO_PRODUCER && !file_exists(in->items[i].path) &&
		    store_released(&job->store, in->items[i].producer, in->items[i].name) &&
		    restore(job, in->items[i].producer, err) < 0)
			return -1;
	for (size_t i = 0; i < in->count; i++) {
		if (digests_of(job->store.digests, in->items[i].path, found, err) < 0)
			return -1;
		if (strcmp(found, in->items[i].sha256) != 0)
			return error_set(err, STATUS_CHECK, "%s: SHA-256 %s, but its manifest has %s",
					 in->items[i].name, found, in->items[i].sha256);
	}
	return 0;
}

static void cpu_name(char out[128])
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(out, 128, "unknown");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "model name : %127[^\n]", out) == 1)
			break;
	if (file != NULL)
		fclose(file);
}

/* What may differ between two honest runs; outside the hashed content. */
static int write_run_record(struct job *job, const struct timespec *start, struct error *err)
{
	struct timespec end;
	struct rusage usage;
	struct utsname host;
	char cpu[128], began[32];
	struct tm utc;
	json_t *run;
	int rc;

	clock_gettime(CLOCK_REALTIME, &end);
	getrusage(RUSAGE_SELF, &usage);
	uname(&host);
	cpu_name(cpu);
	gmtime_r(&start->tv_sec, &utc);
	strftime(began, sizeof began, "%Y-%m-%dT%H:%M:%SZ", &utc);
	run = json_pack(
		"{s:s, s:s, s:s, s:s, s:f, s:f, s:I, s:I, s:s, s:i}", "host", host.nodename, "system", host.release,
		"cpu", cpu, "started", began, "seconds",
		(double)(end.tv_sec - start->tv_sec) + 1e-9 * (double)(end.tv_nsec - start->tv_nsec), "cpu_seconds",
		(double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec,
		"memory_bytes", (json_int_t)usage.ru_maxrss * 1024, "threads",
		(json_int_t)pool_threads(job->context.pool), "compiler", __VERSION__, "warnings",
		(int)job->terminal.warnings);
	if (run == NULL)
		return error_memory(err, "run.json");
	rc = json_write(&job->out, "run.json", run, err);
	json_decref(run);
	return rc;
}

/* Deletes what the last run wrote and this one did not. */
static void prune(struct job *job, const json_t *before)
{
	size_t i, length = strlen(job->cell->name) + 1;
	json_t *subject;

	json_array_foreach(json_object_get(before, "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));
		bool kept = name == NULL || strlen(name) < length;
		char *path;

		for (size_t k = 0; !kept && k < job->out.count; k++)
			kept = strcmp(job->out.items[k].name, name + length) == 0;
		path = kept ? NULL : path_join(job->experiment.cache, name);
		if (path != NULL)
			unlink(path);
		free(path);
	}
}

static void remove_mark(const struct job *job, const char *mark)
{
	char *path = path_join(job->out.path, mark);

	if (path != NULL)
		unlink(path);
	free(path);
}

/* With --restore the outputs must be those of the manifest that is there. */
static int same_outputs(const json_t *was, const json_t *is, struct error *err)
{
	if (json_equal(json_object_get(was, "subject"), json_object_get(is, "subject")))
		return 0;
	return error_set(err, STATUS_CHECK, "made other bytes than its manifest tells");
}

static int finish_cell(struct job *job, const struct timespec *start, struct error *err)
{
	json_t *before = store_manifest(&job->store, job->index);
	json_t *manifest = manifest_new(&job->plan, job->cell, &job->inputs, &job->out, job->internal);
	int rc = manifest == NULL ? error_memory(err, "manifest.json") : 0;

	if (rc == 0 && options_has(&job->options, "restore"))
		rc = same_outputs(before, manifest, err);
	if (rc == 0)
		rc = write_run_record(job, start, err);
	if (rc == 0) {
		prune(job, before);
		remove_mark(job, "released");
		remove_mark(job, "accepted.json");
		remove_mark(job, "failed");
		rc = json_write(&job->out, "manifest.json", manifest, err);
	}
	json_decref(manifest);
	store_forget(&job->store, job->index);
	if (options_has(&job->options, "restore"))
		return rc;
	for (size_t i = 0; rc == 0 && i < job->cell->need_count; i++)
		if (job->plan.cells[job->cell->needs[i]].stage->id == STAGE_FINETUNE)
			rc = store_release(&job->store, job->cell->needs[i], err);
	return rc;
}

static void record_failure(struct job *job, const struct error *failure)
{
	struct error ignored;

	if (failure->status == STATUS_STOPPED || job->out.path == NULL)
		return;
	output_file(&job->out, "failed", failure->text, strlen(failure->text), &ignored);
}

static int open_log(struct job *job, const char *directory, struct error *err)
{
	char *path = path_join(directory, "log");

	job->terminal.log = path == NULL ? NULL : fopen(path, "we");
	if (path == NULL)
		return error_memory(err, directory);
	if (job->terminal.log == NULL)
		error_errno(err, path, "write");
	free(path);
	return job->terminal.log == NULL ? -1 : 0;
}

/* The kernels stand in the manifest under the name they resolved to. */
static int check_kernels(struct job *job, struct error *err)
{
	const char *kernels = options_get(&job->options, "kernels");

	if (job->program->kernels_check == NULL)
		return 0;
	if (job->cell != NULL)
		kernels = experiment_get(&job->experiment, "experiment", "kernels", NULL, NULL);
	if (job->program->kernels_check(kernels ? kernels : "native", err) < 0)
		return -1;
	job->internal = json_pack("{s:s}", "kernels", job->program->kernels_name());
	return job->internal == NULL ? error_memory(err, "kernels") : 0;
}

static int run_locked(struct job *job, const char *directory, struct error *err)
{
	const struct examination *x = store_examine(&job->store, job->index, false);
	struct timespec start;

	if (x->state == CELL_CURRENT && !(x->released && options_has(&job->options, "restore"))) {
		terminal_say(&job->terminal, "%s: up to date", job->cell->name);
		return 0;
	}
	if (open_log(job, directory, err) < 0 || folder_open(&job->out, directory, err) < 0)
		return -1;
	terminal_say(&job->terminal, "%s: %s", job->cell->name,
		     x->state == CELL_MISSING  ? "runs"
		     : x->state == CELL_FAILED ? "runs again: it failed before"
					       : x->why);
	clock_gettime(CLOCK_REALTIME, &start);
	if (check_kernels(job, err) < 0 || inputs_of(&job->inputs, &job->store, job->index, err) < 0 ||
	    check_inputs(job, err) < 0 || job->program->run(job, err) < 0 || finish_cell(job, &start, err) < 0) {
		record_failure(job, err);
		return -1;
	}
	return 0;
}

static int run_cell(struct job *job, struct error *err)
{
	const char *name = options_get(&job->options, "cell");
	char *directory;
	int lock = -1, rc = -1;

	if (job_open_experiment(job, err) < 0)
		return -1;
	if (job->program->summarise != NULL && options_has(&job->options, "summary"))
		return job->program->summarise(job, err);
	job->cell = name == NULL ? NULL : plan_find(&job->plan, name);
	if (job->cell == NULL || job->cell->stage->id != job->program->stage) {
		job->cell = NULL;
		return error_set(err, STATUS_INPUT, "%s: no %s cell %s", job->experiment.path,
				 stage_of(job->program->stage)->name, name ? name : "(--cell is missing)");
	}
	job->index = (size_t)(job->cell - job->plan.cells);
	job->terminal.subject = job->cell->name;
	directory = cell_directory(&job->experiment, job->cell);
	if (directory == NULL)
		return error_memory(err, name);
	if (directory_make(directory, err) == 0 && (lock = lock_cell(job, directory, err)) >= 0)
		rc = run_locked(job, directory, err);
	if (rc == 0 && job->program->publish != NULL)
		rc = job->program->publish(job, err);
	free(directory);
	if (lock >= 0)
		close(lock);
	return rc;
}

static int run_plain(struct job *job, struct error *err)
{
	const char *with = job->program->prints_with;
	bool prints = job->program->prints || (with != NULL && options_has(&job->options, with));
	const char *out = prints ? NULL : options_need(&job->options, "out", err);

	if (check_parameters(&job->options, job->program, err) < 0)
		return -1;
	if (!prints && (out == NULL || folder_open(&job->out, out, err) < 0))
		return -1;
	return check_kernels(job, err) < 0 ? -1 : job->program->run(job, err);
}

int job_start(struct job *job, struct error *err)
{
	const char *text = options_get(&job->options, "threads");
	long threads = sysconf(_SC_NPROCESSORS_ONLN);

	if (text != NULL && (integer_parse(&threads, text) < 0 || threads < 1 || threads > 1024))
		return error_set(err, STATUS_INPUT, "--threads %s: expected 1 to 1024", text);
	catch_signals();
	gsl_set_error_handler_off(); /* it would abort; its functions return an error */
	job->context.pool = pool_new((unsigned)threads);
	job->context.stop = &stop_signal;
	return job->context.pool == NULL ? error_memory(err, "threads") : 0;
}

static void print_help(const struct job *job)
{
	const struct stage *stage = stage_of(job->program->stage);

	printf("tunescope %s: %s\n\nUsage: tunescope %s %s\n       tunescope %s --experiment FILE --cell NAME\n\n",
	       stage->name, stage->summary, stage->name, job->program->usage, stage->name);
	options_print(&job->options);
}

int job_fail(struct job *job, const struct error *err)
{
	terminal_error(&job->terminal, err->text);
	return err->status == STATUS_STOPPED ? 128 + (stop_signal ? stop_signal : SIGTERM) : (int)err->status;
}

int job_main(int argc, char **argv, const struct program *program)
{
	static const struct option restore_option[] = { { "restore", NULL, "make released artefacts again" },
							{ NULL, NULL, NULL } };
	struct job job = { .program = program };
	struct option made[64];
	char names[64][64], title[64];
	struct error err = { 0 };
	int status = 0;

	snprintf(title, sizeof title, "tunescope-%s", stage_of(program->stage)->name);
	terminal_init(&job.terminal, title, 0);
	if (options_know(&job.options, program->options, &err) < 0 ||
	    know_parameters(&job.options, program, made, names, &err) < 0 ||
	    options_know(&job.options, plain_options, &err) < 0 ||
	    options_know(&job.options, job_common_options, &err) < 0 ||
	    options_know(&job.options, restore_option, &err) < 0 ||
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
		    (options_has(&job.options, "experiment") ? run_cell(&job, &err) : run_plain(&job, &err)) < 0)
			status = job_fail(&job, &err);
	}
	terminal_clear(&job.terminal);
	job_release(&job);
	return status;
}
