/* tunescope gc: what lies in an experiment's cache, or where it is published, and
 * no manifest refers to. A link is taken for what it leads to; what lies behind
 * one is another's, and is never deleted. */
#include "stage/command.h"
#include "stage/publish.h"

#include "base/array.h"
#include "base/file.h"
#include "workflow/claim.h"
#include "workflow/examine.h"
#include "workflow/leftovers.h"
#include "workflow/statement.h"

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

/* A directory that is being swept, below those that led to it. */
struct level {
	const struct level *above;
	dev_t device;
	ino_t inode;
	bool linked; /* it, or one above it, was reached by a link */
};

struct sweep {
	struct job *job;
	char *root;        /* the directory swept: the cache, or a published one */
	const char *place; /* "report"; NULL: the cache */
	bool delete;
	uint64_t bytes;
	size_t files, linked; /* all; those behind links */
};

/* Files of the workflow itself, in a cell's directory or above the cells. */
static bool is_own(const char *base)
{
	static const char *const own[] = { "manifest.json", "run.json", "log",      "failed",  "released",
					   "accepted.json", "lock",     "digests",  "plan.mk", "tally",
					   "screen",        "progress", "published" };

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strcmp(base, own[i]) == 0)
			return true;
	return strcmp(base, claim_file) == 0;
}

static bool is_current(const struct sweep *s, const struct cell *c)
{
	return examine_cell(&s->job->store, (size_t)(c - s->job->plan.cells), false)->state == CELL_CURRENT;
}

/* Whether the cell is being made, or was stopped and will go on from what lies
 * there: one that is up to date goes on from nothing. */
static bool is_busy(const struct sweep *s, const struct cell *c)
{
	char *lock = text_format("%s/%s/lock", s->job->experiment.cache, c->name);
	char *resume = text_format("%s/%s/resume.bin", s->job->experiment.cache, c->name);
	int fd = lock == NULL ? -1 : open(lock, O_RDONLY | O_CLOEXEC);
	bool busy = lock == NULL || resume == NULL || (file_exists(resume) && !is_current(s, c)) ||
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

static bool is_artefact(struct sweep *s, const struct cell *c, const char *name)
{
	const json_t *manifest = store_manifest(&s->job->store, (size_t)(c - s->job->plan.cells));
	struct told_file f;

	for (size_t at = 0; statement_next(statement_outputs(manifest), &at, &f);)
		if (f.name != NULL && strcmp(s->place == NULL ? f.name : publish_name(c, f.name), name) == 0)
			return true;
	return false;
}

static bool is_wanted_in_cache(struct sweep *s, const char *name)
{
	const struct cell *c = cell_of(&s->job->plan, name);

	if (c == NULL)
		return strchr(name, '/') == NULL && is_own(name);
	if (is_busy(s, c))
		return true;
	if (strcmp(name + strlen(c->name) + 1, path_base(name)) == 0 &&
	    (is_own(path_base(name)) || (leftovers_is_work(path_base(name)) && !is_current(s, c))))
		return true;
	return publish_is_companion(c, name + strlen(c->name) + 1) || is_artefact(s, c, name);
}

/* "probe/net/original/pos.json", the copy of a cell's manifest. */
static bool is_manifest_of(const struct cell *c, const char *name)
{
	size_t length = strlen(c->name);

	return strncmp(c->name, name, length) == 0 && strcmp(name + length, ".json") == 0;
}

/* Of what is published: the copy of an artefact, or of a cell's manifest. */
static bool is_wanted_there(struct sweep *s, const char *name)
{
	const struct plan *p = &s->job->plan;
	bool manifests = strcmp(s->place, "manifests") == 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct cell *c = &p->cells[i];

		if (manifests ? is_manifest_of(c, name)
			      : c->stage->place != NULL && strcmp(c->stage->place, s->place) == 0 &&
					(publish_is_companion(c, name) || is_artefact(s, c, name)))
			return true;
	}
	return false;
}

static int list_file(struct sweep *s, const char *name, const char *path, const struct stat *st, bool linked,
		     struct error *err)
{
	printf("%10" PRIu64 "  ", (uint64_t)st->st_size);
	if (s->place != NULL)
		printf("%s/%s/", s->place, s->job->experiment.folder);
	printf("%s%s\n", name, linked ? " (behind a link: not deleted)" : "");
	s->bytes += (uint64_t)st->st_size;
	s->files++;
	s->linked += linked;
	return s->delete &&!linked && unlink(path) < 0 ? error_errno(err, path, "remove") : 0;
}

static int sweep_directory(struct sweep *s, const char *below, const struct level *above, bool by_link,
			   struct error *err);

static int sweep_entry(struct sweep *s, const char *name, const struct level *level, struct error *err)
{
	char *path = path_join(s->root, name);
	struct stat own, st;
	int rc = 0;

	if (path == NULL)
		return error_memory(err, name);
	/* A link that leads nowhere is what it is itself. */
	if (lstat(path, &own) == 0 && stat(path, &st) < 0)
		st = own;
	if (S_ISDIR(st.st_mode))
		rc = sweep_directory(s, name, level, S_ISLNK(own.st_mode), err);
	else if (!(s->place == NULL ? is_wanted_in_cache(s, name) : is_wanted_there(s, name)))
		rc = list_file(s, name, path, &own, level->linked, err);
	free(path);
	return rc;
}

static int compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_above(const struct level *level, const struct stat *st)
{
	for (; level != NULL; level = level->above)
		if (level->device == st->st_dev && level->inode == st->st_ino)
			return true;
	return false;
}

static int sweep_entries(struct sweep *s, const char *below, const char *path, const struct level *level,
			 struct error *err)
{
	struct dirent **list = NULL;
	int count = scandir(path, &list, NULL, compare), rc = count < 0 ? error_errno(err, path, "read") : 0;

	for (int i = 0; i < count; i++) {
		const char *base = list[i]->d_name;
		char *name = below[0] ? path_join(below, base) : text_copy(base);

		if (name == NULL)
			rc = error_memory(err, base);
		else if (rc == 0 && strcmp(base, ".") != 0 && strcmp(base, "..") != 0)
			rc = sweep_entry(s, name, level, err);
		free(name);
		free(list[i]);
	}
	free(list);
	return rc;
}

static int sweep_directory(struct sweep *s, const char *below, const struct level *above, bool by_link,
			   struct error *err)
{
	char *path = below[0] ? path_join(s->root, below) : text_copy(s->root);
	struct stat st;
	int rc = 0;

	if (path == NULL)
		return error_memory(err, below);
	if (stat(path, &st) < 0) {
		rc = error_errno(err, path, "read");
	} else if (!is_above(above, &st)) {
		struct level level = { above, st.st_dev, st.st_ino, by_link || (above != NULL && above->linked) };

		rc = sweep_entries(s, below, path, &level, err);
		if (rc == 0 && s->delete &&below[0] && !level.linked)
			rmdir(path); /* where it is empty now */
	}
	free(path);
	return rc;
}

/* What is published, where something is. */
static int sweep_published(struct sweep *s, const char *place, struct error *err)
{
	int rc = 0;

	s->place = place;
	s->root = publish_directory(s->job, place);
	if (s->root == NULL)
		return error_memory(err, place);
	if (directory_exists(s->root))
		rc = sweep_directory(s, "", NULL, false, err);
	free(s->root);
	return rc;
}

static int run(struct job *job, struct error *err)
{
	struct sweep s = { .job = job, .delete = options_has(&job->options, "delete") };

	if (job_open_experiment(job, err) < 0)
		return -1;
	s.root = job->experiment.cache;
	if (sweep_directory(&s, "", NULL, false, err) < 0 || sweep_published(&s, "manifests", err) < 0)
		return -1;
	for (size_t i = 0; i < STAGE_COUNT; i++)
		if (stage_of((enum stage_id)i)->place != NULL &&
		    sweep_published(&s, stage_of((enum stage_id)i)->place, err) < 0)
			return -1;
	printf("%s: %zu files, %.1f MB that no manifest refers to%s\n", job->experiment.name, s.files,
	       (double)s.bytes / 1e6,
	       s.delete  ? s.linked ? ", deleted but for those behind links" : ", deleted"
	       : s.files ? "; --delete deletes them"
			 : "");
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"gc", "what no manifest refers to", "[EXPERIMENT] [--delete]", options, true, run
	};

	return command_main(argc, argv, &command);
}
