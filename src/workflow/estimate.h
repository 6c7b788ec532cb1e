/* What an experiment will take: hours, disk and memory, from the sizes of the
 * models and the data and the measured speed of this machine. */
#ifndef WORKFLOW_ESTIMATE_H
#define WORKFLOW_ESTIMATE_H

#include "base/error.h"
#include "workflow/store.h"

#include <stdio.h>

/* Prints the cells of each stage, the hours of those that would run, the peak
 * of disk, and the memory of the largest cell. */
int estimate_print(struct store *s, FILE *to, struct error *err);

/* An error (STATUS_MACHINE) if the disk has not the room that the cells that
 * would run need. */
int estimate_check_room(struct store *s, struct error *err);

#endif
