/* What the texts of an experiment's figures and report are made of. */
#ifndef STAGE_LETTERS_H
#define STAGE_LETTERS_H

#include "stage/job.h"

/* The names of models, tasks and labels one after another, in new memory; with
 * `all` everything in the experiment file. Labels are those of the tasks that
 * were prepared. NULL if memory is short. */
char *letters_of(const struct job *job, bool all);

/* Lets the store know the fonts that would be used here (struct store). */
void letters_offer(struct job *job);

#endif
