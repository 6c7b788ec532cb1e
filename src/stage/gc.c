/* tunescope gc: what lies in an experiment's cache and no manifest refers to. */
#include "stage/command.h"

#include "base/array.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option options[] = {
	{ "delete", NULL, "delete what is listed" },
	{ NULL, NULL, NULL },
};

struct sweep {
	struct job *job;
	int delete;
	uint64_t bytes;
	size_t files;
};

/* Files of the workflow itself, in a cell's directory or above the cells, and
 * what a stage that was stopped goes on from. */
static bool is_own(const char *base)
{
	static const char *const own[] = { "manifest.json", "run.json", "log",        "failed",    "released",
					   "accepted.json", "lock",     "digests",    "plan.mk",   "tally",
					   "screen",        "progress", "resume.bin", "probe.work" };

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strcmp(base, own[i]) == 0)
			return true;
	return strncmp(base, ".work-", 6) == 0;
}

/* Whether the cell is being made, or was stopped and will go on from what lies
 * there. */
static bool is_busy(const struct sweep *s, const struct cell *c)
{
	char *lock = text_format("%s/%s/lock", s->job->experiment.cache, c->name);
	char *resume = text_format("%s/%s/resume.bin", s->job->experiment.cache, c->name);
	int fd = lock == NULL ? -1 : open(lock, O_RDONLY | O_CLOEXEC);
	bool busy = lock == NULL || resume == NULL || file_exists(resume) ||
		    (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0);

	if (fd >= 0)
		close(fd);
	free(lock);
	free(resume);
	return busy;
}

/* The cell whose directory holds the file "finetune/tiny/pos-s1/c01/config.json". */
static const struct cell *cell_of(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++) {
		size_t n = strlen(p->cells[i].name);

		if (strncmp(p->cells[i].name, name, n) == 0 && name[n] == '/')
			return &p->cells[i];
	}
	return NULL;
}

static bool is_wanted(struct sweep *s, const char *name)
{
	const struct cell *c = cell_of(&s->job->plan, name);
	size_t i;
	json_t *subject;

	if (c == NULL)
		return strchr(name, '/') == NULL && is_own(name);
	if ((strcmp(name + strlen(c->name) + 1, path_base(name)) == 0 && is_own(path_base(name))) || is_busy(s, c))
		return true;
	json_array_foreach(
		json_object_get(store_manifest(&s->job->store, (size_t)(c - s->job->plan.cells)), "subject"), i,
		subject)
	{
		const char *kept = json_string_value(json_object_get(subject, "name"));

		if (kept != NULL && strcmp(kept, name) == 0)
			return true;
	}
	return false;
}

static int sweep_directory(struct sweep *s, const char *below, struct error *err);

static int sweep_entry(struct sweep *s, const char *name, struct error *err)
{
	char *path = path_join(s->job->experiment.cache, name);
	struct stat st;
	int rc = 0;

	if (path == NULL)
		return error_memory(err, name);
	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		rc = sweep_directory(s, name, err);
	} else if (!is_wanted(s, name)) {
		printf("%10" PRIu64 "  %s\n", (uint64_t)st.st_size, name);
		s->bytes += (uint64_t)st.st_size;
		s->files++;
		if (s->delete &&unlink(path) < 0)
			rc = error_errno(err, path, "remove");
	}
	free(path);
	return rc;
}

static int compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int sweep_directory(struct sweep *s, const char *below, struct error *err)
{
	char *path = below[0] ? path_join(s->job->experiment.cache, below) : text_copy(s->job->experiment.cache);
	struct dirent **list = NULL;
	int count = path == NULL ? -1 : scandir(path, &list, NULL, compare), rc = 0;

	if (count < 0) {
		rc = path == NULL ? error_memory(err, below) : error_errno(err, path, "read");
		free(path);
		return rc;
	}
	for (int i = 0; i < count; i++) {
		const char *base = list[i]->d_name;
		char *name = below[0] ? path_join(below, base) : text_copy(base);

		if (name == NULL)
			rc = error_memory(err, base);
		else if (rc == 0 && strcmp(base, ".") != 0 && strcmp(base, "..") != 0)
			rc = sweep_entry(s, name, err);
		free(name);
		free(list[i]);
	}
	free(list);
	if (rc == 0 && s->delete &&below[0])
		rmdir(path); /* where it is empty now */
	free(path);
	return rc;
}

static int run(struct job *job, struct error *err)
{
	struct sweep s = { .job = job, .delete = options_has(&job->options, "delete") };

	if (job_open_experiment(job, err) < 0 || sweep_directory(&s, "", err) < 0)
		return -1;
	printf("%s: %zu files, %.1f MB that no manifest refers to%s\n", job->experiment.name, s.files,
	       (double)s.bytes / 1e6,
	       s.delete  ? ", deleted"
	       : s.files ? "; --delete deletes them"
			 : "");
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	static const struct command command = { "gc", "what no manifest refers to", "--experiment FILE [--delete]",
						options, run };

	return command_main(argc, argv, &command);
}
