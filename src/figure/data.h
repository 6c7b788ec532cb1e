/* The collected tables of an experiment, and ways to pick rows and to arrange
 * them. All memory is the list of drawings'. */
#ifndef FIGURE_DATA_H
#define FIGURE_DATA_H

#include "base/error.h"
#include "base/table.h"
#include "figure/drawing.h"

#include <stdbool.h>
#include <stddef.h>

/* A fine-tuning run. */
struct figure_run {
	const char *model, *task;
	long seed;
	const char *words; /* "bert-tiny on pos", with the seed where there are several */
	const char *file;  /* "bert-tiny-pos", likewise */
	const char *cell;  /* "bert-tiny/pos-s1" */
	const char *final; /* its last state: "pos-s1-c10" */
	long checkpoints;
};

/* What experiment.json says: names in the experiment file's order. */
struct collected {
	const char *directory;
	const char **models, **tasks; /* with recipes a model is a subject: "bert-tiny (lora)" */
	struct meaning {
		const char *model, *recipe;
	} * meanings;    /* (model_count) what each stands for; NULL without recipes */
	bool *elsewhere; /* (model_count) whether its runs were made elsewhere */
	size_t model_count, task_count;
	long *seeds;
	size_t seed_count;
	long checkpoints;   /* of a run */
	const char *sample; /* the sentence that says of how many points clusters and distances are; "": of all */
	struct final {
		const char *model, *task, *state; /* a run's last state, by runs.csv */
		long seed;
	} * finals; /* (final_count) */
	size_t final_count;
	struct figure_run *runs; /* (run_count) models first */
	size_t run_count;
};

int collected_open(struct collected *out, struct drawings *d, const char *directory, struct error *err);

/* The last state of a run: as runs.csv has it, which knows of models and tasks
 * with checkpoints of their own, else by the number of checkpoints. */
const char *collected_final(const struct collected *c, struct drawings *d, const char *model, const char *task,
			    long seed);

/* The place of a task among all, 0 for a name that is none of them. */
size_t collected_task(const struct collected *c, const char *task);

/* Reads a table; one that is not there has no rows. Release it with
 * table_release, after the drawings are written: plots point into it. */
int collected_read(struct table *out, const struct collected *c, const char *name, struct error *err);

/* Adds a drawing of a run: its file is "<figure>-<run>", with "-<part>" unless
 * that is NULL, and its title, before a colon, says what it is of. */
void run_add(struct drawings *d, const struct figure_run *run, const char *figure, const char *part,
	     struct drawing item);

/* Some rows of a table, in its order. */
struct rows {
	const struct table *table;
	size_t *index; /* (count) */
	size_t count;
};

struct rows rows_all(struct drawings *d, const struct table *t);
struct rows rows_text(struct drawings *d, struct rows r, const char *column, const char *value);
struct rows rows_number(struct drawings *d, struct rows r, const char *column, double value);

/* Model and task; and the seed, where it is not negative. */
struct rows rows_run(struct drawings *d, const struct table *t, const struct figure_run *run, long seed);

/* Columns of the k-th row. */
const char *rows_get(struct rows r, size_t k, const char *column);
double rows_value(struct rows r, size_t k, const char *column);

/* The largest number in a column; NaN where there is none. */
double rows_largest(struct rows r, const char *column);

/* Rows arranged by a name and a number: values[name, x] is the mean of `value`
 * over the rows of both, NaN where there is none. */
struct pivot {
	const char **names; /* (count), in the order of the rows */
	double *x;          /* (width), ascending */
	size_t count, width;
	double *values; /* (count, width) */
};

struct pivot pivot_of(struct drawings *d, struct rows r, const char *name, const char *x, const char *value);

/* Of rows with columns linear_a and linear_b: a similarity of two states is
 * defined only where both are linearly separable, and NaN elsewhere. */
bool rows_defined(struct rows r, size_t k);
struct pivot pivot_defined(struct drawings *d, struct rows r, const char *name, const char *x, const char *value);

/* The row of a name, or the column of an x; −1 where there is none. */
long pivot_find(const struct pivot *p, const char *name);
long pivot_column(const struct pivot *p, double x);

/* The first and the last finite value of one row; NaN where there is none. */
double pivot_first(const struct pivot *p, size_t name);
double pivot_last(const struct pivot *p, size_t name);

#endif
