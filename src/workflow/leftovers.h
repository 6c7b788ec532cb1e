/* What a cell leaves behind its manifest: a run that was killed after it was written
 * had no time to tidy up. The next run does. */
#ifndef WORKFLOW_LEFTOVERS_H
#define WORKFLOW_LEFTOVERS_H

#include "base/error.h"
#include "workflow/store.h"

#include <stdbool.h>
#include <stddef.h>

/* The directory, in a fine-tuning cell's, where released weights are made again. */
extern const char leftovers_again[];

/* Whether a file's base name is that of what a stage that was stopped goes on from:
 * "resume.bin", "probe.work", ".work-12". */
bool leftovers_is_work(const char *base);

/* Whether something of a cell that is up to date should not be there any more: files
 * half written, work of its stage, weights made again, and intermediate checkpoints
 * that it was the last to read. */
bool leftovers_found(struct store *s, size_t cell);

/* Deletes, in a cell's directory, the files half written; once it is `done`, the work
 * of its stage and weights made again, too. Under the cell's lock. */
void leftovers_remove(const char *directory, bool done);

/* Deletes the weights of the intermediate checkpoints that the cell reads, where every
 * cell that reads them is up to date, unless keep = checkpoints. */
int leftovers_release(struct store *s, size_t cell, struct error *err);

#endif
