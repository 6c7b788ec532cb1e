/* Whose a folder is: results of an experiment lie in folders that bear its name,
 * and two experiment files may have one name. A record tells which experiment file a
 * folder belongs to: its path, the name, and the file's digest. In the cache it lies
 * in the folder itself; of what is published it lies beside, as that is for others to
 * read. */
#ifndef WORKFLOW_CLAIM_H
#define WORKFLOW_CLAIM_H

#include "base/error.h"
#include "workflow/experiment.h"

/* The record's name in the cache. */
extern const char claim_file[];

/* An error if the cache, or what is published below `published` (the directory of
 * manifests; NULL: the cache alone), belongs to another experiment file: one that is
 * not the same file by another path, and has other bytes, or had them when it was last
 * run if it is not there now (moved, or on another machine). A folder without a
 * record, or a copy of the folder of another name, is free. */
int claim_check(const struct experiment *e, const char *published, struct error *err);

/* The same of the one folder, and writes the record where it does not say so yet. The
 * folder is made where it is missing. */
int claim_cache(const struct experiment *e, struct error *err);
int claim_published(const struct experiment *e, const char *published, struct error *err);

#endif
