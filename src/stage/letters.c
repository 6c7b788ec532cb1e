#include "stage/letters.h"

#include "base/array.h"
#include "base/file.h"
#include "figure/faces.h"

#include <stdlib.h>
#include <string.h>

/* The text that has come together. */
struct letters {
	char *text;
	size_t length, capacity;
	bool failed;
};

static void add(struct letters *l, const char *text, size_t length)
{
	if (array_reserve(&l->text, &l->capacity, l->length + length + 1, 1) < 0) {
		l->failed = true;
		return;
	}
	memcpy(l->text + l->length, text, length);
	l->length += length;
	l->text[l->length] = '\0';
}

static void add_labels(struct letters *l, const struct job *job, const struct cell *prepare)
{
	char *directory = cell_directory(&job->experiment, prepare);
	char *path = directory == NULL ? NULL : path_join(directory, "labelset.txt");
	struct error ignored;
	struct mapping map;

	l->failed = l->failed || path == NULL;
	if (path != NULL && file_exists(path) && mapping_open(&map, path, &ignored) == 0) {
		add(l, map.data, map.size);
		mapping_close(&map);
	}
	free(path);
	free(directory);
}

char *letters_of(const struct job *job, bool all)
{
	const struct experiment *e = &job->experiment;
	struct letters l = { 0 };

	add(&l, "", 0);
	for (size_t i = 0; i < e->model_count; i++)
		add(&l, e->model_names[i], strlen(e->model_names[i]));
	for (size_t i = 0; i < e->task_count; i++)
		add(&l, e->task_names[i], strlen(e->task_names[i]));
	for (size_t i = 0; all && i < e->setting_count; i++)
		add(&l, e->settings[i].value, strlen(e->settings[i].value));
	for (size_t i = 0; i < job->plan.count; i++)
		if (job->plan.cells[i].stage->id == STAGE_PREPARE)
			add_labels(&l, job, &job->plan.cells[i]);
	if (l.failed) {
		free(l.text);
		return NULL;
	}
	return l.text;
}

static const char *fonts_of(void *arg, bool pages)
{
	struct job *job = arg;
	char **fonts = &job->fonts[pages], *letters = *fonts == NULL ? letters_of(job, pages) : NULL;

	if (letters != NULL)
		*fonts = faces_used(letters, pages);
	free(letters);
	return *fonts;
}

void letters_offer(struct job *job)
{
	job->store.fonts = fonts_of;
	job->store.fonts_arg = job;
}
