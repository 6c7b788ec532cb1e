/* What each stage's cells read. */
#include "workflow/store.h"

#include "base/array.h"
#include "base/file.h"
#include "bert/directory.h"
#include "workflow/layers.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gather {
	struct store *store;
	const struct cell *cell;
	struct inputs *out;
	struct error *err;
};

static int add_input(struct gather *g, const char *name, char *path, size_t producer, const char *sha256)
{
	struct inputs *in = g->out;
	struct input *item;

	if (path == NULL || array_reserve(&in->items, &in->capacity, in->count + 1, sizeof *in->items) < 0) {
		free(path);
		return error_memory(g->err, name);
	}
	item = &in->items[in->count];
	*item = (struct input){ .name = text_copy(name), .path = path, .producer = producer };
	snprintf(item->sha256, sizeof item->sha256, "%s", sha256);
	in->count++;
	return item->name == NULL ? error_memory(g->err, name) : 0;
}

/* The artefacts of a producer whose names match the pattern. */
static int add_artefacts(struct gather *g, size_t producer, const char *pattern)
{
	const struct cell *c = &g->store->plan->cells[producer];
	json_t *manifest = store_manifest(g->store, producer), *subject;
	size_t i, length = strlen(c->name);

	if (manifest == NULL)
		return error_set(g->err, STATUS_INPUT, "%s: needs %s, which has no manifest: make %s", g->cell->name,
				 c->name, c->name);
	json_array_foreach(json_object_get(manifest, "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));
		const char *sha = json_string_value(json_object_get(json_object_get(subject, "digest"), "sha256"));

		char *path = name == NULL || sha == NULL ? NULL : store_path(g->store, producer, name);

		if (path == NULL || fnmatch(pattern, name + length + 1, 0) != 0) {
			free(path);
			continue;
		}
		if (add_input(g, name, path, producer, sha) < 0)
			return -1;
	}
	return 0;
}

/* A file below DATA or MODELS; `where` is "data" or "models". */
static int add_source(struct gather *g, const char *where, const char *file)
{
	const struct experiment *e = g->store->plan->experiment;
	char *name = text_format(file[0] == '/' ? "%s%s" : "%s/%s", where, file);
	char *path = path_join(strcmp(where, "data") == 0 ? e->data : e->models, file);
	char sha256[65];
	int rc = -1;

	if (name == NULL || path == NULL)
		error_memory(g->err, file);
	else if (digests_of(g->store->digests, path, sha256, g->err) == 0)
		rc = add_input(g, name, text_copy(path), NO_PRODUCER, sha256);
	free(name);
	free(path);
	return rc;
}

/* What the report is made with, beside its numbers. */
static int add_assets(struct gather *g)
{
	static const char *const files[] = { "template.html", "style.css", "enhance.js", "paper-table7.csv" };
	int rc = 0;

	for (size_t i = 0; rc == 0 && g->store->assets != NULL && i < sizeof files / sizeof files[0]; i++) {
		char *name = path_join("assets", files[i]), *path = path_join(g->store->assets, files[i]), sha256[65];

		rc = name == NULL || path == NULL ? error_memory(g->err, files[i])
						  : digests_of(g->store->digests, path, sha256, g->err);
		if (rc == 0)
			rc = add_input(g, name, text_copy(path), NO_PRODUCER, sha256);
		free(name);
		free(path);
	}
	return rc;
}

/* The files of a directory below MODELS. Fetching is advice only for what has a
 * name there: a path of the user's own is nowhere to be fetched from. */
static int add_model_source(struct gather *g, const char *below)
{
	const struct experiment *e = g->store->plan->experiment;
	char *directory = path_join(e->models, below);
	struct model_files files = { 0 };
	struct error fault;
	int rc = 0;

	if (directory == NULL)
		return error_memory(g->err, below);
	if (model_files_list(&files, directory, &fault) < 0) {
		rc = error_set(g->err, fault.status, "%s%s%s", fault.text,
			       files.lacking && below[0] != '/' ? ": make fetch EXPERIMENT=" : "",
			       files.lacking && below[0] != '/' ? e->name : "");
	}
	for (size_t i = 0; rc == 0 && i < files.count; i++) {
		char *file = path_join(below, files.names[i]);

		rc = file == NULL ? error_memory(g->err, below) : add_source(g, "models", file);
		free(file);
	}
	model_files_release(&files);
	free(directory);
	return rc;
}

static size_t producer_of(const struct gather *g, enum stage_id stage, enum split split, bool tuned)
{
	const struct plan *p = g->store->plan;

	for (size_t i = 0; i < g->cell->need_count; i++) {
		const struct cell *c = &p->cells[g->cell->needs[i]];

		if (c->stage->id == stage && (split == SPLIT_NONE || c->split == split) &&
		    (stage != STAGE_DIRECTPROBE || g->cell->stage->id != STAGE_SIMILARITY ||
		     (c->checkpoint > 0) == tuned))
			return g->cell->needs[i];
	}
	return NO_PRODUCER;
}

/* The weights a cell starts from: a checkpoint of a run, the model that was
 * pre-trained here, or the directory below MODELS. */
static int add_model(struct gather *g)
{
	const struct experiment *e = g->store->plan->experiment;
	size_t tuned = producer_of(g, STAGE_FINETUNE, SPLIT_NONE, false);
	size_t pretrained = producer_of(g, STAGE_PRETRAIN, SPLIT_NONE, false);
	char pattern[32];

	if (tuned != NO_PRODUCER) {
		snprintf(pattern, sizeof pattern, "c%02ld/*", g->cell->checkpoint);
		return add_artefacts(g, tuned, g->cell->stage->id == STAGE_TRAJECTORY ? "c*/*" : pattern);
	}
	if (pretrained != NO_PRODUCER) {
		if (add_artefacts(g, pretrained, "*.json") < 0 || add_artefacts(g, pretrained, "vocab.txt") < 0)
			return -1;
		return add_artefacts(g, pretrained, "model.safetensors");
	}
	return add_model_source(g, experiment_get(e, "model", "path", g->cell->model, NULL));
}

static int add_task_files(struct gather *g)
{
	const struct experiment *e = g->store->plan->experiment;
	const char *task = g->cell->task;
	const char *train, *test;

	if (task == NULL || strcmp(experiment_get(e, "task", "format", NULL, task), "embedded") == 0)
		return 0;
	train = experiment_get(e, "task", "train", NULL, task);
	test = experiment_get(e, "task", "test", NULL, task);
	if (add_source(g, "data", train) < 0)
		return -1;
	return strcmp(train, test) == 0 ? 0 : add_source(g, "data", test);
}

/* The layers of the given part that the setting names, and the labels. */
static int add_layers(struct gather *g, const char *part, const char *layers)
{
	size_t extract = producer_of(g, STAGE_EXTRACT, SPLIT_NONE, false);
	json_t *manifest = store_manifest(g->store, extract);
	char pattern[64];
	long last = manifest == NULL ? -1 : layers_last(manifest, part);

	for (long l = 0; l <= last; l++) {
		snprintf(pattern, sizeof pattern, "%s/layer%ld.npy", part, l);
		if (layers_has(layers, l, last) && add_artefacts(g, extract, pattern) < 0)
			return -1;
	}
	snprintf(pattern, sizeof pattern, "%s/labels.txt", part);
	return add_artefacts(g, extract, pattern);
}

static int add_probe(struct gather *g)
{
	const struct cell *c = g->cell;
	const char *layers = experiment_get(g->store->plan->experiment, "probe", "layers", c->model, c->task);

	if (add_layers(g, "train", layers) < 0 || add_layers(g, "test", layers) < 0)
		return -1;
	if (!list_has(experiment_get(g->store->plan->experiment, "probe", "kinds", c->model, c->task), "control"))
		return 0;
	if (add_artefacts(g, producer_of(g, STAGE_EXTRACT, SPLIT_NONE, false), "t*/examples.tsv") < 0)
		return -1;
	return add_artefacts(g, producer_of(g, STAGE_PREPARE, SPLIT_NONE, false), "t*.tsv");
}

static int add_trajectory(struct gather *g)
{
	if (add_artefacts(g, producer_of(g, STAGE_PREPARE, SPLIT_NONE, false), "train.tsv") < 0 || add_model(g) < 0 ||
	    add_layers(g, "train", "all") < 0)
		return -1;
	return add_artefacts(g, producer_of(g, STAGE_DIRECTPROBE, SPLIT_NONE, false), "clusters-*.txt");
}

static int add_similarity(struct gather *g)
{
	for (int tuned = 0; tuned < 2; tuned++) {
		size_t producer = producer_of(g, STAGE_DIRECTPROBE, SPLIT_TRAIN, tuned);

		if (add_artefacts(g, producer, "*.csv") < 0 || add_artefacts(g, producer, "centroids-*") < 0 ||
		    add_artefacts(g, producer, "summary.json") < 0 || add_artefacts(g, producer, "labelset.txt") < 0)
			return -1;
	}
	return add_artefacts(g, producer_of(g, STAGE_TRAJECTORY, SPLIT_NONE, false), "*");
}

/* collect reads the tables of every cell that is up to date. */
static int add_collected(struct gather *g)
{
	const struct plan *p = g->store->plan;

	for (size_t i = 0; i < p->count && p->cells[i].stage->id < STAGE_COLLECT; i++) {
		if (store_examine(g->store, i, true)->state != CELL_CURRENT)
			continue;
		if (add_artefacts(g, i, "*.csv") < 0 || add_artefacts(g, i, "*.json") < 0)
			return -1;
	}
	return 0;
}

static int add_drawn(struct gather *g)
{
	const struct plan *p = g->store->plan;

	for (size_t i = 0; i < p->count; i++) {
		bool wanted = p->cells[i].stage->id == STAGE_COLLECT ||
			      (p->cells[i].stage->id == STAGE_FIGURES && g->cell->stage->id == STAGE_REPORT);

		if (wanted && store_manifest(g->store, i) != NULL && add_artefacts(g, i, "*") < 0)
			return -1;
	}
	return 0;
}

/* The report shows every cell's manifest. */
static int add_manifests(struct gather *g)
{
	const struct plan *p = g->store->plan;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->count && p->cells[i].stage->id < STAGE_REPORT; i++) {
		char *name = path_join(p->cells[i].name, "manifest.json");
		char *path = name == NULL ? NULL : path_join(p->experiment->cache, name), sha256[65];

		if (path == NULL)
			rc = error_memory(g->err, p->cells[i].name);
		else if (file_exists(path) && (rc = digests_of(g->store->digests, path, sha256, g->err)) == 0)
			rc = add_input(g, name, text_copy(path), i, sha256);
		free(name);
		free(path);
	}
	return rc;
}

static int add_stage(struct gather *g)
{
	size_t prepare = producer_of(g, STAGE_PREPARE, SPLIT_NONE, false);
	const struct experiment *e = g->store->plan->experiment;

	switch (g->cell->stage->id) {
	case STAGE_PREPARE:
		return add_task_files(g);
	case STAGE_PRETRAIN:
		return add_artefacts(g, prepare, "*");
	case STAGE_FINETUNE:
	case STAGE_EXTRACT:
		return add_artefacts(g, prepare, "t*.tsv") < 0 ? -1 : add_model(g);
	case STAGE_PROBE:
		return add_probe(g);
	case STAGE_DIRECTPROBE:
		if (g->cell->split == SPLIT_TEST)
			return add_layers(g, "test", "last");
		return add_layers(g, "train",
				  experiment_get(e, "directprobe", "layers", g->cell->model, g->cell->task));
	case STAGE_TRAJECTORY:
		return add_trajectory(g);
	case STAGE_DIVERGENCE:
		if (add_artefacts(g, producer_of(g, STAGE_DIRECTPROBE, SPLIT_TRAIN, false), "[dls]*") < 0)
			return -1;
		return add_artefacts(g, producer_of(g, STAGE_DIRECTPROBE, SPLIT_TEST, false), "[dls]*");
	case STAGE_SIMILARITY:
		return add_similarity(g);
	case STAGE_COLLECT:
		return add_collected(g);
	case STAGE_REPORT:
		return add_drawn(g) < 0 || add_manifests(g) < 0 ? -1 : add_assets(g);
	default:
		return add_drawn(g);
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->name, ((const struct input *)b)->name);
}

int inputs_of(struct inputs *out, struct store *s, size_t cell, struct error *err)
{
	struct gather g = { s, &s->plan->cells[cell], out, err };

	*out = (struct inputs){ 0 };
	if (add_stage(&g) < 0) {
		inputs_release(out);
		return -1;
	}
	if (out->count > 0)
		qsort(out->items, out->count, sizeof *out->items, compare_names);
	return 0;
}

void inputs_release(struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++) {
		free(in->items[i].name);
		free(in->items[i].path);
	}
	free(in->items);
	*in = (struct inputs){ 0 };
}
