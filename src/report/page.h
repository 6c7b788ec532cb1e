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

#endif
