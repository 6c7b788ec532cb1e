/* A cell made again, by its stage's own program, into a directory of its own:
 * the cache is read and not written. */
#ifndef STAGE_AGAIN_H
#define STAGE_AGAIN_H

#include "stage/job.h"

#include <stddef.h>
#include <stdint.h>

/* Makes a cell again below `scratch`, with its manifest, as `made` (the
 * caller's). The program is stopped where this one is asked to stop. The last line
 * that it prints is the error's where it fails. */
int again_make(json_t **made, struct job *job, const struct cell *c, const char *scratch, struct error *err);

struct again {
	size_t made;    /* cells made again */
	size_t skipped; /* what they read or wrote was released, or they never ran */
	size_t breaks;  /* artefacts that differ, cells that fail */
	/* A cell that came out the same (`fault` NULL), or what is wrong with it. */
	void (*tell)(void *arg, const char *cell, const char *fault);
	void *arg;
};

/* Makes one cell again, in TMPDIR, and compares the digests of what it writes
 * with its manifest. A cell that cannot be made from what is there is skipped. */
int again_cell(struct again *a, struct job *job, size_t cell, struct error *err);

/* The same for `count` cells, drawn by the seed from those that can be made. */
int again_drawn(struct again *a, struct job *job, size_t count, uint64_t seed, struct error *err);

#endif
