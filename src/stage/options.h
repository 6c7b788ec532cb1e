/* Command lines: --name VALUE, --name=VALUE, --flag, and words. */
#ifndef STAGE_OPTIONS_H
#define STAGE_OPTIONS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct option {
	const char *name;     /* without dashes; NULL ends a list */
	const char *argument; /* what stands for the value in the help; NULL: a flag */
	const char *help;
};

struct options {
	const struct option **known; /* (count) */
	const char **values;         /* (count) NULL where absent; "" for a flag that is there */
	size_t count, capacity, values_capacity;
	const char **words; /* (word_count) arguments that are no options */
	size_t word_count, word_capacity;
};

/* Makes the options of a NULL-ended list known. */
int options_know(struct options *o, const struct option *list, struct error *err);

/* Reads the command line behind the program's name; an unknown option, a value
 * that is missing and an option given twice are errors. */
int options_parse(struct options *o, int argc, char **argv, struct error *err);

/* The value of an option; NULL where it was not given. */
const char *options_get(const struct options *o, const char *name);
bool options_has(const struct options *o, const char *name);

/* The value of an option that must be there; NULL with an error else. */
const char *options_need(const struct options *o, const char *name, struct error *err);

/* The value of an option as a whole number from `low` to `high`; one that was not
 * given leaves *out. */
int options_integer(long *out, const struct options *o, const char *name, long low, long high, struct error *err);

/* Prints "  --name VALUE   help" for each known option. */
void options_print(const struct options *o);
void options_release(struct options *o);

#endif
