/* Embeddings that were made elsewhere, as those of a cell. */
#ifndef STAGE_IMPORT_H
#define STAGE_IMPORT_H

#include "corpus/examples.h"
#include "stage/job.h"
#include "encoder/extract.h"

#include <stdbool.h>

/* Whether a cell's model is given by its embeddings. */
bool import_is_due(const struct job *job);

/* What `extract` would write of the layers in the list, "0,2,3". */
int import_part(struct job *job, const char *examples, enum task_kind kind, bool test, const char *layers,
		struct error *err);

/* All layers of a state's training part, in memory. */
int import_embeddings(struct embeddings *out, const struct job *job, const char *state, const char *examples,
		      enum task_kind kind, struct error *err);

/* One part of a state, before anything runs: every layer with a row for each example, and
 * the examples' labels. */
int import_check(const struct experiment *e, const char *model, const char *state, const char *task, bool test,
		 const struct examples *part, struct error *err);

#endif
