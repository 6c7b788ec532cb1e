/* index.html: the report as one file that needs neither network nor script. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/output.h"
#include "report/document.h"

/* `assets` holds template.html, in which {{title}}, {{style}}, {{scheme}},
 * {{scheme-dark}}, {{contents}}, {{body}}, {{data}}, {{views}}, {{script}}, {{paper}}, {{name}},
 * {{version}} and {{dated}} are filled in; style.css; and enhance.js and explore.js,
 * which may be absent. {{data}} is exploration.json of what collect wrote. */
int page_write(const struct document *d, const char *assets, const char *collected, struct folder *out,
	       struct error *err);

#endif
