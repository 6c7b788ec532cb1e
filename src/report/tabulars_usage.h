/* Tables of what was used: encoders, runs of fine-tuning, the probes' settings.
 * Each initialises a grid from the directory that collect wrote; on failure
 * nothing is left to release. */
#ifndef REPORT_TABULARS_USAGE_H
#define REPORT_TABULARS_USAGE_H

#include "findings/tabular.h"
#include "report/usage.h"

int tabular_encoders(struct tabular *out, const char *collected, struct error *err);

/* A row a run, its dropout as a number wherever it came from. */
int tabular_finetuning(struct tabular *out, const struct usage *u, const char *collected, struct error *err);

/* A row for each layer that was probed: the settings that were chosen. */
int tabular_selection(struct tabular *out, const char *collected, struct error *err);

#endif
