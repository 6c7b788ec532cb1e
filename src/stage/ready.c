#include "stage/ready.h"

#include "base/array.h"
#include "base/file.h"
#include "encoder/config.h"
#include "encoder/directory.h"
#include "corpus/labels.h"
#include "corpus/task.h"
#include "stage/data_files.h"
#include "stage/import.h"
#include "stage/place.h"
#include "stage/task.h"
#include "text/encoding.h"
#include "workflow/elsewhere.h"
#include "workflow/estimate.h"
#include "workflow/plan.h"
#include "workflow/recipe.h"
#include "workflow/state.h"
#include "workflow/vectors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* All that is wrong, in the order in which it was found. */
struct faults {
	struct error *items;
	size_t count, capacity;
};

/* Tasks that share a file share its fault, which is said once. */
static void add_fault(struct faults *f, const struct error *fault)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->items[i].text, fault->text) == 0)
			return;
	if (array_reserve(&f->items, &f->capacity, f->count + 1, sizeof *f->items) == 0)
		f->items[f->count++] = *fault;
}

/* How people name the experiment: one that comes with the program by its name. */
static const char *argument_of(const struct experiment *e)
{
	struct error ignored;
	char *shipped = NULL;
	bool by_name = place_experiment(&shipped, e->name, &ignored) == 0 && strcmp(shipped, e->path) == 0;

	free(shipped);
	return by_name ? e->name : e->path;
}

/* A model of the experiment, as far as it could be opened. */
struct model {
	struct tokenizer *tokenizer; /* NULL: pre-trained here, or at fault */
	size_t positions;
};

/* A folder that is not there may be fetched if its place is below MODELS. */
static int check_folder(const struct experiment *e, const char *model, const char *directory, struct error *err)
{
	const char *path = experiment_get(e, "model", "path", model, NULL);

	if (directory_exists(directory))
		return 0;
	if (path[0] == '/')
		return error_set(err, STATUS_INPUT, "%s: [model %s]: no such folder", directory, model);
	return error_set(err, STATUS_INPUT,
			 "%s: [model %s]: no such folder; make fetch EXPERIMENT=%s MODELS=%s brings it", directory,
			 model, argument_of(e), e->models);
}

/* Data that are not there may be fetched if their source is known. */
static int check_file(const struct experiment *e, const char *key, const char *task, const char *path,
		      struct error *err)
{
	const char *file = experiment_get(e, "task", key, NULL, task);

	if (file_exists(path))
		return 0;
	if (data_file_find(file) == NULL)
		return error_set(err, STATUS_INPUT, "%s: [task %s] %s: no such file", path, task, key);
	return error_set(err, STATUS_INPUT, "%s: no such file; make fetch EXPERIMENT=%s DATA=%s brings it", path,
			 argument_of(e), e->data);
}

/* The checkpoints of a recipe that were made elsewhere, which are the original further on. */
static int check_checkpoint(const struct experiment *e, const char *model, const struct elsewhere_state *s,
			    const struct encoder_shape *original, struct error *err)
{
	struct encoder_shape shape;
	char *kept;
	const char *tokenizer = elsewhere_tokenizer(e, model, s->path, &kept, err);
	int rc = tokenizer == NULL || model_directory_check_with(s->path, tokenizer, err) < 0 ||
				 config_read(&shape, s->path, err) < 0
			 ? -1
			 : 0;

	free(kept);
	if (rc == 0 && original->hidden > 0 && (shape.hidden != original->hidden || shape.layers != original->layers))
		rc = error_set(err, STATUS_INPUT, "%s: %zu layers of width %zu, but [model %s] has %zu of width %zu",
			       s->path, shape.layers, shape.hidden, model, original->layers, original->hidden);
	return rc;
}

static void check_elsewhere(struct faults *f, const struct experiment *e, const struct subject *subject,
			    const struct encoder_shape *original)
{
	for (size_t t = 0; elsewhere_is(e, subject->recipe) && t < e->task_count; t++)
		for (size_t s = 0; s < e->seed_count; s++) {
			struct elsewhere w;
			struct error fault;

			if (elsewhere_find(&w, e, subject->model, e->task_names[t], subject->recipe, e->seeds[s],
					   &fault) < 0) {
				add_fault(f, &fault);
				continue;
			}
			for (size_t i = 0; i < w.count; i++)
				if (check_checkpoint(e, subject->model, &w.states[i], original, &fault) < 0)
					add_fault(f, &fault);
			elsewhere_release(&w);
		}
}

static void open_model(struct model *out, struct faults *f, const struct experiment *e, const char *name)
{
	const char *path = experiment_get(e, "model", "path", name, NULL);
	char *directory = path == NULL ? NULL : path_join(e->models, path);
	struct encoder_shape shape;
	struct error fault;

	*out = (struct model){ NULL, 0 };
	if (path == NULL)
		return;
	if (directory == NULL) {
		error_memory(&fault, name);
		add_fault(f, &fault);
		return;
	}
	if (check_folder(e, name, directory, &fault) < 0 || model_directory_check(directory, &fault) < 0 ||
	    config_read(&shape, directory, &fault) < 0 || tokenizer_load(&out->tokenizer, directory, &fault) < 0)
		add_fault(f, &fault);
	else
		out->positions = shape_longest(&shape);
	for (size_t i = 0; out->tokenizer != NULL && i < e->subject_count; i++)
		if (strcmp(e->subjects[i].model, name) == 0) {
			if (recipe_check(e, &e->subjects[i], &shape, &fault) < 0)
				add_fault(f, &fault);
			check_elsewhere(f, e, &e->subjects[i], &shape);
		}
	free(directory);
}

static int check_labels(const struct examples *train, const char *task, struct error *err)
{
	struct labelset labels;
	size_t count;

	if (labelset_of_examples(&labels, train, err) < 0)
		return -1;
	count = labels.count;
	labelset_release(&labels);
	return count >= 2 ? 0
			  : error_set(err, STATUS_INPUT,
				      "[task %s]: %zu label in the training part, expected at "
				      "least two",
				      task, count);
}

/* Whether the longest sentence fits every model. */
static void check_lengths(struct faults *f, const struct experiment *e, const struct model *models, const char *task,
			  const struct examples *part)
{
	for (size_t m = 0; m < e->model_count; m++) {
		bool truncate = experiment_flag(e, "extract", "truncate", e->model_names[m], task);
		struct encoding encoding;
		struct error why, fault;

		if (models[m].tokenizer == NULL)
			continue;
		if (encoding_init(&encoding, models[m].tokenizer, part, models[m].positions, truncate, &why) == 0) {
			encoding_release(&encoding);
			continue;
		}
		error_set(&fault, why.status, "[task %s] with [model %s]: %.900s", task, e->model_names[m], why.text);
		add_fault(f, &fault);
	}
}

/* The states of models that are given by their embeddings, as far as a task has part in
 * them: those that cells are about, and the checkpoints between that are followed. */
static void check_vectors(struct faults *f, const struct experiment *e, const char *task, bool test,
			  const struct examples *part)
{
	struct error fault;
	struct plan p;

	if (plan_init(&p, e, &fault) < 0) {
		add_fault(f, &fault);
		return;
	}
	for (size_t i = 0; i < p.count; i++) {
		const struct cell *c = &p.cells[i];
		const bool follows = c->stage->id == STAGE_TRAJECTORY && !test;

		if ((c->stage->id != STAGE_EXTRACT && !follows) || strcmp(c->task, task) != 0 ||
		    !vectors_are(e, c->model))
			continue;
		for (long k = follows ? 1 : c->checkpoint; k <= c->checkpoint; k++) {
			char *state = follows ? state_name(c->source, c->recipe, c->seed, k) : text_copy(c->state);

			if (state == NULL)
				error_memory(&fault, c->name);
			if (state == NULL || import_check(e, c->model, state, task, test, part, &fault) < 0)
				add_fault(f, &fault);
			free(state);
		}
	}
	plan_release(&p);
}

static void check_task(struct faults *f, const struct experiment *e, const struct model *models, const char *name)
{
	struct described_task task;
	struct error fault;

	if (strcmp(experiment_get(e, "task", "format", NULL, name), "embedded") == 0)
		return;
	if (task_describe_experiment(&task, e, name, &fault) < 0) {
		add_fault(f, &fault);
		return;
	}
	for (int test = 0; test < 2; test++) {
		struct examples part;

		if (check_file(e, test ? "test" : "train", name, test ? task.test : task.train, &fault) < 0 ||
		    task_read(&part, &task.task, test, &fault) < 0) {
			add_fault(f, &fault);
			continue;
		}
		if (!test && check_labels(&part, name, &fault) < 0)
			add_fault(f, &fault);
		check_lengths(f, e, models, name, &part);
		check_vectors(f, e, name, test, &part);
		examples_release(&part);
	}
	described_task_release(&task);
}

static int check_all(struct faults *f, const struct experiment *e, struct error *err)
{
	struct model *models = array_new(e->model_count, 1, sizeof *models);

	if (models == NULL)
		return error_memory(err, e->path);
	for (size_t m = 0; m < e->model_count; m++)
		open_model(&models[m], f, e, e->model_names[m]);
	for (size_t t = 0; t < e->task_count; t++)
		check_task(f, e, models, e->task_names[t]);
	for (size_t m = 0; m < e->model_count; m++)
		if (models[m].tokenizer != NULL)
			tokenizer_free(models[m].tokenizer);
	free(models);
	return 0;
}

int ready_check_experiment(struct job *job, const struct experiment *e, struct error *err)
{
	struct faults f = { 0 };
	int rc = check_all(&f, e, err);

	for (size_t i = 0; i + 1 < f.count; i++)
		terminal_error(&job->terminal, f.items[i].text);
	if (rc == 0 && f.count > 0) {
		*err = f.items[f.count - 1];
		rc = -1;
	}
	free(f.items);
	return rc;
}

int ready_check(struct job *job, struct error *err)
{
	if (ready_check_experiment(job, &job->experiment, err) < 0)
		return -1;
	return estimate_check_room(&job->store, err);
}
