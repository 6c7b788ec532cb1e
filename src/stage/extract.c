/* tunescope extract: embeddings of examples at the layers of an encoder. */
#include "stage/main.h"
#include "stage/import.h"
#include "stage/model.h"

#include "base/array.h"
#include "encoder/extract.h"
#include "workflow/layers.h"
#include "workflow/vectors.h"

#include <stdbool.h>
#include <stdlib.h>

static const struct option options[] = {
	{ "model", "DIR", "model directory" },
	{ "examples", "FILE", "examples" },
	{ "kind", "word|pair|sentence", "what an example is" },
	{ NULL, NULL, NULL },
};

/* "0,2,3": the layers of the model that the list names. Test embeddings are
 * written for those only that a later cell reads: the probe's, and the last for
 * directprobe. NULL if memory is short. */
static char *list_layers(const struct job *job, bool test, size_t last)
{
	const char *asked = job_text(job, test ? "probe" : "extract", "layers");
	char *list = NULL;

	for (size_t l = 0; l <= last; l++) {
		char *longer;

		if (!layers_has(asked, (long)l, (long)last) && !(test && l == last))
			continue;
		longer = list == NULL ? text_format("%zu", l) : text_format("%s,%zu", list, l);
		free(list);
		if (longer == NULL)
			return NULL;
		list = longer;
	}
	return list == NULL ? text_copy("") : list;
}

/* A part of a cell's examples, below its own folder. */
static int extract_part(struct job *job, struct extract_job *e, bool test, size_t last, struct error *err)
{
	char *layers = list_layers(job, test, last);
	int rc = -1;

	e->examples = job_input(job, test ? "/test.tsv" : "/train.tsv");
	e->layers = layers;
	if (layers == NULL)
		error_memory(err, "layers");
	else if (import_is_due(job))
		rc = import_part(job, e->examples, e->kind, test, layers, err);
	else if (job_check_layers(job, test ? "probe" : "extract", NULL, (long)last + 1, err) == 0)
		rc = extract_run(e, &job->out, test ? "test/" : "train/", &job->context, err);
	free(layers);
	return rc;
}

static int extract_cell(struct job *job, struct extract_job *e, struct error *err)
{
	size_t last;

	if (import_is_due(job))
		last = vectors_layers(&job->experiment, job->cell->model, job->cell->task) - 1;
	else if (extract_layer_count(&last, e->model, err) < 0)
		return -1;
	if (extract_part(job, e, false, last, err) < 0)
		return -1;
	return extract_part(job, e, true, last, err);
}

static int run(struct job *job, struct error *err)
{
	char *model =
		import_is_due(job) ? text_copy("") : model_directory(job, job->cell ? job->cell->checkpoint : 0, err);
	struct cut_counts cut = { 0 };
	struct extract_job e = {
		.model = model,
		.layers = job_text(job, "extract", "layers"),
		.pooling = model_pooling(job),
		.truncate = job_flag(job, "extract", "truncate"),
		.cut = &cut,
	};
	const char *why = layers_check(e.layers);
	char *tokenizer = model == NULL ? NULL : model_tokenizer(job, model, err);
	int rc = -1;

	if (tokenizer == NULL) {
		free(model);
		return -1;
	}
	e.tokenizer = tokenizer;
	if (why != NULL)
		error_set(err, STATUS_INPUT, "%s", why);
	else if (model_task_kind(job, &e.kind, err) < 0)
		rc = -1;
	else if (job->cell != NULL)
		rc = extract_cell(job, &e, err);
	else if ((e.examples = options_need(&job->options, "examples", err)) != NULL)
		rc = extract_run(&e, &job->out, "", &job->context, err);
	free(model);
	free(tokenizer);
	return rc < 0 ? -1 : model_count_cut(job, &cut, err);
}

int main(int argc, char **argv)
{
	static const char *const sections[] = { "extract", NULL };
	static const struct program program = {
		.stage = STAGE_EXTRACT,
		.usage = "--model DIR --examples T.tsv --kind word|pair|sentence --layers all|0,3,6 --out DIR",
		.options = options,
		.sections = sections,
		.run = run,
		.multiplies = true,
	};

	return stage_main(argc, argv, &program);
}
