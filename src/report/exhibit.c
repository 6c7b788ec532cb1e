#include "report/exhibit.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

/* A file's name must not lead out of the figure's folder. */
static int read_view(struct view *v, const json_t *item, const char *path, struct error *err)
{
	const char *file = text_of(item, "file"), *model = text_of(item, "model"), *task = text_of(item, "task");
	json_int_t seed = json_integer_value(json_object_get(item, "seed"));

	if (file[0] == '\0' || strchr(file, '/') != NULL)
		return error_set(err, STATUS_INPUT, "%s: file \"%s\", expected the name of a file", path, file);
	v->file = text_copy(file);
	v->title = text_copy(text_of(item, "title"));
	v->caption = text_copy(text_of(item, "caption"));
	if (model[0] == '\0' && task[0] == '\0')
		v->label = text_copy(text_of(item, "title"));
	else if (model[0] == '\0' || task[0] == '\0')
		v->label = text_format("%s%s", model, task);
	else if (seed > 1)
		v->label = text_format("%s, %s, seed %ld", task, model, (long)seed);
	else
		v->label = text_format("%s, %s", task, model);
	v->width = json_number_value(json_object_get(item, "width"));
	v->height = json_number_value(json_object_get(item, "height"));
	if (v->file == NULL || v->title == NULL || v->caption == NULL || v->label == NULL)
		return error_memory(err, path);
	return 0;
}

/* Puts a view behind the last one of its label, so that those of one model and
 * task stand together. */
static void settle(struct exhibit *x, size_t i)
{
	struct view view = x->views[i];
	size_t to = i;

	for (size_t k = 0; k < i; k++)
		if (strcmp(x->views[k].label, view.label) == 0)
			to = k + 1;
	memmove(&x->views[to + 1], &x->views[to], (i - to) * sizeof view);
	x->views[to] = view;
}

static int read_index(struct exhibit *out, const json_t *index, const char *path, struct error *err)
{
	const json_t *drawings = json_object_get(index, "drawings"), *missing = json_object_get(index, "missing");

	out->title = text_copy(text_of(index, "title"));
	out->question = text_copy(text_of(index, "question"));
	out->views = array_new(json_array_size(drawings) + 1, 1, sizeof *out->views);
	out->missing = array_new(json_array_size(missing) + 1, 1, sizeof *out->missing);
	if (out->title == NULL || out->question == NULL || out->views == NULL || out->missing == NULL)
		return error_memory(err, path);
	for (size_t i = 0; i < json_array_size(drawings); i++)
		if (read_view(&out->views[out->count++], json_array_get(drawings, i), path, err) < 0)
			return -1;
	for (size_t i = 0; i < out->count; i++)
		settle(out, i);
	for (size_t i = 0; i < json_array_size(missing); i++) {
		const char *text = json_string_value(json_array_get(missing, i));

		out->missing[out->missing_count] = text_copy(text == NULL ? "" : text);
		if (out->missing[out->missing_count++] == NULL)
			return error_memory(err, path);
	}
	return 0;
}

int exhibit_read(struct exhibit *out, const char *name, const char *directory, struct error *err)
{
	char *path = path_join(directory, "index.json");
	json_t *index = NULL;
	int rc = -1;

	*out = (struct exhibit){ .name = text_copy(name), .directory = text_copy(directory) };
	if (path == NULL || out->name == NULL || out->directory == NULL)
		error_memory(err, name);
	else if (json_read(&index, path, err) == 0)
		rc = read_index(out, index, path, err);
	if (rc < 0)
		exhibit_release(out);
	json_decref(index);
	free(path);
	return rc;
}

size_t exhibit_shown(const struct exhibit *x)
{
	size_t end = x->count > 0 ? 1 : 0;

	while (end < x->count && strcmp(x->views[end].label, x->views[0].label) == 0)
		end++;
	return end;
}

void exhibit_release(struct exhibit *x)
{
	for (size_t i = 0; i < x->count; i++) {
		free(x->views[i].file);
		free(x->views[i].title);
		free(x->views[i].caption);
		free(x->views[i].label);
	}
	for (size_t i = 0; i < x->missing_count; i++)
		free(x->missing[i]);
	free(x->views);
	free(x->missing);
	free(x->name);
	free(x->title);
	free(x->question);
	free(x->directory);
	*x = (struct exhibit){ 0 };
}
