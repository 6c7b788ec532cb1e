/* Copies of a cell's artefacts for people: figures/<experiment>/,
 * report/<experiment>/, manifests/<experiment>/, below the working directory or
 * --publish DIR. */
#ifndef STAGE_PUBLISH_H
#define STAGE_PUBLISH_H

#include "stage/job.h"

/* Brings "<place>/<experiment>/<name>" to the bytes of `path` where it differs. */
int publish_file(struct job *job, const char *place, const char *name, const char *path, struct error *err);

/* Every artefact in the manifest of the job's cell; those of a figure below its
 * name. */
int publish_cell(struct job *job, const char *place, struct error *err);

/* Whether all that a cell publishes lies there with the bytes of its manifest;
 * if not, why. True of cells that publish nothing. */
bool publish_is_current(struct job *job, size_t cell, char why[400]);

/* The name under which an artefact ("figures/minimum/index.json") is published:
 * "minimum/index.json"; of other cells' ("report/index.html") "index.html". */
const char *publish_name(const struct cell *c, const char *artefact);

/* The published directory of the experiment, in new memory. */
char *publish_directory(const struct job *job, const char *place);

#endif
