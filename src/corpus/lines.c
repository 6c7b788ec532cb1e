#include "corpus/lines.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

char *line_copy_utf8(const char *path, const struct line *line, bool lossy, struct error *err)
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

		if ((n == 0 || point == 0) && !lossy) {
			error_set(err, STATUS_INPUT, "%s:%zu: byte %zu is not valid UTF-8", path, line->number,
				  at + 1);
			free(copy);
			return NULL;
		}
		if (n == 0 || point == 0) {
			to += utf8_encode(to, 0xFFFD);
			at++;
			continue;
		}
		memcpy(to, line->data + at, n);
		to += n;
		at += n;
	}
	*to = '\0';
	return copy;
}

char *line_copy_latin1(const char *path, const struct line *line, struct error *err)
{
	char *copy = malloc(2 * line->length + 1), *to = copy;

	if (copy == NULL) {
		error_memory(err, path);
		return NULL;
	}
	for (size_t i = 0; i < line->length; i++) {
		unsigned char byte = (unsigned char)line->data[i];

		if (byte == 0) {
			error_set(err, STATUS_INPUT, "%s:%zu: byte %zu is NUL", path, line->number, i + 1);
			free(copy);
			return NULL;
		}
		to += utf8_encode(to, byte);
	}
	*to = '\0';
	return copy;
}
