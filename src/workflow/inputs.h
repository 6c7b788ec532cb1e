/* What a cell reads, by the row of its stage (workflow/stages.h). */
#ifndef WORKFLOW_INPUTS_H
#define WORKFLOW_INPUTS_H

#include "base/error.h"
#include "workflow/store.h"

#include <stddef.h>

/* A file a cell reads: an artefact of another cell, or a source. */
struct input {
	char *name; /* "extract/…/layer2.npy", "data/…", "models/…" or "assets/…" */
	char *path;
	size_t producer; /* its cell; NO_PRODUCER of a source */
	char sha256[65];
};
#define NO_PRODUCER ((size_t)-1)

struct inputs {
	struct input *items; /* (count), sorted by name */
	size_t count, capacity;
};

/* What a cell reads, with the digests of the producers' manifests, or of the
 * sources themselves. `states`: of all cells, where the stage reads others' (may be
 * NULL where it does not). A producer without a manifest and a missing source are
 * errors. */
int inputs_of(struct inputs *out, struct store *s, size_t cell, const enum cell_state *states, struct error *err);
void inputs_release(struct inputs *in);

#endif
