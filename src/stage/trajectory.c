/* tunescope trajectory: one run's checkpoints, encoded one after another, and
 * the clusters of its start (or end) measured in each. */
#include "stage/main.h"
#include "stage/import.h"
#include "stage/model.h"

#include "encoder/extract.h"
#include "geometry/trajectory.h"
#include "num/blas.h"
#include "base/table.h"
#include "workflow/elsewhere.h"
#include "workflow/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAYERS_MAX = 66 };

static const struct option options[] = { { NULL, NULL, NULL } };

/* The embeddings of the training part in a checkpoint. */
static int embed(struct embeddings *out, struct job *job, struct extract_job *e, long checkpoint, const char *state,
		 struct error *err)
{
	char *model, *tokenizer;
	int rc = -1;

	if (import_is_due(job))
		return import_embeddings(out, job, state, e->examples, e->kind, err);
	model = model_directory(job, checkpoint, err);
	tokenizer = model == NULL ? NULL : model_tokenizer(job, model, err);
	if (tokenizer != NULL) {
		e->model = model;
		e->tokenizer = tokenizer;
		*e->cut = (struct cut_counts){ 0 }; /* every checkpoint cuts the same */
		rc = extract_embeddings(out, e, &job->context, err);
	}
	free(model);
	free(tokenizer);
	return rc;
}

static int add_checkpoint(struct job *job, struct trajectory *t, struct extract_job *e, long checkpoint,
			  size_t layers, struct error *err)
{
	char *state = state_name(job->cell->task, job->cell->recipe, job->cell->seed, checkpoint);
	struct embeddings embeddings;
	int rc = state == NULL ? error_memory(err, "a state") : embed(&embeddings, job, e, checkpoint, state, err);

	if (rc < 0) {
		free(state);
		return -1;
	}
	rc = embeddings.layer_count != layers
		     ? error_set(err, STATUS_CHECK, "%s: %zu layers, but the original has %zu", state,
				 embeddings.layer_count, layers)
		     : trajectory_add(t, state, embeddings.layers, checkpoint == job->cell->checkpoint, &job->context,
				      err);
	free(state);
	embeddings_release(&embeddings);
	return rc;
}

/* Of checkpoints made elsewhere: the updates after which they were taken. */
static int write_steps(struct job *job, struct error *err)
{
	const struct cell *c = job->cell;
	struct elsewhere w = { 0 };
	struct table t;
	int rc = import_is_due(job)
			 ? 0
			 : elsewhere_find(&w, &job->experiment, c->model, c->source, c->recipe, c->seed, err);

	if (rc < 0)
		return -1;
	rc = table_init(&t, "checkpoint,step", err);
	for (long i = 0; rc == 0 && i < c->checkpoint; i++) {
		table_add_integer(&t, i + 1);
		table_add_integer(&t, w.count > 0 ? w.states[i].step : i + 1); /* of vectors nobody says it */
	}
	if (rc == 0)
		rc = table_write(&t, &job->out, "steps.csv", err);
	table_release(&t);
	elsewhere_release(&w);
	return rc;
}

static int run(struct job *job, struct error *err)
{
	const char *originals[LAYERS_MAX], *clusters[LAYERS_MAX];
	struct trajectory_job t = {
		.originals = originals,
		.clusters = clusters,
		.min_points = job_integer(job, "directprobe", "min_points"),
		.seed = job_seed(job, "sample"),
	};
	struct cut_counts cut = { 0 };
	struct extract_job e = { .layers = "all",
				 .cut = &cut,
				 .pooling = model_pooling(job),
				 .truncate = job_flag(job, "extract", "truncate") };
	struct trajectory *trajectory = NULL;
	char name[64];
	int rc = -1;

	if (job->cell == NULL)
		return error_set(err, STATUS_INPUT, "runs as a cell only: --experiment FILE --cell NAME");
	for (; t.layers < LAYERS_MAX; t.layers++) {
		snprintf(name, sizeof name, "/train/layer%zu.npy", t.layers);
		originals[t.layers] = job_input(job, name);
		snprintf(name, sizeof name, "/clusters-%zu.txt", t.layers);
		clusters[t.layers] = job_input(job, name);
		if (originals[t.layers] == NULL || clusters[t.layers] == NULL)
			break;
	}
	t.labels = job_input(job, "/train/labels.txt");
	e.examples = job_input(job, "/train.tsv");
	if (t.layers == 0 || t.labels == NULL || e.examples == NULL)
		return error_set(err, STATUS_INPUT,
				 "trajectory needs extract.layers = all and directprobe.layers = all");
	if (model_task_kind(job, &e.kind, err) < 0 || trajectory_new(&trajectory, &t, &job->context, err) < 0 ||
	    trajectory_add(trajectory, state_original, NULL, false, &job->context, err) < 0)
		goto done;
	for (long c = 1; c <= job->cell->checkpoint; c++)
		if (add_checkpoint(job, trajectory, &e, c, t.layers, err) < 0)
			goto done;
	rc = trajectory_write(trajectory, &job->out, err);
	if (rc == 0 && (import_is_due(job) || elsewhere_is(&job->experiment, job->cell->recipe)))
		rc = write_steps(job, err);
	if (rc == 0)
		rc = model_count_cut(job, &cut, err);
done:
	trajectory_free(trajectory);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.stage = STAGE_TRAJECTORY,
		.usage = "--experiment FILE --cell NAME",
		.options = options,
		.run = run,
		.multiplies = true,
		.libraries_check = blas_check,
	};

	return stage_main(argc, argv, &program);
}
