/* The long blocks of a document on pages. */
#ifndef REPORT_PDF_BLOCKS_H
#define REPORT_PDF_BLOCKS_H

#include "figure/build.h"
#include "report/document.h"
#include "report/sheet.h"

/* A table over as many pages as it takes, its head on each. */
void pdf_grid(struct sheet *s, const struct tabular *g, size_t number);

/* A figure's drawings, two beside each other where they fit. `b` may lack some. */
void pdf_exhibit(struct sheet *s, const struct exhibit *x, size_t number, const struct built *b);

/* The graph of cells, each a link, over as many pages as its rows take; the
 * stages above on each. */
void pdf_graph(struct sheet *s, const struct graph *g);

#endif
