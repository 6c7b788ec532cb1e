#include "workflow/leftovers.h"

#include "base/array.h"
#include "base/file.h"
#include "workflow/examine.h"
#include "workflow/statement.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char leftovers_again[] = "again";

bool leftovers_is_work(const char *base)
{
	return strcmp(base, "resume.bin") == 0 || strcmp(base, "probe.work") == 0 || strncmp(base, ".work-", 6) == 0;
}

/* Of what nftw meets in the directory of a cell: what is of no use once it is done. */
static bool is_spent(const char *path, int type, const struct FTW *at)
{
	const char *base = path + at->base;

	return at->level == 1 &&
	       (type == FTW_F ? leftovers_is_work(base) : type == FTW_D && strcmp(base, leftovers_again) == 0);
}

static int find(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	return is_spent(path, type, at) || (type == FTW_F && output_is_temporary(path + at->base));
}

static int sweep(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)at;
	if (type == FTW_D)
		output_sweep(path);
	return 0;
}

static int sweep_all(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct error ignored;

	if (is_spent(path, type, at) && type == FTW_D)
		directory_remove(path, &ignored);
	else if (is_spent(path, type, at))
		unlink(path);
	return sweep(path, st, type, at);
}

void leftovers_remove(const char *directory, bool done)
{
	nftw(directory, done ? sweep_all : sweep, 16, FTW_PHYS);
}

static long last_of(const struct store *s, size_t cell)
{
	const struct cell *c = &s->plan->cells[cell];

	return experiment_checkpoints(s->plan->experiment, c->model, c->task, c->recipe);
}

static bool reads_checkpoints_of(const struct cell *c, size_t cell)
{
	for (size_t i = 0; i < c->need_count; i++)
		if (c->needs[i] == cell)
			return true;
	return false;
}

/* "finetune/…/c03/model.safetensors" of an intermediate checkpoint. */
static bool is_intermediate(const struct cell *c, const char *name, long last)
{
	size_t length = strlen(c->name);
	long number;

	return name != NULL && strncmp(name, c->name, length) == 0 && sscanf(name + length, "/c%ld/", &number) == 1 &&
	       number < last && strcmp(path_base(name), "model.safetensors") == 0;
}

/* The list of what is released comes before anything goes. */
static int list_released(const struct cell *c, const json_t *manifest, long last, struct folder *folder,
			 struct error *err)
{
	struct output *list;
	struct told_file f;

	if (output_open(&list, folder, "released", err) < 0)
		return -1;
	for (size_t at = 0; statement_next(statement_outputs(manifest), &at, &f);)
		if (is_intermediate(c, f.name, last))
			output_format(list, "%s\n", f.name);
	return output_commit(list, err);
}

static bool has_intermediate(struct store *s, size_t cell, long last)
{
	const json_t *manifest = store_manifest(s, cell);
	struct told_file f;
	bool found = false;

	for (size_t at = 0; !found && statement_next(statement_outputs(manifest), &at, &f);) {
		char *path =
			is_intermediate(&s->plan->cells[cell], f.name, last) ? store_path(s, cell, f.name) : NULL;

		found = path != NULL && file_exists(path);
		free(path);
	}
	return found;
}

/* Whether nobody reads a fine-tuning cell's intermediate checkpoints any more, and
 * they are there. */
static bool is_releasable(struct store *s, size_t cell)
{
	const struct experiment *e = s->plan->experiment;
	const struct cell *c = &s->plan->cells[cell];

	if (c->stage->id != STAGE_FINETUNE ||
	    strcmp(experiment_get(e, "experiment", "keep", NULL, NULL), "results") != 0 ||
	    !has_intermediate(s, cell, last_of(s, cell)))
		return false;
	for (size_t i = 0; i < s->plan->count; i++)
		if (reads_checkpoints_of(&s->plan->cells[i], cell) &&
		    examine_cell(s, i, false)->state != CELL_CURRENT)
			return false;
	return true;
}

static int release(struct store *s, size_t cell, struct error *err)
{
	const struct cell *c = &s->plan->cells[cell];
	const json_t *manifest = store_manifest(s, cell);
	char *directory = cell_directory(s->plan->experiment, c);
	long last = last_of(s, cell);
	struct folder folder = { 0 };
	struct told_file f;
	int rc = -1;

	if (directory == NULL)
		error_memory(err, c->name);
	else if (folder_open(&folder, directory, err) == 0)
		rc = list_released(c, manifest, last, &folder, err);
	for (size_t at = 0; rc == 0 && statement_next(statement_outputs(manifest), &at, &f);) {
		char *path = is_intermediate(c, f.name, last) ? store_path(s, cell, f.name) : NULL;

		if (path != NULL)
			unlink(path);
		free(path);
	}
	folder_release(&folder);
	free(directory);
	return rc;
}

int leftovers_release(struct store *s, size_t cell, struct error *err)
{
	const struct cell *c = &s->plan->cells[cell];

	for (size_t i = 0; i < c->need_count; i++)
		if (is_releasable(s, c->needs[i]) && release(s, c->needs[i], err) < 0)
			return -1;
	return 0;
}

bool leftovers_found(struct store *s, size_t cell)
{
	const struct cell *c = &s->plan->cells[cell];
	char *directory = cell_directory(s->plan->experiment, c);
	bool found = directory != NULL && nftw(directory, find, 16, FTW_PHYS) == 1;

	for (size_t i = 0; !found && i < c->need_count; i++)
		found = is_releasable(s, c->needs[i]);
	free(directory);
	return found;
}
