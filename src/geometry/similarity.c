#include "geometry/similarity.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "geometry/authors.h"
#include "geometry/shift.h"
#include "geometry/vectors.h"
#include "num/npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The outputs of DirectProbe or of the trajectory in one directory. */
struct source {
	char *directory;
	struct table distances;
	json_t *summary;       /* or NULL */
	struct labelset names; /* empty without labelset.txt */
	bool has_names;
	bool authors; /* a file in their form: its labels and its missing pairs are in it */
};

static void source_release(struct source *s)
{
	free(s->directory);
	table_release(&s->distances);
	json_decref(s->summary);
	labelset_release(&s->names);
	*s = (struct source){ 0 };
}

/* Reads distances.csv, or the file of the DirectProbe authors. */
static int read_distances(struct source *out, const char *path, struct error *err)
{
	out->authors = authors_wrote(path);
	if (out->authors)
		return authors_read(&out->distances, &out->names, path, err);
	if (table_read(&out->distances, path, err) < 0)
		return -1;
	for (const char *const *c = (const char *const[]){ "layer", "label_a", "label_b", "distance", NULL }; *c; c++)
		if (table_column(&out->distances, *c) < 0)
			return error_set(err, STATUS_INPUT, "%s: no column %s", path, *c);
	return 0;
}

/* Reads the distances and what lies beside them. */
static int source_open(struct source *out, const char *distances, struct error *err)
{
	size_t length = (size_t)(path_base(distances) - distances);
	char *summary = NULL, *names = NULL;
	int rc = -1;

	*out = (struct source){ .directory = length == 0 ? text_copy(".") : text_copy_n(distances, length) };
	if (out->directory != NULL) {
		summary = path_join(out->directory, "summary.json");
		names = path_join(out->directory, "labelset.txt");
	}
	if (summary == NULL || names == NULL) {
		error_memory(err, distances);
		goto done;
	}
	if (read_distances(out, distances, err) < 0)
		goto done;
	if (file_exists(summary) && json_read(&out->summary, summary, err) < 0)
		goto done;
	out->has_names = out->authors || file_exists(names);
	rc = out->has_names && !out->authors ? labelset_read(&out->names, names, err) : 0;
done:
	free(summary);
	free(names);
	if (rc < 0)
		source_release(out);
	return rc;
}

static int source_directory(struct source *out, const char *directory, struct error *err)
{
	char *path = path_join(directory, "distances.csv");
	int rc = path == NULL ? error_memory(err, directory) : source_open(out, path, err);

	free(path);
	if (rc == 0 && out->summary == NULL) {
		rc = error_set(err, STATUS_INPUT, "%s: no summary.json", directory);
		source_release(out);
	}
	return rc;
}

/* A layer's object in summary.json; with a state, that of the state. */
static const json_t *summary_of(const struct source *s, const char *state, int layer)
{
	size_t i;
	json_t *o;

	json_array_foreach(s->summary, i, o)
	{
		const char *name = json_string_value(json_object_get(o, "state"));

		if (json_integer_value(json_object_get(o, "layer")) == layer && json_object_get(o, "layer") != NULL &&
		    (state == NULL || (name != NULL && strcmp(name, state) == 0)))
			return o;
	}
	return NULL;
}

static int source_distances(struct distances *out, const struct source *s, const char *state, int layer,
			    bool all_labels, struct error *err)
{
	const json_t *linear = json_object_get(summary_of(s, state, layer), "linear");

	if (distances_of(out, &s->distances, state, layer, all_labels ? &s->names : NULL, err) < 0)
		return -1;
	out->linear = json_is_boolean(linear) ? json_is_true(linear) : -1;
	return 0;
}

/* Whether it can be told which pairs are missing. */
static bool is_complete(const struct source *s)
{
	return s->authors || (s->has_names && s->summary != NULL);
}

/* A comparison of two layers, of states where the sources have them. */
static int compare(struct similarity *out, const struct source *a, int layer_a, const struct source *b,
		   const char *state_b, int layer_b, enum pairs_convention convention, uint64_t seed,
		   struct error *err)
{
	struct distances x = { 0 }, y = { 0 };
	bool zero = convention == PAIRS_ZERO;
	int rc = -1;

	if (zero && (!is_complete(a) || !is_complete(b)))
		return error_set(
			err, STATUS_INPUT,
			"%s: pairs counted as 0 need summary.json and labelset.txt beside each distances.csv",
			is_complete(a) ? b->directory : a->directory);
	if (source_distances(&x, a, NULL, layer_a, zero, err) == 0 &&
	    source_distances(&y, b, state_b, layer_b, zero, err) == 0)
		rc = distances_compare(out, &x, &y, convention, seed, err);
	distances_release(&x);
	distances_release(&y);
	return rc;
}

int similarity_of(struct similarity *out, const char *distances_a, int layer_a, const char *distances_b, int layer_b,
		  enum pairs_convention convention, uint64_t seed, struct error *err)
{
	struct source a = { 0 }, b = { 0 };
	int rc = -1;

	if (source_open(&a, distances_a, err) == 0 && source_open(&b, distances_b, err) == 0)
		rc = compare(out, &a, layer_a, &b, NULL, layer_b, convention, seed, err);
	source_release(&a);
	source_release(&b);
	return rc;
}

/* Layers of a summary, ascending, without repetition; in new memory. */
static int *layers_of(const struct source *s, size_t *count)
{
	int *layers = array_new(json_array_size(s->summary), 1, sizeof *layers);
	size_t i;
	json_t *o;

	*count = 0;
	if (layers == NULL)
		return NULL;
	json_array_foreach(s->summary, i, o)
	{
		int layer = (int)json_integer_value(json_object_get(o, "layer"));
		size_t at = *count;
		bool known = false;

		for (size_t k = 0; k < *count; k++)
			known |= layers[k] == layer;
		if (known)
			continue;
		for (; at > 0 && layers[at - 1] > layer; at--)
			layers[at] = layers[at - 1];
		layers[at] = layer;
		(*count)++;
	}
	return layers;
}

static int last_common_layer(int *out, const struct source *a, const struct source *b, struct error *err)
{
	size_t count;
	int *layers = layers_of(a, &count);

	if (layers == NULL)
		return error_memory(err, a->directory);
	while (count > 0 && summary_of(b, NULL, layers[count - 1]) == NULL)
		count--;
	*out = count > 0 ? layers[count - 1] : 0;
	free(layers);
	return count > 0 ? 0
			 : error_set(err, STATUS_INPUT, "%s: no layer that %s has too", a->directory, b->directory);
}

int divergence_run(const char *train_dir, const char *test_dir, uint64_t seed, struct folder *out, struct error *err)
{
	struct source train = { 0 }, test = { 0 };
	struct similarities t = { 0 };
	int layer = 0, rc = -1;

	if (source_directory(&train, train_dir, err) < 0 || source_directory(&test, test_dir, err) < 0 ||
	    last_common_layer(&layer, &train, &test, err) < 0 || similarities_init(&t, err) < 0)
		goto done;
	for (int convention = PAIRS_PRESENT; convention <= PAIRS_ZERO; convention++) {
		struct similarity s;

		if (compare(&s, &train, layer, &test, NULL, layer, (enum pairs_convention)convention, seed, err) < 0)
			goto done;
		similarities_add(&t, layer, "train", "test", &s, (enum pairs_convention)convention);
	}
	rc = similarities_write(&t, out, "divergence.csv", err);
done:
	similarities_release(&t);
	source_release(&train);
	source_release(&test);
	return rc;
}

/* The stage similarity on its way. */
struct run {
	struct source original, tuned, between;
	const char *state;
	const char **states; /* (count) the checkpoints in their order, the last `state` */
	size_t count;
	struct similarities similarity;
	struct table shift;
	uint64_t seed;
};

/* The trajectory's states in their order, without the original, and the
 * fine-tuned one last. */
static int list_states(struct run *r, struct error *err)
{
	size_t i;
	json_t *o;

	r->states = array_new(json_array_size(r->between.summary) + 1, 1, sizeof *r->states);
	if (r->states == NULL)
		return error_memory(err, r->between.directory);
	json_array_foreach(r->between.summary, i, o)
	{
		const char *name = json_string_value(json_object_get(o, "state"));
		bool known = name == NULL || strcmp(name, "original") == 0 || strcmp(name, r->state) == 0;

		for (size_t k = 0; k < r->count && !known; k++)
			known = strcmp(r->states[k], name) == 0;
		if (!known)
			r->states[r->count++] = name;
	}
	r->states[r->count++] = r->state;
	return 0;
}

static int compare_states(struct run *r, int layer, struct error *err)
{
	for (size_t i = 0; i < r->count; i++) {
		bool last = i + 1 == r->count;
		const struct source *b = last ? &r->tuned : &r->between;
		const char *state = last ? NULL : r->states[i];
		struct similarity s;

		if (summary_of(b, state, layer) == NULL)
			continue;
		if (compare(&s, &r->original, layer, b, state, layer, PAIRS_PRESENT, r->seed, err) < 0)
			return -1;
		similarities_add(&r->similarity, layer, "original", r->states[i], &s, PAIRS_PRESENT);
	}
	return 0;
}

/* Centroids of a state at a layer; a file that is not there leaves data NULL. */
static int open_centroids(struct npy *out, const struct source *s, const char *state, int layer, struct error *err)
{
	char *path = state == NULL ? text_format("%s/centroids-%d.npy", s->directory, layer)
				   : text_format("%s/centroids-%s-%d.npy", s->directory, state, layer);
	int rc = 0;

	*out = (struct npy){ .map = { "", 0 } };
	if (path == NULL)
		return error_memory(err, s->directory);
	if (file_exists(path))
		rc = npy_open(out, path, err);
	free(path);
	return rc;
}

static int shift_layer(struct run *r, int layer, struct error *err)
{
	struct npy original = { .map = { "", 0 } };
	struct npy *opened = array_new(r->count, 1, sizeof *opened);
	struct matrix *centroids = array_new(r->count, 1, sizeof *centroids);
	const char **states = array_new(r->count, 1, sizeof *states);
	size_t count = 0;
	int rc = open_centroids(&original, &r->original, NULL, layer, err);

	if (rc == 0 && (opened == NULL || centroids == NULL || states == NULL))
		rc = error_memory(err, "the centroids");
	for (size_t i = 0; rc == 0 && original.view.data != NULL && i < r->count; i++) {
		bool last = i + 1 == r->count;

		rc = open_centroids(&opened[i], last ? &r->tuned : &r->between, last ? NULL : r->states[i], layer,
				    err);
		if (rc < 0 || opened[i].view.data == NULL)
			continue;
		if (opened[i].view.rows != original.view.rows || opened[i].view.columns != original.view.columns ||
		    original.view.rows != r->original.names.count)
			rc = error_set(err, STATUS_INPUT, "%s: centroids of layer %d of another shape", r->states[i],
				       layer);
		centroids[count] = opened[i].view;
		states[count++] = r->states[i];
	}
	if (rc == 0)
		rc = shift_rows(&r->shift, layer, &r->original.names, original.view, states, centroids, count, err);
	for (size_t i = 0; opened != NULL && i < r->count; i++)
		if (opened[i].view.data != NULL)
			npy_close(&opened[i]);
	if (original.view.data != NULL)
		npy_close(&original);
	free(opened);
	free(centroids);
	free(states);
	return rc;
}

int similarity_run(const char *original_dir, const char *tuned_dir, const char *state, const char *trajectory_dir,
		   uint64_t seed, struct folder *out, struct error *err)
{
	struct run r = { .state = state, .seed = seed };
	size_t layers = 0;
	int *layer = NULL;
	int rc = -1;

	if (source_directory(&r.original, original_dir, err) < 0 || source_directory(&r.tuned, tuned_dir, err) < 0 ||
	    source_directory(&r.between, trajectory_dir, err) < 0 || list_states(&r, err) < 0 ||
	    similarities_init(&r.similarity, err) < 0 || table_init(&r.shift, SHIFT_HEADER, err) < 0)
		goto done;
	layer = layers_of(&r.original, &layers);
	rc = layer == NULL ? error_memory(err, original_dir) : 0;
	for (size_t i = 0; rc == 0 && i < layers; i++) {
		rc = compare_states(&r, layer[i], err);
		if (rc == 0)
			rc = shift_layer(&r, layer[i], err);
	}
	if (rc == 0)
		rc = similarities_write(&r.similarity, out, "similarity.csv", err);
	if (rc == 0)
		rc = table_write(&r.shift, out, "shift.csv", err);
done:
	free(layer);
	free(r.states);
	similarities_release(&r.similarity);
	table_release(&r.shift);
	source_release(&r.original);
	source_release(&r.tuned);
	source_release(&r.between);
	return rc;
}
