#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *err, enum status status, const char *format, ...)
{
	va_list args;

	err->status = status;
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	/* One line, whatever the names in it hold. */
	for (char *p = err->text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return -1;
}

int error_errno(struct error *err, const char *path, const char *action)
{
	int code = errno;
	enum status status = STATUS_MACHINE;

	if (code == ENOENT || code == ENOTDIR || code == EISDIR || code == ENAMETOOLONG || code == ELOOP)
		status = STATUS_INPUT;
	return error_set(err, status, "%s: cannot %s: %s", path, action, strerror(code));
}

int error_memory(struct error *err, const char *what)
{
	return error_set(err, STATUS_MACHINE, "out of memory: %s", what);
}
