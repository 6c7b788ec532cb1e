/* Merged tables: the rows of a table that many cells have, behind the columns
 * that say which cell each came from. */
#ifndef FINDINGS_MERGE_H
#define FINDINGS_MERGE_H

#include "findings/gather.h"

/* Writes all of them; one without rows has its header. */
int merge_tables(struct gather *g, struct error *err);

#endif
