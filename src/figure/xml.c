#include "figure/xml.h"

#include "base/utf8.h"

#include <string.h>

size_t xml_character(const char **with, size_t *size, const char *text, size_t left)
{
	static const struct {
		uint32_t point;
		const char *entity;
	} entities[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" } };
	uint32_t point = 0;
	size_t used = utf8_decode(&point, text, left);

	*with = text;
	*size = used;
	if (used == 0 || (point & 0xfffe) == 0xfffe)
		*with = "\xef\xbf\xbd";
	else if (point < ' ' || (point >= 0x7f && point < 0xa0))
		*with = " ";
	for (size_t i = 0; used > 0 && i < sizeof entities / sizeof *entities; i++)
		if (point == entities[i].point)
			*with = entities[i].entity;
	if (*with != text)
		*size = strlen(*with);
	return used == 0 ? 1 : used;
}
