/* The numbers behind the claims and the sentences, read from collected tables.
 * A number that is not there is NaN. */
#ifndef REPORT_EVIDENCE_H
#define REPORT_EVIDENCE_H

#include "report/record.h"

struct evidence {
	struct table table7, crosstask, runs_table, layers_table;
	struct pair *pairs;
	size_t pair_count;
	struct transfer *transfers;
	size_t transfer_count;
	struct run *runs;
	size_t run_count;
	struct layer *layers; /* of all runs */
	long max_points;      /* the most points of the samples that were clustered; 0: no samples */
	bool sampled_all;     /* of every model and task */
};

/* From the directory that collect wrote. */
int evidence_read(struct evidence *out, const char *directory, struct error *err);

/* Only the pairs, from a table that has the paper's columns. */
int evidence_read_pairs(struct evidence *out, const char *path, struct error *err);
void evidence_release(struct evidence *e);

#endif
