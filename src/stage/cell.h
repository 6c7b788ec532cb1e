/* A stage's run as a cell. */
#ifndef STAGE_CELL_H
#define STAGE_CELL_H

#include "stage/job.h"

/* Runs the cell that --cell names, or finds it up to date. */
int cell_run(struct job *job, struct error *err);

#endif
