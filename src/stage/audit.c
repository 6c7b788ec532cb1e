/* tunescope audit: every artefact hashed anew, every figure and number followed
 * to the bytes of the data. */
#include "stage/command.h"
#include "stage/publish.h"

#include "base/file.h"
#include "base/sha256.h"
#include "figure/png_text.h"
#include "workflow/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "publish", "DIR", "where figures, report and manifests were published (.)" },
	{ NULL, NULL, NULL },
};

static void print_break(void *arg, const char *cell, const char *fault)
{
	(void)arg;
	printf("broken   %s: %s\n", cell, fault);
}

/* The table that a PNG says it was drawn from lies beside it. */
static void audit_picture(struct audit *a, const struct job *job, size_t cell, const char *name)
{
	const char *cell_name = job->plan.cells[cell].name;
	char *png = path_join(job->experiment.cache, name), *csv = png ? path_join("", png) : NULL, found[65],
	     told[65];
	struct error fault;
	uint64_t bytes;
	char text[512];

	if (csv == NULL)
		goto done;
	memcpy(csv + strlen(csv) - 3, "csv", 3);
	if (png_text_read(told, sizeof told, png, "Table-SHA256", &fault) < 0 ||
	    sha256_file(found, &bytes, csv, &fault) < 0)
		snprintf(text, sizeof text, "%.500s", fault.text);
	else if (strcmp(found, told) != 0)
		snprintf(text, sizeof text, "%.200s: drawn from the table %s, the table beside it is %s", name, told,
			 found);
	else
		goto done;
	a->breaks++;
	a->tell(a->arg, cell_name, text);
done:
	free(png);
	free(csv);
}

static bool ends_with(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);

	return n >= m && strcmp(text + n - m, ending) == 0;
}

/* What lies under figures/ and report/ for people must be the artefacts. */
static int audit_published(struct audit *a, struct job *job, size_t cell, struct error *err)
{
	const struct cell *c = &job->plan.cells[cell];
	bool figure = c->stage->id == STAGE_FIGURES;
	char *directory = publish_directory(job, figure ? "figures" : "report");
	size_t i, length = strlen(c->name) + 1;
	json_t *subject;

	if (directory == NULL)
		return error_memory(err, c->name);
	json_array_foreach(json_object_get(store_manifest(&job->store, cell), "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));
		const char *sha256 = json_string_value(json_object_get(json_object_get(subject, "digest"), "sha256"));
		char *copy =
			name != NULL && strlen(name) > length ? path_join(directory, publish_name(c, name)) : NULL;

		if (copy != NULL && sha256 != NULL && directory_exists(directory))
			audit_copy(a, c->name, copy, sha256);
		if (copy != NULL && figure && ends_with(name, ".png"))
			audit_picture(a, job, cell, name);
		free(copy);
	}
	free(directory);
	return 0;
}

static int run(struct job *job, struct error *err)
{
	struct audit a = { .tell = print_break };
	size_t broken = 0;

	if (job_open_experiment(job, err) < 0)
		return -1;
	for (size_t i = 0; i < job->plan.count; i++) {
		const struct cell *c = &job->plan.cells[i];
		size_t before = a.breaks;

		if (audit_cell(&a, &job->store, i, err) < 0)
			return -1;
		if (c->stage->id >= STAGE_FIGURES && audit_published(&a, job, i, err) < 0)
			return -1;
		broken += a.breaks > before;
		if (a.breaks == before && !options_has(&job->options, "quiet"))
			printf("sound    %s\n", c->name);
	}
	printf("%s: %zu cells, %zu sound; %zu artefacts, %zu of them released; %zu inputs, %zu of them sources; %zu "
	       "links "
	       "broken\n",
	       job->experiment.name, job->plan.count, job->plan.count - broken, a.artefacts, a.released, a.inputs,
	       a.sources, a.breaks);
	return a.breaks == 0 ? STATUS_OK : STATUS_CHECK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "audit", "follow every figure back to the bytes of the data",
						"--experiment FILE", options, run };

	return command_main(argc, argv, &command);
}
