#include "workflow/ini.h"

#include "base/array.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The length of what stands in quotes at the beginning, with them; 0 where
 * there are none or they do not close. */
static size_t quoted(const char *text, const char *end)
{
	const char *p = text;

	if (p == end || *p != '"')
		return 0;
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? (size_t)(p - text) + 1 : 0;
}

/* Where a value ends: before white space and ";", outside quotes. */
static const char *value_end(const char *value, const char *end)
{
	bool starts = true; /* a value, or an item of a list */

	for (const char *p = value; p < end; p++) {
		size_t skip = starts ? quoted(p, end) : 0;

		if (skip > 0)
			p += skip - 1;
		else if (*p == ';' && (p == value || is_blank(p[-1])))
			return p;
		starts = *p == ',' || (starts && is_blank(*p));
	}
	return end;
}

static void trim(const char **start, const char **end)
{
	while (*start < *end && is_blank(**start))
		(*start)++;
	while (*end > *start && is_blank((*end)[-1]))
		(*end)--;
}

/* The "]" that ends a head, outside quotes and with nothing but a comment behind
 * it; NULL if there is none. */
static const char *head_end(const char *p, const char *end)
{
	for (; p < end; p++) {
		size_t skip = is_blank(p[-1]) ? quoted(p, end) : 0;
		const char *rest = p + 1;

		if (skip > 0) {
			p += skip - 1;
			continue;
		}
		if (*p != ']')
			continue;
		while (rest < end && is_blank(*rest))
			rest++;
		if (rest == end || *rest == ';' || *rest == '#')
			return p;
	}
	return NULL;
}

static int take(char **out, const struct ini *r, const char *start, const char *end, struct error *err)
{
	free(*out);
	*out = text_copy_n(start, (size_t)(end - start));
	return *out == NULL ? error_memory(err, r->path) : 0;
}

/* "[model bert-base]": the first word, and the name behind it. */
static int read_head(struct ini *r, const char *start, const char *end, struct error *err)
{
	const char *stop = head_end(start + 1, end), *word;

	if (stop == NULL)
		return error_set(err, STATUS_INPUT, "%s:%zu: expected ] at the end of a section's name", r->path,
				 r->line.number);
	start++;
	trim(&start, &stop);
	for (word = start; word < stop && !is_blank(*word); word++)
		;
	free(r->name);
	r->name = NULL;
	if (take(&r->section, r, start, word, err) < 0)
		return -1;
	trim(&word, &stop);
	if (word == stop)
		return 0;
	r->name = ini_unquote(word, (size_t)(stop - word));
	return r->name != NULL ? 0
			       : error_set(err, STATUS_INPUT, "%s:%zu: quotes do not close", r->path, r->line.number);
}

static int read_key(struct ini *r, const char *start, const char *end, struct error *err)
{
	const char *stop = start, *value, *last = end;

	while (stop < end && *stop != '=' && *stop != ':')
		stop++;
	if (stop == end || stop == start)
		return error_set(err, STATUS_INPUT, "%s:%zu: expected [section] or key = value", r->path,
				 r->line.number);
	value = stop + 1;
	trim(&start, &stop);
	while (value < end && is_blank(*value))
		value++;
	end = value_end(value, end);
	if (take(&r->comment, r, end + (end < last), last, err) < 0)
		return -1;
	trim(&value, &end);
	return take(&r->key, r, start, stop, err) < 0 ? -1 : take(&r->value, r, value, end, err);
}

int ini_next(struct ini *r, struct error *err)
{
	while (line_next(&r->line, &r->text)) {
		const char *start = r->line.data, *end = start + r->line.length;
		size_t valid = utf8_check(start, r->line.length);

		if (memchr(start, '\0', r->line.length) != NULL || valid < r->line.length)
			return error_set(err, STATUS_INPUT, "%s:%zu: not text in UTF-8", r->path, r->line.number);
		trim(&start, &end);
		if (start == end || *start == ';' || *start == '#')
			continue;
		if (*start != '[')
			return read_key(r, start, end, err) < 0 ? -1 : 1;
		return read_head(r, start, end, err) < 0 ? -1 : 2;
	}
	return 0;
}

void ini_release(struct ini *r)
{
	free(r->section);
	free(r->name);
	free(r->key);
	free(r->value);
	free(r->comment);
	r->section = r->name = r->key = r->value = r->comment = NULL;
}

char *ini_unquote(const char *value, size_t length)
{
	size_t whole = quoted(value, value + length);
	char *out, *to;

	if (length == 0 || value[0] != '"')
		return text_copy_n(value, length);
	if (whole != length)
		return NULL;
	out = to = array_new(length, 1, 1);
	for (const char *p = value + 1; out != NULL && p + 1 < value + length; p++) {
		if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		*to++ = *p;
	}
	return out;
}

/* Whether the text, standing alone, would be read as something else. */
static bool needs_quotes(const char *text, int list)
{
	size_t length = strlen(text);

	if (length == 0 || is_blank(text[0]) || is_blank(text[length - 1]) || text[0] == ';' ||
	    strpbrk(text, "\"]") != NULL)
		return true;
	for (size_t i = 1; i < length; i++)
		if (text[i] == ';' && is_blank(text[i - 1]))
			return true;
	return list && strchr(text, ',') != NULL;
}

char *ini_quote(const char *text, int list)
{
	char *out, *to;

	for (const char *p = text; *p != '\0'; p++)
		if (iscntrl((unsigned char)*p) && *p != '\t')
			return NULL;
	if (!needs_quotes(text, list))
		return text_copy(text);
	out = to = array_new(2 * strlen(text) + 3, 1, 1);
	if (out == NULL)
		return NULL;
	*to++ = '"';
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '"';
	return out;
}

size_t ini_item(const char *list)
{
	size_t length = strlen(list), skip = quoted(list, list + length);

	return skip + strcspn(list + skip, ",");
}
