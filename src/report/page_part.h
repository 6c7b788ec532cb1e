/* The long blocks of a document as HTML. */
#ifndef REPORT_PAGE_PART_H
#define REPORT_PAGE_PART_H

#include "report/document.h"

void page_grid(struct prose *out, const struct tabular *g, size_t number, bool folded);
void page_graph(struct prose *out, const struct graph *g);

/* Its first drawings, those of one label, with its number; the others, or all where the
 * number is 0, are links into figures/. */
int page_exhibit(struct prose *out, const struct exhibit *x, size_t number, struct error *err);

#endif
