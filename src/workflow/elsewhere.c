#include "workflow/elsewhere.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "encoder/config.h"
#include "text/tokenizer.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static const char *from_of(const struct experiment *e, const char *recipe)
{
	return recipe == NULL ? NULL : experiment_tuned(e, "recipe", "from", NULL, NULL, recipe);
}

bool elsewhere_is(const struct experiment *e, const char *recipe)
{
	return from_of(e, recipe) != NULL;
}

/* `from` with {model}, {task} and {seed} filled in, in new memory. */
static char *fill_in(const char *from, const char *model, const char *task, long seed)
{
	char *out = text_copy(""), number[24];
	const struct {
		const char *name, *value;
	} places[] = { { "{model}", model }, { "{task}", task }, { "{seed}", number } };

	snprintf(number, sizeof number, "%ld", seed);
	while (out != NULL && *from != '\0') {
		const char *value = NULL;
		size_t length = 1;
		char *longer;

		for (size_t i = 0; i < 3; i++)
			if (strncmp(from, places[i].name, strlen(places[i].name)) == 0) {
				value = places[i].value;
				length = strlen(places[i].name);
			}
		longer = value != NULL ? text_format("%s%s", out, value) : text_format("%s%c", out, *from);
		free(out);
		out = longer;
		from += length;
	}
	return out;
}

static int add_state(struct elsewhere *w, size_t *capacity, const struct experiment *e, const char *below, long step,
		     struct error *err)
{
	struct elsewhere_state *s;

	if (array_reserve(&w->states, capacity, w->count + 1, sizeof *w->states) < 0)
		return error_memory(err, below);
	s = &w->states[w->count++];
	*s = (struct elsewhere_state){ text_copy(below), path_join(e->models, below), step };
	return s->below == NULL || s->path == NULL ? error_memory(err, below) : 0;
}

static bool is_model(const char *directory)
{
	bool found = false;

	for (size_t i = 0; !found && config_files[i] != NULL; i++) {
		char *path = path_join(directory, config_files[i]);

		found = path != NULL && file_exists(path);
		free(path);
	}
	return found;
}

/* N of "checkpoint-N"; −1: it is not one. */
static long step_of(const char *name)
{
	static const char begin[] = "checkpoint-";
	long step;

	if (strncmp(name, begin, sizeof begin - 1) != 0 || integer_parse(&step, name + sizeof begin - 1) < 0 ||
	    step < 0)
		return -1;
	return step;
}

static int by_step(const void *a, const void *b)
{
	const struct elsewhere_state *x = a, *y = b;

	return (x->step > y->step) - (x->step < y->step);
}

static int add_folders(struct elsewhere *w, size_t *capacity, const struct experiment *e, const char *below,
		       const char *path, struct error *err)
{
	DIR *d = opendir(path);
	int rc = d == NULL ? error_errno(err, path, "read") : 0;

	for (struct dirent *item; rc == 0 && (item = readdir(d)) != NULL;)
		if (step_of(item->d_name) >= 0) {
			char *inner = path_join(below, item->d_name);

			rc = inner == NULL ? error_memory(err, below)
					   : add_state(w, capacity, e, inner, step_of(item->d_name), err);
			free(inner);
		}
	if (d != NULL)
		closedir(d);
	if (w->count > 0)
		qsort(w->states, w->count, sizeof *w->states, by_step);
	return rc;
}

size_t elsewhere_count(const char *folder)
{
	DIR *d = opendir(folder);
	size_t count = 0;

	for (struct dirent *item; d != NULL && (item = readdir(d)) != NULL;)
		count += step_of(item->d_name) >= 0;
	if (d != NULL)
		closedir(d);
	return count;
}

static int check_count(const struct elsewhere *w, const char *recipe, const char *path, size_t wanted,
		       struct error *err)
{
	if (w->count == wanted)
		return 0;
	if (w->count == 0)
		return error_set(err, STATUS_INPUT,
				 "%s: [recipe %s]: neither a model directory nor folders checkpoint-N", path, recipe);
	return error_set(err, STATUS_INPUT, "%s: [recipe %s]: %zu folders checkpoint-N, but checkpoints = %zu", path,
			 recipe, w->count, wanted);
}

int elsewhere_find(struct elsewhere *out, const struct experiment *e, const char *model, const char *task,
		   const char *recipe, long seed, struct error *err)
{
	const size_t wanted = (size_t)experiment_checkpoints(e, model, task, recipe);
	char *below = fill_in(from_of(e, recipe), model, task, seed);
	char *path = below == NULL ? NULL : path_join(e->models, below);
	size_t capacity = 0;
	int rc;

	*out = (struct elsewhere){ 0 };
	if (path == NULL)
		rc = error_memory(err, recipe);
	else if (!directory_exists(path))
		rc = error_set(err, STATUS_INPUT,
			       "%s: [recipe %s]: no such folder, for task %s on model %s, seed %ld", path, recipe,
			       task, model, seed);
	else if (wanted == 1 && is_model(path))
		rc = add_state(out, &capacity, e, below, 1, err);
	else
		rc = add_folders(out, &capacity, e, below, path, err);
	if (rc == 0)
		rc = check_count(out, recipe, path, wanted, err);
	free(below);
	free(path);
	if (rc < 0)
		elsewhere_release(out);
	return rc;
}

void elsewhere_release(struct elsewhere *w)
{
	for (size_t i = 0; i < w->count; i++) {
		free(w->states[i].below);
		free(w->states[i].path);
	}
	free(w->states);
	*w = (struct elsewhere){ 0 };
}

const char *elsewhere_tokenizer(const struct experiment *e, const char *model, const char *checkpoint, char **kept,
				struct error *err)
{
	const char *original = experiment_get(e, "model", "path", model, NULL);

	*kept = NULL;
	if (tokenizer_is_in(checkpoint))
		return checkpoint;
	if (original == NULL) {
		tokenizer_missing(checkpoint, err);
		return NULL;
	}
	*kept = path_join(e->models, original);
	if (*kept == NULL)
		error_memory(err, original);
	return *kept;
}
