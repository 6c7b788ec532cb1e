/* A stage's run as a cell: locked, compared with its manifest, its inputs
 * checked, its outputs recorded. */
#include "stage/cell.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "stage/again.h"
#include "workflow/claim.h"
#include "workflow/examine.h"
#include "workflow/leftovers.h"
#include "workflow/manifest.h"
#include "workflow/statement.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Waits for the cell's lock; it is released when the descriptor is closed. */
static int lock_cell(struct job *job, const char *directory, struct error *err)
{
	char *path = path_join(directory, "lock");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);

	if (path == NULL)
		return error_memory(err, directory);
	if (fd < 0 && errno == ENOENT)
		fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		error_errno(err, path, "write");
	else if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		terminal_say(&job->terminal, "%s: another process is at it; waiting", job->cell->name);
		while (flock(fd, LOCK_EX) < 0 && errno == EINTR)
			if (context_stopped(&job->context)) {
				close(fd);
				fd = context_stop_error(err);
				break;
			}
	}
	free(path);
	return fd;
}

/* Puts an artefact that was made again in its place, if it has the bytes that
 * the manifest tells. */
static int take_back(struct job *job, size_t producer, const char *name, const char *scratch, const json_t *made,
		     struct error *err)
{
	const struct cell *c = &job->plan.cells[producer];
	const char *was = statement_digest(statement_outputs(store_manifest(&job->store, producer)), name);
	const char *is = statement_digest(statement_outputs(made), name);
	char *from = path_join(scratch, name + strlen(c->name) + 1), *to = store_path(&job->store, producer, name);
	int rc = 0;

	if (from == NULL || to == NULL)
		rc = error_memory(err, name);
	else if (was == NULL || is == NULL || strcmp(was, is) != 0)
		rc = error_set(err, STATUS_CHECK, "%s: made again its SHA-256 is %s, its manifest has %s", name,
			       is ? is : "missing", was ? was : "none");
	else if (rename(from, to) < 0)
		rc = error_errno(err, to, "write");
	free(from);
	free(to);
	return rc;
}

/* Makes the released artefacts of a producer again, under its lock. */
static int restore(struct job *job, size_t producer, struct error *err)
{
	const struct cell *c = &job->plan.cells[producer];
	char *directory = cell_directory(&job->experiment, c), *scratch = NULL;
	json_t *made = NULL;
	struct told_file f;
	struct error ignored;
	int lock = -1, rc = -1;

	if (directory == NULL || (scratch = path_join(directory, leftovers_again)) == NULL) {
		error_memory(err, c->name);
		goto done;
	}
	if ((lock = lock_cell(job, directory, err)) < 0)
		goto done;
	terminal_say(&job->terminal, "%s: what %s released is needed again", job->cell->name, c->name);
	if (again_make(&made, job, c, scratch, err) < 0)
		goto done;
	rc = 0;
	for (size_t at = 0; statement_next(statement_outputs(store_manifest(&job->store, producer)), &at, &f);)
		if (rc == 0 && f.name != NULL && store_released(&job->store, producer, f.name))
			rc = take_back(job, producer, f.name, scratch, made, err);
done:
	if (scratch != NULL)
		directory_remove(scratch, &ignored);
	if (lock >= 0)
		close(lock);
	json_decref(made);
	free(scratch);
	free(directory);
	return rc;
}

/* A source is hashed as it is read: what is remembered of it says nothing of the
 * bytes that the stage will see. */
static int hash_input(struct job *job, const struct input *in, char found[65], struct error *err)
{
	return in->producer == NO_PRODUCER ? digests_anew(job->store.digests, in->path, found, err)
					   : digests_of(job->store.digests, in->path, found, err);
}

/* Every input must be there, with the bytes that its producer's manifest tells.
 * Of a source the manifest will have the bytes that are there now. */
static int check_inputs(struct job *job, struct error *err)
{
	struct inputs *in = &job->inputs;
	char found[65];

	for (size_t i = 0; i < in->count; i++)
		if (in->items[i].producer != NO_PRODUCER && !file_exists(in->items[i].path) &&
		    store_released(&job->store, in->items[i].producer, in->items[i].name) &&
		    restore(job, in->items[i].producer, err) < 0)
			return -1;
	for (size_t i = 0; i < in->count; i++) {
		if (hash_input(job, &in->items[i], found, err) < 0)
			return -1;
		if (in->items[i].producer == NO_PRODUCER)
			memcpy(in->items[i].sha256, found, sizeof found);
		else if (strcmp(found, in->items[i].sha256) != 0)
			return error_set(err, STATUS_CHECK, "%s: SHA-256 %s, but its manifest has %s",
					 in->items[i].name, found, in->items[i].sha256);
	}
	return 0;
}

static void cpu_name(char out[128])
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(out, 128, "unknown");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "model name : %127[^\n]", out) == 1)
			break;
	if (file != NULL)
		fclose(file);
}

/* "libgsl.so.27.0.0", say: the file that the name of a loaded library leads to. */
static int add_library(struct dl_phdr_info *info, size_t size, void *list)
{
	char *path = info->dlpi_name[0] != '\0' ? realpath(info->dlpi_name, NULL) : NULL;

	(void)size;
	if (path != NULL)
		json_array_append_new(list, json_string(path_base(path)));
	free(path);
	return 0;
}

/* What may differ between two honest runs; outside the hashed content. */
static int write_run_record(struct job *job, const struct timespec *start, struct error *err)
{
	struct timespec end;
	struct rusage usage;
	struct utsname host;
	char cpu[128], began[32];
	struct tm utc;
	json_t *run, *libraries;
	int rc;

	clock_gettime(CLOCK_REALTIME, &end);
	getrusage(RUSAGE_SELF, &usage);
	uname(&host);
	cpu_name(cpu);
	gmtime_r(&start->tv_sec, &utc);
	strftime(began, sizeof began, "%Y-%m-%dT%H:%M:%SZ", &utc);
	run = json_pack(
		"{s:s, s:s, s:s, s:s, s:f, s:f, s:I, s:I, s:s, s:i}", "host", host.nodename, "system", host.release,
		"cpu", cpu, "started", began, "seconds",
		(double)(end.tv_sec - start->tv_sec) + 1e-9 * (double)(end.tv_nsec - start->tv_nsec), "cpu_seconds",
		(double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec,
		"memory_bytes", (json_int_t)usage.ru_maxrss * 1024, "threads",
		(json_int_t)pool_threads(job->context.pool), "compiler", __VERSION__, "warnings",
		(int)job->terminal.warnings);
	if (run == NULL)
		return error_memory(err, "run.json");
	libraries = json_array();
	dl_iterate_phdr(add_library, libraries);
	json_object_set_new(run, "libraries", libraries);
	rc = json_write(&job->out, "run.json", run, err);
	json_decref(run);
	return rc;
}

/* Deletes what the last run wrote and this one did not. */
static void prune(struct job *job, const json_t *before)
{
	size_t length = strlen(job->cell->name) + 1;
	struct told_file f;

	for (size_t at = 0; statement_next(statement_outputs(before), &at, &f);) {
		bool kept = f.name == NULL || strlen(f.name) < length;
		char *path;

		for (size_t k = 0; !kept && k < job->out.count; k++)
			kept = strcmp(job->out.items[k].name, f.name + length) == 0;
		path = kept ? NULL : store_path(&job->store, job->index, f.name);
		if (path != NULL)
			unlink(path);
		free(path);
	}
}

static void remove_mark(const struct job *job, const char *mark)
{
	char *path = path_join(job->out.path, mark);

	if (path != NULL)
		unlink(path);
	free(path);
}

/* Once this cell is done, checkpoints that only it still waited for may go.
 * That they stay, on a full disk say, takes nothing from the cell. */
static void release_inputs(struct job *job)
{
	struct error err;

	if (leftovers_release(&job->store, job->index, &err) < 0)
		context_warn(&job->context, "%s", err.text);
}

/* Inputs that another run replaced meanwhile are not those of the manifest. */
static int check_unchanged(struct job *job, struct error *err)
{
	struct inputs *in = &job->inputs;
	char found[65];

	for (size_t i = 0; i < in->count; i++) {
		if (hash_input(job, &in->items[i], found, err) < 0)
			return -1;
		if (strcmp(found, in->items[i].sha256) != 0)
			return error_set(err, STATUS_CHECK, "%s changed while it was read", in->items[i].name);
	}
	return 0;
}

/* What was hashed while it was written need not be read for it again. */
static void remember_output(struct job *job, const struct artefact *a)
{
	char *path = path_join(job->out.path, a->name);

	if (path != NULL)
		digests_remember(job->store.digests, path, a->sha256);
	free(path);
}

static int finish_cell(struct job *job, const struct timespec *start, struct error *err)
{
	json_t *manifest = manifest_new(&job->store, job->index, examine_states(&job->store, job->index),
					&job->inputs, &job->out, job->internal);
	int rc = manifest == NULL ? error_memory(err, "manifest.json") : check_unchanged(job, err);

	if (rc == 0)
		rc = write_run_record(job, start, err);
	if (rc == 0 && !options_has(&job->options, "scratch")) {
		prune(job, store_manifest(&job->store, job->index));
		remove_mark(job, "released");
		remove_mark(job, "accepted.json");
		remove_mark(job, "failed");
		remove_mark(job, "progress"); /* after its manifest nobody looks at a cell's folder again */
	}
	if (rc == 0)
		rc = json_write(&job->out, "manifest.json", manifest, err);
	for (size_t i = 0; rc == 0 && i < job->out.count; i++)
		remember_output(job, &job->out.items[i]);
	if (rc == 0)
		folder_settle(&job->out);
	json_decref(manifest);
	return rc;
}

static void record_failure(struct job *job, const struct error *failure)
{
	struct error ignored;

	if (failure->status == STATUS_STOPPED || job->out.path == NULL)
		return;
	output_file(&job->out, "failed", failure->text, strlen(failure->text), &ignored);
}

static int open_log(struct job *job, const char *directory, struct error *err)
{
	char *path = path_join(directory, "log");

	job->terminal.progress = path_join(directory, "progress");
	if (path != NULL)
		unlink(path); /* one that cannot be written to, say */
	job->terminal.log = path == NULL ? NULL : fopen(path, "we");
	if (path == NULL)
		return error_memory(err, directory);
	if (job->terminal.log == NULL)
		error_errno(err, path, "write");
	free(path);
	return job->terminal.log == NULL ? -1 : 0;
}

/* From the check of its inputs to its manifest, into the folder that is open. */
static int make_cell(struct job *job, struct error *err)
{
	struct timespec start;

	clock_gettime(CLOCK_REALTIME, &start);
	if (job_check_kernels(job, err) < 0 ||
	    inputs_of(&job->inputs, &job->store, job->index, examine_states(&job->store, job->index), err) < 0 ||
	    check_inputs(job, err) < 0 || job->program->run(job, err) < 0)
		return -1;
	return finish_cell(job, &start, err);
}

static int run_locked(struct job *job, const char *directory, struct error *err)
{
	const struct examination *x = examine_cell(&job->store, job->index, false);

	if (x->state == CELL_CURRENT) {
		terminal_say(&job->terminal, "%s: up to date", job->cell->name);
		leftovers_remove(directory, true);
		release_inputs(job);
		return examine_accept(&job->store, job->index, err);
	}
	if (claim_cache(&job->experiment, err) < 0 || open_log(job, directory, err) < 0 ||
	    folder_open(&job->out, directory, err) < 0)
		return -1;
	remove_mark(job, "failed");
	leftovers_remove(directory, false);
	terminal_say(&job->terminal, "%s: %s", job->cell->name, x->state == CELL_MISSING ? "runs" : x->why);
	if (make_cell(job, err) < 0) {
		record_failure(job, err);
		remove_mark(job, "progress");
		return -1;
	}
	store_forget(&job->store, job->index);
	leftovers_remove(directory, true);
	release_inputs(job);
	return 0;
}

/* Into another directory: neither locked nor compared, and with no mark left. */
static int run_scratch(struct job *job, const char *scratch, struct error *err)
{
	return folder_open(&job->out, scratch, err) < 0 ? -1 : make_cell(job, err);
}

int cell_run(struct job *job, struct error *err)
{
	const char *name = options_get(&job->options, "cell"), *scratch = options_get(&job->options, "scratch");
	char *directory;
	int lock = -1, rc = -1;

	if (job_open_experiment(job, err) < 0)
		return -1;
	if (job->program->summarise != NULL && options_has(&job->options, "summary"))
		return job->program->summarise(job, err);
	job->cell = name == NULL ? NULL : plan_find(&job->plan, name);
	if (job->cell == NULL || job->cell->stage->id != job->program->stage) {
		job->cell = NULL;
		return error_set(err, STATUS_INPUT, "%s: no %s cell %s", job->experiment.path,
				 stage_of(job->program->stage)->name, name ? name : "(--cell is missing)");
	}
	job->index = (size_t)(job->cell - job->plan.cells);
	job->terminal.subject = job->cell->name;
	if (scratch != NULL)
		return run_scratch(job, scratch, err);
	directory = cell_directory(&job->experiment, job->cell);
	if (directory == NULL)
		return error_memory(err, name);
	if (directory_make(directory, err) == 0 && (lock = lock_cell(job, directory, err)) >= 0)
		rc = run_locked(job, directory, err);
	if (rc == 0 && job->program->publish != NULL)
		rc = job->program->publish(job, err);
	free(directory);
	if (lock >= 0)
		close(lock);
	return rc;
}
