/* The JSON of a safetensors header, read as it stands: no tree is built, so
 * that 100 MB of it cost no more than the tensors it names. */
#ifndef WEIGHTS_HEADER_H
#define WEIGHTS_HEADER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct header_scanner {
	const char *path; /* for messages */
	const char *data;
	size_t size, at;
	char *text; /* the string read last, decoded, ended by NUL */
	size_t length, capacity;
};

/* "<path>: header, byte <at>: expected <expected>". Returns -1. */
int header_fail(const struct header_scanner *s, struct error *err, const char *expected);

/* White space; and after it `wanted`, if that comes next. */
void header_space(struct header_scanner *s);
bool header_take(struct header_scanner *s, char wanted);
int header_need(struct header_scanner *s, char wanted, struct error *err);

/* A string into s->text: escapes decoded, UTF-8 checked. */
int header_string(struct header_scanner *s, struct error *err);

/* An integer from 0 to 2^63 − 1, without sign, fraction or exponent. */
int header_integer(struct header_scanner *s, size_t *out, struct error *err);

#endif
