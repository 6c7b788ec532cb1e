/* A task's description from its keys, wherever these stand: in an experiment, or
 * among a program's options. */
#ifndef STAGE_TASK_H
#define STAGE_TASK_H

#include "base/error.h"
#include "corpus/task.h"
#include "workflow/experiment.h"

struct task_keys {
	const char *(*get)(const void *from, const char *key); /* "train.size"; NULL: not given */
	const void *from;
	const char *data; /* the directory of its files; "": the working directory */
};

struct described_task {
	struct task task; /* but for the seed */
	char *train, *test;
};

/* A description that is no task is an error. */
int task_describe(struct described_task *out, const struct task_keys *keys, const char *name, struct error *err);
int task_describe_experiment(struct described_task *out, const struct experiment *e, const char *name,
			     struct error *err);
void described_task_release(struct described_task *t);

#endif
