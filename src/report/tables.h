/* The tables in which an experiment is summed up, made by collect.
 *
 * table7.csv: a row for each model, task and variant ("original",
 * "fine-tuned") whether or not its cells are there; accuracies in percent, as
 * in the paper, whose columns come first:
 *   model,task,variant,accuracy,std,hidden1,hidden2,clusters,linear,
 *   train_test_similarity,                      (only where train and test are linear)
 *   similarity_state,                           "defined", "undefined" (not linear) or "missing"
 *   similarity_low,similarity_high,similarity_pairs,similarity_zero,
 *   labels,points,points_total,conflicts,alpha,runs,examples,macro_f1,majority,
 *   difference,p_permutation,p_mcnemar,         fine-tuned less original (fine-tuned rows)
 *   label_growth,labels_compared,minimum_change  last-layer minimum distances: labels that grew, labels
 *                                                measured before and after, mean change
 * With several fine-tuning seeds a fine-tuned row is over all their runs:
 * means, the sample deviation over all runs of the probe, linear if all are.
 *
 * crosstask.csv (Table 5): a row for each model and source:
 *   model,target,source,role,labels,grew,shrank,minimum_change,accuracy_before,
 *   accuracy_after,difference,p_permutation,p_mcnemar,majority
 * runs.csv: every fine-tuning run of the experiment: model,task,seed,state
 *   (the last checkpoint's)
 * layers.csv: a row for each model, task, run and layer, the measures in
 *   columns: model,task,seed,layer,clusters_before,clusters_after,linear_before,
 *   linear_after,minimum_before,minimum_after,similarity,similarity_low,
 *   similarity_high,pairs,cka,rsa,shift,scale,relative_shift,participation,
 *   linear_train_before,linear_train_after,     the linear probe's best training accuracy
 *   selectivity_before,selectivity_after,codelength_before,codelength_after */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include "report/gather.h"
#include "report/record.h"

enum { STATE_MAX = 256 };

/* A run of the experiment, in the order of models, tasks and seeds, and the name
 * of its last state. */
struct run tables_run(char state[STATE_MAX], const struct gather *g, size_t i);

/* layers.csv, from results.csv. */
int layers_write(struct gather *g, const struct table *results, struct error *err);

/* All of them. */
int tables_write(struct gather *g, const struct table *results, struct error *err);

#endif
