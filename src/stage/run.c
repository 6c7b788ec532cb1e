/* tunescope run: one cell, if it is not up to date, by its stage's program,
 * behind whatever launches it on another machine. However that ends, its end is
 * told and recorded: a program that is killed cannot do so itself. */
#include "stage/command.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "workflow/examine.h"
#include "workflow/leftovers.h"
#include "workflow/tally.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct option options[] = {
	{ "jobs", "N", "cells that run at a time, for the time left (1)" },
	{ NULL, NULL, NULL },
};

struct run {
	struct job *job;
	const struct cell *cell;
	long jobs;     /* cells that run at a time */
	bool terminal; /* standard error is one, and may be drawn on */
	int screen;    /* the lock of the process that draws; −1: another one has it */
	char *said;    /* what the cell's program and its launcher printed */
	size_t length, capacity;
};

/* One process at a time draws the status line; the next takes over from it. */
static bool may_draw(struct run *r)
{
	char *path;

	if (r->terminal && r->screen < 0) {
		path = path_join(r->job->experiment.cache, "screen");
		r->screen = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		if (r->screen >= 0 && flock(r->screen, LOCK_EX | LOCK_NB) < 0) {
			close(r->screen);
			r->screen = -1;
		}
		free(path);
	}
	return r->screen >= 0;
}

/* What the program of the cell wrote down last of how far it is. */
static void read_progress(const struct run *r, const char *cell, char out[160])
{
	char *path = text_format("%s/%s/progress", r->job->experiment.cache, cell);
	FILE *file = path == NULL ? NULL : fopen(path, "re");

	out[0] = '\0';
	if (file != NULL && fgets(out, 160, file) != NULL)
		out[strcspn(out, "\n")] = '\0';
	if (file != NULL)
		fclose(file);
	free(path);
}

/* "12/88 cells  finetune/… and 1 more: epoch 3, loss 0.2  left 0:12:30" */
static void draw(struct run *r)
{
	char detail[160], more[32] = "", left[48] = "", line[512];
	struct winsize window;
	struct tally t;
	int columns = 80;

	if (!may_draw(r))
		return;
	tally_read(&t, &r->job->experiment);
	read_progress(r, t.first, detail);
	if (t.running > 1)
		snprintf(more, sizeof more, " and %zu more", t.running - 1);
	if (!isnan(t.left)) {
		memcpy(left, "  left ", 8);
		terminal_seconds(left + 7, t.left / (double)r->jobs);
	}
	snprintf(line, sizeof line, "%zu/%zu cells  %s%s%s%s%s", t.done, t.total, t.first, more,
		 detail[0] ? ": " : "", detail, left);
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1)
		columns = window.ws_col;
	fprintf(stderr, "\r\033[K%.*s", columns - 1, line);
	fflush(stderr);
}

static void clear(const struct run *r)
{
	if (r->terminal)
		fputs("\r\033[K", stderr);
}

static void say(const struct run *r, FILE *to, const char *word, const char *text)
{
	clear(r);
	fprintf(to, "%s: %s%s\n", r->cell->name, word, text);
	fflush(to);
}

/* In the child: [launcher …] tunescope STAGE --experiment FILE --cell NAME. */
static void become(const struct run *r, bool launch, int pipe)
{
	const struct job *job = r->job;
	size_t words = launch ? job->options.word_count - 1 : 0, n = 0;
	static const char *const handed_on[] = { "threads", "cache", "data", "models", "publish" };
	char **argv = array_new(words + 24, 1, sizeof *argv), self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	if (argv == NULL || length < 0 || dup2(pipe, STDOUT_FILENO) < 0 || dup2(pipe, STDERR_FILENO) < 0)
		_exit(127);
	self[length] = '\0';
	for (size_t i = 0; i < words; i++)
		argv[n++] = (char *)(uintptr_t)job->options.words[i + 1];
	argv[n++] = text_format("%.*s../../bin/tunescope", (int)(path_base(self) - self), self);
	argv[n++] = text_copy(r->cell->stage->name);
	argv[n++] = text_copy("--quiet");
	argv[n++] = text_copy("--experiment");
	argv[n++] = text_copy(job->experiment.path);
	argv[n++] = text_copy("--cell");
	argv[n++] = text_copy(r->cell->name);
	for (size_t i = 0; i < sizeof handed_on / sizeof handed_on[0]; i++)
		if (options_has(&job->options, handed_on[i])) {
			argv[n++] = text_format("--%s", handed_on[i]);
			argv[n++] = text_copy(options_get(&job->options, handed_on[i]));
		}
	execvp(argv[0], argv);
	fprintf(stderr, "%s: cannot start: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Hands on what the child prints, and keeps it for the log. */
static bool listen_to(struct run *r, int from)
{
	char buffer[4096];
	ssize_t got = read(from, buffer, sizeof buffer);

	if (got <= 0)
		return got < 0 && errno == EINTR;
	clear(r);
	fwrite(buffer, 1, (size_t)got, stderr);
	fflush(stderr);
	if (array_reserve(&r->said, &r->capacity, r->length + (size_t)got, 1) == 0) {
		memcpy(r->said + r->length, buffer, (size_t)got);
		r->length += (size_t)got;
	}
	return true;
}

/* Starts the child, listens, draws, and waits; its status as a shell tells it. */
static int start_and_wait(struct run *r, bool launch, struct error *err)
{
	int ends[2], status = 0;
	bool told = false;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, r->cell->name, "start");
	child = fork();
	if (child == 0)
		become(r, launch, ends[1]);
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return error_errno(err, r->cell->name, "start");
	}
	for (struct pollfd p = { .fd = ends[0], .events = POLLIN };;) {
		int ready = poll(&p, 1, 500);

		if (context_stopped(&r->job->context) && !told) {
			kill(child, SIGTERM);
			told = true;
		}
		draw(r);
		if (ready > 0 && !listen_to(r, ends[0]))
			break;
	}
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* A cell that starts again is no longer one that failed, and its log begins
 * anew: whatever becomes of it, what is told is of this start. A cell that
 * another process is at keeps both. */
static void forget_last_end(const struct run *r)
{
	static const char *const marks[] = { "failed", "log", "progress" };
	char *directory = cell_directory(&r->job->experiment, r->cell);
	char *lock = directory == NULL ? NULL : path_join(directory, "lock");
	int fd = lock == NULL ? -1 : open(lock, O_RDONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
			char *path = path_join(directory, marks[i]);

			if (path != NULL)
				unlink(path);
			free(path);
		}
	if (fd >= 0)
		close(fd);
	free(lock);
	free(directory);
}

/* Whether a line names a limit that the program ran into: schedulers say so in the
 * midst of other lines. */
static bool names_limit(const char *line, size_t length)
{
	static const char *const words[] = { "time limit", "timed out", "out of memory", "oom" };
	char *text = text_copy_n(line, length);
	bool found = false;

	for (size_t i = 0; text != NULL && !found && i < sizeof words / sizeof words[0]; i++)
		found = strcasestr(text, words[i]) != NULL;
	free(text);
	return found;
}

/* Adds the last line that was printed, or the last that names a limit: a
 * launcher's reason, say. */
static void add_last_words(char text[400], const struct run *r)
{
	struct mapping said = { r->length > 0 ? r->said : "", r->length };
	struct line line = { 0 }, last = { 0 }, limit = { 0 };
	size_t length = strlen(text);

	while (line_next(&line, &said)) {
		if (line.length > 0)
			last = line;
		if (names_limit(line.data, line.length))
			limit = line;
	}
	if (limit.number > 0)
		last = limit;
	if (last.number > 0)
		snprintf(text + length, 400 - length, ": %.*s", (int)(last.length < 300 ? last.length : 300),
			 last.data);
}

/* What the status means, as a shell tells it. */
static void describe_end(char text[400], const struct run *r, int status)
{
	if (status == 128 + SIGXCPU)
		snprintf(text, 400, "stopped at its limit of processor time (signal %d)", SIGXCPU);
	else if (status > 128 && status < 128 + NSIG && sigabbrev_np(status - 128) != NULL)
		snprintf(text, 400, "killed by signal %d (SIG%s)", status - 128, sigabbrev_np(status - 128));
	else
		snprintf(text, 400, "ended with status %d", status);
	add_last_words(text, r);
}

/* A program that could not record its own failure was killed, or never began:
 * the mark, and what was printed in the log. */
static int record_end(const struct run *r, const char *text, struct error *err)
{
	char *directory = cell_directory(&r->job->experiment, r->cell);
	char *mark = directory == NULL ? NULL : path_join(directory, "failed");
	char *log = directory == NULL ? NULL : path_join(directory, "log");
	struct folder folder = { 0 };
	FILE *file;
	int rc = 0;

	if (log == NULL || mark == NULL) {
		rc = error_memory(err, r->cell->name);
	} else if (!file_exists(mark) && directory_make(directory, err) == 0) {
		file = fopen(log, "ae");
		if (file != NULL) {
			if (r->length > 0)
				fwrite(r->said, 1, r->length, file);
			fprintf(file, "%s\n", text);
			fclose(file);
		}
		rc = folder_open(&folder, directory, err) < 0
			     ? -1
			     : output_file(&folder, "failed", text, strlen(text), err);
		folder_release(&folder);
	}
	free(directory);
	free(mark);
	free(log);
	return rc;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Whether the cell's manifest is there and right, whatever its launcher returned.
 * On a shared file system another machine's files may show a moment later. */
static bool is_made(struct run *r, bool launched)
{
	size_t cell = (size_t)(r->cell - r->job->plan.cells);
	const struct timespec moment = { 0, 250000000 };
	struct error ignored;

	for (int tries = launched ? 12 : 1; tries > 0; tries--) {
		if (store_reread(&r->job->store, cell, &ignored) < 0)
			return false;
		if (examine_cell(&r->job->store, cell, false)->state == CELL_CURRENT)
			return true;
		if (tries > 1)
			nanosleep(&moment, NULL);
	}
	return false;
}

/* Success is a manifest, not an exit status. Says what is missing, and fails. */
static int judge(struct run *r, int status, bool launched, struct error *err)
{
	char text[400], *log;
	const struct examination *x;

	if (status != 0) {
		describe_end(text, r, status);
		return record_end(r, text, err) < 0 ? -1 : status;
	}
	if (is_made(r, launched))
		return 0;
	x = examine_cell(&r->job->store, (size_t)(r->cell - r->job->plan.cells), false);
	log = text_format("%s/%s/log", r->job->experiment.cache, r->cell->name);
	snprintf(text, sizeof text, "%s returned 0, but there is no manifest of this run (%.200s)",
		 launched ? "the launcher" : "the program", x->why);
	error_set(err, STATUS_CHECK, "%s: %s; look at %s, and at what the launcher does: it must wait for the cell",
		  r->cell->name, text, log == NULL ? "its log" : log);
	free(log);
	add_last_words(text, r);
	record_end(r, text, &(struct error){ 0 });
	return -1;
}

static int run_cell(struct run *r, const struct examination *x, struct error *err)
{
	const bool quiet = options_has(&r->job->options, "quiet"), launched = r->job->options.word_count > 1;
	double began = now();
	int status;

	if (!quiet && (!r->terminal || x->state != CELL_MISSING))
		say(r, stdout, x->state == CELL_MISSING ? "runs" : "runs: ", x->state == CELL_MISSING ? "" : x->why);
	tally_start(&r->job->experiment, r->cell->name);
	forget_last_end(r);
	status = start_and_wait(r, launched, err);
	tally_end(&r->job->experiment, r->cell->name, now() - began);
	clear(r);
	if (status >= 0 && !context_stopped(&r->job->context))
		status = judge(r, status, launched, err);
	return status;
}

static int run(struct job *job, struct error *err)
{
	struct run r = { .job = job, .jobs = 1, .screen = -1 };
	const struct examination *x;
	int status = STATUS_OK;
	bool reader;

	if (options_integer(&r.jobs, &job->options, "jobs", 1, 1000000, err) < 0 || job_open_experiment(job, err) < 0)
		return -1;
	if (job->options.word_count < 1)
		return error_set(err, STATUS_INPUT, "expected the name of a cell");
	r.cell = plan_find(&job->plan, job->options.words[0]);
	if (r.cell == NULL)
		return error_set(err, STATUS_INPUT, "%s: no cell %s", job->experiment.path, job->options.words[0]);
	r.terminal = isatty(STDERR_FILENO) && !options_has(&job->options, "quiet");
	reader = stage_reads_all(r.cell->stage);
	x = examine_cell(&job->store, (size_t)(r.cell - job->plan.cells), false);
	if (x->state != CELL_CURRENT)
		status = run_cell(&r, x, err);
	else if (reader || job->store.accept_program ||
		 leftovers_found(&job->store, (size_t)(r.cell - job->plan.cells)))
		status = start_and_wait(&r, false, err); /* what is published, accepted, left behind */
	if (r.screen >= 0)
		close(r.screen);
	free(r.said);
	return status;
}

int main(int argc, char **argv)
{
	static const struct command command = { "run",
						"make one cell, if it is not up to date",
						"--experiment FILE [--jobs N] CELL [-- LAUNCHER …]",
						options,
						false,
						run };

	return command_main(argc, argv, &command);
}
