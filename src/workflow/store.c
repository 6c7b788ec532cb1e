#include "workflow/store.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static struct digests *open_digests(const struct plan *plan)
{
	char *memory = path_join(plan->experiment->cache, "digests");
	struct digests *d = memory == NULL ? NULL : digests_open(memory);

	free(memory);
	return d;
}

int store_open(struct store *out, const struct plan *plan, struct error *err)
{
	*out = (struct store){ .plan = plan, .digests = open_digests(plan) };
	out->manifests = array_new(plan->count, 1, sizeof *out->manifests);
	out->loaded = array_new(plan->count, 1, sizeof *out->loaded);
	out->examined = array_new(plan->count, 1, sizeof *out->examined);
	out->states = array_new(plan->count, 1, sizeof *out->states);
	if (out->digests == NULL || out->manifests == NULL || out->loaded == NULL || out->examined == NULL ||
	    out->states == NULL) {
		store_close(out);
		return error_memory(err, "the store");
	}
	return 0;
}

void store_close(struct store *s)
{
	for (size_t i = 0; s->manifests != NULL && i < s->plan->count; i++)
		json_decref(s->manifests[i]);
	free(s->manifests);
	free(s->loaded);
	free(s->examined);
	free(s->states);
	digests_close(s->digests);
	*s = (struct store){ 0 };
}

char *store_file(const struct store *s, size_t cell, const char *file)
{
	return text_format("%s/%s/%s", s->plan->experiment->cache, s->plan->cells[cell].name, file);
}

char *store_path(const struct store *s, size_t cell, const char *name)
{
	const char *own = s->plan->cells[cell].name;
	size_t length = strlen(own);

	if (strncmp(name, own, length) != 0 || name[length] != '/' || name[length + 1] == '\0' ||
	    !path_leads_down(name + length + 1))
		return NULL;
	return path_join(s->plan->experiment->cache, name);
}

json_t *store_manifest(struct store *s, size_t cell)
{
	struct error ignored;
	char *path;

	if (cell >= s->plan->count)
		return NULL;
	if (!s->loaded[cell]) {
		path = store_file(s, cell, "manifest.json");
		if (path != NULL && file_exists(path))
			json_read(&s->manifests[cell], path, &ignored);
		s->loaded[cell] = true;
		free(path);
	}
	return s->manifests[cell];
}

void store_forget(struct store *s, size_t cell)
{
	json_decref(s->manifests[cell]);
	s->manifests[cell] = NULL;
	s->loaded[cell] = false;
	for (size_t i = 0; i < s->plan->count; i++)
		s->examined[i].done = false;
	s->states_known = false;
}

int store_reread(struct store *s, size_t cell, struct error *err)
{
	store_forget(s, cell);
	digests_close(s->digests);
	s->digests = open_digests(s->plan);
	return s->digests == NULL ? error_memory(err, "digests") : 0;
}

bool store_released(const struct store *s, size_t cell, const char *name)
{
	char *path = store_file(s, cell, "released");
	struct error ignored;
	struct mapping map;
	struct line line = { 0 };
	bool found = false;

	if (path != NULL && file_exists(path) && mapping_open(&map, path, &ignored) == 0) {
		while (!found && line_next(&line, &map))
			found = line.length == strlen(name) && memcmp(line.data, name, line.length) == 0;
		mapping_close(&map);
	}
	free(path);
	return found;
}
