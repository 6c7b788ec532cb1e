#include "stage/terminal.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void terminal_init(struct terminal *t, const char *program, int quiet)
{
	*t = (struct terminal){ .program = program, .subject = "", .quiet = quiet, .started = now() };
}

void terminal_clear(struct terminal *t)
{
	if (t->live)
		fputs("\r\033[K", stderr);
	t->live = 0;
}

void terminal_seconds(char out[32], double seconds)
{
	long s = (long)(seconds + 0.5);

	if (s >= 3600)
		snprintf(out, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(out, 32, "%ld:%02ld", s / 60, s % 60);
}

/* For whoever draws the status line of a run of many cells. */
static void tell_others(struct terminal *t, const char *line, double at)
{
	FILE *file;

	if (t->progress == NULL || at - t->told < 1)
		return;
	t->told = at;
	file = fopen(t->progress, "we");
	if (file == NULL)
		return;
	fprintf(file, "%s\n", line);
	fclose(file);
}

/* At most five times a second; the time left is judged by the phase's start. */
static void show_progress(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct terminal *t = arg;
	double at = now();
	char left[32] = "", line[256];
	bool draws = !t->quiet && isatty(STDERR_FILENO);

	if (!draws && t->progress == NULL)
		return;
	if (strcmp(phase, t->phase) != 0) {
		snprintf(t->phase, sizeof t->phase, "%s", phase);
		t->started = at;
		t->begun = done;
	} else if (at - t->shown < 0.2) {
		return;
	}
	t->shown = at;
	if (done > t->begun && total > done && at - t->started > 1)
		terminal_seconds(left, (at - t->started) * (total - done) / (done - t->begun));
	snprintf(line, sizeof line, "%s %3.0f %%%s%s%s%s", phase, total > 0 ? 100 * done / total : 0,
		 detail[0] ? "  " : "", detail, left[0] ? "  left " : "", left);
	tell_others(t, line, at);
	if (!draws)
		return;
	fprintf(stderr, "\r\033[K%s%s%s", t->subject, t->subject[0] ? ": " : "", line);
	fflush(stderr);
	t->live = 1;
}

static void show_warning(void *arg, const char *message)
{
	struct terminal *t = arg;

	terminal_clear(t);
	t->warnings++;
	fprintf(stderr, "%s: %s%swarning: %s\n", t->program, t->subject, t->subject[0] ? ": " : "", message);
	if (t->log != NULL) {
		fprintf(t->log, "warning: %s\n", message);
		fflush(t->log);
	}
}

void terminal_attach(struct terminal *t, struct context *ctx)
{
	ctx->progress = show_progress;
	ctx->warn = show_warning;
	ctx->arg = t;
}

void terminal_say(struct terminal *t, const char *format, ...)
{
	va_list args;

	terminal_clear(t);
	if (!t->quiet) {
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		putchar('\n');
		fflush(stdout);
	}
	if (t->log != NULL) {
		va_start(args, format);
		vfprintf(t->log, format, args);
		va_end(args);
		fputc('\n', t->log);
		fflush(t->log);
	}
}

void terminal_error(struct terminal *t, const char *message)
{
	terminal_clear(t);
	fprintf(stderr, "%s: %s%s%s\n", t->program, t->subject, t->subject[0] ? ": " : "", message);
	if (t->log != NULL) {
		fprintf(t->log, "%s: %s\n", t->program, message);
		fflush(t->log);
	}
}
