/* The long blocks of a document as HTML. */
#ifndef REPORT_PAGE_PART_H
#define REPORT_PAGE_PART_H

#include "report/document.h"

void page_grid(struct prose *out, const struct tabular *g, bool folded);
void page_graph(struct prose *out, const struct graph *g);

/* How many of its drawings each figure shows, the others being links: in turns,
 * those of one label each, while they fit into the budget. `shown`: (blocks),
 * zeroed. */
int page_views(size_t *shown, const struct document *d, size_t budget, struct error *err);
int page_exhibit(struct prose *out, const struct exhibit *x, size_t shown, struct error *err);

#endif
