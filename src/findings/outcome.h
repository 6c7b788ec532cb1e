/* What a probe cell's runs came to, and whether two probes differ. */
#ifndef FINDINGS_OUTCOME_H
#define FINDINGS_OUTCOME_H

#include "findings/gather.h"

/* The values of a column of accuracy.csv over the runs of one kind of probe
 * ("mlp") at a layer, in their order. Returns how many; `out` has room for all
 * rows. */
size_t outcome_values(double *out, const struct table *t, long layer, const char *kind, const char *column);

/* Mean, sample standard deviation (NaN for one value), and the half width of
 * the 95 % t-interval of the mean. */
struct mean {
	double value, sd, half;
	size_t n;
};
struct mean mean_of(const double *values, size_t n);

/* The last probed layer's classifiers of one cell, or of several seeds'. */
struct outcome {
	double *accuracy, *macro_f1; /* (runs), fractions */
	size_t runs, capacity;
	double majority, hidden1, hidden2, alpha; /* of the first cell */
	long layer;
	char *votes; /* of the first cell: (examples) 1 where the runs' vote is right; NULL without predictions */
	size_t examples;
};

/* Adds the runs of a cell; a cell that is not there adds none. */
int outcome_add(struct outcome *o, struct gather *g, size_t cell, struct error *err);
void outcome_release(struct outcome *o);

/* Exact permutation test on the difference of the runs' means, and McNemar's
 * test on the examples that the votes of the runs get right (the label most
 * runs give; the earlier run's on a tie). NaN where a side is missing or the
 * examples are not the same in number. */
struct contrast {
	double difference; /* b less a, fractions */
	double p_permutation, p_mcnemar;
	size_t only_a, only_b; /* examples that one vote alone gets right */
};
struct contrast outcome_contrast(const struct outcome *a, const struct outcome *b);

#endif
