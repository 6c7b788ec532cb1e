/* JSON as Python's reader takes it, brought to what jansson takes. */
#include "base/json.h"

#include "base/array.h"
#include "base/disguise.h"
#include "base/file.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* In place of a number that jansson cannot hold. */
static const char no_number[] = "[[]]";

struct rewriting {
	const char *at, *end;
	char *to;
};

static bool begins(const struct rewriting *r, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(r->end - r->at) >= length && memcmp(r->at, word, length) == 0;
}

static void copy(struct rewriting *r, const char *bytes, size_t length)
{
	memcpy(r->to, bytes, length);
	r->to += length;
}

/* The value of "\uXXXX" at a place; -1 if that is not what is there. */
static long escaped(const char *at, const char *end)
{
	char digits[5];

	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	memcpy(digits, at + 2, 4);
	digits[4] = '\0';
	return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

/* An escape within a string. */
static void rewrite_escape(struct rewriting *r)
{
	long value = escaped(r->at, r->end), next;
	size_t length = value >= 0 ? 6 : r->end - r->at >= 2 ? 2 : 1;

	if (value >= 0xD800 && value <= 0xDBFF) {
		next = escaped(r->at + 6, r->end);
		if (next >= 0xDC00 && next <= 0xDFFF)
			length = 12;
	}
	if (value == 0 || (value >= 0xD800 && value <= 0xDFFF && length == 6))
		copy(r, "\\uFFFD", 6);
	else
		copy(r, r->at, length);
	r->at += length;
}

static void rewrite_string(struct rewriting *r)
{
	*r->to++ = *r->at++;
	while (r->at < r->end && *r->at != '"') {
		if (*r->at == '\\')
			rewrite_escape(r);
		else
			*r->to++ = *r->at++;
	}
	if (r->at < r->end)
		*r->to++ = *r->at++;
}

/* Whether jansson holds the number; what is none at all is left to it, too. */
static bool holds(const char *text)
{
	errno = 0;
	if (text[strspn(text, "-0123456789")] == '\0') {
		(void)strtoll(text, NULL, 10);
		return errno != ERANGE;
	}
	return isfinite(strtod(text, NULL));
}

static int rewrite_number(struct rewriting *r)
{
	static const char *const words[] = { "NaN", "Infinity", "-Infinity" };
	size_t length = 0;
	char *text;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (!begins(r, words[i]))
			continue;
		r->at += strlen(words[i]);
		copy(r, no_number, sizeof no_number - 1);
		return 0;
	}
	while (r->at + length < r->end && memchr("+-.0123456789eE", r->at[length], 15) != NULL)
		length++;
	text = text_copy_n(r->at, length);
	if (text == NULL)
		return -1;
	if (holds(text))
		copy(r, text, length);
	else
		copy(r, no_number, sizeof no_number - 1);
	r->at += length;
	free(text);
	return 0;
}

/* Line ends stay where they are, so that lines keep their numbers. */
static int rewrite(struct rewriting *r)
{
	while (r->at < r->end) {
		if (*r->at == '"') {
			rewrite_string(r);
		} else if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9') || begins(r, "NaN") ||
			   begins(r, "Infinity")) {
			if (rewrite_number(r) < 0)
				return -1;
		} else {
			*r->to++ = *r->at++;
		}
	}
	return 0;
}

int json_parse_python(json_t **out, const char *data, size_t size, const char *path, struct error *err)
{
	struct rewriting r = { .at = data, .end = data + size };
	json_error_t fault;
	char *text;

	*out = NULL;
	if (content_check(path, data, size, err) < 0)
		return -1;
	text = array_new(size, 2, 1); /* "NaN" becomes longer by one */
	if (text == NULL)
		return error_memory(err, path);
	r.to = text;
	if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
		r.at += 3;
	if (rewrite(&r) < 0) {
		free(text);
		return error_memory(err, path);
	}
	*out = json_loadb(text, (size_t)(r.to - text), 0, &fault);
	free(text);
	if (*out == NULL)
		return error_set(err, STATUS_INPUT, "%s:%d: not valid JSON: %s", path, fault.line, fault.text);
	return 0;
}

int json_read_python(json_t **out, const char *path, struct error *err)
{
	struct mapping file;
	int rc;

	*out = NULL;
	if (mapping_open(&file, path, err) < 0)
		return -1;
	rc = json_parse_python(out, file.data, file.size, path, err);
	mapping_close(&file);
	return rc;
}
