/* The table of stages: their order, their parameters, what decides their
 * numbers. */
#ifndef WORKFLOW_STAGES_H
#define WORKFLOW_STAGES_H

#include <stddef.h>

enum stage_id {
	STAGE_PREPARE,
	STAGE_PRETRAIN,
	STAGE_FINETUNE,
	STAGE_EXTRACT,
	STAGE_PROBE,
	STAGE_DIRECTPROBE,
	STAGE_TRAJECTORY,
	STAGE_DIVERGENCE,
	STAGE_SIMILARITY,
	STAGE_COLLECT,
	STAGE_FIGURES,
	STAGE_REPORT,
	STAGE_COUNT
};

struct stage {
	enum stage_id id;
	const char *name;    /* "finetune" */
	const char *summary; /* one line for --help */
};

const struct stage *stage_of(enum stage_id id);
const struct stage *stage_find(const char *name); /* NULL: no such stage */

/* The figures, each a cell figures/<name>; NULL ends the list. */
extern const char *const figure_names[];

#endif
