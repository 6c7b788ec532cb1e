/* Copies of a cell's artefacts for people: figures/<experiment>/,
 * report/<experiment>/, manifests/<experiment>/, below the working directory,
 * PUBLISH or --publish. What was published and no longer belongs there is
 * removed: the file `published` in the cell's directory lists what a cell has
 * put there. */
#ifndef STAGE_PUBLISH_H
#define STAGE_PUBLISH_H

#include "stage/job.h"

#include <stdbool.h>

/* Brings what the job's cell publishes (a figure its drawings, the report itself
 * and every cell's manifest) to the bytes of its artefacts, where they differ,
 * and removes what it published before and does not now. */
int publish_cell(struct job *job, struct error *err);

/* As examine_cell, deep; but a result that is not where people look, or is not
 * alone there, would be put there. */
struct examination publish_examine(struct job *job, size_t cell);

/* The name under which an artefact ("figures/minimum/index.json") is published:
 * "minimum/index.json"; of other cells' ("report/index.html") "index.html". */
const char *publish_name(const struct cell *c, const char *artefact);

/* Whether a name below a cell's directory, or below where it is published, is of what the
 * report's cell publishes although no manifest names it: the page of times. It is there
 * or not; whether a report is up to date does not depend on it. */
bool publish_is_companion(const struct cell *c, const char *name);

/* The published directory of the experiment, in new memory. */
char *publish_directory(const struct job *job, const char *place);

#endif
