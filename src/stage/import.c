#include "stage/import.h"

#include "base/array.h"
#include "base/file.h"
#include "num/npy.h"
#include "workflow/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool import_is_due(const struct job *job)
{
	return job->cell != NULL && vectors_are(&job->experiment, job->cell->model);
}

static char *path_of(const struct experiment *e, const char *model, const char *state, const char *task, bool test,
		     const char *file, struct error *err)
{
	char *below = vectors_below(e, model, state, task, test, file);
	char *path = below == NULL ? NULL : path_join(e->models, below);

	free(below);
	if (path == NULL)
		error_memory(err, file);
	return path;
}

/* A row for each example, without NaN or infinity. */
static int check_rows(const struct npy *n, const char *path, size_t examples, struct error *err)
{
	if (npy_need_rows(n, path, err) < 0)
		return -1;
	if (n->view.rows != examples)
		return error_set(err, STATUS_INPUT, "%s: %zu rows, but the task has %zu examples", path, n->view.rows,
				 examples);
	for (size_t i = 0; i < n->view.rows; i++)
		for (size_t k = 0; k < n->view.columns; k++)
			if (!isfinite(matrix_row(n->view, i)[k]))
				return error_set(err, STATUS_INPUT, "%s: row %zu, column %zu: not a finite number",
						 path, i, k);
	return 0;
}

static int open_layer(struct npy *out, const char *path, size_t examples, struct error *err)
{
	if (npy_open(out, path, err) < 0)
		return -1;
	if (check_rows(out, path, examples, err) == 0)
		return 0;
	npy_close(out);
	return -1;
}

/* labels.txt has a line an example, its label. */
static int check_labels(const char *path, const struct examples *part, struct error *err)
{
	struct mapping map;
	struct line line = { 0 };
	size_t count = 0;
	int rc = 0;

	if (mapping_open(&map, path, err) < 0)
		return -1;
	while (rc == 0 && line_next(&line, &map)) {
		if (count < part->count && (strlen(part->items[count].label) != line.length ||
					    memcmp(part->items[count].label, line.data, line.length) != 0))
			rc = error_set(err, STATUS_INPUT, "%s:%zu: %.*s, but the task’s example is labelled %.100s",
				       path, count + 1, (int)(line.length < 100 ? line.length : 100), line.data,
				       part->items[count].label);
		count++;
	}
	if (rc == 0 && count != part->count)
		rc = error_set(err, STATUS_INPUT, "%s: %zu labels, but the task has %zu examples", path, count,
			       part->count);
	mapping_close(&map);
	return rc;
}

int import_check(const struct experiment *e, const char *model, const char *state, const char *task, bool test,
		 const struct examples *part, struct error *err)
{
	const size_t layers = vectors_layers(e, model, task);
	char *labels = path_of(e, model, state, task, test, "labels.txt", err);
	int rc = labels == NULL ? -1 : check_labels(labels, part, err);

	if (rc == 0 && layers == 0)
		rc = error_set(err, STATUS_INPUT,
			       "[model %s]: vectors: no layer0.npy beside original/%s/train/labels.txt", model, task);
	for (size_t l = 0; rc == 0 && l < layers; l++) {
		char *path;
		struct npy n;

		if (!vectors_need(e, model, task, test, l, layers))
			continue;
		path = path_of(e, model, state, task, test, vectors_layer_file(l).text, err);
		rc = path == NULL ? -1 : open_layer(&n, path, part->count, err);
		if (rc == 0)
			npy_close(&n);
		free(path);
	}
	free(labels);
	return rc;
}

static int write_layer(struct job *job, size_t layer, bool test, size_t examples, struct error *err)
{
	const struct cell *c = job->cell;
	const struct layer_file file = vectors_layer_file(layer);
	char *path = path_of(&job->experiment, c->model, c->state, c->task, test, file.text, err);
	char *name = text_format("%s%s", test ? "test/" : "train/", file.text);
	struct npy n;
	int rc = path == NULL   ? -1
		 : name == NULL ? error_memory(err, file.text)
				: open_layer(&n, path, examples, err);

	if (rc == 0) {
		npy_warn(&n, path, &job->context);
		rc = npy_write(&job->out, name, n.view, err);
		npy_close(&n);
	}
	free(path);
	free(name);
	return rc;
}

static int write_labels(struct job *job, const struct examples *part, bool test, struct error *err)
{
	struct output *o;

	if (output_open(&o, &job->out, test ? "test/labels.txt" : "train/labels.txt", err) < 0)
		return -1;
	for (size_t i = 0; i < part->count; i++) {
		output_text(o, part->items[i].label);
		output_text(o, "\n");
	}
	return output_commit(o, err);
}

int import_part(struct job *job, const char *examples, enum task_kind kind, bool test, const char *layers,
		struct error *err)
{
	const struct cell *c = job->cell;
	struct examples part;
	char *labels;
	int rc;

	if (examples_read(&part, examples, kind, err) < 0)
		return -1;
	labels = path_of(&job->experiment, c->model, c->state, c->task, test, "labels.txt", err);
	rc = labels == NULL ? -1 : check_labels(labels, &part, err);
	while (rc == 0 && *layers != '\0') {
		char *end;

		rc = write_layer(job, strtoul(layers, &end, 10), test, part.count, err);
		layers = *end == ',' ? end + 1 : end;
	}
	if (rc == 0)
		rc = write_labels(job, &part, test, err);
	free(labels);
	examples_release(&part);
	return rc;
}

int import_embeddings(struct embeddings *out, const struct job *job, const char *state, const char *examples,
		      enum task_kind kind, struct error *err)
{
	const struct cell *c = job->cell;
	const size_t layers = vectors_layers(&job->experiment, c->model, c->task);
	struct examples part;
	int rc = 0;

	*out = (struct embeddings){ .layers = array_new(layers + 1, 1, sizeof *out->layers), .layer_count = layers };
	if (out->layers == NULL)
		return error_memory(err, state);
	if (examples_read(&part, examples, kind, err) < 0) {
		embeddings_release(out);
		return -1;
	}
	for (size_t l = 0; rc == 0 && l < layers; l++) {
		char *path =
			path_of(&job->experiment, c->model, state, c->task, false, vectors_layer_file(l).text, err);
		struct npy n;

		rc = path == NULL ? -1 : open_layer(&n, path, part.count, err);
		free(path);
		if (rc < 0)
			break;
		if (out->data == NULL)
			out->data = array_new(layers * part.count, n.view.columns, sizeof *out->data);
		if (out->data == NULL)
			rc = error_memory(err, state);
		else if (l > 0 && n.view.columns != out->layers[0].columns)
			rc = error_set(err, STATUS_INPUT, "%s, layer %zu: %zu dimensions, but layer 0 has %zu", state,
				       l, n.view.columns, out->layers[0].columns);
		else {
			out->layers[l] =
				matrix_of(out->data + l * part.count * n.view.columns, part.count, n.view.columns);
			memcpy(out->layers[l].data, n.view.data, part.count * n.view.columns * sizeof *out->data);
		}
		npy_close(&n);
	}
	examples_release(&part);
	if (rc < 0)
		embeddings_release(out);
	return rc;
}
