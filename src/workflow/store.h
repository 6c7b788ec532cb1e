/* The cells on disk: their manifests, and where their files lie.
 *
 * A cell's directory holds its artefacts, manifest.json, run.json, log, and at
 * times: failed (the error of its last run), released (names of artefacts that
 * were deleted to save room), accepted.json (a program change that was accepted
 * as harmless), lock. */
#ifndef WORKFLOW_STORE_H
#define WORKFLOW_STORE_H

#include "base/error.h"
#include "base/output.h"
#include "workflow/digests.h"
#include "workflow/plan.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum cell_state {
	CELL_CURRENT,  /* up to date */
	CELL_OUTDATED, /* would run */
	CELL_MISSING,  /* never ran */
	CELL_FAILED,   /* its last run failed */
};

struct examination {
	bool done;
	enum cell_state state;
	bool released; /* current, with artefacts released */
	char why[400]; /* "parameters changed: epochs 3 → 10"; of a failed cell its error */
};

struct store {
	const struct plan *plan;
	struct digests *digests;
	json_t **manifests;           /* (cells), NULL where not loaded or not there */
	bool *loaded;                 /* (cells) */
	struct examination *examined; /* (cells) */
	enum cell_state *states;      /* (cells) as readers read them, once they are known */
	bool states_known;
	const char *assets; /* directory of the report's template and style; NULL: none */
	/* The fonts that drawings, or pages, would be made with here: a parameter of
	 * figures and of report. NULL: none is told. */
	const char *(*fonts)(void *arg, bool pages);
	void *fonts_arg;
	bool accept_program; /* RERUN names inputs and parameters, but not program */
};

int store_open(struct store *out, const struct plan *plan, struct error *err);
void store_close(struct store *s);

/* A cell's manifest; NULL if it has none or it cannot be read. */
json_t *store_manifest(struct store *s, size_t cell);

/* Where an artefact that a cell's manifest names lies, in new memory. A name that is
 * not below the cell's own folder (absolute, or with ".." in it) is none of its
 * artefacts, whoever wrote the manifest: NULL. */
char *store_path(const struct store *s, size_t cell, const char *name);

/* Forgets what was read of a cell, after it ran. */
void store_forget(struct store *s, size_t cell);

/* The same after another process ran it: what that one hashed is known too. */
int store_reread(struct store *s, size_t cell, struct error *err);

/* The path of a file of the workflow's own in a cell's folder, in new memory. */
char *store_file(const struct store *s, size_t cell, const char *file);

/* True if the named artefact of a cell was released. */
bool store_released(const struct store *s, size_t cell, const char *name);

#endif
