/* index.html: the report as one file that needs neither network nor script. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/output.h"
#include "report/document.h"

/* `assets` holds template.html, in which {{title}}, {{style}}, {{scheme}},
 * {{scheme-dark}}, {{contents}}, {{body}}, {{script}}, {{name}}, {{version}} and
 * {{published}} are filled in; style.css; and enhance.js, which may be absent.
 * Drawings are set inline as long as all of them stay below `budget` bytes; the
 * others are links into figures/. */
int page_write(const struct document *d, const char *assets, size_t budget, struct folder *out, struct error *err);

/* Text with & < > " as entities, and a percent sign kept on its number's line. */
void page_escape(struct prose *out, const char *text);

/* The same, its first letter a capital: "Fewer clusters" of "fewer clusters". */
void page_capitalised(struct prose *out, const char *text);

#endif
