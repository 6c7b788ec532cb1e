/* What a stage says while it works: one status line on a terminal, warnings,
 * and a log for a cell. The only place besides main that prints. */
#ifndef STAGE_TERMINAL_H
#define STAGE_TERMINAL_H

#include "base/context.h"

#include <stdio.h>

struct terminal {
	const char *program; /* "tunescope-finetune" */
	const char *subject; /* the cell's name, or "" */
	FILE *log;           /* NULL: none */
	char *progress;      /* path of a file that tells others how far it is; NULL: none */
	int quiet;
	int live;                    /* a status line is on the screen */
	double shown, told, started; /* seconds */
	double begun;                /* what was done when the phase started: not 0 where it goes on */
	unsigned warnings;
	char phase[64]; /* of the status line */
};

void terminal_init(struct terminal *t, const char *program, int quiet);

/* Fills progress, warn and arg of a context. */
void terminal_attach(struct terminal *t, struct context *ctx);

/* A line on standard output, and in the log. */
void terminal_say(struct terminal *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "tunescope-probe: message" on standard error, and in the log. */
void terminal_error(struct terminal *t, const char *message);

/* "1:05" or "2:10:33". */
void terminal_seconds(char out[32], double seconds);

/* Wipes the status line. */
void terminal_clear(struct terminal *t);

#endif
