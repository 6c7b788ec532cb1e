#include "training/resume.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"
#include "training/resume_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char file_name[] = "resume.bin";

static size_t active_count(const struct trainer *t)
{
	return shape_embedding_rows(&t->model->shape);
}

/* A file and the digest of what went into it. */
struct sealing {
	FILE *file;
	struct sha256 *digest;
};

static void put(struct sealing *s, const void *data, size_t size)
{
	fwrite(data, 1, size, s->file);
	sha256_add(s->digest, data, size);
}

static void put_text(struct sealing *s, const char *text)
{
	const uint64_t length = strlen(text);

	put(s, &length, sizeof length);
	put(s, text, length);
}

static void put_state(struct sealing *s, const struct resume *r, const struct folder *folder)
{
	const struct trainer *t = r->trainer;
	const struct resume_counts counts = { (uint64_t)r->done, t->model->size,     active_count(t),
					      r->loss->filled,   r->results->filled, folder->count };
	const size_t bytes = t->model->size * sizeof(float);

	put(s, RESUME_MAGIC, sizeof RESUME_MAGIC - 1);
	put_text(s, r->inputs);
	put(s, &counts, sizeof counts);
	put(s, t->model->weights, bytes);
	put(s, t->moments1, bytes);
	put(s, t->moments2, bytes);
	put(s, t->active, counts.active);
	for (size_t i = 0; i < r->loss->filled; i++)
		put_text(s, r->loss->cells[i]);
	for (size_t i = 0; i < r->results->filled; i++)
		put_text(s, r->results->cells[i]);
	for (size_t i = 0; i < folder->count; i++) {
		put_text(s, folder->items[i].name);
		put_text(s, folder->items[i].sha256);
	}
}

/* The state, and its digest as a seal behind it. -1 if memory is short; what the
 * file suffers is its own to tell. */
static int write_state(FILE *f, const struct resume *r, const struct folder *folder)
{
	struct sealing s = { f, sha256_new() };
	char seal[65];

	if (s.digest == NULL)
		return -1;
	put_state(&s, r, folder);
	sha256_end(s.digest, seal);
	fwrite(seal, 1, RESUME_SEAL, f);
	return 0;
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
	if (write_state(f, r, folder) < 0) {
		error_memory(err, file_name);
		goto done;
	}
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

static bool same_text(struct resume_text a, const char *b)
{
	return a.length == strlen(b) && memcmp(a.data, b, a.length) == 0;
}

/* Whether a file of the folder has the digest; with `commit` it is committed
 * anew. */
static bool check_artefact(struct resume_text name, struct resume_text digest, struct folder *folder, bool commit,
			   struct error *err)
{
	char *copy = text_copy_n(name.data, name.length), *path = copy != NULL ? path_join(folder->path, copy) : NULL;
	char found[65];
	struct mapping map;
	bool same = false;

	if (path == NULL || mapping_open(&map, path, err) < 0)
		goto done;
	sha256_bytes(found, map.data, map.size);
	same = same_text(digest, found);
	if (same && commit)
		same = output_file(folder, copy, map.data, map.size, err) == 0;
	mapping_close(&map);
done:
	free(copy);
	free(path);
	return same;
}

static bool check_artefacts(const struct resume_view *v, struct folder *folder, bool commit, struct error *err)
{
	struct resume_cursor c = v->texts;
	struct resume_text name, digest;

	for (uint64_t i = 0; i < v->counts.loss_cells + v->counts.result_cells; i++)
		resume_next(&c, &name);
	for (uint64_t i = 0; i < v->counts.artefacts; i++)
		if (!resume_next(&c, &name) || !resume_next(&c, &digest) ||
		    !check_artefact(name, digest, folder, commit, err))
			return false;
	return true;
}

/* A state of which a bit was lost is none. */
static bool is_sealed(const struct mapping *map)
{
	char seal[65];

	if (map->size < RESUME_SEAL)
		return false;
	sha256_bytes(seal, map->data, map->size - RESUME_SEAL);
	return memcmp(seal, map->data + map->size - RESUME_SEAL, RESUME_SEAL) == 0;
}

static bool usable(const struct resume_view *v, const struct resume *r)
{
	return same_text(v->inputs, r->inputs) && v->counts.size == r->trainer->model->size &&
	       v->counts.active == active_count(r->trainer);
}

static void add_cells(struct table *t, struct resume_cursor *c, uint64_t count)
{
	struct resume_text text;

	for (uint64_t i = 0; i < count && resume_next(c, &text); i++)
		table_add_n(t, text.data, text.length);
}

static void take_over(struct resume *r, const struct resume_view *v)
{
	struct trainer *t = r->trainer;
	struct resume_cursor c = v->texts;
	const size_t bytes = (size_t)v->counts.size * sizeof(float);

	memcpy(t->model->weights, v->weights, bytes);
	memcpy(t->moments1, v->moments1, bytes);
	memcpy(t->moments2, v->moments2, bytes);
	memcpy(t->active, v->active, v->counts.active);
	add_cells(r->loss, &c, v->counts.loss_cells);
	add_cells(r->results, &c, v->counts.result_cells);
	r->done = (long)v->counts.done;
}

int resume_read(struct resume *r, struct folder *folder, struct error *err)
{
	char *path = path_join(folder->path, file_name);
	struct error ignored;
	struct mapping map;
	struct resume_view v;
	int rc = 0;

	if (path == NULL)
		return error_memory(err, file_name);
	if (file_exists(path) && mapping_open(&map, path, &ignored) == 0) {
		if (is_sealed(&map) && resume_view(&v, map.data, map.size - RESUME_SEAL) && usable(&v, r) &&
		    check_artefacts(&v, folder, false, &ignored)) {
			rc = check_artefacts(&v, folder, true, err) ? 1 : -1;
			if (rc == 1)
				take_over(r, &v);
		}
		mapping_close(&map);
	}
	free(path);
	return rc;
}

void resume_spend(struct folder *folder)
{
	folder_spend(folder, file_name);
}
