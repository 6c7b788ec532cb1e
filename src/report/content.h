/* What the report says, block by block. */
#ifndef REPORT_CONTENT_H
#define REPORT_CONTENT_H

#include "report/document.h"
#include "report/evidence.h"
#include "report/report.h"

#include <jansson.h>

/* What the sections are written from. */
struct content {
	const struct report_input *in;
	const struct evidence *evidence, *paper;
	const json_t *experiment, *missing;
};

/* Fills a zeroed document; its claims are read from claims.json. */
int content_write(struct document *out, const struct content *c, struct error *err);

/* The sections behind the questions: methods, what is missing, provenance,
 * downloads. */
int content_methods(struct document *d, const struct content *c, struct error *err);
int content_missing(struct document *d, const struct content *c, struct error *err);
int content_provenance(struct document *d, const struct content *c, struct error *err);
void content_downloads(struct document *d);

/* One figure, or the words that it is missing. */
int content_figure(struct document *d, const struct content *c, const char *name, struct error *err);

#endif
