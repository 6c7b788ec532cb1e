/* Text in HTML, and in pango's markup. */
#ifndef REPORT_PAGE_TEXT_H
#define REPORT_PAGE_TEXT_H

#include "findings/prose.h"

/* Text as XML has it (figure/xml.h), and a percent sign kept on its number's line. */
void page_escape(struct prose *out, const char *text);

/* The same, its first letter a capital: "Fewer clusters" of "fewer clusters". */
void page_capitalised(struct prose *out, const char *text);

#endif
