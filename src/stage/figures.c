/* tunescope figures: one figure, drawn from the tables that collect gathered. */
#include "stage/main.h"
#include "stage/publish.h"

#include "base/file.h"
#include "figure/figure.h"

#include <stdlib.h>

static const struct option options[] = {
	{ "collected", "DIR", "tables that collect gathered" },
	{ "figure", "NAME", "figure to draw" },
	{ "published", "DATE", "the date that PDFs carry (2022-05-22)" },
	{ NULL, NULL, NULL },
};

static int run(struct job *job, struct error *err)
{
	const char *name = job->cell ? path_base(job->cell->name) : options_need(&job->options, "figure", err);
	const char *published =
		job->cell ? job_text(job, "experiment", "published") : options_get(&job->options, "published");
	char *directory = job->cell ? job_input_directory(job, "collect/", "/results.csv") : NULL;
	const char *collected = job->cell ? directory : options_get(&job->options, "collected");
	const struct figure *figure = name == NULL ? NULL : figure_find(name);
	int rc = -1;

	if (name != NULL && figure == NULL)
		error_set(err, STATUS_INPUT, "no figure %s", name);
	else if (name != NULL && collected == NULL)
		error_set(err, STATUS_INPUT, "--collected is missing; --help lists the options");
	else if (name != NULL)
		rc = figure_draw(figure, collected, published ? published : "2022-05-22", &job->out, &job->context,
				 err);
	free(directory);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.stage = STAGE_FIGURES,
		.usage = "--collected DIR --figure NAME --out DIR",
		.options = options,
		.run = run,
		.publish = publish_cell,
	};

	return stage_main(argc, argv, &program);
}
