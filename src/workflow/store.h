/* The cells on disk: what each was made from, whether it is up to date, and
 * why not.
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

struct store {
	const struct plan *plan;
	struct digests *digests;
	json_t **manifests;           /* (cells), NULL where not loaded or not there */
	bool *loaded;                 /* (cells) */
	struct examination *examined; /* (cells) */
	const char *assets;           /* directory of the report's template and style; NULL: none */
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
 * sources themselves. A producer without a manifest and a missing source are
 * errors. */
int inputs_of(struct inputs *out, struct store *s, size_t cell, struct error *err);
void inputs_release(struct inputs *in);

/* Everything a stage reads from the experiment file for this cell, as an
 * object of strings in normal form, its seeds among them; of collect and report
 * also which cells they do without, and why. */
json_t *parameters_of(struct store *s, size_t cell);

/* The seed of a cell for a purpose ("order"); the grammar's is the same for all
 * cells, and that of directprobe's sample for all states of a model. */
uint64_t cell_seed(const struct experiment *e, const struct cell *c, const char *purpose);

/* The digest of the program of a stage. */
const char *program_of(const struct stage *stage);

/* Whether a manifest names this version of the program as its builder. */
bool builder_is_own(const json_t *manifest);

/* The SHA-256 of a manifest's key: buildType, externalParameters,
 * resolvedDependencies, program. */
int manifest_key(char hex[65], const json_t *manifest);

/* Makes a cell's manifest from its outputs; `internal` holds what was decided
 * at run time (may be NULL). The caller owns the result. */
json_t *manifest_new(struct store *s, size_t cell, const struct inputs *in, const struct folder *outputs,
		     json_t *internal);

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

/* Compares a cell with its manifest. `deep` asks its producers first, so that a
 * cell whose producer would run would run too; without it the producers'
 * manifests are believed. */
const struct examination *store_examine(struct store *s, size_t cell, bool deep);

/* The program that made a cell, "sha256:…" as its manifest tells; NULL where it
 * does not. */
const char *store_made_by(struct store *s, size_t cell);

/* Whether that program was accepted in this one's stead. */
bool store_accepted(struct store *s, size_t cell);

/* Writes down that another program made the cell, and that this is accepted as
 * harmless; nothing where this program made it. Under the cell's lock. */
int store_accept(struct store *s, size_t cell, struct error *err);

/* True if the named artefact of a cell was released. */
bool store_released(const struct store *s, size_t cell, const char *name);

/* Deletes the weights of intermediate checkpoints of a fine-tuning cell once
 * every cell that reads them is up to date, unless keep = checkpoints. */
int store_release(struct store *s, size_t cell, struct error *err);

#endif
