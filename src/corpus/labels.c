#include "corpus/labels.h"

#include "base/array.h"
#include "corpus/lines.h"
#include "corpus/sheet.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int labelset_of(struct labelset *out, const char *const *labels, size_t count, struct error *err)
{
	size_t distinct = 0;

	*out = (struct labelset){ 0 };
	out->names = array_new(count, 1, sizeof *out->names);
	if (out->names == NULL)
		return error_memory(err, "labels");
	memcpy(out->names, labels, count * sizeof *labels);
	qsort(out->names, count, sizeof *out->names, compare);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(out->names[i], out->names[distinct - 1]) != 0)
			out->names[distinct++] = out->names[i];
	for (; out->count < distinct; out->count++) {
		out->names[out->count] = text_copy(out->names[out->count]);
		if (out->names[out->count] == NULL) {
			labelset_release(out);
			return error_memory(err, "labels");
		}
	}
	return 0;
}

int labelset_of_examples(struct labelset *out, const struct examples *e, struct error *err)
{
	const char **labels = array_new(e->count, 1, sizeof *labels);
	int rc;

	if (labels == NULL)
		return error_memory(err, "labels");
	for (size_t i = 0; i < e->count; i++)
		labels[i] = e->items[i].label;
	rc = labelset_of(out, labels, e->count, err);
	free(labels);
	return rc;
}

int labelset_read(struct labelset *out, const char *path, struct error *err)
{
	struct labels lines;
	int rc;

	if (labels_read(&lines, path, err) < 0)
		return -1;
	rc = labelset_of(out, (const char *const *)lines.names, lines.count, err);
	if (rc == 0 && out->count != lines.count) {
		labelset_release(out);
		rc = error_set(err, STATUS_INPUT, "%s: a label stands twice", path);
	}
	labels_release(&lines);
	return rc;
}

int labelset_write(const struct labelset *s, struct folder *folder, const char *name, struct error *err)
{
	return labels_write((const char *const *)s->names, s->count, folder, name, err);
}

int labelset_find(const struct labelset *s, const char *label)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(label, s->names[middle]);

		if (order == 0)
			return (int)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

void labelset_release(struct labelset *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->names[i]);
	free(s->names);
	*s = (struct labelset){ 0 };
}

/* A line's label, in new memory. */
static char *label_copy(const struct line *line, const char *path, struct error *err)
{
	char *text = line_copy_utf8(path, line, false, err), *tab, *label = NULL;

	if (text == NULL)
		return NULL;
	tab = strrchr(text, '\t');
	label = text_copy(text_trim(tab == NULL ? text : tab + 1));
	free(text);
	if (label == NULL) {
		error_memory(err, path);
	} else if (label[0] == '\0') {
		error_set(err, STATUS_INPUT, "%s:%zu: empty label", path, line->number);
		free(label);
		label = NULL;
	}
	return label;
}

int labels_parse(struct labels *out, const struct mapping *text, const char *path, struct error *err)
{
	struct line line = { 0 };
	size_t capacity = 0, quoted = 0;
	int rc = text_check(text, path, err);

	*out = (struct labels){ 0 };
	while (rc == 0 && row_next(&line, text)) {
		char *label = label_copy(&line, path, err);

		quoted += label != NULL && sheet_is_quoted(label);
		if (label == NULL)
			rc = -1;
		else if (array_reserve(&out->names, &capacity, out->count + 1, sizeof *out->names) < 0)
			rc = error_memory(err, path);
		if (rc == 0)
			out->names[out->count++] = label;
		else
			free(label);
	}
	if (rc == 0 && out->count == 0)
		rc = error_set(err, STATUS_INPUT, "%s: no labels", path);
	if (rc == 0 && quoted == out->count)
		rc = error_set(err, STATUS_INPUT, "%s: every label stands in quotes, expected them without", path);
	if (rc < 0)
		labels_release(out);
	return rc;
}

int labels_read(struct labels *out, const char *path, struct error *err)
{
	struct mapping map;
	int rc;

	*out = (struct labels){ 0 };
	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = labels_parse(out, &map, path, err);
	mapping_close(&map);
	return rc;
}

int labels_write(const char *const *names, size_t count, struct folder *folder, const char *name, struct error *err)
{
	struct output *o;

	if (output_open(&o, folder, name, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		output_text(o, names[i]);
		output_text(o, "\n");
	}
	return output_commit(o, err);
}

void labels_release(struct labels *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->names[i]);
	free(l->names);
	*l = (struct labels){ 0 };
}
