/* Comparing results.csv of two runs, and of a run with the committed reference.
 *
 * A row is known by its first seven columns: model, task, state, seed, split,
 * layer, measure. A reference is JSON:
 *
 *	{"experiment": "embedded", "runs": 3, "values": [
 *	  {"row": "tiny,pos,original,0,test,2,accuracy", "value": 0.81, "tolerance": 0.01}, …]}
 *
 * The tolerance of an original's geometry is a fraction of the value (0.1 % of a
 * distance, 2 % or 2 of a number of clusters, 0.005 of a similarity), or
 * as much as it differs where the original is pre-trained from the seed; that of
 * every value of a fine-tuned state, and of every accuracy, is three standard
 * deviations over runs with different seeds, and of an accuracy at least one
 * point. */
#ifndef WORKFLOW_COMPARE_H
#define WORKFLOW_COMPARE_H

#include "base/error.h"
#include "base/output.h"
#include "base/table.h"

enum agreement { AGREEMENT_IDENTICAL, AGREEMENT_EQUAL, AGREEMENT_DIFFERENT, AGREEMENT_MISSING };

struct comparison {
	const char *row;                   /* the key */
	double expected, found, tolerance; /* tolerance NaN where there is none */
	enum agreement agreement;
};

/* Called once a row; of a row that only one side has, the other is NaN. */
typedef void (*comparison_tell)(void *arg, const struct comparison *c);

/* Two runs: identical or different. */
int compare_runs(const struct table *a, const struct table *b, comparison_tell tell, void *arg, struct error *err);

/* A run against a reference file. Rows that the reference lacks are not told. */
int compare_reference(const char *reference, const struct table *results, comparison_tell tell, void *arg,
		      struct error *err);

/* Makes a reference from runs with different seeds, of the experiment or, one a
 * run, of its fine-tuning; the first run gives rows and values. */
int reference_write(const char *experiment, const struct table *runs, size_t count, struct folder *folder,
		    const char *name, struct error *err);

#endif
