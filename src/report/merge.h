/* Merged tables: the rows of a table that many cells have, behind the columns
 * that say which cell each came from. */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include "report/gather.h"

/* Writes all of them; one without rows has its header. */
int merge_tables(struct gather *g, struct error *err);

#endif
