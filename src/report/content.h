/* What the report says, block by block. */
#ifndef REPORT_CONTENT_H
#define REPORT_CONTENT_H

#include "report/content_part.h"

/* Fills a zeroed document; its claims are read from claims.json. */
int content_write(struct document *out, const struct content *c, struct error *err);

#endif
