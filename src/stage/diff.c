/* tunescope diff: two runs' results, what differs and by how much. */
#include "stage/command.h"

#include "base/file.h"
#include "workflow/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = { { NULL, NULL, NULL } };

struct tally {
	size_t same, different, missing;
};

static void print_difference(void *arg, const struct comparison *c)
{
	struct tally *t = arg;

	if (c->agreement == AGREEMENT_IDENTICAL) {
		t->same++;
	} else if (c->agreement == AGREEMENT_MISSING) {
		t->missing++;
		printf("only in %s  %s: %.9g\n", isnan(c->found) ? "the first" : "the second", c->row,
		       isnan(c->found) ? c->expected : c->found);
	} else {
		t->different++;
		printf("%s: %.9g → %.9g (%+.3g)\n", c->row, c->expected, c->found, c->found - c->expected);
	}
}

/* A results.csv, or a directory that holds one. */
static int read_results(struct table *out, const char *path, struct error *err)
{
	char *inside = directory_exists(path) ? path_join(path, "results.csv") : path_join("", path);
	int rc = inside == NULL ? error_memory(err, path) : table_read(out, inside, err);

	free(inside);
	return rc;
}

static int run(struct job *job, struct error *err)
{
	struct tally tally = { 0 };
	struct table a, b;
	int rc;

	if (job->options.word_count != 2)
		return error_set(err, STATUS_INPUT, "expected two results.csv");
	if (read_results(&a, job->options.words[0], err) < 0)
		return -1;
	if (read_results(&b, job->options.words[1], err) < 0) {
		table_release(&a);
		return -1;
	}
	rc = compare_runs(&a, &b, print_difference, &tally, err);
	table_release(&a);
	table_release(&b);
	if (rc < 0)
		return -1;
	printf("%zu the same, %zu different, %zu in one only\n", tally.same, tally.different, tally.missing);
	return tally.different + tally.missing == 0 ? STATUS_OK : STATUS_CHECK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "diff",
						"two runs' results, what differs and by how much",
						"A/results.csv B/results.csv",
						options,
						false,
						run };

	return command_main(argc, argv, &command);
}
