/* resume.bin: the state of a training that was interrupted. It is written beside
 * its place and renamed, so that it is whole or not there. resume_file.h has its
 * bytes. */
#ifndef TRAINING_RESUME_H
#define TRAINING_RESUME_H

#include "base/output.h"
#include "base/table.h"
#include "training/trainer.h"

struct resume {
	const char *inputs; /* digest of all that decides the result */
	struct trainer *trainer;
	long done; /* updates */
	struct table *loss, *results;
};

int resume_write(const struct resume *r, const struct folder *folder, struct error *err);

/* Returns 1 and fills everything if there is a usable file: made from the same
 * inputs, and with all files that were committed then still as they were. Those
 * are committed anew, in the same order, so that the folder knows them. Returns
 * 0, with nothing changed, if there is none. */
int resume_read(struct resume *r, struct folder *folder, struct error *err);

/* Names it as what goes once all is done (folder_settle). */
void resume_spend(struct folder *folder);

#endif
