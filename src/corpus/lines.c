#include "corpus/lines.h"

#include "base/array.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static int check_mark(const char *path, const struct line *line, struct error *err)
{
	static const char mark[] = "\xEF\xBB\xBF";

	if (line->length < sizeof mark - 1 || memcmp(line->data, mark, sizeof mark - 1) != 0)
		return 0;
	return error_set(err, STATUS_INPUT,
			 "%s:%zu: begins with a byte order mark, expected one at the file's start at most (files "
			 "that are joined keep theirs)",
			 path, line->number);
}

int line_check_utf8(const char *path, const struct line *line, struct error *err)
{
	size_t valid = utf8_check(line->data, line->length);

	if (valid < line->length)
		return error_set(err, STATUS_INPUT, "%s:%zu: byte %zu is not valid UTF-8", path, line->number,
				 valid + 1);
	return check_mark(path, line, err);
}

static char *copy_lossy(const char *path, const struct line *line, struct error *err)
{
	char *copy = malloc(3 * line->length + 1), *to = copy;
	size_t at = 0;

	if (copy == NULL) {
		error_memory(err, path);
		return NULL;
	}
	while (at < line->length) {
		uint32_t point;
		size_t n = utf8_decode(&point, line->data + at, line->length - at);

		to += utf8_encode(to, n == 0 ? 0xFFFD : point);
		at += n == 0 ? 1 : n;
	}
	*to = '\0';
	return copy;
}

char *line_copy_utf8(const char *path, const struct line *line, bool lossy, struct error *err)
{
	char *copy;

	if ((lossy ? check_mark(path, line, err) : line_check_utf8(path, line, err)) < 0)
		return NULL;
	if (lossy)
		return copy_lossy(path, line, err);
	copy = text_copy_n(line->data, line->length);
	if (copy == NULL)
		error_memory(err, path);
	return copy;
}

char *line_copy_latin1(const char *path, const struct line *line, struct error *err)
{
	char *copy = malloc(2 * line->length + 1), *to = copy;

	if (copy == NULL) {
		error_memory(err, path);
		return NULL;
	}
	for (size_t i = 0; i < line->length; i++)
		to += utf8_encode(to, (unsigned char)line->data[i]);
	*to = '\0';
	return copy;
}

char *text_trim(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	text[length] = '\0';
	return text;
}
