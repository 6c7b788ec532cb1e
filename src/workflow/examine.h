/* Whether cells are up to date, and why not: each is compared with its manifest. */
#ifndef WORKFLOW_EXAMINE_H
#define WORKFLOW_EXAMINE_H

#include "base/error.h"
#include "workflow/store.h"

#include <stdbool.h>
#include <stddef.h>

/* Compares a cell with its manifest. `deep` asks its producers first, so that a
 * cell whose producer would run would run too; without it the producers'
 * manifests are believed. */
const struct examination *examine_cell(struct store *s, size_t cell, bool deep);

/* The states of all cells that are no readers, deep, where the cell's stage reads
 * others'; else NULL. They belong to the store. */
const enum cell_state *examine_states(struct store *s, size_t cell);

/* The program that made a cell, "sha256:…" as its manifest tells; NULL where it
 * does not. */
const char *examine_made_by(struct store *s, size_t cell);

/* Whether that program was accepted in this one's stead. */
bool examine_accepted(struct store *s, size_t cell);

/* Writes down that another program made the cell, and that this is accepted as
 * harmless; nothing where this program made it. Under the cell's lock. */
int examine_accept(struct store *s, size_t cell, struct error *err);

#endif
