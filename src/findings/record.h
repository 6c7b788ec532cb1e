/* The rows of the tables in which an experiment is summed up, as records: each
 * column is named once, with the member that holds it, and is written and read
 * by that.
 *
 * Accuracies are in percent. A number that is not there is NaN, and an empty
 * cell. */
#ifndef FINDINGS_RECORD_H
#define FINDINGS_RECORD_H

#include "base/table.h"

#include <stdbool.h>

enum known { KNOWN_MISSING, KNOWN_UNDEFINED, KNOWN_DEFINED };

/* A representation of a task: before or after fine-tuning. */
struct side {
	const char *variant; /* "original", "fine-tuned" */
	double accuracy, sd, macro_f1, hidden1, hidden2, alpha, clusters, majority;
	int linear;          /* 1, 0, or −1: undefined, or missing with `clusters` */
	enum known shape;    /* whether it is known to be linear or not */
	enum known likeness; /* the train/test similarity */
	double similarity, similarity_low, similarity_high, similarity_pairs;
	double similarity_zero; /* absent pairs count as distance 0 */
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

/* A fine-tuning run, layer by layer. Of two values the first is the original's,
 * the second the fine-tuned model's. */
struct layer {
	long layer;
	double clusters[2], linear[2], minimum[2]; /* linear: DirectProbe's answer, 1 or 0 */
	double accuracy[2];                        /* of the classifier probe, a fraction */
	double similarity, low, high, pairs, cka, rsa, shift, scale, relative_shift, participation;
	double cka_unbiased, neighbours, procrustes, anisotropy[2];
	double cka_low, cka_high;                              /* of the unbiased one */
	double examples, dimensions;                           /* in which the two sides were compared */
	enum known likeness;                                   /* the similarity to the original */
	double linear_train[2], selectivity[2], codelength[2]; /* linear_train: the linear probe's best */
};

/* What CKA is, about, of its examples in its dimensions if they have nothing in common
 * and are spread evenly; NaN where either is not known. Above CHANCE it can mislead. */
double layer_chance(const struct layer *l);
#define CHANCE 0.1

struct run {
	const char *model, *task;
	long seed;
	bool has_similarity, has_scale; /* its cells are there */
	struct layer *layers;
	size_t count;
	const char *state; /* the last checkpoint's */
};

/* A column, and the member of a record that it holds. */
struct field {
	const char *column;
	enum field_kind {
		FIELD_TEXT,
		FIELD_NUMBER,
		FIELD_INTEGER, /* long */
		FIELD_TRUTH,   /* int: 1, 0, or −1 for an empty cell */
		FIELD_KNOWN,   /* "missing", "undefined", "defined" */
	} kind;
	size_t offset;
	/* Where results.csv has it, if that is where it comes from: the measure, the
	 * column of its row ("value"), and whether of the original. */
	const char *measure, *of;
	bool original;
};

struct fields {
	const struct field *items; /* (count) */
	size_t count;
};

extern const struct fields pair_fields, side_fields, change_fields; /* struct pair's, side's, pair's */
extern const struct fields transfer_fields, run_fields, state_fields, layer_fields;

/* A table, by the parts of which a row is made; NULL-terminated. */
struct record_table {
	const char *name; /* "layers.csv" */
	const struct fields *parts[4];
};

extern const struct record_table table7_table; /* pair, side, change: two rows a pair */
extern const struct record_table crosstask_table;
extern const struct record_table runs_table;   /* run, state */
extern const struct record_table layers_table; /* run, layer */

int record_table_init(struct table *out, const struct record_table *kind, struct error *err);
/* From the directory that collect wrote. */
int record_table_read(struct table *out, const struct record_table *kind, const char *directory, struct error *err);

/* Adds cells from a record; NULL: empty ones. */
void record_add(struct table *t, const struct fields *fields, const void *record);

/* Fills the members of a record; texts are the table's. A column that is not
 * there is an empty one. */
void record_read(void *record, const struct fields *fields, const struct table *t, size_t row);

/* Any table in that directory, as table_read. */
int record_read_table(struct table *out, const char *directory, const char *name, struct error *err);

#endif
