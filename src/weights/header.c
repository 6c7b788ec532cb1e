#include "weights/header.h"

#include "base/array.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int header_fail(const struct header_scanner *s, struct error *err, const char *expected)
{
	return error_set(err, STATUS_INPUT, "%s: header, byte %zu: expected %s", s->path, s->at, expected);
}

void header_space(struct header_scanner *s)
{
	while (s->at < s->size && s->data[s->at] != '\0' && strchr(" \t\n\r", s->data[s->at]) != NULL)
		s->at++;
}

bool header_take(struct header_scanner *s, char wanted)
{
	header_space(s);
	if (s->at >= s->size || s->data[s->at] != wanted)
		return false;
	s->at++;
	return true;
}

int header_need(struct header_scanner *s, char wanted, struct error *err)
{
	return header_take(s, wanted) ? 0 : header_fail(s, err, (char[]){ '\'', wanted, '\'', '\0' });
}

static int hexadecimal(struct header_scanner *s, uint32_t *out, struct error *err)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";

	*out = 0;
	for (int i = 0; i < 4; i++) {
		const char *digit = s->at < s->size && s->data[s->at] != '\0' ? strchr(digits, s->data[s->at]) : NULL;

		if (digit == NULL)
			return header_fail(s, err, "four hexadecimal digits");
		*out = *out << 4 | (uint32_t)((digit - digits) & 15);
		s->at++;
	}
	return 0;
}

/* What follows a backslash. */
static int escape(struct header_scanner *s, uint32_t *out, struct error *err)
{
	static const char plain[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
	const char *known = s->at < s->size && s->data[s->at] != '\0' ? strchr(plain, s->data[s->at]) : NULL;
	uint32_t low;

	if (known != NULL) {
		*out = (unsigned char)meaning[known - plain];
		s->at++;
		return 0;
	}
	if (s->at >= s->size || s->data[s->at] != 'u')
		return header_fail(s, err, "an escape that JSON has");
	s->at++;
	if (hexadecimal(s, out, err) < 0)
		return -1;
	if (*out == 0 || (*out >= 0xDC00 && *out <= 0xDFFF))
		return header_fail(s, err, "a character that is neither NUL nor half a surrogate pair");
	if (*out < 0xD800 || *out > 0xDBFF)
		return 0;
	if (s->size - s->at < 2 || s->data[s->at] != '\\' || s->data[s->at + 1] != 'u')
		return header_fail(s, err, "the second half of a surrogate pair");
	s->at += 2;
	if (hexadecimal(s, &low, err) < 0)
		return -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return header_fail(s, err, "the second half of a surrogate pair");
	*out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
	return 0;
}

int header_string(struct header_scanner *s, struct error *err)
{
	if (!header_take(s, '"'))
		return header_fail(s, err, "a string");
	s->length = 0;
	for (;;) {
		uint32_t point;
		size_t bytes;

		if (array_reserve(&s->text, &s->capacity, s->length + 5, 1) < 0)
			return error_memory(err, s->path);
		bytes = utf8_decode(&point, s->data + s->at, s->size - s->at);
		if (s->at >= s->size)
			return header_fail(s, err, "the end of a string");
		if (bytes == 0)
			return header_fail(s, err, "valid UTF-8");
		if (point < 0x20)
			return header_fail(s, err, "no control character in a string");
		s->at += bytes;
		if (point == '"')
			break;
		if (point == '\\' && escape(s, &point, err) < 0)
			return -1;
		s->length += utf8_encode(s->text + s->length, point);
	}
	s->text[s->length] = '\0';
	return 0;
}

int header_integer(struct header_scanner *s, size_t *out, struct error *err)
{
	size_t value = 0, digits = 0;
	bool zero;

	header_space(s);
	zero = s->at < s->size && s->data[s->at] == '0';
	for (; s->at < s->size && s->data[s->at] >= '0' && s->data[s->at] <= '9'; s->at++, digits++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (size_t)(s->data[s->at] - '0'), &value) || value > INT64_MAX)
			return header_fail(s, err, "an integer below 2^63");
	if (digits == 0 || (zero && digits > 1) ||
	    (s->at < s->size && s->data[s->at] != '\0' && strchr(".eE", s->data[s->at])))
		return header_fail(s, err, "an integer from 0");
	*out = value;
	return 0;
}
