/* The blocks of a document as HTML. */
#ifndef REPORT_PAGE_BLOCKS_H
#define REPORT_PAGE_BLOCKS_H

#include "report/document.h"

int page_blocks(struct prose *out, const struct document *d, struct error *err);

#endif
