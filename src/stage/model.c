#include "stage/model.h"

#include "base/array.h"
#include "base/file.h"
#include "workflow/elsewhere.h"
#include "workflow/state.h"
#include "workflow/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *find_elsewhere(const struct job *job, long checkpoint, struct error *err)
{
	const struct cell *c = job->cell;
	struct elsewhere w;
	char *path;

	if (elsewhere_find(&w, &job->experiment, c->model, c->source, c->recipe, c->seed, err) < 0)
		return NULL;
	path = text_copy(w.states[checkpoint - 1].path);
	elsewhere_release(&w);
	if (path == NULL)
		error_memory(err, c->name);
	return path;
}

char *model_tokenizer(const struct job *job, const char *model, struct error *err)
{
	char *kept, *own;

	if (job->cell == NULL || job->cell->checkpoint == 0 || vectors_are(&job->experiment, job->cell->model) ||
	    !elsewhere_is(&job->experiment, job->cell->recipe))
		own = text_copy(model);
	else {
		const char *found = elsewhere_tokenizer(&job->experiment, job->cell->model, model, &kept, err);

		if (found == NULL)
			return NULL;
		own = kept != NULL ? kept : text_copy(model);
	}
	if (own == NULL)
		error_memory(err, model);
	return own;
}

char *model_directory(const struct job *job, long checkpoint, struct error *err)
{
	const char *option;
	char ending[64], *directory;

	if (job->cell == NULL) {
		option = options_need(&job->options, "model", err);
		return option == NULL ? NULL : text_copy(option);
	}
	if (checkpoint > 0 && elsewhere_is(&job->experiment, job->cell->recipe))
		return find_elsewhere(job, checkpoint, err);
	if (checkpoint > 0) {
		snprintf(ending, sizeof ending, "/%s/config.json", state_checkpoint_name(checkpoint).text);
		directory = job_input_directory(job, "finetune/", ending);
	} else {
		directory = job_input_directory(job, "pretrain/", "/config.json");
		if (directory == NULL)
			directory = job_input_directory(job, "models/", "config.json");
	}
	if (directory == NULL)
		error_set(err, STATUS_INPUT, "%s: no model among its inputs", job->cell->name);
	return directory;
}

int model_task_kind(const struct job *job, enum task_kind *out, struct error *err)
{
	const char *kind = job->cell ? job_text(job, "task", "kind") : options_need(&job->options, "kind", err);

	if (kind == NULL)
		return -1;
	return task_kind_parse(out, kind) < 0
		       ? error_set(err, STATUS_INPUT, "--kind %s: expected word, pair or sentence", kind)
		       : 0;
}

enum pooling model_pooling(const struct job *job)
{
	return strcmp(job_text(job, "extract", "pooling"), "first") == 0 ? POOLING_FIRST : POOLING_MEAN;
}

struct training_params model_training(const struct job *job, const char *section)
{
	return (struct training_params){ .epochs = job_integer(job, section, "epochs"),
					 .batch = job_integer(job, section, "batch"),
					 .lr = job_number(job, section, "lr"),
					 .warmup = job_number(job, section, "warmup"),
					 .weight_decay = job_number(job, section, "weight_decay"),
					 .clip = job_number(job, section, "clip") };
}

int model_count_cut(struct job *job, const struct cut_counts *cut, struct error *err)
{
	if (!job_flag(job, "extract", "truncate"))
		return 0;
	if (json_object_set_new(job->internal, "truncated", json_integer((json_int_t)cut->sentences)) < 0 ||
	    json_object_set_new(job->internal, "dropped", json_integer((json_int_t)cut->examples)) < 0)
		return error_memory(err, "manifest.json");
	return 0;
}
