/* Checkpoints that were made elsewhere, in place of a run of fine-tuning: the key `from` of
 * a recipe names a folder for each model, task and seed. It is a model directory, or has
 * one in each of its folders checkpoint-N, as transformers' Trainer leaves them, which
 * are taken in the order of N; the last is the fine-tuned state. */
#ifndef WORKFLOW_ELSEWHERE_H
#define WORKFLOW_ELSEWHERE_H

#include "base/error.h"
#include "workflow/experiment.h"

#include <stdbool.h>
#include <stddef.h>

struct elsewhere {
	struct elsewhere_state {
		char *below; /* the folder, below MODELS */
		char *path;
		long step; /* N, or 1 */
	} * states;        /* (count), in their order */
	size_t count;
};

bool elsewhere_is(const struct experiment *e, const char *recipe);

/* The checkpoints of a run. Their number must be the recipe's `checkpoints` (1, if it
 * does not say). */
int elsewhere_find(struct elsewhere *out, const struct experiment *e, const char *model, const char *task,
		   const char *recipe, long seed, struct error *err);
void elsewhere_release(struct elsewhere *w);

/* How many folders checkpoint-N a folder has. */
size_t elsewhere_count(const char *folder);

/* The directory whose tokenizer reads a checkpoint's examples: its own, or the original's
 * where it has none; NULL after an error. */
const char *elsewhere_tokenizer(const struct experiment *e, const char *model, const char *checkpoint, char **kept,
				struct error *err);

#endif
