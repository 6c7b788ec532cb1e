/* What a recipe says of a run: how its model is tuned. */
#ifndef WORKFLOW_RECIPE_H
#define WORKFLOW_RECIPE_H

#include "training/tuning_params.h"
#include "workflow/experiment.h"

/* The keys of a run; texts are the experiment's. */
struct tuning_params recipe_tuning(const struct experiment *e, const char *model, const char *task,
				   const char *recipe);

/* Whether they fit a model's shape, on every task; the error names recipe and key. */
int recipe_check(const struct experiment *e, const struct subject *subject, const struct encoder_shape *shape,
		 struct error *err);

#endif
