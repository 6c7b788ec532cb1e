#include "stage/publish.h"

#include "base/array.h"
#include "base/file.h"
#include "workflow/claim.h"
#include "workflow/examine.h"
#include "workflow/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char record_name[] = "published";

char *publish_directory(const struct job *job, const char *place)
{
	char *below = text_format("%s/%s", place, job->experiment.folder);
	char *path = below == NULL ? NULL : path_join(job_publish_root(job), below);

	free(below);
	return path;
}

const char *publish_name(const struct cell *c, const char *artefact)
{
	/* Cells of one stage have folders of their own there; a stage's only cell is the place. */
	size_t stage = strlen(c->stage->name) + 1;

	return artefact + (c->name[stage - 1] == '/' ? stage : strlen(c->name) + 1);
}

/* A file to be published. */
struct copy {
	char *place; /* "report" */
	char *name;  /* below the experiment's directory there */
	char *path;  /* of the artefact */
};

struct copies {
	struct copy *items;
	size_t count, capacity;
};

static int copies_add(struct copies *c, const char *place, const char *name, char *path, struct error *err)
{
	struct copy copy = { text_copy(place), text_copy(name), path };

	if (copy.place == NULL || copy.name == NULL || path == NULL ||
	    array_reserve(&c->items, &c->capacity, c->count + 1, sizeof *c->items) < 0) {
		free(copy.place);
		free(copy.name);
		free(path);
		return error_memory(err, name);
	}
	c->items[c->count++] = copy;
	return 0;
}

static void copy_release(struct copy *c)
{
	free(c->place);
	free(c->name);
	free(c->path);
}

static void copies_release(struct copies *c)
{
	for (size_t i = 0; i < c->count; i++)
		copy_release(&c->items[i]);
	free(c->items);
}

static int add_artefacts(struct copies *out, struct job *job, size_t cell, struct error *err)
{
	const struct cell *c = &job->plan.cells[cell];
	struct told_file f;

	for (size_t at = 0; statement_next(statement_outputs(store_manifest(&job->store, cell)), &at, &f);) {
		char *path = f.name == NULL ? NULL : store_path(&job->store, cell, f.name);

		if (path != NULL && copies_add(out, c->stage->place, publish_name(c, f.name), path, err) < 0)
			return -1;
	}
	return 0;
}

/* Names below the directory of the report's cell, ended by NULL. */
static const char *const companions[] = { "times/index.html", "times/tables/stages.csv", "times/tables/cells.csv",
					  NULL };

bool publish_is_companion(const struct cell *c, const char *name)
{
	bool is = false;

	for (size_t i = 0; c->stage->id == STAGE_REPORT && companions[i] != NULL; i++)
		is = is || strcmp(companions[i], name) == 0;
	return is;
}

static int add_companions(struct copies *out, struct job *job, size_t cell, struct error *err)
{
	const struct cell *c = &job->plan.cells[cell];

	for (size_t i = 0; c->stage->id == STAGE_REPORT && companions[i] != NULL; i++) {
		char *path = text_format("%s/%s/%s", job->experiment.cache, c->name, companions[i]);

		if (path == NULL)
			return error_memory(err, companions[i]);
		if (!file_exists(path))
			free(path);
		else if (copies_add(out, c->stage->place, companions[i], path, err) < 0)
			return -1;
	}
	return 0;
}

/* Whether a report is up to date is no matter of what goes with it. */
static void leave_companions(struct copies *c, const struct cell *cell)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->count; i++)
		if (publish_is_companion(cell, c->items[i].name))
			copy_release(&c->items[i]);
		else
			c->items[kept++] = c->items[i];
	c->count = kept;
}

/* The manifests of the cells that have one. */
static int add_manifests(struct copies *out, struct job *job, struct error *err)
{
	for (size_t i = 0; i < job->plan.count; i++) {
		const char *cell = job->plan.cells[i].name;
		char *path = text_format("%s/%s/manifest.json", job->experiment.cache, cell);
		char *name = text_format("%s.json", cell);
		bool there = path != NULL && file_exists(path);
		int rc = path == NULL || name == NULL ? error_memory(err, cell)
			 : there                      ? copies_add(out, "manifests", name, path, err)
						      : 0;

		if (!there)
			free(path);
		free(name);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* What a cell publishes; most cells' results stay in the cache. */
static int copies_of(struct copies *out, struct job *job, size_t cell, struct error *err)
{
	const struct stage *stage = job->plan.cells[cell].stage;

	*out = (struct copies){ 0 };
	if (stage->place == NULL)
		return 0;
	if (add_artefacts(out, job, cell, err) < 0 || add_companions(out, job, cell, err) < 0)
		return -1;
	return stage->reader == READER_OF_ALL ? add_manifests(out, job, err) : 0;
}

static char *copy_target(const struct job *job, const struct copy *c)
{
	char *directory = publish_directory(job, c->place), *path = directory ? path_join(directory, c->name) : NULL;

	free(directory);
	return path;
}

static bool is_in_place(struct job *job, const struct copy *c)
{
	char *to = copy_target(job, c), digest[65], found[65];
	struct error ignored;
	bool same = to != NULL && file_exists(to) && digests_of(job->store.digests, c->path, digest, &ignored) == 0 &&
		    digests_of(job->store.digests, to, found, &ignored) == 0 && strcmp(digest, found) == 0;

	free(to);
	return same;
}

/* What a run that was killed had begun to copy there. */
static void sweep_beside(const struct job *job, const struct copy *c)
{
	char *path = copy_target(job, c);
	char *directory = path == NULL ? NULL : text_copy_n(path, (size_t)(path_base(path) - path));

	if (directory != NULL)
		output_sweep(directory);
	free(directory);
	free(path);
}

static int put_in_place(struct job *job, const struct copy *c, struct error *err)
{
	char *directory = publish_directory(job, c->place);
	struct folder folder = { 0 };
	struct mapping map = { "", 0 };
	int rc = directory == NULL ? error_memory(err, c->name) : -1;

	sweep_beside(job, c);
	if (directory != NULL && mapping_open(&map, c->path, err) == 0 && folder_open(&folder, directory, err) == 0)
		rc = output_file(&folder, c->name, map.data, map.size, err);
	mapping_close(&map);
	folder_release(&folder);
	free(directory);
	return rc;
}

static bool is_place(const char *place)
{
	bool known = strcmp(place, "manifests") == 0;

	for (size_t s = 0; !known && s < STAGE_COUNT; s++)
		known = stage_of((enum stage_id)s)->place != NULL &&
			strcmp(stage_of((enum stage_id)s)->place, place) == 0;
	return known;
}

/* The record of what a cell has published, a line each: "report/index.html". */
static int record_read(struct copies *out, const struct job *job, size_t cell, struct error *err)
{
	char *path = text_format("%s/%s/%s", job->experiment.cache, job->plan.cells[cell].name, record_name);
	struct line line = { 0 };
	struct mapping map;
	int rc = path == NULL ? error_memory(err, record_name) : 0;

	*out = (struct copies){ 0 };
	if (path != NULL && file_exists(path) && (rc = mapping_open(&map, path, err)) == 0) {
		while (rc == 0 && line_next(&line, &map)) {
			const char *slash = memchr(line.data, '/', line.length);
			size_t place = slash == NULL ? 0 : (size_t)(slash - line.data);
			char *first = text_copy_n(line.data, place);
			char *rest = slash == NULL ? NULL : text_copy_n(slash + 1, line.length - place - 1);

			/* A record that came with somebody's cache leads nowhere else. */
			if (first != NULL && rest != NULL && is_place(first) && path_leads_down(rest))
				rc = copies_add(out, first, rest, text_copy(""), err);
			free(first);
			free(rest);
		}
		mapping_close(&map);
	}
	free(path);
	return rc;
}

static bool copies_have(const struct copies *all, const struct copy *c)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, c->name) == 0 && strcmp(all->items[i].place, c->place) == 0)
			return true;
	return false;
}

static bool all_in(const struct copies *some, const struct copies *all)
{
	bool in = true;

	for (size_t i = 0; in && i < some->count; i++)
		in = copies_have(all, &some->items[i]);
	return in;
}

/* What is there now and, where `before` is given, was there before. */
static int record_write(struct job *job, const struct copies *now, const struct copies *before, struct error *err)
{
	char *directory = cell_directory(&job->experiment, job->cell);
	struct folder folder = { 0 };
	struct output *o = NULL;
	int rc = -1;

	if (directory == NULL)
		error_memory(err, record_name);
	else if (folder_open(&folder, directory, err) == 0 && output_open(&o, &folder, record_name, err) == 0) {
		for (size_t i = 0; i < now->count; i++)
			output_format(o, "%s/%s\n", now->items[i].place, now->items[i].name);
		for (size_t i = 0; before != NULL && i < before->count; i++)
			if (!copies_have(now, &before->items[i]))
				output_format(o, "%s/%s\n", before->items[i].place, before->items[i].name);
		rc = output_commit(o, err);
	}
	folder_release(&folder);
	free(directory);
	return rc;
}

/* With the folders that are empty without it. */
static void take_away(const struct job *job, const struct copy *c)
{
	char *path = copy_target(job, c), *slash;
	size_t shortest = path == NULL ? 0 : strlen(path) - strlen(c->name);

	if (path != NULL && unlink(path) == 0)
		while ((slash = strrchr(path, '/')) != NULL && (size_t)(slash - path) > shortest) {
			*slash = '\0';
			if (rmdir(path) < 0)
				break;
		}
	free(path);
}

static int claim(struct job *job, struct error *err)
{
	char *published = path_join(job_publish_root(job), "manifests");
	int rc = published == NULL ? error_memory(err, "manifests")
				   : claim_published(&job->experiment, published, err);

	free(published);
	return rc;
}

/* The record names a copy before it is made and after it is taken away, so that
 * a run that is killed leaves none that nobody knows. */
static int bring_up(struct job *job, const struct copies *now, const struct copies *before, struct error *err)
{
	if (claim(job, err) < 0 || (!all_in(now, before) && record_write(job, now, before, err) < 0))
		return -1;
	for (size_t i = 0; i < now->count; i++)
		if (!is_in_place(job, &now->items[i]) && put_in_place(job, &now->items[i], err) < 0)
			return -1;
	for (size_t i = 0; i < before->count; i++)
		if (!copies_have(now, &before->items[i]))
			take_away(job, &before->items[i]);
	return all_in(before, now) ? 0 : record_write(job, now, NULL, err);
}

static void describe(char why[400], const struct job *job, const char *words, const struct copy *c)
{
	char *path = copy_target(job, c);

	snprintf(why, 400, "%s: %.380s", words, path == NULL ? c->name : path);
	free(path);
}

/* Whether all copies are in place and nothing else that the cell published; if
 * not, why. */
static bool is_brought_up(struct job *job, const struct copies *now, const struct copies *before, char why[400])
{
	for (size_t i = 0; i < now->count; i++)
		if (!is_in_place(job, &now->items[i])) {
			describe(why, job, "not published", &now->items[i]);
			return false;
		}
	for (size_t i = 0; i < before->count; i++)
		if (!copies_have(now, &before->items[i])) {
			describe(why, job, "still published", &before->items[i]);
			return false;
		}
	return true;
}

int publish_cell(struct job *job, struct error *err)
{
	struct copies now = { 0 }, before = { 0 };
	char why[400];
	int rc = -1;

	if (copies_of(&now, job, job->index, err) == 0 && record_read(&before, job, job->index, err) == 0)
		rc = is_brought_up(job, &now, &before, why) && all_in(&now, &before)
			     ? 0
			     : bring_up(job, &now, &before, err);
	copies_release(&now);
	copies_release(&before);
	return rc;
}

struct examination publish_examine(struct job *job, size_t cell)
{
	struct examination x = *examine_cell(&job->store, cell, true);
	struct copies now = { 0 }, before = { 0 };
	struct error err;

	if (x.state == CELL_CURRENT &&
	    (copies_of(&now, job, cell, &err) < 0 || record_read(&before, job, cell, &err) < 0)) {
		snprintf(x.why, sizeof x.why, "%.399s", err.text);
		x.state = CELL_OUTDATED;
	} else if (x.state == CELL_CURRENT) {
		leave_companions(&now, &job->plan.cells[cell]);
		leave_companions(&before, &job->plan.cells[cell]);
		if (!is_brought_up(job, &now, &before, x.why))
			x.state = CELL_OUTDATED;
	}
	copies_release(&now);
	copies_release(&before);
	return x;
}
