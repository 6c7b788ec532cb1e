#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>

void context_progress(const struct context *c, const char *phase, double done, double total,
		      const char *detail_format, ...)
{
	char detail[128];
	va_list args;

	if (c->progress == NULL)
		return;
	va_start(args, detail_format);
	vsnprintf(detail, sizeof detail, detail_format, args);
	va_end(args);
	c->progress(c->arg, phase, done, total, detail);
}

void context_warn(const struct context *c, const char *format, ...)
{
	char message[1024];
	va_list args;

	if (c->warn == NULL)
		return;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	c->warn(c->arg, message);
}

bool context_stopped(const struct context *c)
{
	return c->stop != NULL && *c->stop != 0;
}

int context_stop_error(struct error *err)
{
	return error_set(err, STATUS_STOPPED, "stopped by a signal; what is finished is kept");
}
