#include "text/expression.h"

#include <oniguruma.h>
#include <stdlib.h>
#include <string.h>

struct expression {
	regex_t *compiled;
};

static const OnigUChar *bytes_of(const char *text)
{
	return (const OnigUChar *)text;
}

int expression_new(struct expression **out, const char *pattern, const char *path, struct error *err)
{
	OnigEncoding utf8[] = { ONIG_ENCODING_UTF8 };
	OnigErrorInfo info;
	OnigUChar why[ONIG_MAX_ERROR_MESSAGE_LEN];
	int rc;

	*out = NULL;
	for (const char *class = pattern; (class = strstr(class, "[:")) != NULL; class ++)
		if (strncmp(class, "[:space:]", 9) != 0)
			return error_set(
				err, STATUS_INPUT,
				"%s: regular expression %.200s: of the classes in brackets only [:space:] is "
				"the same in all versions of the engine",
				path, pattern);
	*out = calloc(1, sizeof **out);
	if (*out == NULL || onig_initialize(utf8, 1) != ONIG_NORMAL) {
		expression_free(*out);
		return error_memory(err, path);
	}
	rc = onig_new(&(*out)->compiled, bytes_of(pattern), bytes_of(pattern) + strlen(pattern), ONIG_OPTION_NONE,
		      ONIG_ENCODING_UTF8, ONIG_SYNTAX_RUBY, &info);
	if (rc == ONIG_NORMAL)
		return 0;
	onig_error_code_to_str(why, rc, &info);
	(*out)->compiled = NULL;
	expression_free(*out);
	*out = NULL;
	return error_set(err, STATUS_INPUT, "%s: regular expression %.200s: %s", path, pattern, (const char *)why);
}

void expression_free(struct expression *e)
{
	if (e == NULL)
		return;
	if (e->compiled != NULL)
		onig_free(e->compiled);
	free(e);
}

int expression_find(const struct expression *e, const char *text, size_t length, size_t from, size_t *start,
		    size_t *end, struct error *err)
{
	OnigUChar why[ONIG_MAX_ERROR_MESSAGE_LEN];
	OnigRegion *region = onig_region_new();
	int rc;

	if (region == NULL)
		return error_memory(err, "a text");
	rc = onig_search(e->compiled, bytes_of(text), bytes_of(text) + length, bytes_of(text) + from,
			 bytes_of(text) + length, region, ONIG_OPTION_NONE);
	if (rc >= 0) {
		*start = (size_t)region->beg[0];
		*end = (size_t)region->end[0];
	}
	onig_region_free(region, 1);
	if (rc >= 0 || rc == ONIG_MISMATCH)
		return rc >= 0;
	onig_error_code_to_str(why, rc);
	return error_set(err, STATUS_INPUT, "a regular expression: %s", (const char *)why);
}
