#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int json_read(json_t **out, const char *path, struct error *err)
{
	json_error_t fault;
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return error_errno(err, path, "read");
	*out = json_loadf(file, JSON_REJECT_DUPLICATES, &fault);
	fclose(file);
	if (*out == NULL)
		return error_set(err, STATUS_INPUT, "%s:%d: not valid JSON: %s", path, fault.line, fault.text);
	return 0;
}

int json_write(struct folder *folder, const char *name, const json_t *value, struct error *err)
{
	char *text = json_dumps(value, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	struct output *o;

	if (text == NULL)
		return error_memory(err, name);
	if (output_open(&o, folder, name, err) < 0) {
		free(text);
		return -1;
	}
	output_text(o, text);
	output_text(o, "\n");
	free(text);
	return output_commit(o, err);
}

/* The fewest digits that read back give the value; among more digits, up to
 * three, a text may still be shorter, as 100 is than 1e+02. Programs never call
 * setlocale, so the decimal point is the C locale's. */
static void shortest(char out[32], double value, bool single, int most)
{
	char text[32];
	int digits = 0;

	do
		snprintf(out, 32, "%.*g", ++digits, value);
	while (digits < most && (single ? strtof(out, NULL) != (float)value : strtod(out, NULL) != value));
	for (int more = digits + 1; more <= digits + 3 && more <= most; more++) {
		snprintf(text, sizeof text, "%.*g", more, value);
		if (strlen(text) < strlen(out))
			memcpy(out, text, sizeof text);
	}
}

void number_format(char out[32], double value)
{
	if (isnan(value))
		snprintf(out, 32, "nan");
	else
		shortest(out, value, false, 17);
}

void number_format_float(char out[32], float value)
{
	if (isnan(value))
		snprintf(out, 32, "nan");
	else
		shortest(out, (double)value, true, 9);
}

int number_parse(double *out, const char *text)
{
	char *end;

	/* Of strtod's spellings, not the hexadecimal ones. */
	if (text[0] == '\0' || strchr(" \t\n\r\f\v", text[0]) != NULL || strpbrk(text, "xX") != NULL)
		return -1;
	*out = strtod(text, &end);
	return *end == '\0' ? 0 : -1;
}

int integer_parse(long *out, const char *text)
{
	char *end;

	if (text[0] == '\0' || strchr(" \t\n\r\f\v", text[0]) != NULL)
		return -1;
	errno = 0;
	*out = strtol(text, &end, 10);
	return *end == '\0' && errno == 0 ? 0 : -1;
}
