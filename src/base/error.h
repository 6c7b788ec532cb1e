/* Errors: one line of text and the exit status it leads to.
 *
 * Functions that can fail take a `struct error *` last and return a negative
 * number after setting it. The message is made where the fault is seen and is
 * passed on untouched. It names the file, what is wrong and what was expected:
 * "labels.txt:12: empty label". */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum status {
	STATUS_OK = 0,
	STATUS_CHECK = 1,   /* a result fails its check */
	STATUS_INPUT = 2,   /* usage or bad input */
	STATUS_MACHINE = 3, /* disk, memory, permissions */
	STATUS_STOPPED = 4, /* a signal asked to stop; what was done is saved */
};

struct error {
	enum status status;
	char text[1024];
};

/* Sets the error, in one line: control characters of names become "?". Returns -1. */
int error_set(struct error *err, enum status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "<path>: cannot <action>: <strerror(errno)>". A missing file is bad input;
 * a full disk or missing permission is the machine's. Returns -1. */
int error_errno(struct error *err, const char *path, const char *action);

/* "out of memory: <what>". Returns -1. */
int error_memory(struct error *err, const char *what);

#endif
