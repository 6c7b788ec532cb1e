/* tunescope finetune: an encoder and a linear head, trained on a task. */
#include "stage/main.h"
#include "stage/model.h"

#include "base/json.h"
#include "training/finetune.h"
#include "num/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "model", "DIR", "model directory to start from" },
	{ "train", "FILE", "training examples" },
	{ "test", "FILE", "test examples" },
	{ "kind", "word|pair|sentence", "what an example is" },
	{ NULL, NULL, NULL },
};

static int read_params(const struct job *job, struct finetune_params *p, struct error *err)
{
	const char *dropout = job_text(job, "finetune", "dropout");

	*p = (struct finetune_params){
		.training = model_training(job, "finetune"),
		.truncate = job_flag(job, "extract", "truncate"),
		.keep_head = strcmp(job_text(job, "finetune", "head"), "keep") == 0,
		.pooling = model_pooling(job),
		.checkpoints = job_integer(job, "finetune", "checkpoints"),
	};
	p->tuning = (struct tuning_params){
		.rank = job_integer(job, "finetune", "rank"),
		.alpha = job_number(job, "finetune", "alpha"),
		.targets = job_text(job, "finetune", "targets"),
		.freeze = job_text(job, "finetune", "freeze"),
		.decay = job_number(job, "finetune", "decay"),
		.reinit = job_integer(job, "finetune", "reinit"),
	};
	if (tuning_method_of(&p->tuning.method, job_text(job, "finetune", "method")) < 0)
		return error_set(err, STATUS_INPUT, "method = %s: expected %s", job_text(job, "finetune", "method"),
				 tuning_methods);
	p->training.dropout = -1;
	p->training.shuffled = strcmp(job_text(job, "finetune", "order"), "shuffled") == 0;
	return strcmp(dropout, "model") == 0 || number_parse(&p->training.dropout, dropout) == 0
		       ? 0
		       : error_set(err, STATUS_INPUT, "dropout = %s: expected model or a number", dropout);
}

/* What the run began with, for the log and the manifest. A new head that takes
 * the place of the checkpoint's has been warned of. */
static int note_head(struct job *job, bool kept, bool old, struct error *err)
{
	const char *head = kept ? "the checkpoint's" : old ? "new, not the checkpoint's" : "new";

	if (kept)
		terminal_say(&job->terminal, "the head is the checkpoint's own");
	if (json_object_set_new(job->internal, "head", json_string(head)) < 0)
		return error_memory(err, "manifest.json");
	return 0;
}

/* Runs of one cell's task differ by the run's seed, which stands in the cell's
 * name and so in the derived seeds. */
static int run(struct job *job, struct error *err)
{
	char *model = model_directory(job, 0, err), made_by[160];
	struct cut_counts cut = { 0 };
	bool old_head = false;
	struct finetune_job f = {
		.model = model,
		.train = job->cell ? job_input(job, "/train.tsv") : options_get(&job->options, "train"),
		.test = job->cell ? job_input(job, "/test.tsv") : options_get(&job->options, "test"),
		.seeds = { job_seed(job, "head"), job_seed(job, "order"), job_seed(job, "dropout") },
		.cut = &cut,
		.old_head = &old_head,
		.tells_tuning = job->cell != NULL && job->cell->recipe != NULL,
		.made_by = made_by,
	};
	int rc = -1;

	snprintf(made_by, sizeof made_by, "%s %s", program_of(stage_of(STAGE_FINETUNE)), kernels_name());
	if (model == NULL)
		return -1;
	if (f.train == NULL || f.test == NULL)
		error_set(err, STATUS_INPUT, "--train and --test are needed; --help lists the options");
	else if (model_task_kind(job, &f.kind, err) < 0 || read_params(job, &f.params, err) < 0)
		rc = -1;
	else
		rc = finetune_run(&f, &job->out, &job->context, err);
	free(model);
	if (rc == 0)
		rc = note_head(job, f.params.keep_head, old_head, err);
	return rc < 0 ? -1 : model_count_cut(job, &cut, err);
}

int main(int argc, char **argv)
{
	static const char *const sections[] = { "finetune", "extract.pooling", "extract.truncate", NULL };
	static const char *const defaults[][2] = { { "checkpoints", "1" }, { NULL, NULL } };
	static const struct program program = {
		.stage = STAGE_FINETUNE,
		.usage = "--model DIR --train T.tsv --test T.tsv --kind word|pair|sentence --out DIR",
		.options = options,
		.sections = sections,
		.defaults = defaults,
		.run = run,
		.multiplies = true,
	};

	return stage_main(argc, argv, &program);
}
