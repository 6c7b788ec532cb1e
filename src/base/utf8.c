#include "base/utf8.h"

size_t utf8_decode(uint32_t *out, const char *data, size_t size)
{
	static const uint32_t smallest[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)data;
	size_t length;
	uint32_t point;

	if (size == 0)
		return 0;
	if (p[0] < 0x80) {
		*out = p[0];
		return 1;
	}
	length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || length > size)
		return 0;
	point = p[0] & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		point = point << 6 | (p[i] & 0x3F);
	}
	if (point < smallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
		return 0;
	*out = point;
	return length;
}

size_t utf8_encode(char out[4], uint32_t point)
{
	static const unsigned char lead[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	if (length == 1) {
		out[0] = (char)point;
		return 1;
	}
	for (size_t i = length - 1; i > 0; i--, point >>= 6)
		out[i] = (char)(0x80 | (point & 0x3F));
	out[0] = (char)(lead[length] | point);
	return length;
}

size_t utf8_check(const char *data, size_t size)
{
	size_t at = 0, length;
	uint32_t point;

	while (at < size && (length = utf8_decode(&point, data + at, size - at)) > 0)
		at += length;
	return at;
}
