/* Beside the report, a page of the times, processors and memory of its cells. It is not
 * the same twice: no artefact, in no manifest, and no number of the report stands on it. */
#ifndef REPORT_TIMES_H
#define REPORT_TIMES_H

#include "base/output.h"

#include <stddef.h>

struct times_cell {
	const char *name, *stage;
};

struct times_input {
	const char *title, *experiment; /* the report's, and the name */
	const char *assets, *version;
	const char *cache;              /* directory of the cells' own, in which run.json is or is not */
	const struct times_cell *cells; /* those of a stage one after the other */
	size_t cell_count;
};

/* Writes index.html, tables/stages.csv and tables/cells.csv into the folder. */
int times_write(const struct times_input *in, struct folder *out, struct error *err);

#endif
