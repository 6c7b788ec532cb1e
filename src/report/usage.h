/* What the cells were run with, by their manifests: parameters, and what was
 * decided at run time. Only cells that are up to date count, since only their
 * results are in the report. */
#ifndef REPORT_USAGE_H
#define REPORT_USAGE_H

#include "findings/prose.h"
#include "report/report.h"

#include <jansson.h>

struct usage {
	const struct report_cell *cells; /* (count), not owned */
	size_t count;
	json_t **definitions; /* (count) the manifest's buildDefinition; NULL: none that counts */
};

int usage_read(struct usage *out, const struct report_cell *cells, size_t count, struct error *err);
void usage_release(struct usage *u);

/* A parameter of a cell, or what was decided in it; NULL where it has none. */
const char *usage_text(const struct usage *u, size_t cell, const char *key);
double usage_number(const struct usage *u, size_t cell, const char *key);

/* The value that every cell of a stage has; NULL where they differ, or none
 * has it. */
const char *usage_common(const struct usage *u, const char *stage, const char *key);

/* The distinct values of all cells (of any stage), in the cells' order. */
void usage_list(struct prose *out, const struct usage *u, const char *key);

#endif
