/* How many of the probes' fits ended at their limit of epochs before they had
 * converged: what they are able to do they may not have shown. */
#ifndef FINDINGS_CONVERGENCE_H
#define FINDINGS_CONVERGENCE_H

#include "findings/gather.h"
#include "findings/tabular.h"

/* convergence.csv: a row for each model, task and kind of probe, over all states and
 * layers. Warns of a kind of which more than one fit in twenty was cut short. A fit that
 * converges in its very last epoch counts as cut short. */
int convergence_write(struct gather *g, const struct context *ctx, struct error *err);

/* From the directory that collect wrote; on failure nothing is left to release. */
int tabular_convergence(struct tabular *out, const char *collected, struct error *err);

/* Of the classifier probe's, over all that was collected. */
struct fit_counts {
	long count, cut; /* all, and those cut short */
};
int convergence_read(struct fit_counts *out, const char *collected, struct error *err);

/* Whether so many were cut short that accuracies say less than they seem to. */
bool convergence_is_poor(const struct fit_counts *f);

#endif
