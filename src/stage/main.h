/* The whole of a stage's main: its options, and its run on plain files or as a cell. */
#ifndef STAGE_MAIN_H
#define STAGE_MAIN_H

#include "stage/job.h"

/* Returns the exit status. */
int stage_main(int argc, char **argv, const struct program *program);

#endif
