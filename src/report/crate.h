/* ro-crate-metadata.json (RO-Crate 1.1, Process Run Crate 0.5) and SHA256SUMS of
 * the report's folder.
 *
 * Every file of the folder is an entity with its digest and its size. Every
 * cell that has a manifest is a CreateAction: its instrument is the stage's
 * program, its objects and results are what the manifest names: the folder's
 * files where they have the same bytes, the others named with their digests.
 * One more action wrote the folder itself. */
#ifndef REPORT_CRATE_H
#define REPORT_CRATE_H

#include "report/document.h"
#include "report/report.h"

/* Describes the files written to the folder so far. */
int crate_write(const struct document *d, const struct report_input *in, struct folder *out, struct error *err);

#endif
