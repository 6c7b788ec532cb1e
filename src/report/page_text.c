#include "report/page_text.h"

#include "figure/xml.h"

#include <string.h>

void page_escape(struct prose *out, const char *text)
{
	for (size_t left = strlen(text), used, size; left > 0; text += used, left -= used) {
		const char *with;

		used = xml_character(&with, &size, text, left);
		if (text[0] == ' ' && text[1] == '%')
			prose_add(out, "\u00a0");
		else
			prose_add_n(out, with, size);
	}
}

void page_capitalised(struct prose *out, const char *text)
{
	if (text[0] >= 'a' && text[0] <= 'z') {
		prose_add(out, (char[]){ (char)(text[0] - 'a' + 'A'), '\0' });
		text++;
	}
	page_escape(out, text);
}
