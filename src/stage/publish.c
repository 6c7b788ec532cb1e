#include "stage/publish.h"

#include "base/array.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *publish_directory(const struct job *job, const char *place)
{
	const char *root = options_get(&job->options, "publish");

	return text_format("%s%s%s/%s", root ? root : "", root ? "/" : "", place, job->experiment.name);
}

static bool same_bytes(struct job *job, const char *a, const char *b)
{
	char digest_a[65], digest_b[65];
	struct error ignored;

	return file_exists(a) && digests_of(job->store.digests, a, digest_a, &ignored) == 0 &&
	       digests_of(job->store.digests, b, digest_b, &ignored) == 0 && strcmp(digest_a, digest_b) == 0;
}

int publish_file(struct job *job, const char *place, const char *name, const char *path, struct error *err)
{
	char *directory = publish_directory(job, place), *to = directory ? path_join(directory, name) : NULL;
	struct folder folder = { 0 };
	struct mapping map = { 0 };
	int rc = -1;

	if (to == NULL)
		error_memory(err, name);
	else if (same_bytes(job, to, path))
		rc = 0;
	else if (mapping_open(&map, path, err) == 0 && folder_open(&folder, directory, err) == 0)
		rc = output_file(&folder, name, map.data, map.size, err);
	mapping_close(&map);
	folder_release(&folder);
	free(directory);
	free(to);
	return rc;
}

const char *publish_name(const struct cell *c, const char *artefact)
{
	const char *base = path_base(c->name);

	return artefact + (c->stage->id == STAGE_FIGURES ? (size_t)(base - c->name) : strlen(c->name) + 1);
}

int publish_cell(struct job *job, const char *place, struct error *err)
{
	const json_t *manifest = store_manifest(&job->store, job->index);
	size_t i, length = strlen(job->cell->name) + 1;
	json_t *subject;

	json_array_foreach(json_object_get(manifest, "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));
		char *path = name == NULL || strlen(name) < length ? NULL : path_join(job->experiment.cache, name);
		int rc = path == NULL ? 0 : publish_file(job, place, publish_name(job->cell, name), path, err);

		free(path);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* The place of a stage's results; NULL: they stay in the cache. */
static const char *place_of(const struct cell *c)
{
	return c->stage->id == STAGE_FIGURES ? "figures" : c->stage->id == STAGE_REPORT ? "report" : NULL;
}

bool publish_is_current(struct job *job, size_t cell, char why[400])
{
	const struct cell *c = &job->plan.cells[cell];
	const char *place = place_of(c);
	char *directory = place == NULL ? NULL : publish_directory(job, place);
	size_t i, length = strlen(c->name) + 1;
	json_t *subject;
	bool current = true;

	json_array_foreach(directory == NULL ? NULL : json_object_get(store_manifest(&job->store, cell), "subject"),
			   i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));
		const char *sha256 = json_string_value(json_object_get(json_object_get(subject, "digest"), "sha256"));
		char *copy =
			name == NULL || strlen(name) < length ? NULL : path_join(directory, publish_name(c, name));
		char found[65] = "";
		struct error ignored;

		if (current && copy != NULL && sha256 != NULL &&
		    (digests_of(job->store.digests, copy, found, &ignored) < 0 || strcmp(found, sha256) != 0)) {
			snprintf(why, 400, "not published: %.380s", copy);
			current = false;
		}
		free(copy);
	}
	free(directory);
	return current;
}
