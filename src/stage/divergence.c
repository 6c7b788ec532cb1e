/* tunescope divergence: how alike train and test are under one representation. */
#include "stage/main.h"

#include "base/array.h"
#include "geometry/similarity.h"

#include <stdlib.h>

static const struct option options[] = {
	{ "train", "DIR", "directprobe's results on the training part" },
	{ "test", "DIR", "directprobe's results on the test part" },
	{ NULL, NULL, NULL },
};

static int run(struct job *job, struct error *err)
{
	char *train = job->cell ? job_input_directory(job, "directprobe/", "/train/distances.csv") : NULL;
	char *test = job->cell ? job_input_directory(job, "directprobe/", "/test/distances.csv") : NULL;
	const char *a = job->cell ? train : options_get(&job->options, "train");
	const char *b = job->cell ? test : options_get(&job->options, "test");
	int rc = a == NULL || b == NULL ? error_set(err, STATUS_INPUT, "--train and --test are needed")
					: divergence_run(a, b, job_seed(job, "bootstrap"), &job->out, err);

	free(train);
	free(test);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.stage = STAGE_DIVERGENCE,
		.usage = "--train DIR --test DIR --out DIR",
		.options = options,
		.run = run,
	};

	return stage_main(argc, argv, &program);
}
