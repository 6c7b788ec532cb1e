/* Collecting: the tables of all cells of an experiment become one set of
 * tables, which figures and report read. A cell whose tables may not be read is
 * named in missing.json, and everything else goes on without it.
 *
 * Written, for every experiment, whatever is missing:
 *   experiment.json  {"name", "title", "models", "tasks", "seeds", "checkpoints",
 *                    "max_points" (the most points of a sample; 0: none is taken),
 *                    "sampled_all" (one for every model and task), "published", "cross": {"target", "sources", "related",
 *                    "opposing"} or null}
 *   missing.json     [{"cell", "why"}]
 *   results.csv      model,task,state,seed,split,layer,measure,value,low,high,n
 *                    (accuracies are fractions; low and high a 95 % interval; n
 *                    the examples, pairs or runs behind the value)
 *   table7.csv, table7.tex, crosstask.csv, runs.csv, layers.csv (findings/tables.h)
 *   recipes.csv      with recipes alone: how many weights each run trained; and
 *                    subjects.csv, results.csv by model and recipe
 *   counts.csv       examples, labels and sentences of each prepared task
 *   encoders.csv     the shape of each model and its own dropout, as its runs wrote them
 *   claims.json      (findings/claims.h)
 *   merged tables    a cell table behind the columns that say where it comes
 *                    from; the list is in merge.c
 * A state is "original" (step 0) or "<task>-s<seed>-cNN". Fine-tuned states
 * come from directprobe, the checkpoints before them from trajectory. */
#ifndef FINDINGS_COLLECT_H
#define FINDINGS_COLLECT_H

#include "base/context.h"
#include "base/output.h"
#include "workflow/plan.h"

#define ENCODERS_HEADER "model,layers,heads,hidden,intermediate,vocabulary,positions,hidden_dropout,attention_dropout"

enum collect_state { COLLECT_PRESENT, COLLECT_MISSING, COLLECT_STALE, COLLECT_FAILED };

/* Whether each cell's tables may be read, and where they lie; indices as in
 * plan->cells. */
struct collect_input {
	const enum collect_state *states;
	char **directories;
};

int collect_run(const struct plan *plan, const struct collect_input *in, struct folder *out,
		const struct context *ctx, struct error *err);

#endif
