#include "workflow/inputs.h"

#include "base/array.h"
#include "base/file.h"
#include "encoder/directory.h"
#include "text/tokenizer.h"
#include "workflow/elsewhere.h"
#include "workflow/layers.h"
#include "workflow/state.h"
#include "workflow/statement.h"
#include "workflow/vectors.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gather {
	struct store *store;
	const struct cell *cell;
	const enum cell_state *states; /* (cells) of a reader; else NULL */
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

/* Whether a name matches one of the patterns, which are separated by blanks. */
static bool matches(const char *patterns, const char *name)
{
	for (const char *p = patterns; *p != '\0'; p += strspn(p, " ")) {
		size_t length = strcspn(p, " ");
		char pattern[64];

		snprintf(pattern, sizeof pattern, "%.*s", (int)length, p);
		if (fnmatch(pattern, name, 0) == 0)
			return true;
		p += length;
	}
	return false;
}

/* The artefacts of a producer whose names match the patterns. */
static int add_artefacts(struct gather *g, size_t producer, const char *patterns)
{
	const struct cell *c = &g->store->plan->cells[producer];
	const json_t *manifest = store_manifest(g->store, producer);
	struct told_file f;

	if (manifest == NULL)
		return error_set(g->err, STATUS_INPUT, "%s: needs %s, which has no manifest: make %s", g->cell->name,
				 c->name, c->name);
	for (size_t at = 0; statement_next(statement_outputs(manifest), &at, &f);) {
		char *path = f.name == NULL || f.sha256 == NULL ? NULL : store_path(g->store, producer, f.name);

		if (path == NULL || !matches(patterns, f.name + strlen(c->name) + 1)) {
			free(path);
			continue;
		}
		if (add_input(g, f.name, path, producer, f.sha256) < 0)
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
static int add_assets(struct gather *g, const struct reading *r)
{
	static const char *const files[] = { "template.html", "style.css", "enhance.js", "explore.js",
					     "paper-table7.csv" };
	int rc = 0;

	(void)r;
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
static int add_model_source(struct gather *g, const char *below,
			    int (*list)(struct model_files *, const char *, struct error *))
{
	const struct experiment *e = g->store->plan->experiment;
	char *directory = path_join(e->models, below);
	struct model_files files = { 0 };
	struct error fault;
	int rc = 0;

	if (directory == NULL)
		return error_memory(g->err, below);
	if (list(&files, directory, &fault) < 0) {
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

/* The cell of a stage that this one needs; NO_PRODUCER: none. */
static size_t producer_of(const struct gather *g, enum stage_id stage)
{
	for (size_t i = 0; i < g->cell->need_count; i++)
		if (g->store->plan->cells[g->cell->needs[i]].stage->id == stage)
			return g->cell->needs[i];
	return NO_PRODUCER;
}

static int add_cells(struct gather *g, const struct reading *r)
{
	for (size_t i = 0; i < g->cell->need_count; i++)
		if (g->store->plan->cells[g->cell->needs[i]].stage->id == r->stage &&
		    add_artefacts(g, g->cell->needs[i], r->files) < 0)
			return -1;
	return 0;
}

/* A checkpoint that was made elsewhere; one without a tokenizer is read by the original's. */
static int add_checkpoint(struct gather *g, const struct elsewhere_state *s)
{
	const char *original = experiment_get(g->store->plan->experiment, "model", "path", g->cell->model, NULL);

	if (tokenizer_is_in(s->path) || original == NULL)
		return add_model_source(g, s->below, model_files_list);
	if (add_model_source(g, s->below, model_files_list_encoder) < 0)
		return -1;
	return add_model_source(g, original, model_files_list_tokenizer);
}

/* The cell's own, or all up to it. */
static int add_elsewhere(struct gather *g, bool all)
{
	const struct cell *c = g->cell;
	struct elsewhere w;
	int rc = elsewhere_find(&w, g->store->plan->experiment, c->model, c->source, c->recipe, c->seed, g->err);

	for (size_t i = all ? 0 : (size_t)c->checkpoint - 1; rc == 0 && i < (size_t)c->checkpoint; i++)
		rc = add_checkpoint(g, &w.states[i]);
	elsewhere_release(&w);
	return rc;
}

/* One part of a state's embeddings that were made elsewhere. */
static int add_part(struct gather *g, const char *state, bool test)
{
	const struct experiment *e = g->store->plan->experiment;
	const struct cell *c = g->cell;
	const size_t layers = vectors_layers(e, c->model, c->task);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i <= layers; i++) {
		const struct layer_file file = vectors_layer_file(i);
		char *below;

		if (i < layers && !vectors_need(e, c->model, c->task, test, i, layers))
			continue;
		below = vectors_below(e, c->model, state, c->task, test, i < layers ? file.text : "labels.txt");

		rc = below == NULL ? error_memory(g->err, state) : add_source(g, "models", below);
		free(below);
	}
	return rc;
}

/* Both parts of the cell's own state; or the training parts of all up to it. */
static int add_vectors(struct gather *g, bool all)
{
	const struct cell *c = g->cell;
	int rc = 0;

	if (!all)
		return add_part(g, c->state, false) < 0 ? -1 : add_part(g, c->state, true);
	for (long i = 1; rc == 0 && i <= c->checkpoint; i++) {
		char *state = state_name(c->source, c->recipe, c->seed, i);

		rc = state == NULL ? error_memory(g->err, c->name) : add_part(g, state, false);
		free(state);
	}
	return rc;
}

/* The weights a cell starts from: a checkpoint of a run (or all of them), the model
 * that was pre-trained here, or the directory below MODELS. */
static int add_model(struct gather *g, const struct reading *r)
{
	size_t tuned = producer_of(g, STAGE_FINETUNE), pretrained = producer_of(g, STAGE_PRETRAIN);
	char pattern[32];

	if (vectors_are(g->store->plan->experiment, g->cell->model))
		return add_vectors(g, r->kind == READS_MODELS);
	if (g->cell->checkpoint > 0 && elsewhere_is(g->store->plan->experiment, g->cell->recipe))
		return add_elsewhere(g, r->kind == READS_MODELS);
	if (tuned != NO_PRODUCER) {
		snprintf(pattern, sizeof pattern, "%s/*",
			 r->kind == READS_MODELS ? "c*" : state_checkpoint_name(g->cell->checkpoint).text);
		return add_artefacts(g, tuned, pattern);
	}
	if (pretrained != NO_PRODUCER)
		return add_artefacts(g, pretrained, "*.json vocab.txt model.safetensors");
	return add_model_source(g, experiment_get(g->store->plan->experiment, "model", "path", g->cell->model, NULL),
				model_files_list);
}

static int add_task_files(struct gather *g, const struct reading *r)
{
	const struct experiment *e = g->store->plan->experiment;
	const char *task = g->cell->task;
	const char *train, *test;

	(void)r;
	if (task == NULL || strcmp(experiment_get(e, "task", "format", NULL, task), "embedded") == 0)
		return 0;
	train = experiment_get(e, "task", "train", NULL, task);
	test = experiment_get(e, "task", "test", NULL, task);
	if (add_source(g, "data", train) < 0)
		return -1;
	return strcmp(train, test) == 0 ? 0 : add_source(g, "data", test);
}

/* The layers of a part that the parameter or the list names, and the labels. */
static int add_layers(struct gather *g, const struct reading *r)
{
	const struct experiment *e = g->store->plan->experiment;
	const char *own = experiment_get(e, r->layers, "layers", g->cell->model, g->cell->task);
	size_t extract = producer_of(g, r->stage);
	const json_t *manifest = store_manifest(g->store, extract);
	long last = manifest == NULL ? -1 : layers_last(manifest, r->files);
	char pattern[64];

	for (long l = 0; l <= last; l++) {
		snprintf(pattern, sizeof pattern, "%s/layer%ld.npy", r->files, l);
		if (layers_has(own == NULL ? r->layers : own, l, last) && add_artefacts(g, extract, pattern) < 0)
			return -1;
	}
	snprintf(pattern, sizeof pattern, "%s/labels.txt", r->files);
	return add_artefacts(g, extract, pattern);
}

static int add_current(struct gather *g, const struct reading *r)
{
	const struct plan *p = g->store->plan;

	for (size_t i = 0; i < p->count; i++)
		if (!stage_reads_all(p->cells[i].stage) && g->states[i] == CELL_CURRENT &&
		    add_artefacts(g, i, r->files) < 0)
			return -1;
	return 0;
}

static int add_results(struct gather *g, const struct reading *r)
{
	const struct plan *p = g->store->plan;

	for (size_t i = 0; i < p->count; i++)
		if (p->cells[i].stage->id == r->stage && store_manifest(g->store, i) != NULL &&
		    add_artefacts(g, i, "*") < 0)
			return -1;
	return 0;
}

/* The report shows every cell's manifest. */
static int add_manifests(struct gather *g, const struct reading *r)
{
	const struct plan *p = g->store->plan;
	int rc = 0;

	(void)r;
	for (size_t i = 0; rc == 0 && i < p->count && &p->cells[i] != g->cell; i++) {
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

static int (*const add[])(struct gather *, const struct reading *) = {
	[READS_DATA] = add_task_files, [READS_CELLS] = add_cells,         [READS_MODEL] = add_model,
	[READS_MODELS] = add_model,    [READS_LAYERS] = add_layers,       [READS_CURRENT] = add_current,
	[READS_RESULTS] = add_results, [READS_MANIFESTS] = add_manifests, [READS_ASSETS] = add_assets,
};

/* Whether the cell reads so at all. */
static bool applies(const struct gather *g, const struct reading *r)
{
	const struct cell *c = g->cell;

	if (r->of != SPLIT_NONE && r->of != c->split)
		return false;
	return r->only == NULL ||
	       list_has(experiment_get(g->store->plan->experiment, c->stage->name, "kinds", c->model, c->task),
			r->only);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->name, ((const struct input *)b)->name);
}

int inputs_of(struct inputs *out, struct store *s, size_t cell, const enum cell_state *states, struct error *err)
{
	struct gather g = { s, &s->plan->cells[cell], states, out, err };

	*out = (struct inputs){ 0 };
	for (const struct reading *r = g.cell->stage->readings; r->kind != READS_NOTHING; r++)
		if (applies(&g, r) && add[r->kind](&g, r) < 0) {
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
