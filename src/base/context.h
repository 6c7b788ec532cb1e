/* What long work is given by its caller: threads, a way to say how far it is,
 * a way to warn, and a flag that asks it to stop. */
#ifndef BASE_CONTEXT_H
#define BASE_CONTEXT_H

#include "base/error.h"
#include "base/pool.h"

#include <signal.h>
#include <stdbool.h>

struct context {
	struct pool *pool;
	const volatile sig_atomic_t *stop; /* set by a signal: finish the step, save, return; may be NULL */
	/* done of total; detail such as "loss 1.234" or "". May be NULL. */
	void (*progress)(void *arg, const char *phase, double done, double total, const char *detail);
	void (*warn)(void *arg, const char *message); /* one line; may be NULL */
	void *arg;
};

void context_progress(const struct context *c, const char *phase, double done, double total,
		      const char *detail_format, ...) __attribute__((format(printf, 5, 6)));
void context_warn(const struct context *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool context_stopped(const struct context *c);

/* Sets STATUS_STOPPED and returns -1. */
int context_stop_error(struct error *err);

#endif
