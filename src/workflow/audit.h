/* Auditing: every artefact is hashed anew, and every input is followed to the
 * cell that wrote it, or to a source. */
#ifndef WORKFLOW_AUDIT_H
#define WORKFLOW_AUDIT_H

#include "base/error.h"
#include "workflow/store.h"

#include <stdbool.h>

struct audit {
	size_t artefacts, released, inputs, sources; /* looked at */
	size_t breaks;
	size_t fonts; /* cells that were drawn with other fonts than would be used here: no fault */
	void (*tell)(void *arg, const char *cell, const char *fault); /* a broken link, as one line */
	void (*tell_fonts)(void *arg, const char *cell, const char *was, const char *is);
	void *arg;
};

/* Audits one cell: its manifest is there and well-formed; its artefacts have
 * the digests it tells; its inputs are those the experiment names, with the
 * digests of their producers' manifests or of the sources as they lie there;
 * its parameters are the experiment's, except for the fonts, which may be those
 * of another machine; its program is this one or one that was
 * accepted. Adds to the counts. */
void audit_cell(struct audit *a, struct store *s, size_t cell);

/* A published copy must have the bytes of the artefact. */
int audit_copy(struct audit *a, const char *cell, const char *copy, const char *sha256);

#endif
