/* What the parts of collect share: reading a cell's tables, and noting what
 * could not be read. */
#ifndef FINDINGS_GATHER_H
#define FINDINGS_GATHER_H

#include "base/table.h"
#include "findings/collect.h"
#include "workflow/state.h"

#include <jansson.h>

/* The update after which a checkpoint was taken. */
struct step {
	const char *subject, *task; /* the task fine-tuned on */
	long seed, checkpoint;
	double step;
};

struct gather {
	const struct plan *plan;
	const struct collect_input *in;
	struct folder *out;
	json_t *missing; /* array of {"cell", "why"} */
	struct step *steps;
	size_t step_count, step_capacity;
};

int gather_init(struct gather *out, const struct plan *plan, const struct collect_input *in, struct folder *folder,
		struct error *err);
void gather_release(struct gather *g);

/* The header of a table that a stage writes, of those that are gathered; "" for
 * another. */
const char *gather_header(enum stage_id stage, const char *file);

/* Reads such a table of cell `index`. Returns 1, or 0 if the cell is
 * not there or its table is unreadable, which missing.json then says; −1 when
 * memory is short. */
int gather_table(struct table *out, struct gather *g, size_t index, const char *file, struct error *err);
int gather_json(json_t **out, struct gather *g, size_t index, const char *file, struct error *err);

/* Notes that a file of the cell cannot be read, which is as good as missing:
 * returns 0. A fault of the machine is passed on: −1. */
int gather_unreadable(struct gather *g, size_t index, const struct error *fault, struct error *err);

/* The path of a cell's file, in new memory; NULL if the cell is not present or
 * does not have the file. */
char *gather_file(const struct gather *g, size_t index, const char *file);

/* In what follows a model is told by its subject's name (struct subject). */

/* The next subject of a cell from the i-th on: of a run its own, of a model's own cells
 * each of the model's; NULL at the end. */
const struct subject *gather_subject(const struct gather *g, const struct cell *c, size_t *i);

/* The update of a state of the run (model, task, seed): 0 for "original", by
 * eval.csv for "cNN" and "<task>-s<seed>-cNN"; NaN where unknown. */
double gather_step(const struct gather *g, const char *model, const char *task, long seed, const char *state);

/* The cell of a stage, or −1. `source` NULL is the original. */
long gather_cell(const struct gather *g, enum stage_id stage, const char *model, const char *task, const char *source,
		 long seed, enum split split);

/* The cell that prepared a task's examples, or −1. */
long gather_prepared(const struct gather *g, const char *task);

/* The full name of a state in a run's table: "c03" is "pos-s1-c03". */
char *gather_state(const struct cell *c, const char *state);

/* Adds a number as people write it, so that 100 is not 1e+02; NaN is empty. */
void gather_number(struct table *t, double value);

/* The number of the last checkpoint of a cell's run. */
long gather_last(const struct gather *g, const struct cell *c);

bool cell_is_original(const struct cell *c);
/* Fine-tuned to the end, on whatever task. */
bool cell_is_final(const struct gather *g, const struct cell *c);
const char *cell_task(const struct cell *c); /* "" where it has none */

#endif
