/* JSON, with jansson: reading with clear errors, writing in one form. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/error.h"
#include "base/output.h"

#include <jansson.h>

/* Reads a file; duplicate keys are an error. The caller owns the result. */
int json_read(json_t **out, const char *path, struct error *err);

/* The same of a file that Python wrote, with what its reader takes beyond the
 * standard and jansson: a byte order mark; numbers of any size; NaN, Infinity
 * and -Infinity; half a surrogate pair, and NUL, in a string (both become
 * U+FFFD); a key that is there twice, of which the last counts. A number that no
 * number of jansson's holds is an array within an array, so that a reader who
 * wants the key's value finds it of a wrong type, and one who does not is not
 * disturbed. What has never been JSON is said for what it is (base/disguise.h).
 * `parse` takes text that is at hand, which `path` names in messages. */
int json_read_python(json_t **out, const char *path, struct error *err);
int json_parse_python(json_t **out, const char *data, size_t size, const char *path, struct error *err);

/* Writes indented text with sorted keys and a newline at the end. */
int json_write(struct folder *folder, const char *name, const json_t *value, struct error *err);

/* The shortest decimal that reads back as the same double, or float; "nan" for
 * a NaN. */
void number_format(char out[32], double value);
void number_format_float(char out[32], float value);

/* Reads a whole string as a decimal number, or as an infinity or NaN; -1 if it is
 * none or has a tail. Accepts no locale. */
int number_parse(double *out, const char *text);
int integer_parse(long *out, const char *text);

#endif
