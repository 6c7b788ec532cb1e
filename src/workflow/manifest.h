/* The manifest that a cell leaves (workflow/statement.h): what it was asked, what it
 * read and wrote, and by which program. */
#ifndef WORKFLOW_MANIFEST_H
#define WORKFLOW_MANIFEST_H

#include "base/output.h"
#include "workflow/inputs.h"
#include "workflow/store.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Everything a stage reads from the experiment file for this cell, as an
 * object of strings in normal form, its seeds among them; of stages that read
 * others' cells also which of them they do without, and why, by `states`; of those
 * that draw, the fonts. */
json_t *parameters_of(const struct store *s, size_t cell, const enum cell_state *states);

/* The seed of a cell for a purpose ("order"); the grammar's is the same for all
 * cells, and that of directprobe's sample for all states of a model. */
uint64_t cell_seed(const struct experiment *e, const struct cell *c, const char *purpose);

/* The digest of the program of a stage. */
const char *program_of(const struct stage *stage);

/* Whether a manifest names this version of the program as its builder. */
bool builder_is_own(const json_t *manifest);

/* Makes a cell's manifest from its outputs; `internal` holds what was decided
 * at run time (may be NULL). The caller owns the result. */
json_t *manifest_new(const struct store *s, size_t cell, const enum cell_state *states, const struct inputs *in,
		     const struct folder *outputs, json_t *internal);

#endif
