/* Whether the sections of an experiment file go together. Errors name the section, the
 * key, and what was expected. Internal to workflow/experiment.c. */
#ifndef WORKFLOW_EXPERIMENT_CHECK_H
#define WORKFLOW_EXPERIMENT_CHECK_H

#include "workflow/experiment.h"

/* Models, tasks, transfers, stages that are launched, recipes. */
int experiment_check(const struct experiment *e, struct error *err);

/* What each subject is trained by, of models that are pre-trained here, whose layers are
 * known. */
int experiment_check_subjects(const struct experiment *e, struct error *err);

#endif
