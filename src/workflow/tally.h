/* How far a run of make is. The file `tally` beside an experiment's cells lists
 * what the run means to make, and every cell's start and end are appended to it,
 * a line each, by whichever process makes the cell:
 *
 *	todo SECONDS CELL     SECONDS from the cell's last run record; 0: unknown
 *	start TIME CELL       TIME in seconds of the epoch
 *	end SECONDS CELL      also of a cell that failed
 *
 * It serves the status line alone: nothing is decided by it. */
#ifndef WORKFLOW_TALLY_H
#define WORKFLOW_TALLY_H

#include "workflow/store.h"

#include <stddef.h>

/* Starts the list anew with the cells that would run. */
int tally_begin(struct store *s, struct error *err);

/* Appends a line. A line that cannot be written is missing from the status. */
void tally_start(const struct experiment *e, const char *cell);
void tally_end(const struct experiment *e, const char *cell, double seconds);

struct tally {
	size_t total, done, running;
	char first[160]; /* the cell that has been running longest; "": none */
	double left;     /* seconds of work that are left; NaN while nothing is known */
};

/* Without a file all counts are 0. A cell whose last run is not known is taken
 * to need what the known ones of its stage do, or of all stages. */
void tally_read(struct tally *out, const struct experiment *e);

#endif
