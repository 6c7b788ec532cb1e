/* The blocks of a document as HTML. */
#ifndef REPORT_PAGE_BLOCKS_H
#define REPORT_PAGE_BLOCKS_H

#include "report/document.h"

int page_blocks(struct prose *out, const struct document *d, size_t budget, struct error *err);

/* Parts. */
void page_grid(struct prose *out, const struct tabular *g, bool folded);

/* Sets drawings inline while they fit into *left bytes; at least the first one
 * of the figure if it does. */
int page_exhibit(struct prose *out, const struct exhibit *x, size_t *left, struct error *err);

#endif
