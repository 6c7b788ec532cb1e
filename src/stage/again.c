#include "stage/again.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "workflow/examine.h"
#include "workflow/statement.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: what it prints goes to `printed`, and it becomes the program. */
static void become(const struct job *job, const struct cell *c, const char *program, const char *scratch, int printed)
{
	const char *threads = options_get(&job->options, "threads");

	if (dup2(printed, STDOUT_FILENO) >= 0 && dup2(printed, STDERR_FILENO) >= 0)
		execl(program, program, "--quiet", "--experiment", job->experiment.path, "--cell", c->name,
		      "--scratch", scratch, "--cache", job->experiment.root, "--data", job->experiment.data,
		      "--models", job->experiment.models, threads ? "--threads" : (char *)NULL, threads,
		      (char *)NULL);
	_exit(127);
}

/* Waits for the program, and hands on the signal that asks this one to stop. */
static int await(const struct job *job, pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		if (context_stopped(&job->context))
			kill(child, SIGTERM);
	return status;
}

static int run_program(struct job *job, const struct cell *c, const char *scratch, int printed, int *status,
		       struct error *err)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 64);
	pid_t child;

	if (length < 0)
		return error_errno(err, "/proc/self/exe", "read");
	self[length] = '\0';
	snprintf(self + (path_base(self) - self), 64, "%s", c->stage->name);
	child = fork();
	if (child == 0)
		become(job, c, self, scratch, printed);
	if (child < 0)
		return error_errno(err, self, "start");
	*status = await(job, child);
	return 0;
}

/* "<cell> cannot be made again: <the program's last line>"; a full disk is the
 * machine's fault, not the cell's. */
static int tell_failure(const struct cell *c, int printed, int status, struct error *err)
{
	bool machine = WIFEXITED(status) && WEXITSTATUS(status) == STATUS_MACHINE;
	char text[1024] = "", *last;
	off_t size = lseek(printed, 0, SEEK_END), from = size < 1000 ? 0 : size - 1000;
	ssize_t got = pread(printed, text, sizeof text - 1, from);

	text[got > 0 ? got : 0] = '\0';
	while (got > 0 && text[got - 1] == '\n')
		text[--got] = '\0';
	last = strrchr(text, '\n');
	return error_set(err, machine ? STATUS_MACHINE : STATUS_CHECK, "%s cannot be made again: %s", c->name,
			 last == NULL ? text : last + 1);
}

int again_make(json_t **made, struct job *job, const struct cell *c, const char *scratch, struct error *err)
{
	char *manifest = path_join(scratch, "manifest.json");
	int printed = memfd_create("printed", MFD_CLOEXEC), status = 0, rc = -1; /* where no disk can be full */

	if (manifest == NULL || printed < 0)
		error_memory(err, c->name);
	else if (directory_make(scratch, err) < 0 || run_program(job, c, scratch, printed, &status, err) < 0)
		rc = -1;
	else if (context_stopped(&job->context))
		context_stop_error(err);
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		tell_failure(c, printed, status, err);
	else
		rc = json_read(made, manifest, err);
	if (printed >= 0)
		close(printed);
	free(manifest);
	return rc;
}

static void tell(struct again *a, const char *cell, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void tell(struct again *a, const char *cell, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	a->breaks++;
	a->tell(a->arg, cell, text);
}

/* Whether all that the cell read lies in the cache, and nothing that it wrote
 * was released. */
static bool can_be_made(struct job *job, size_t cell)
{
	const json_t *manifest = store_manifest(&job->store, cell);
	struct inputs in;
	struct error ignored;
	bool all = manifest != NULL && examine_cell(&job->store, cell, false)->state == CELL_CURRENT &&
		   !examine_cell(&job->store, cell, false)->released;

	if (!all || inputs_of(&in, &job->store, cell, examine_states(&job->store, cell), &ignored) < 0)
		return false;
	for (size_t i = 0; i < in.count; i++)
		all = all && file_exists(in.items[i].path);
	inputs_release(&in);
	return all;
}

static void compare(struct again *a, const struct cell *c, const json_t *was, const json_t *made)
{
	const json_t *before = statement_outputs(was), *after = statement_outputs(made);
	struct told_file f;

	for (size_t at = 0; statement_next(before, &at, &f);) {
		const char *digest = f.name == NULL ? NULL : statement_digest(after, f.name);

		if (digest == NULL || f.sha256 == NULL)
			tell(a, c->name, "%s is not made again", f.name == NULL ? "an artefact" : f.name);
		else if (strcmp(f.sha256, digest) != 0)
			tell(a, c->name, "%s: made again its SHA-256 is %s, the manifest has %s", f.name, digest,
			     f.sha256);
	}
	if (json_array_size(after) > json_array_size(before))
		tell(a, c->name, "made again it writes %zu files, the manifest has %zu", json_array_size(after),
		     json_array_size(before));
}

int again_cell(struct again *a, struct job *job, size_t cell, struct error *err)
{
	const struct cell *c = &job->plan.cells[cell];
	const char *root = getenv("TMPDIR");
	char *scratch = text_format("%s/tunescope-XXXXXX", root != NULL && root[0] != '\0' ? root : "/tmp");
	size_t before = a->breaks;
	struct error fault = { 0 };
	json_t *made = NULL;
	int rc = 0;

	if (!can_be_made(job, cell)) {
		a->skipped++;
		free(scratch);
		return 0;
	}
	if (scratch == NULL || mkdtemp(scratch) == NULL) {
		error_errno(err, scratch == NULL ? c->name : scratch, "make directory");
		free(scratch);
		return -1;
	}
	if (again_make(&made, job, c, scratch, &fault) == 0) {
		compare(a, c, store_manifest(&job->store, cell), made);
	} else if (fault.status == STATUS_CHECK) {
		tell(a, c->name, "%s", fault.text);
	} else {
		*err = fault;
		rc = -1;
	}
	if (rc == 0 && a->breaks == before)
		a->tell(a->arg, c->name, NULL);
	a->made++;
	json_decref(made);
	directory_remove(scratch, &fault);
	free(scratch);
	return rc;
}

int again_drawn(struct again *a, struct job *job, size_t count, uint64_t seed, struct error *err)
{
	uint32_t *order = array_new(job->plan.count, 1, sizeof *order);
	struct stream random;
	int rc = 0;

	if (order == NULL)
		return error_memory(err, "the cells");
	for (uint32_t i = 0; i < job->plan.count; i++)
		order[i] = i;
	stream_init(&random, seed);
	stream_permute(&random, order, job->plan.count);
	for (size_t i = 0; rc == 0 && i < job->plan.count && a->made < count; i++)
		rc = again_cell(a, job, order[i], err);
	free(order);
	return rc;
}
