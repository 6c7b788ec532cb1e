/* One run of the probes: what it reads, the tasks it is cut into, what they
 * yield. Tasks are independent of each other and of the threads. */
#ifndef PROBE_PROBE_WORK_H
#define PROBE_PROBE_WORK_H

#include "base/context.h"
#include "num/npy.h"
#include "probe/groups.h"
#include "probe/grid.h"
#include "probe/journal.h"
#include "probe/probe.h"
#include "probe/targets.h"

#include <pthread.h>

enum {
	FINAL_KINDS = 3, /* kinds that are trained `runs` times: mlp, linear, control */
	BLOCKS = 11,     /* of the online code */
};

/* The kinds by name; their index is the kind's place in all arrays. */
extern const struct final_kind {
	enum probe_kind kind;
	const char *name;
	size_t selection; /* whose best setting it takes */
} final_kinds[FINAL_KINDS];

/* The settings of one architecture, and how they did. */
enum { SELECT_MLP, SELECT_LINEAR, SELECTIONS };
struct probe_selection {
	struct probe_grid grid; /* count 0: not wanted */
	struct groups groups;   /* which settings are trained side by side */
	double *scores;         /* (layers, grid.count, folds) accuracies; NULL with one setting */
	size_t *best;           /* (layers) the first of the best means */
};

/* The best setting trained on the whole training part. */
struct final {
	long epochs;
	double train, test;  /* accuracies */
	uint32_t *predicted; /* (test_count) */
	double *losses;      /* (epochs) */
};

struct layer_data {
	struct npy train, test; /* (train_count, width), (test_count, width) */
};

struct probe_work {
	const struct probe_job *job;
	const struct context *ctx;
	struct layer_data *layers; /* (job->layer_count) */
	struct targets real, control;
	uint32_t *fold; /* (train_count) */
	size_t splits;  /* folds the examples are dealt to: 5, or 10 of which one is used */
	size_t folds;   /* folds that are scored: 5, or 1 */
	struct probe_selection selections[SELECTIONS];
	struct final *finals;      /* (layers, FINAL_KINDS, runs) */
	size_t block_ends[BLOCKS]; /* examples sent when each block of the online code ends */
	size_t blocks;
	uint32_t *block_order; /* (train_count) the order in which examples are sent */
	double *bits;          /* (layers, BLOCKS) */
	struct journal *journal;
	pthread_mutex_t lock; /* of what follows, and of the journal */
	double done, total;   /* fits */
	struct error *error;  /* the first failure */
	bool failed;
};

/* What a task trains. */
enum task_sort { TASK_SELECT, TASK_FINAL, TASK_BLOCK };
struct probe_task {
	enum task_sort sort;
	size_t layer;
	size_t kind;  /* selection, or index of final_kinds */
	size_t part;  /* fold, run, or block */
	size_t group; /* of the selection's settings */
};

static inline const struct targets *work_targets(const struct probe_work *w, size_t kind)
{
	return final_kinds[kind].kind == PROBE_CONTROL ? &w->control : &w->real;
}

static inline struct final *work_final(const struct probe_work *w, size_t layer, size_t kind, size_t run)
{
	return &w->finals[(layer * FINAL_KINDS + kind) * (size_t)w->job->params.runs + run];
}

static inline double *work_scores(const struct probe_selection *s, size_t layer, size_t setting, size_t folds)
{
	return s->scores + (layer * s->grid.count + setting) * folds;
}

/* Runs one task, or takes its results from the journal. */
int task_run(struct probe_work *w, const struct probe_task *t, struct error *err);

/* Writes all tables. */
int work_write(const struct probe_work *w, struct folder *out, struct error *err);

#endif
