/* The tables in which an experiment is summed up, made by collect; their columns
 * stand in findings/record.c.
 *
 * table7.csv: a row for each model, task and variant ("original",
 * "fine-tuned") whether or not its cells are there; accuracies in percent, as
 * in the paper, whose columns come first. The similarity of training and test
 * set is there only where both are linear, and its state says "defined",
 * "undefined" (not linear) or "missing". Fine-tuned rows have the difference to
 * the original and its tests, and of the last layer's minimum distances how many
 * labels grew, how many were measured before and after, and the mean change.
 * With several fine-tuning seeds a fine-tuned row is over all their runs:
 * means, the sample deviation over all runs of the probe, linear if all are.
 *
 * crosstask.csv (Table 5): a row for each model and source.
 * runs.csv: every fine-tuning run of the experiment, and its last state.
 * layers.csv: a row for each model, task, run and layer, the measures in
 * columns. */
#ifndef FINDINGS_TABLES_H
#define FINDINGS_TABLES_H

#include "findings/gather.h"
#include "findings/record.h"

enum { STATE_MAX = 256 };

/* A run of the experiment, in the order of models, tasks and seeds, and the name
 * of its last state. */
struct run tables_run(char state[STATE_MAX], const struct gather *g, size_t i);

/* layers.csv, from results.csv. */
int layers_write(struct gather *g, const struct table *results, const struct context *ctx, struct error *err);

/* All of them. */
int tables_write(struct gather *g, const struct table *results, const struct context *ctx, struct error *err);

#endif
