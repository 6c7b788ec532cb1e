/* The numbers behind the claims and the sentences, read from collected tables.
 * Accuracies are in percent. A number that is not there is NaN. */
#ifndef REPORT_EVIDENCE_H
#define REPORT_EVIDENCE_H

#include "base/table.h"

#include <stdbool.h>

enum known { KNOWN_MISSING, KNOWN_UNDEFINED, KNOWN_DEFINED };

/* A representation of a task: before or after fine-tuning. */
struct side {
	double accuracy, sd, macro_f1, hidden1, hidden2, clusters, majority;
	int linear;          /* 1, 0, or −1: undefined, or missing with `clusters` */
	enum known shape;    /* whether it is known to be linear or not */
	enum known likeness; /* the train/test similarity */
	double similarity, similarity_low, similarity_high, similarity_pairs;
	double labels, conflicts, runs, examples;
	double points, points_total; /* clustered, of how many */
};

/* A model and a task. */
struct pair {
	const char *model, *task;
	struct side before, after;
	double difference, p_permutation, p_mcnemar;
	double grew, compared, change; /* minimum distances of the labels, last layer */
};

/* A model that was fine-tuned on one task and probed on another. */
struct transfer {
	const char *model, *target, *source, *role;
	double labels, grew, shrank, change, before, after, difference, p_permutation, p_mcnemar, majority;
};

/* A fine-tuning run, layer by layer. */
struct layer {
	long layer;
	double clusters_before, clusters_after, similarity, low, high, cka, rsa, relative_shift, participation;
	enum known likeness; /* the similarity to the original */
	/* Before and after: DirectProbe's answer (1 or 0), the linear probe's best
	 * training accuracy, and what other probes say. */
	double linear[2], linear_train[2], selectivity[2], codelength[2];
};

struct run {
	const char *model, *task;
	long seed;
	bool has_similarity, has_scale; /* its cells are there */
	struct layer *layers;
	size_t count;
};

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
