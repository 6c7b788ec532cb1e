#include "base/name.h"

#include "base/array.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool stands_for_itself(const char *name, size_t at)
{
	unsigned char byte = (unsigned char)name[at];

	if (byte >= 0x80 || isalnum(byte) || byte == '_')
		return true;
	return at > 0 && (byte == '.' || byte == '-');
}

static size_t escaped_length(const char *name)
{
	size_t length = 0;

	for (size_t i = 0; name[i] != '\0'; i++)
		length += stands_for_itself(name, i) ? 1 : 3;
	return length;
}

/* Writes the form and a NUL; returns where the NUL is. */
static char *escape_to(char *to, const char *name)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; name[i] != '\0'; i++) {
		unsigned char byte = (unsigned char)name[i];

		if (stands_for_itself(name, i)) {
			*to++ = name[i];
			continue;
		}
		*to++ = '+';
		*to++ = digits[byte >> 4];
		*to++ = digits[byte & 15];
	}
	*to = '\0';
	return to;
}

const char *name_check(const char *name)
{
	if (name[0] == '\0')
		return "expected a name";
	if (utf8_check(name, strlen(name)) < strlen(name))
		return "a name in UTF-8 is expected";
	for (const char *p = name; *p != '\0'; p++)
		if (iscntrl((unsigned char)*p))
			return "a control character in a name";
	return escaped_length(name) > NAME_LONGEST ? "too long: a name has at most 96 bytes, and 3 of them for each "
						     "that is no letter, digit or one of . _ -"
						   : NULL;
}

char *name_escape(const char *name)
{
	return name_path(name, NULL);
}

char *name_path(const char *first, ...)
{
	size_t length = 0;
	va_list names;
	char *path, *to;

	va_start(names, first);
	for (const char *name = first; name != NULL; name = va_arg(names, const char *))
		length += escaped_length(name) + 1;
	va_end(names);
	path = to = array_new(length, 1, 1);
	if (path == NULL)
		return NULL;
	va_start(names, first);
	for (const char *name = first; name != NULL; name = va_arg(names, const char *)) {
		if (to > path)
			*to++ = '/';
		to = escape_to(to, name);
	}
	va_end(names);
	return path;
}
