/* results.csv: every measure of every cell, one value a row.
 *
 * Accuracies are means over the probe's runs with a 95 % t-interval over them;
 * `accuracy_sd` is the runs' sample standard deviation; `selectivity` the
 * accuracy above the control task's (Hewitt and Liang 2019). `linear_accuracy` is
 * the linear probe's, `linear_train` its best run's on the training part.
 * `codelength` is the bits of the online code of the training part's labels,
 * `compression` a uniform code's over them (Voita and Titov 2020). `minimum` and
 * `distance` are means over labels and over pairs of labels. `divergence` and
 * `similarity` are over the label pairs present on both sides, and stand whether
 * or not the two states are separable: they count only where `linear` is 1 for
 * both. `participation` is (Σλ)²/Σλ² of the covariance of the label centroids'
 * displacements. `anisotropy` is that of the state's own points; `dimensions` is their
 * number of columns. The measures of alignment.csv (geometry/alignment.h) are against the
 * original. A measure that cannot be computed has an empty value. */
#ifndef FINDINGS_RESULTS_H
#define FINDINGS_RESULTS_H

#include "findings/gather.h"
#include "findings/outcome.h"

#define RESULTS_HEADER "model,task,state,seed,split,layer,measure,value,low,high,n"

/* Fills an initialised table with the rows of all cells, in the plan's order. */
int results_gather(struct table *out, struct gather *g, struct error *err);

/* The same rows with subjects in place of models: those of the original once for each of
 * the model's. */
int results_of_subjects(struct table *out, const struct gather *g, const struct table *results, struct error *err);

/* What a row of results.csv is about. */
struct place {
	const char *model, *task, *state;
	long seed;
	const char *split; /* "train", "test", or "both" for divergence */
	long layer;
};

/* Of a cell's rows, at layer 0. */
struct place results_place(const struct cell *c, const char *split);

/* The row of a measure, or −1. */
long results_find(const struct table *results, const struct place *p, const char *measure);

void results_add(struct table *out, const struct place *p, const char *measure, double value, double low, double high,
		 double n);

/* Parts, one for each kind of cell. */
int results_directprobe(struct table *out, struct gather *g, size_t cell, struct error *err);
int results_divergence(struct table *out, struct gather *g, size_t cell, struct error *err);
int results_trajectory(struct table *out, struct gather *g, size_t cell, struct error *err);
int results_similarity(struct table *out, struct gather *g, size_t cell, struct error *err);

#endif
