/* tunescope probe: classifier probes on frozen embeddings. */
#include "stage/main.h"

#include "base/array.h"
#include "num/kernels.h"
#include "probe/probe.h"
#include "workflow/layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "train", "E.npy", "training embeddings" },
	{ "train-labels", "L.txt", "their labels" },
	{ "test", "E.npy", "test embeddings" },
	{ "test-labels", "L.txt", "their labels" },
	{ "train-examples", "T.tsv", "training examples, for the control task" },
	{ "test-examples", "T.tsv", "test examples, for the control task" },
	{ NULL, NULL, NULL },
};

static int read_params(const struct job *job, struct probe_params *p, struct error *err)
{
	const char *why;

	*p = (struct probe_params){
		.grid = job_text(job, "probe", "grid"),
		.select = strcmp(job_text(job, "probe", "select"), "cv5") == 0 ? SELECT_CV5 : SELECT_HOLDOUT,
		.streams =
			strcmp(job_text(job, "probe", "streams"), "shared") == 0 ? STREAMS_SHARED : STREAMS_SKLEARN,
		.runs = job_integer(job, "probe", "runs"),
		.max_iter = job_integer(job, "probe", "max_iter"),
		.float64 = job_flag(job, "probe", "float64"),
		.wide = job_integer(job, "probe", "wide"),
		.seed = job_seed(job, "runs"),
	};
	if (job->cell != NULL) {
		p->seed &= UINT32_MAX;
		if (p->seed == 0 || p->seed > PROBE_SEED_MAX)
			p->seed = 1;
	}
	if (kinds_parse(&p->kinds, job_text(job, "probe", "kinds"), err) < 0)
		return -1;
	why = probe_params_check(p);
	return why == NULL ? 0 : error_set(err, STATUS_INPUT, "%s", why);
}

/* The layers among a cell's inputs, train and test. */
static int cell_layers(const struct job *job, struct probe_layer *layers, size_t room, size_t *count,
		       struct error *err)
{
	bool there[65] = { false };
	char name[64];

	*count = 0;
	for (int l = 0; l <= 64 && *count < room; l++) {
		const char *train, *test;

		snprintf(name, sizeof name, "/train/layer%d.npy", l);
		train = job_input(job, name);
		snprintf(name, sizeof name, "/test/layer%d.npy", l);
		test = job_input(job, name);
		there[l] = train != NULL && test != NULL;
		if (there[l])
			layers[(*count)++] = (struct probe_layer){ l, train, test };
	}
	return job_check_layers(job, "probe", there, 65, err);
}

/* The examples of a cell's embeddings, row by row: those that extract kept, where
 * it dropped some, else all that were prepared. */
static const char *part_examples(const struct job *job, const char *part)
{
	char name[64];
	const char *left;

	snprintf(name, sizeof name, "/%s/examples.tsv", part);
	left = job_input(job, name);
	snprintf(name, sizeof name, "/%s.tsv", part);
	return left != NULL ? left : job_input(job, name);
}

static int run(struct job *job, struct error *err)
{
	struct probe_layer layers[66];
	struct probe_job p = { .layers = layers, .layer_count = 1 };

	if (read_params(job, &p.params, err) < 0)
		return -1;
	p.kernels = kernels_name();
	p.program = program_of(stage_of(STAGE_PROBE));
	if (job->cell != NULL) {
		if (cell_layers(job, layers, 66, &p.layer_count, err) < 0)
			return -1;
		p.train_labels = job_input(job, "/train/labels.txt");
		p.test_labels = job_input(job, "/test/labels.txt");
		p.train_examples = part_examples(job, "train");
		p.test_examples = part_examples(job, "test");
		if (p.layer_count == 0)
			return error_set(err, STATUS_INPUT, "probe.layers = %s: no such layer",
					 job_text(job, "probe", "layers"));
	} else {
		layers[0] = (struct probe_layer){ 0, options_need(&job->options, "train", err),
						  options_get(&job->options, "test") };
		p.train_labels = options_get(&job->options, "train-labels");
		p.test_labels = options_get(&job->options, "test-labels");
		p.train_examples = options_get(&job->options, "train-examples");
		p.test_examples = options_get(&job->options, "test-examples");
		if (layers[0].train == NULL)
			return -1;
		if (layers[0].test == NULL || p.train_labels == NULL || p.test_labels == NULL)
			return error_set(err, STATUS_INPUT,
					 "--train, --train-labels, --test and --test-labels are needed");
	}
	return probe_run(&p, &job->out, &job->context, err);
}

int main(int argc, char **argv)
{
	static const char *const sections[] = { "probe.grid",    "probe.select",   "probe.streams",
						"probe.runs",    "probe.max_iter", "probe.kinds",
						"probe.float64", "probe.wide",     NULL };
	static const struct program program = {
		.stage = STAGE_PROBE,
		.usage = "--train E.npy --train-labels L.txt --test E.npy --test-labels L.txt --out DIR",
		.options = options,
		.sections = sections,
		.run = run,
		.multiplies = true,
	};

	return stage_main(argc, argv, &program);
}
