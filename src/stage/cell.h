/* The parts of a job that only stage/job.c calls: its options as parameters, and
 * its run as a cell. */
#ifndef STAGE_CELL_H
#define STAGE_CELL_H

#include "stage/job.h"

/* Makes the parameters of the program's sections known as options; `made` and
 * `names` hold them. */
int job_know_parameters(struct options *o, const struct program *program, struct option *made, char (*names)[64],
			struct error *err);

/* Options given on the command line must be well-formed values of their
 * parameters. */
int job_check_parameters(const struct options *o, const struct program *program, struct error *err);

/* Makes sure of the kernels; they stand in the manifest under the name they
 * resolved to. */
int job_check_kernels(struct job *job, struct error *err);

/* Runs the cell that --cell names, or finds it up to date. */
int cell_run(struct job *job, struct error *err);

#endif
