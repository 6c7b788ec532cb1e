/* tunescope verify: the results against the committed reference. */
#include "stage/command.h"
#include "stage/place.h"

#include "base/array.h"
#include "base/file.h"
#include "workflow/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "reference", "FILE", "manifests/reference/<experiment>.json" },
	{ "learn", "FILE", "write a reference from results.csv of runs with different seeds, given as words" },
	{ NULL, NULL, NULL },
};

struct tally {
	size_t counts[4];
	int quiet;
};

static void print_agreement(void *arg, const struct comparison *c)
{
	static const char *const words[] = { "identical", "equal", "different", "missing" };
	struct tally *t = arg;

	t->counts[c->agreement]++;
	if (c->agreement == AGREEMENT_IDENTICAL && t->quiet)
		return;
	if (c->agreement == AGREEMENT_MISSING)
		printf("%-9s  %s: expected %.6g\n", words[c->agreement], c->row, c->expected);
	else
		printf("%-9s  %s: %.6g, expected %.6g ± %.3g\n", words[c->agreement], c->row, c->found, c->expected,
		       c->tolerance);
}

/* Tables of the runs given as words become a reference. */
static int learn(struct job *job, const char *path, struct error *err)
{
	size_t count = job->options.word_count, read = 0;
	struct table *runs = array_new(count, 1, sizeof *runs);
	struct folder folder = { 0 };
	char *directory = text_copy_n(path, (size_t)(path_base(path) - path));
	int rc = -1;

	if (runs == NULL || directory == NULL)
		error_memory(err, path);
	else if (count < 3)
		error_set(err, STATUS_INPUT, "expected results.csv of at least three runs");
	else {
		rc = 0;
		for (; rc == 0 && read < count; read++)
			rc = table_read(&runs[read], job->options.words[read], err);
		if (rc == 0)
			rc = folder_open(&folder, directory[0] ? directory : ".", err);
		if (rc == 0)
			rc = reference_write(job->experiment.name, runs, count, &folder, path_base(path), err);
	}
	for (size_t i = 0; runs != NULL && i < read; i++)
		table_release(&runs[i]);
	free(runs);
	free(directory);
	folder_release(&folder);
	return rc;
}

/* Below the working directory, or what came with the program. */
static char *find_reference(const char *experiment)
{
	char *here = text_format("manifests/reference/%s.json", experiment);
	char *found = here == NULL || file_exists(here) ? NULL : place_find(here);

	if (found == NULL)
		return here;
	free(here);
	return found;
}

static int run(struct job *job, struct error *err)
{
	struct tally tally = { .quiet = options_has(&job->options, "quiet") };
	const char *given = options_get(&job->options, "reference"), *target = options_get(&job->options, "learn");
	char *reference, *path;
	struct table results;
	int rc = -1;

	if (job_open_experiment(job, err) < 0)
		return -1;
	if (target != NULL)
		return learn(job, target, err);
	reference = given ? text_copy(given) : find_reference(job->experiment.name);
	path = path_join(job->experiment.cache, "collect/results.csv");
	if (reference == NULL || path == NULL)
		error_memory(err, "paths");
	else if (table_read(&results, path, err) == 0) {
		rc = compare_reference(reference, &results, print_agreement, &tally, err);
		table_release(&results);
	}
	free(reference);
	free(path);
	if (rc < 0)
		return -1;
	printf("%s: %zu identical, %zu equal within the tolerance, %zu different, %zu missing\n",
	       job->experiment.name, tally.counts[0], tally.counts[1], tally.counts[2], tally.counts[3]);
	return tally.counts[2] + tally.counts[3] == 0 ? STATUS_OK : STATUS_CHECK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "verify",
						"compare the results with the committed reference",
						"[EXPERIMENT] [--reference FILE]",
						options,
						true,
						run };

	return command_main(argc, argv, &command);
}
