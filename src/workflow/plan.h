/* The cells of an experiment: one stage on one point of the grid each, known
 * from the experiment file alone. */
#ifndef WORKFLOW_PLAN_H
#define WORKFLOW_PLAN_H

#include "base/error.h"
#include "workflow/experiment.h"
#include "workflow/stages.h"

#include <stdbool.h>
#include <stddef.h>

struct cell {
	const struct stage *stage;
	char *name;         /* "directprobe/bert-tiny/original/pos/train"; unique */
	const char *model;  /* name of a model section, or NULL */
	const char *task;   /* name of a task section, or NULL */
	const char *recipe; /* name of a recipe section of a run that has one, or NULL */
	const char *source; /* the task that was fine-tuned on; NULL for the original's cells */
	long seed;          /* fine-tuning seed; 0 for the original's */
	long checkpoint;    /* 0: original; else c<checkpoint> of the run */
	char *state;        /* "original", "pos-s1-c10", or NULL */
	enum split split;
	size_t *needs; /* (need_count) indices of cells this one reads, all smaller than its own */
	size_t need_count;
};

struct plan {
	const struct experiment *experiment;
	struct cell *cells; /* (count), producers before their readers */
	size_t count;
};

int plan_init(struct plan *out, const struct experiment *e, struct error *err);
void plan_release(struct plan *p);
const struct cell *plan_find(const struct plan *p, const char *name); /* NULL: no such cell */

/* The directory of a cell's artefacts, in new memory. */
char *cell_directory(const struct experiment *e, const struct cell *c);

#endif
