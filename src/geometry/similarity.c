#include "geometry/similarity.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "geometry/authors.h"
#include "geometry/shift.h"
#include "geometry/vectors.h"
#include "num/npy.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The outputs of DirectProbe or of the trajectory in one directory. */
struct source {
	char *path; /* of the distances */
	char *directory;
	struct table distances;
	json_t *summary;       /* or NULL */
	struct labelset names; /* empty without labelset.txt */
	bool has_names;
	bool authors; /* a file in their form: its labels and its missing pairs are in it */
};

static void source_release(struct source *s)
{
	free(s->path);
	free(s->directory);
	table_release(&s->distances);
	json_decref(s->summary);
	labelset_release(&s->names);
	*s = (struct source){ 0 };
}

/* A row must be a pair of labels at a layer, with a distance or an empty cell. */
static int check_row(const struct table *t, size_t row, const char *path, struct error *err)
{
	const char *a = table_text_at(t, row, "label_a"), *b = table_text_at(t, row, "label_b");
	const char *layer = table_text_at(t, row, "layer"), *distance = table_text_at(t, row, "distance");
	const char *why = NULL;
	double value;
	long number;

	if (integer_parse(&number, layer) < 0 || number < 0 || number > INT_MAX)
		why = "layer, expected a number from 0 on";
	else if (a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0)
		why = "label_a and label_b, expected two labels";
	else if (distance[0] != '\0' && (number_parse(&value, distance) < 0 || !(value >= 0.0) || isinf(value)))
		why = "distance, expected a number from 0 on";
	return why == NULL ? 0 : error_set(err, STATUS_INPUT, "%s:%zu: %s", path, row + 2, why);
}

/* Reads distances.csv, or the file of the DirectProbe authors, whose labels the
 * label set beside it may tell apart. */
static int read_distances(struct source *out, const char *path, struct error *err)
{
	struct labelset known = out->names;
	struct table *t = &out->distances;
	int rc = 0;

	out->authors = authors_wrote(path);
	if (out->authors) {
		out->names = (struct labelset){ 0 };
		rc = authors_read(t, &out->names, path, out->has_names ? &known : NULL, err);
		out->has_names = true;
		labelset_release(&known);
		return rc;
	}
	if (table_read(t, path, err) < 0)
		return -1;
	for (const char *const *c = (const char *const[]){ "layer", "label_a", "label_b", "distance", NULL }; *c; c++)
		if (table_column(t, *c) < 0)
			return error_set(err, STATUS_INPUT, "%s: no column %s", path, *c);
	for (size_t r = 0; rc == 0 && r < t->rows; r++)
		rc = check_row(t, r, path, err);
	return rc;
}

/* Reads the distances and what lies beside them. */
static int source_open(struct source *out, const char *distances, struct error *err)
{
	size_t length = (size_t)(path_base(distances) - distances);
	char *summary = NULL, *names = NULL;
	int rc = -1;

	*out = (struct source){ .path = text_copy(distances),
				.directory = length == 0 ? text_copy(".") : text_copy_n(distances, length) };
	if (out->path != NULL && out->directory != NULL) {
		summary = path_join(out->directory, "summary.json");
		names = path_join(out->directory, "labelset.txt");
	}
	if (summary == NULL || names == NULL) {
		error_memory(err, distances);
		goto done;
	}
	out->has_names = file_exists(names);
	if (out->has_names && labelset_read(&out->names, names, err) < 0)
		goto done;
	if (read_distances(out, distances, err) < 0)
		goto done;
	rc = file_exists(summary) ? json_read(&out->summary, summary, err) : 0;
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

	if (distances_of(out, &s->distances, state, layer, all_labels ? &s->names : NULL, s->path, err) < 0)
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

/* Layers, ascending, without repetition. */
struct layers {
	int *items; /* (count) */
	size_t count, capacity;
};

static int layers_add(struct layers *l, int layer)
{
	size_t at = l->count;

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i] == layer)
			return 0;
	if (array_reserve(&l->items, &l->capacity, l->count + 1, sizeof *l->items) < 0)
		return -1;
	for (; at > 0 && l->items[at - 1] > layer; at--)
		l->items[at] = l->items[at - 1];
	l->items[at] = layer;
	l->count++;
	return 0;
}

/* The layers that the summary or the distances name; a layer whose points are all
 * equal has no distances. */
static int layers_of(struct layers *out, const struct source *s, struct error *err)
{
	int column = table_column(&s->distances, "layer"), rc = 0;
	size_t i;
	json_t *o;

	*out = (struct layers){ 0 };
	json_array_foreach(s->summary, i, o) if (rc == 0) rc =
		layers_add(out, (int)json_integer_value(json_object_get(o, "layer")));
	for (size_t r = 0; rc == 0 && r < s->distances.rows; r++)
		rc = layers_add(out, (int)table_number(&s->distances, r, column));
	if (rc == 0 && s->authors)
		rc = layers_add(out, 0);
	if (rc == 0)
		return 0;
	free(out->items);
	return error_memory(err, s->directory);
}

/* The layer that is asked for, which must be there. */
static int choose_layer(int *out, const struct source *s, const struct layer_choice *choice, struct error *err)
{
	struct layers l;
	char list[256] = "";
	size_t used = 0;
	bool found = false;

	if (layers_of(&l, s, err) < 0)
		return -1;
	for (size_t i = 0; i < l.count && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%d", i > 0 ? ", " : " ", l.items[i]);
	for (size_t i = 0; i < l.count; i++)
		if (l.items[i] == choice->layer || (choice->layer == LAYER_LAST && i + 1 == l.count)) {
			*out = l.items[i];
			found = true;
		}
	free(l.items);
	if (found)
		return 0;
	if (l.count == 0)
		return error_set(err, STATUS_INPUT, "%s: no distances", choice->distances);
	return error_set(err, STATUS_INPUT, "--%s %d: %s has the layer%s%s", choice->name, choice->layer,
			 choice->distances, l.count > 1 ? "s" : "", list);
}

int similarity_of(struct similarity *out, const struct layer_choice *a, const struct layer_choice *b,
		  enum pairs_convention convention, uint64_t seed, struct error *err)
{
	struct source x = { 0 }, y = { 0 };
	int layer_x, layer_y, rc = -1;

	if (source_open(&x, a->distances, err) == 0 && source_open(&y, b->distances, err) == 0 &&
	    choose_layer(&layer_x, &x, a, err) == 0 && choose_layer(&layer_y, &y, b, err) == 0)
		rc = compare(out, &x, layer_x, &y, NULL, layer_y, convention, seed, err);
	source_release(&x);
	source_release(&y);
	return rc;
}

static int last_common_layer(int *out, const struct source *a, const struct source *b, struct error *err)
{
	struct layers l;
	size_t count;

	if (layers_of(&l, a, err) < 0)
		return -1;
	count = l.count;
	while (count > 0 && summary_of(b, NULL, l.items[count - 1]) == NULL)
		count--;
	if (count > 0)
		*out = l.items[count - 1];
	free(l.items);
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
	struct layers layers = { 0 };
	int rc = -1;

	if (source_directory(&r.original, original_dir, err) < 0 || source_directory(&r.tuned, tuned_dir, err) < 0 ||
	    source_directory(&r.between, trajectory_dir, err) < 0 || list_states(&r, err) < 0 ||
	    similarities_init(&r.similarity, err) < 0 || table_init(&r.shift, SHIFT_HEADER, err) < 0)
		goto done;
	rc = layers_of(&layers, &r.original, err);
	for (size_t i = 0; rc == 0 && i < layers.count; i++) {
		rc = compare_states(&r, layers.items[i], err);
		if (rc == 0)
			rc = shift_layer(&r, layers.items[i], err);
	}
	if (rc == 0)
		rc = similarities_write(&r.similarity, out, "similarity.csv", err);
	if (rc == 0)
		rc = table_write(&r.shift, out, "shift.csv", err);
done:
	free(layers.items);
	free(r.states);
	similarities_release(&r.similarity);
	table_release(&r.shift);
	source_release(&r.original);
	source_release(&r.tuned);
	source_release(&r.between);
	return rc;
}
