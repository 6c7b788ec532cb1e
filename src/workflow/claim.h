/* Whose a folder is: results of an experiment lie in folders that bear its name,
 * and two experiment files may have one name. A file `experiment` in the folder
 * tells which experiment file it belongs to: its path, and the name. */
#ifndef WORKFLOW_CLAIM_H
#define WORKFLOW_CLAIM_H

#include "base/error.h"
#include "workflow/experiment.h"

/* The record's name. */
extern const char claim_file[];

/* An error if the folder belongs to another experiment file: one that is still
 * there, is not the same file by another path, and has other bytes. A folder
 * without a record, or one of a file that is gone (moved, or on another machine),
 * or a copy of the folder of another name, is free. */
int claim_check(const struct experiment *e, const char *folder, struct error *err);

/* The same, and writes the record where it does not say so yet. The folder is
 * made where it is missing. */
int claim_take(const struct experiment *e, const char *folder, struct error *err);

#endif
