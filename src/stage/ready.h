/* Checks before work, as deep as the work: every configuration, tokenizer, header
 * of weights and data file of an experiment is opened before anything runs. */
#ifndef STAGE_READY_H
#define STAGE_READY_H

#include "stage/job.h"

/* Says all that is wrong, a line each, before it fails with the last of it. */
int ready_check(struct job *job, struct error *err);

/* The same of an experiment that has no cache yet, without a look at the room. */
int ready_check_experiment(struct job *job, const struct experiment *e, struct error *err);

#endif
