#include "workflow/stages.h"

#include <string.h>

static const struct stage stages[STAGE_COUNT] = {
	{ STAGE_PREPARE, "prepare", "read a task's data into examples" },
	{ STAGE_PRETRAIN, "pretrain", "train a small encoder from random weights" },
	{ STAGE_FINETUNE, "finetune", "fine-tune an encoder on a task" },
	{ STAGE_EXTRACT, "extract", "write the embeddings of examples at every layer" },
	{ STAGE_PROBE, "probe", "train classifier probes on embeddings" },
	{ STAGE_DIRECTPROBE, "directprobe", "cluster embeddings and measure the clusters' hulls" },
	{ STAGE_TRAJECTORY, "trajectory", "follow clusters through the checkpoints of a run" },
	{ STAGE_DIVERGENCE, "divergence", "compare the geometry of train and test" },
	{ STAGE_SIMILARITY, "similarity", "compare the geometry of two representations" },
	{ STAGE_COLLECT, "collect", "gather the cells' tables and decide the claims" },
	{ STAGE_FIGURES, "figures", "draw the figures" },
	{ STAGE_REPORT, "report", "write the report" },
};

/* In the order of the report; figure/ has the drawing of each. */
const char *const figure_names[] = { "minimum",    "centroids",  "similarity", "shift",    "layers", "distances",
				     "divergence", "hypothesis", "alignment",  "transfer", "loss",   NULL };

const struct stage *stage_of(enum stage_id id)
{
	return &stages[id];
}

const struct stage *stage_find(const char *name)
{
	for (size_t i = 0; i < STAGE_COUNT; i++)
		if (strcmp(stages[i].name, name) == 0)
			return &stages[i];
	return NULL;
}
