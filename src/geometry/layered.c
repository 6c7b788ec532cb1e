#include "geometry/layered.h"

#include <stdarg.h>
#include <stdio.h>

static void pass_progress(void *arg, const char *phase, double done, double total, const char *detail)
{
	const struct layered *l = arg;

	context_progress(l->outer, phase, done, total, "%s%s%s", l->part, detail[0] != '\0' ? ", " : "", detail);
}

static void pass_warning(void *arg, const char *message)
{
	const struct layered *l = arg;

	context_warn(l->outer, "%s: %s", l->part, message);
}

void layered_init(struct layered *out, const struct context *outer, const char *part_format, ...)
{
	va_list args;

	va_start(args, part_format);
	vsnprintf(out->part, sizeof out->part, part_format, args);
	va_end(args);
	out->outer = outer;
	out->ctx = *outer;
	out->ctx.progress = pass_progress;
	out->ctx.warn = pass_warning;
	out->ctx.arg = out;
}
