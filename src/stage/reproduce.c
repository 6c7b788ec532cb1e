/* tunescope reproduce: a whole experiment, or some of its cells. The plan is
 * handed to make, which knows order, jobs and failures; no path is ever part of a
 * rule or of a shell's line. */
#include "stage/command.h"
#include "stage/publish.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "stage/ready.h"
#include "workflow/claim.h"
#include "workflow/leftovers.h"
#include "workflow/rules.h"
#include "workflow/tally.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct option options[] = {
	{ "only", "NAME", "these cells and what they need: a cell, a stage, figures or report" },
	{ "jobs", "N", "cells at a time (1, or make's -j)" },
	{ NULL, NULL, NULL },
};

struct reproduction {
	struct job *job;
	char *plan; /* a path of the rules */
	int file;   /* they lie in memory: make needs no place to write */
	long jobs;
	bool dry; /* make -n: say what would be done */
	int status;
};

/* The letters among make's flags: "kn" of "kn -j2 --jobserver-auth=3,4". */
static bool make_has(char letter)
{
	const char *flags = getenv("MAKEFLAGS");
	size_t n = flags == NULL || flags[0] == '-' || flags[0] == ' ' ? 0 : strcspn(flags, " ");

	/* A first word with "=" is a variable, not letters. */
	return n > 0 && memchr(flags, '=', n) == NULL && memchr(flags, letter, n) != NULL;
}

/* N of make's -jN: 1 where it has none, the processors for a bare -j. */
static long make_jobs(void)
{
	const char *flags = getenv("MAKEFLAGS");

	for (const char *p = flags == NULL ? "" : flags; *p != '\0'; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == 2 && strncmp(p, "--", 2) == 0)
			break;
		if (n >= 2 && strncmp(p, "-j", 2) == 0)
			return n == 2 ? sysconf(_SC_NPROCESSORS_ONLN) : strtol(p + 2, NULL, 10);
		p += n;
	}
	return 1;
}

/* Variables of make's own command line are not those of the plan: what they say
 * comes by the environment, where make does not read it again. */
static void hide_variables(void)
{
	const char *flags = getenv("MAKEFLAGS");
	const char *variables = flags == NULL ? NULL : strncmp(flags, "-- ", 3) == 0 ? flags : strstr(flags, " -- ");
	char *kept = variables == NULL ? NULL : text_copy_n(flags, (size_t)(variables - flags));

	if (kept != NULL)
		setenv("MAKEFLAGS", kept, 1);
	free(kept);
	unsetenv("MAKEOVERRIDES");
	unsetenv("MFLAGS");
}

static int write_plan(struct reproduction *r, struct error *err)
{
	FILE *to;
	int copy;

	r->file = memfd_create("plan", 0);
	copy = r->file < 0 ? -1 : dup(r->file);
	to = copy < 0 ? NULL : fdopen(copy, "w");
	if (to == NULL)
		return error_errno(err, "the plan", "write");
	rules_write(&r->job->plan, to);
	if (fclose(to) != 0)
		return error_errno(err, "the plan", "write");
	r->plan = text_format("/proc/self/fd/%d", r->file);
	return r->plan == NULL ? error_memory(err, "the plan") : 0;
}

/* What `tunescope run` in the recipes is told. */
static int set_environment(const struct reproduction *r, struct error *err)
{
	const struct experiment *e = &r->job->experiment;
	char self[4096], *program = NULL;
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	if (length > 0) {
		self[length] = '\0';
		program = text_format("%.*s../../bin/tunescope", (int)(path_base(self) - self), self);
	}
	if (program == NULL || setenv("TUNESCOPE", program, 1) < 0 || setenv("FILE", e->path, 1) < 0 ||
	    setenv("CACHE", e->root, 1) < 0 || setenv("DATA", e->data, 1) < 0 || setenv("MODELS", e->models, 1) < 0 ||
	    setenv("PUBLISH", job_publish_root(r->job), 1) < 0) {
		free(program);
		return error_memory(err, "the environment");
	}
	free(program);
	hide_variables();
	return 0;
}

/* LAUNCH becomes a part of a line that a shell reads: a command and its arguments,
 * and nothing that would end it. */
static int check_launch(struct error *err)
{
	const char *launch = getenv("LAUNCH");
	char quote = '\0';

	for (const char *c = launch; c != NULL && *c != '\0'; c++) {
		if (quote == '\0' && strchr(";&|<>()`\n", *c) != NULL)
			return error_set(
				err, STATUS_INPUT,
				"LAUNCH=%s: '%c' is not part of a command and its arguments; put it in quotes",
				launch, *c == '\n' ? ' ' : *c);
		if (*c == '\\' && quote != '\'' && c[1] != '\0')
			c++;
		else if (quote == '\0' && (*c == '\'' || *c == '"'))
			quote = *c;
		else if (*c == quote)
			quote = '\0';
	}
	return quote == '\0' ? 0
			     : error_set(err, STATUS_INPUT, "LAUNCH=%s: the quote %c is not closed", launch, quote);
}

/* The threads of a cell: the processors, shared by the jobs. */
static long threads_of(const struct reproduction *r)
{
	const char *launch = getenv("LAUNCH");
	long threads = sysconf(_SC_NPROCESSORS_ONLN) / r->jobs;

	return threads < 1 || (launch != NULL && launch[0] != '\0') ? 1 : threads;
}

static void become_make(const struct reproduction *r, const char *target, bool keep_going)
{
	const char *flags = getenv("MAKEFLAGS");
	bool server = flags != NULL && strstr(flags, "--jobserver") != NULL;
	char *argv[16];
	size_t n = 0;

	argv[n++] = text_copy("make");
	argv[n++] = text_copy("-rR");
	argv[n++] = text_copy("--no-print-directory");
	if (keep_going)
		argv[n++] = text_copy("-k");
	if (!server && r->jobs > 1)
		argv[n++] = text_format("-j%ld", r->jobs);
	argv[n++] = text_copy("-f");
	argv[n++] = r->plan;
	argv[n++] = text_format("JOBS=%ld", r->jobs);
	argv[n++] = text_format("THREADS=--threads %ld", threads_of(r));
	argv[n++] = text_copy(options_has(&r->job->options, "quiet") || make_has('s') ? "QUIET=--quiet" : "QUIET=");
	argv[n++] = text_copy(target);
	argv[n] = NULL;
	execvp(argv[0], argv);
	fprintf(stderr, "tunescope-reproduce: make: cannot start: %s\n", strerror(errno));
	_exit(127);
}

/* Lets make bring a target up to date, and returns its status; the first failure is
 * what the whole comes to. */
static int make(struct reproduction *r, const char *target, bool keep_going)
{
	int status = 0, code;
	bool told = false;
	pid_t child;

	if (context_stopped(&r->job->context))
		return STATUS_STOPPED;
	fflush(NULL);
	child = fork();
	if (child == 0)
		become_make(r, target, keep_going);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		if (context_stopped(&r->job->context) && !told) {
			kill(child, SIGTERM);
			told = true;
		}
	code = child < 0 ? STATUS_MACHINE : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	if (r->status == STATUS_OK)
		r->status = code;
	return code;
}

/* Whether every cell is up to date, published and tidy. What would run is noted for
 * the status line. */
static int is_current(struct reproduction *r, bool *current, struct error *err)
{
	struct job *job = r->job;

	*current = !job->store.accept_program;
	for (size_t i = 0; *current && i < job->plan.count; i++)
		*current = publish_examine(job, i).state == CELL_CURRENT && !leftovers_found(&job->store, i);
	if (*current || r->dry)
		return 0;
	return claim_cache(&job->experiment, err) < 0 ? -1 : tally_begin(&job->store, err);
}

/* The cells that failed, and what an experiment came to, by their own programs. */
static void tell(const struct reproduction *r, const char *program, const char *option)
{
	char self[4096], *path;
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
	pid_t child;

	if (length <= 0)
		return;
	self[length] = '\0';
	path = text_format("%.*s%s", (int)(path_base(self) - self), self, program);
	fflush(NULL);
	child = path == NULL ? -1 : fork();
	if (child == 0) {
		execl(path, path, "--experiment", r->job->experiment.path, option, (char *)NULL);
		_exit(127);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	free(path);
}

/* What runs that were killed left beside the cells, and beside what is published. */
static void sweep_records(const struct reproduction *r)
{
	char *published = path_join(job_publish_root(r->job), "manifests");

	output_sweep(r->job->experiment.cache);
	if (published != NULL)
		output_sweep(published);
	free(published);
}

static int reproduce(struct reproduction *r, struct error *err)
{
	bool current = false;
	int report = STATUS_OK;

	if (!r->dry)
		sweep_records(r);
	if (is_current(r, &current, err) < 0)
		return -1;
	if (current && !r->dry) {
		printf("%s: all is up to date\n", r->job->experiment.name);
	} else {
		if (!r->dry && ready_check(r->job, err) < 0)
			return -1;
		make(r, "cells", false);
		make(r, "collect", false);
		make(r, "figures", true);
		report = make(r, "report", false);
	}
	if (r->dry)
		return 0;
	if (r->status != STATUS_OK)
		tell(r, "status", "--failed");
	if (report == STATUS_OK)
		tell(r, "report", "--summary");
	else
		printf("%s: the report was not made again\n", r->job->experiment.name);
	return 0;
}

/* The figures and the report read the tables that are there. */
static int reproduce_only(struct reproduction *r, const char *target, struct error *err)
{
	bool report = strcmp(target, "report") == 0;

	if (!r->dry && claim_cache(&r->job->experiment, err) < 0)
		return -1;
	if (!report && strcmp(target, "figures") != 0) {
		make(r, target, make_has('k'));
		return 0;
	}
	make(r, "collect", false);
	if (r->status == STATUS_OK)
		make(r, "figures", true);
	if (report && r->status == STATUS_OK)
		make(r, "report", false);
	return 0;
}

/* Neither the cells nor, where something will be published, that may lie where
 * another experiment's do: told before any work. */
static int claim_places(const struct reproduction *r, const char *only, struct error *err)
{
	bool publishes = only == NULL || strncmp(only, "figures", 7) == 0 || strcmp(only, "report") == 0;
	char *published = publishes ? path_join(job_publish_root(r->job), "manifests") : NULL;
	int rc = publishes && published == NULL ? error_memory(err, "manifests")
						: claim_check(&r->job->experiment, published, err);

	free(published);
	return rc;
}

/* A cell, or a stage that has cells. */
static int check_target(const struct plan *p, const char *target, struct error *err)
{
	const struct stage *stage = stage_find(target);

	if (stage != NULL || plan_find(p, target) != NULL)
		return 0;
	return error_set(err, STATUS_INPUT, "%s: no cell and no stage %s; tunescope status lists the cells",
			 p->experiment->path, target);
}

static int run(struct job *job, struct error *err)
{
	const char *jobs = options_get(&job->options, "jobs"), *only = options_get(&job->options, "only");
	struct reproduction r = { .job = job, .file = -1, .jobs = make_jobs(), .dry = make_has('n') };
	int rc = -1;

	if (jobs != NULL && (integer_parse(&r.jobs, jobs) < 0 || r.jobs < 1 || r.jobs > 10000))
		return error_set(err, STATUS_INPUT, "--jobs %s: expected 1 to 10000", jobs);
	r.jobs = r.jobs < 1 ? 1 : r.jobs;
	if (job_open_experiment(job, err) < 0 || (only != NULL && check_target(&job->plan, only, err) < 0))
		return -1;
	if (check_launch(err) == 0 && claim_places(&r, only, err) == 0 && set_environment(&r, err) == 0 &&
	    write_plan(&r, err) == 0)
		rc = only != NULL ? reproduce_only(&r, only, err) : reproduce(&r, err);
	if (rc == 0 && context_stopped(&job->context))
		rc = context_stop_error(err);
	if (r.file >= 0)
		close(r.file);
	free(r.plan);
	return rc < 0 ? -1 : r.status;
}

int main(int argc, char **argv)
{
	static const struct command command = { "reproduce",
						"a whole experiment, to its report",
						"[EXPERIMENT] [--only CELL|STAGE] [--jobs N]",
						options,
						true,
						run };

	return command_main(argc, argv, &command);
}
