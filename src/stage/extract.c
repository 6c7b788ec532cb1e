/* tunescope extract: embeddings of examples at the layers of an encoder. */
#include "stage/job.h"
#include "stage/model.h"

#include "base/array.h"
#include "bert/extract.h"
#include "num/blas.h"
#include "workflow/layers.h"

#include <stdlib.h>

static const struct option options[] = {
	{ "model", "DIR", "model directory" },
	{ "examples", "FILE", "examples" },
	{ "kind", "word|pair|sentence", "what an example is" },
	{ NULL, NULL, NULL },
};

/* A part of a cell's examples, below its own folder. Test embeddings are
 * written for those layers only that a later cell reads: the probe's, and the
 * last for directprobe. */
static int extract_part(struct job *job, struct extract_job *e, const char *part, struct error *err)
{
	const char *asked = job_text(job, "probe", "layers");
	char *layers = text_format("last, %s", asked), *file = text_format("/%s.tsv", part), *prefix = text_format("%s/", part);
	int rc = -1;

	if (layers == NULL || file == NULL || prefix == NULL)
		error_memory(err, part);
	else {
		e->examples = job_input(job, file);
		e->layers = part[1] == 'e' ? layers : job_text(job, "extract", "layers");
		rc = extract_run(e, &job->out, prefix, &job->context, err);
	}
	free(layers);
	free(file);
	free(prefix);
	return rc;
}

static int run(struct job *job, struct error *err)
{
	char *model = model_directory(job, job->cell ? job->cell->checkpoint : 0, err);
	struct extract_job e = {
		.model = model,
		.layers = job_text(job, "extract", "layers"),
		.pooling = model_pooling(job),
		.truncate = job_flag(job, "extract", "truncate"),
	};
	const char *why = layers_check(e.layers);
	int rc = -1;

	if (model == NULL)
		return -1;
	if (why != NULL)
		error_set(err, STATUS_INPUT, "%s", why);
	else if (model_task_kind(job, &e.kind, err) < 0)
		rc = -1;
	else if (job->cell != NULL)
		rc = extract_part(job, &e, "train", err) < 0 ? -1 : extract_part(job, &e, "test", err);
	else if ((e.examples = options_need(&job->options, "examples", err)) != NULL)
		rc = extract_run(&e, &job->out, "", &job->context, err);
	free(model);
	return rc;
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
		.kernels_check = blas_check,
		.kernels_name = blas_kernels_name,
	};

	return job_main(argc, argv, &program);
}
