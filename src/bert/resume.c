#include "bert/resume.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char magic[] = "tunescope resume 1\n";
static const char file_name[] = "resume.bin";

struct counts {
	uint64_t done, size, active, loss_cells, result_cells, artefacts;
};

static size_t active_count(const struct trainer *t)
{
	const struct bert_config *c = &t->model->config;

	return c->vocabulary + c->positions + c->types;
}

static void write_text(FILE *f, const char *text)
{
	const uint64_t length = strlen(text);

	fwrite(&length, sizeof length, 1, f);
	fwrite(text, 1, length, f);
}

static void write_state(FILE *f, const struct resume *r, const struct folder *folder)
{
	const struct trainer *t = r->trainer;
	const struct counts counts = { (uint64_t)r->done, t->model->size,     active_count(t),
				       r->loss->filled,   r->results->filled, folder->count };

	fwrite(magic, 1, sizeof magic - 1, f);
	write_text(f, r->inputs);
	fwrite(&counts, sizeof counts, 1, f);
	fwrite(t->model->weights, sizeof(float), t->model->size, f);
	fwrite(t->moments1, sizeof(float), t->model->size, f);
	fwrite(t->moments2, sizeof(float), t->model->size, f);
	fwrite(t->active, 1, counts.active, f);
	for (size_t i = 0; i < r->loss->filled; i++)
		write_text(f, r->loss->cells[i]);
	for (size_t i = 0; i < r->results->filled; i++)
		write_text(f, r->results->cells[i]);
	for (size_t i = 0; i < folder->count; i++) {
		write_text(f, folder->items[i].name);
		write_text(f, folder->items[i].sha256);
	}
}

int resume_write(const struct resume *r, const struct folder *folder, struct error *err)
{
	char *path = path_join(folder->path, file_name);
	char *temporary = path != NULL ? text_format("%s.tmp", path) : NULL;
	FILE *f = NULL;
	int rc = -1;

	if (temporary == NULL) {
		error_memory(err, file_name);
		goto done;
	}
	f = fopen(temporary, "wb");
	if (f == NULL) {
		error_errno(err, path, "write");
		goto done;
	}
	write_state(f, r, folder);
	if (fflush(f) != 0 || ferror(f) || fsync(fileno(f)) < 0) {
		error_errno(err, path, "write");
		goto done;
	}
	rc = fclose(f);
	f = NULL;
	if (rc != 0 || rename(temporary, path) < 0)
		rc = error_errno(err, path, "write");
done:
	if (f != NULL)
		fclose(f);
	if (rc < 0 && temporary != NULL)
		unlink(temporary);
	free(path);
	free(temporary);
	return rc;
}

/* What is left of a mapped file. */
struct cursor {
	const char *at, *end;
};

static const char *take(struct cursor *c, uint64_t size)
{
	const char *at = c->at;

	if (at == NULL || (uint64_t)(c->end - at) < size) {
		c->at = NULL;
		return NULL;
	}
	c->at += size;
	return at;
}

static bool take_text(struct cursor *c, const char **text, size_t *length)
{
	const char *from = take(c, sizeof(uint64_t));
	uint64_t size;

	if (from == NULL)
		return false;
	memcpy(&size, from, sizeof size);
	*text = take(c, size);
	*length = size;
	return *text != NULL;
}

static bool take_cells(struct cursor *c, uint64_t count, struct table *table)
{
	for (uint64_t i = 0; i < count; i++) {
		const char *text;
		size_t length;

		if (!take_text(c, &text, &length))
			return false;
		if (table != NULL)
			table_add_n(table, text, length);
	}
	return true;
}

/* Whether a file of the folder has the digest that follows; with `commit` it is
 * committed anew. */
static bool take_artefact(struct cursor *c, struct folder *folder, bool commit, struct error *err)
{
	const char *name, *digest;
	size_t name_length, digest_length;
	char *copy = NULL, *path = NULL, found[65];
	struct mapping map;
	bool same = false;

	if (!take_text(c, &name, &name_length) || !take_text(c, &digest, &digest_length))
		return false;
	copy = text_copy_n(name, name_length);
	path = copy != NULL ? path_join(folder->path, copy) : NULL;
	if (path == NULL || mapping_open(&map, path, err) < 0)
		goto done;
	sha256_bytes(found, map.data, map.size);
	same = strlen(found) == digest_length && memcmp(found, digest, digest_length) == 0;
	if (same && commit)
		same = output_file(folder, copy, map.data, map.size, err) == 0;
	mapping_close(&map);
done:
	free(copy);
	free(path);
	return same;
}

/* Goes through the file; with `apply` it takes over what it finds. */
static bool read_state(struct resume *r, struct folder *folder, const struct mapping *map, bool apply,
		       struct error *err)
{
	struct cursor c = { map->data, map->data + map->size };
	struct trainer *t = r->trainer;
	struct counts counts;
	const char *text, *weights, *moments1, *moments2, *active;
	size_t length;

	text = take(&c, sizeof magic - 1);
	if (text == NULL || memcmp(text, magic, sizeof magic - 1) != 0)
		return false;
	if (!take_text(&c, &text, &length) || length != strlen(r->inputs) || memcmp(text, r->inputs, length) != 0)
		return false;
	text = take(&c, sizeof counts);
	if (text == NULL)
		return false;
	memcpy(&counts, text, sizeof counts);
	if (counts.size != t->model->size || counts.active != active_count(t))
		return false;
	weights = take(&c, counts.size * sizeof(float));
	moments1 = take(&c, counts.size * sizeof(float));
	moments2 = take(&c, counts.size * sizeof(float));
	active = take(&c, counts.active);
	if (!take_cells(&c, counts.loss_cells, apply ? r->loss : NULL) ||
	    !take_cells(&c, counts.result_cells, apply ? r->results : NULL))
		return false;
	for (uint64_t i = 0; i < counts.artefacts; i++)
		if (!take_artefact(&c, folder, apply, err))
			return false;
	if (c.at != c.end)
		return false;
	if (apply) {
		memcpy(t->model->weights, weights, counts.size * sizeof(float));
		memcpy(t->moments1, moments1, counts.size * sizeof(float));
		memcpy(t->moments2, moments2, counts.size * sizeof(float));
		memcpy(t->active, active, counts.active);
		r->done = (long)counts.done;
	}
	return true;
}

int resume_read(struct resume *r, struct folder *folder, struct error *err)
{
	char *path = path_join(folder->path, file_name);
	struct error ignored;
	struct mapping map;
	int rc = 0;

	if (path == NULL)
		return error_memory(err, file_name);
	if (file_exists(path) && mapping_open(&map, path, &ignored) == 0) {
		if (read_state(r, folder, &map, false, &ignored))
			rc = read_state(r, folder, &map, true, err) ? 1 : -1;
		mapping_close(&map);
	}
	free(path);
	return rc;
}

void resume_remove(const struct folder *folder)
{
	char *path = path_join(folder->path, file_name);

	if (path != NULL)
		unlink(path);
	free(path);
}
