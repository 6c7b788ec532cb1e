/* The tables that a document shows, as files. */
#ifndef REPORT_GRIDS_H
#define REPORT_GRIDS_H

#include "base/output.h"
#include "report/document.h"

/* "tables/<id>.csv" and, but of listings, ".tex" of each. table7.csv, with every digit, is
 * collect's. */
int grids_write(const struct document *d, struct folder *out, struct error *err);

#endif
