/* tunescope audit: every artefact hashed anew, every figure and number followed
 * to the bytes of the data. */
#include "stage/again.h"
#include "stage/command.h"
#include "stage/publish.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "figure/png_text.h"
#include "workflow/audit.h"
#include "workflow/statement.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "deep", "N", "make N cells again, drawn by a seed, and compare their bytes" },
	{ "seed", "N", "the seed (1)" },
	{ NULL, NULL, NULL },
};

static void print_break(void *arg, const char *cell, const char *fault)
{
	(void)arg;
	printf("broken   %s: %s\n", cell, fault);
}

static void print_fonts(void *arg, const char *cell, const char *was, const char *is)
{
	(void)arg;
	printf("fonts    %s: made with %s; here it would be with %s\n", cell, was, is);
}

/* The table that a PNG says it was drawn from lies beside it. */
static void audit_picture(struct audit *a, const struct job *job, size_t cell, const char *png)
{
	const char *cell_name = job->plan.cells[cell].name, *name = path_tail(png);
	char *csv = text_copy(png), found[65], told[65];
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
	free(csv);
}

static bool ends_with(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);

	return n >= m && strcmp(text + n - m, ending) == 0;
}

/* What is published for people must be the artefacts. */
static int audit_published(struct audit *a, struct job *job, size_t cell, struct error *err)
{
	const struct cell *c = &job->plan.cells[cell];
	char *directory = publish_directory(job, c->stage->place);
	struct told_file f;

	if (directory == NULL)
		return error_memory(err, c->name);
	for (size_t at = 0; statement_next(statement_outputs(store_manifest(&job->store, cell)), &at, &f);) {
		char *own = f.name == NULL || f.sha256 == NULL ? NULL : store_path(&job->store, cell, f.name);
		char *copy = own == NULL ? NULL : path_join(directory, publish_name(c, f.name));

		if (copy != NULL && directory_exists(directory))
			audit_copy(a, c->name, copy, f.sha256);
		if (copy != NULL && c->stage->reader == READER_OF_TABLES && ends_with(f.name, ".png"))
			audit_picture(a, job, cell, own);
		free(own);
		free(copy);
	}
	free(directory);
	return 0;
}

/* The copy of a cell's manifest for people. */
static int audit_manifest_copy(struct audit *a, struct job *job, size_t cell, struct error *err)
{
	const struct cell *c = &job->plan.cells[cell];
	char *directory = publish_directory(job, "manifests"), *own = cell_directory(&job->experiment, c);
	char *copy = directory == NULL ? NULL : text_format("%s/%s.json", directory, c->name);
	char *manifest = own == NULL ? NULL : path_join(own, "manifest.json"), sha256[65];
	uint64_t bytes;
	int rc = 0;

	if (copy == NULL || manifest == NULL)
		rc = error_memory(err, c->name);
	else if (file_exists(copy) && file_exists(manifest) && (rc = sha256_file(sha256, &bytes, manifest, err)) == 0)
		audit_copy(a, c->name, copy, sha256);
	free(directory);
	free(own);
	free(copy);
	free(manifest);
	return rc;
}

/* One cell, a line. Tables, figures and report are made again: each of their
 * numbers is that of the cells' tables. Not with other fonts, since their bytes
 * would be others. */
static int audit_one(struct audit *a, struct again *again, struct job *job, size_t cell, struct error *err)
{
	const struct cell *c = &job->plan.cells[cell];
	size_t before = a->breaks, released = a->released, fonts = a->fonts;

	audit_cell(a, &job->store, cell);
	if (audit_manifest_copy(a, job, cell, err) < 0)
		return -1;
	if (c->stage->place != NULL && audit_published(a, job, cell, err) < 0)
		return -1;
	if (stage_reads_all(c->stage) && a->breaks == before && a->fonts == fonts) {
		if (again_cell(again, job, cell, err) < 0)
			return -1;
		a->breaks += again->breaks;
		again->breaks = 0;
	}
	if (a->breaks == before && a->fonts == fonts && !options_has(&job->options, "quiet"))
		printf("%-8s %s\n", a->released > released ? "released" : "sound", c->name);
	fflush(stdout);
	return 0;
}

static void ignore_same(void *arg, const char *cell, const char *fault)
{
	if (fault != NULL)
		print_break(arg, cell, fault);
}

static void print_again(void *arg, const char *cell, const char *fault)
{
	if (fault != NULL)
		print_break(arg, cell, fault);
	else
		printf("same     %s, made again\n", cell);
	fflush(stdout);
}

static int audit_deep(struct audit *a, struct job *job, long count, long seed, struct error *err)
{
	struct again again = { .tell = print_again };

	if (count == 0)
		return 0;
	if (again_drawn(&again, job, (size_t)count, (uint64_t)seed, err) < 0)
		return -1;
	printf("%s: %zu cells made again, %zu artefacts differ; %zu could not be made from what is there\n",
	       job->experiment.name, again.made, again.breaks, again.skipped);
	a->breaks += again.breaks;
	return 0;
}

static int run(struct job *job, struct error *err)
{
	struct audit a = { .tell = print_break, .tell_fonts = print_fonts };
	struct again again = { .tell = ignore_same };
	long deep = 0, seed = 1;
	size_t broken = 0;

	/* Before the work of the audit itself. */
	if (options_integer(&deep, &job->options, "deep", 1, LONG_MAX, err) < 0 ||
	    options_integer(&seed, &job->options, "seed", 0, LONG_MAX, err) < 0 || job_open_experiment(job, err) < 0)
		return -1;
	/* Nothing that was hashed before is believed. */
	digests_close(job->store.digests);
	job->store.digests = digests_open(NULL);
	if (job->store.digests == NULL)
		return error_memory(err, "digests");
	for (size_t i = 0; i < job->plan.count; i++) {
		size_t before = a.breaks;

		if (audit_one(&a, &again, job, i, err) < 0)
			return -1;
		broken += a.breaks > before;
	}
	printf("%s: %zu cells, %zu sound; %zu artefacts, %zu of them released; %zu inputs, %zu of them sources; %zu "
	       "links broken\n",
	       job->experiment.name, job->plan.count, job->plan.count - broken, a.artefacts, a.released, a.inputs,
	       a.sources, a.breaks);
	if (a.fonts > 0)
		printf("%s: %zu cells were drawn with other fonts than this machine's, and were not made again\n",
		       job->experiment.name, a.fonts);
	if (audit_deep(&a, job, deep, seed, err) < 0)
		return -1;
	return a.breaks == 0 ? STATUS_OK : STATUS_CHECK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "audit",
						"follow every figure back to the bytes of the data",
						"[EXPERIMENT] [--deep N [--seed N]]",
						options,
						true,
						run };

	return command_main(argc, argv, &command);
}
