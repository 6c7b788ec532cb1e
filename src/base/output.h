/* Files that are written whole or not at all.
 *
 * An output is written to a private temporary name beside its place, hashed on
 * the way, synced, and renamed. A kill at any instant leaves the old file or
 * the new one. Writes do not fail: the first failure is kept, and commit
 * reports it.
 *
 * A folder is a directory that a stage writes to. It remembers the name and
 * the digest of every file committed in it, in the order of commits, from
 * which a cell's manifest is made. */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct artefact {
	char *name;      /* below the folder: "train/layer0.npy" */
	char sha256[65]; /* hexadecimal, of the bytes written */
	uint64_t bytes;
};

struct folder {
	char *path;
	struct artefact *items;
	size_t count, capacity;
	char **spent; /* (spent_count) names of what folder_settle removes */
	size_t spent_count, spent_capacity;
};

/* Makes the directory where it is missing. */
int folder_open(struct folder *out, const char *path, struct error *err);
void folder_release(struct folder *f);

/* Names a file that is no output, from which a run that is killed goes on: it is
 * needed until all is done, the manifest too, and goes with folder_settle. Where
 * memory is short for the name, it stays. */
void folder_spend(struct folder *f, const char *name);
void folder_settle(struct folder *f);

struct output;

/* Starts a file in the folder; `name` may hold slashes, whose directories are
 * made. */
int output_open(struct output **out, struct folder *folder, const char *name, struct error *err);
void output_write(struct output *o, const void *data, size_t size);
void output_text(struct output *o, const char *text);
void output_format(struct output *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Syncs, renames and records the file, and frees `o` whether or not that
 * succeeds. */
int output_commit(struct output *o, struct error *err);

/* Drops the file, leaving what stood in its place. NULL is allowed. */
void output_abandon(struct output *o);

/* Whether a base name is that of a file on its way to be written: one that was not
 * committed when its writer was killed stays. */
bool output_is_temporary(const char *base);

/* Deletes such files from a directory, not from those below it. What a process is
 * writing at the moment is spared. */
void output_sweep(const char *directory);

/* A whole file at once. */
int output_file(struct folder *folder, const char *name, const void *data, size_t size, struct error *err);

#endif
