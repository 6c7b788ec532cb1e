/* tunescope: the launcher. It is not linked with BLAS: it chooses the kernels
 * that OpenBLAS reads from the environment when a stage's own program, in
 * libexec/tunescope, is loaded, and executes that. */
#include "base/array.h"
#include "base/file.h"
#include "num/kernels.h"
#include "workflow/program.h"
#include "workflow/stages.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *summary;
} commands[] = {
	{ "reproduce", "a whole experiment, to its report" },
	{ "tokenize", "word pieces of lines" },
	{ "encode", "hidden states of lines at every layer" },
	{ "plan", "the rules for make; the graph; hours, disk and memory" },
	{ "new", "an experiment file for a model and data of your own" },
	{ "status", "each cell: up to date, would run (why), released, missing, failed" },
	{ "run", "make one cell, if it is not up to date" },
	{ "check", "exit with 0 if a cell is up to date" },
	{ "diff", "two runs' results, what differs and by how much" },
	{ "compare", "two reports side by side, as a page" },
	{ "audit", "follow every figure back to the bytes of the data" },
	{ "verify", "compare the results with the committed reference" },
	{ "gc", "what no manifest refers to" },
	{ "fetch", "download the data and the checkpoints of an experiment" },
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void list(FILE *to)
{
	fprintf(to, "Usage: tunescope STAGE [options]; tunescope STAGE --help says more.\n\nStages:\n");
	for (size_t i = 0; i < STAGE_COUNT; i++)
		fprintf(to, "  %-12s %s\n", stage_of((enum stage_id)i)->name, stage_of((enum stage_id)i)->summary);
	fprintf(to, "\nAround them:\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-12s %s\n", commands[i].name, commands[i].summary);
}

/* Of OpenBLAS, which reads them when it is loaded. */
static void choose_kernels(void)
{
	const char *type = kernels_coretype();

	if (type != NULL)
		setenv("OPENBLAS_CORETYPE", type, 1);
	else
		unsetenv("OPENBLAS_CORETYPE");
	setenv("OPENBLAS_NUM_THREADS", "1", 1);
}

static int is_known(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return 1;
	return stage_find(name) != NULL;
}

/* <prefix>/bin/tunescope executes <prefix>/libexec/tunescope/<name>. */
static char *program_path(const char *name)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	for (int up = 0; up < 2; up++)
		while (length > 0 && self[--length] != '/')
			;
	if (length < 0)
		return NULL;
	self[length] = '\0';
	return text_format("%s/libexec/tunescope/%s", self, name);
}

/* Whether "tunescope figures", or report, means those of a whole experiment:
 * options such as --cell or --collected are the stage's own. */
static bool is_goal(int argc, char **argv)
{
	static const char *const shared[] = { "--cache", "--data", "--models", "--publish", "--jobs", "--quiet" };
	bool goal = strcmp(argv[1], "figures") == 0 || strcmp(argv[1], "report") == 0;

	for (int a = 2; goal && a < argc; a++) {
		bool known = strncmp(argv[a], "--", 2) != 0;

		for (size_t i = 0; !known && i < sizeof shared / sizeof shared[0]; i++)
			known = strncmp(argv[a], shared[i], strlen(shared[i])) == 0;
		goal = known;
	}
	return goal;
}

/* Executes `reproduce --only GOAL` with the rest of the line. */
static int run_goal(int argc, char **argv)
{
	char **line = array_new((size_t)argc + 2, 1, sizeof *line), *path = program_path("reproduce");

	if (line != NULL && path != NULL) {
		line[0] = path;
		line[1] = text_copy("--only");
		for (int a = 1; a < argc; a++)
			line[a + 1] = argv[a];
		execv(path, line);
	}
	fprintf(stderr, "tunescope: %s: ", path ? path : argv[1]);
	perror(NULL);
	return STATUS_MACHINE;
}

int main(int argc, char **argv)
{
	char *path;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		list(stdout);
		return STATUS_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("tunescope %s\n", program_version);
		return STATUS_OK;
	}
	if (!is_known(argv[1])) {
		fprintf(stderr, "tunescope: no stage %s; tunescope --help lists them\n", argv[1]);
		return STATUS_INPUT;
	}
	choose_kernels();
	if (is_goal(argc, argv))
		return run_goal(argc, argv);
	path = program_path(argv[1]);
	if (path != NULL)
		execv(path, argv + 1);
	fprintf(stderr, "tunescope: %s: ", path ? path : argv[1]);
	perror(NULL);
	free(path);
	return STATUS_MACHINE;
}
