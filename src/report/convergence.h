/* How many of the probes' fits ended at their limit of epochs before they had
 * converged: what they are able to do they may not have shown. */
#ifndef REPORT_CONVERGENCE_H
#define REPORT_CONVERGENCE_H

#include "report/document.h"
#include "report/gather.h"
#include "report/tabular.h"

/* convergence.csv: a row for each model, task and kind of probe, over all states and
 * layers. Warns of a kind of which more than one fit in twenty was cut short. A fit that
 * converges in its very last epoch counts as cut short. */
int convergence_write(struct gather *g, const struct context *ctx, struct error *err);

/* From the directory that collect wrote; on failure nothing is left to release. */
int tabular_convergence(struct tabular *out, const char *collected, struct error *err);

/* How many of the classifier probe's fits converged, and what it means if they did not. */
int say_convergence(struct document *d, const char *collected, struct error *err);

#endif
