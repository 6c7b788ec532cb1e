#include "report/evidence.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/name.h"
#include "report/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double at(const struct table *t, size_t row, const char *column)
{
	return table_number_at(t, row, column);
}

static struct side side_of(const struct table *t, size_t row)
{
	double linear = at(t, row, "linear");
	const char *state = table_text_at(t, row, "similarity_state");
	struct side s = { .accuracy = at(t, row, "accuracy"),
			  .sd = at(t, row, "std"),
			  .macro_f1 = at(t, row, "macro_f1"),
			  .hidden1 = at(t, row, "hidden1"),
			  .hidden2 = at(t, row, "hidden2"),
			  .clusters = at(t, row, "clusters"),
			  .majority = at(t, row, "majority"),
			  .linear = isnan(linear) ? -1 : linear == 1,
			  .similarity = at(t, row, "train_test_similarity"),
			  .similarity_low = at(t, row, "similarity_low"),
			  .similarity_high = at(t, row, "similarity_high"),
			  .similarity_pairs = at(t, row, "similarity_pairs"),
			  .labels = at(t, row, "labels"),
			  .conflicts = at(t, row, "conflicts"),
			  .runs = at(t, row, "runs"),
			  .examples = at(t, row, "examples"),
			  .points = at(t, row, "points"),
			  .points_total = at(t, row, "points_total") };

	/* A constant representation has points, but is neither linear nor not. */
	s.shape = s.linear >= 0 ? KNOWN_DEFINED : isnan(at(t, row, "points")) ? KNOWN_MISSING : KNOWN_UNDEFINED;
	if (!isnan(s.similarity))
		s.likeness = KNOWN_DEFINED;
	else if (s.linear == 0 || s.shape == KNOWN_UNDEFINED || strcmp(state, "undefined") == 0)
		s.likeness = KNOWN_UNDEFINED;
	return s;
}

/* Two rows make a pair: the original's, then the fine-tuned model's. */
static int read_pairs(struct evidence *e, const char *path, struct error *err)
{
	const struct table *t = &e->table7;

	e->pairs = array_new(t->rows / 2 + 1, 1, sizeof *e->pairs);
	if (e->pairs == NULL)
		return error_memory(err, path);
	for (size_t row = 0; row < t->rows; row += 2) {
		struct pair *p = &e->pairs[e->pair_count++];

		if (row + 1 == t->rows || strcmp(table_text_at(t, row, "variant"), "original") != 0 ||
		    strcmp(table_text_at(t, row + 1, "variant"), "fine-tuned") != 0)
			return error_set(err, STATUS_INPUT,
					 "%s:%zu: expected a row \"original\" and a row \"fine-tuned\"", path,
					 row + 2);
		p->model = table_text_at(t, row, "model");
		p->task = table_text_at(t, row, "task");
		p->before = side_of(t, row);
		p->after = side_of(t, row + 1);
		p->difference = p->after.accuracy - p->before.accuracy;
		p->p_permutation = at(t, row + 1, "p_permutation");
		p->p_mcnemar = at(t, row + 1, "p_mcnemar");
		p->grew = at(t, row + 1, "label_growth");
		p->compared = at(t, row + 1, "labels_compared");
		p->change = at(t, row + 1, "minimum_change");
	}
	return 0;
}

static int read_transfers(struct evidence *e, struct error *err)
{
	const struct table *t = &e->crosstask;

	e->transfers = array_new(t->rows + 1, 1, sizeof *e->transfers);
	if (e->transfers == NULL)
		return error_memory(err, "crosstask.csv");
	for (size_t row = 0; row < t->rows; row++)
		e->transfers[e->transfer_count++] = (struct transfer){ table_text_at(t, row, "model"),
								       table_text_at(t, row, "target"),
								       table_text_at(t, row, "source"),
								       table_text_at(t, row, "role"),
								       at(t, row, "labels"),
								       at(t, row, "grew"),
								       at(t, row, "shrank"),
								       at(t, row, "minimum_change"),
								       at(t, row, "accuracy_before"),
								       at(t, row, "accuracy_after"),
								       at(t, row, "difference"),
								       at(t, row, "p_permutation"),
								       at(t, row, "p_mcnemar"),
								       at(t, row, "majority") };
	return 0;
}

static bool is_missing(const json_t *missing, const char *cell)
{
	size_t i;
	json_t *item;

	json_array_foreach(missing, i,
			   item) if (strcmp(json_string_value(json_object_get(item, "cell")), cell) == 0) return true;
	return false;
}

/* The cells that a run's layers are measured in. */
static int find_presence(struct run *r, const char *state, const json_t *missing, struct error *err)
{
	char *run = text_format("%s-s%ld", r->task, r->seed);
	char *cells[] = {
		run == NULL ? NULL : name_path("similarity", r->model, run, NULL),
		name_path("directprobe", r->model, "original", r->task, "train", NULL),
		name_path("directprobe", r->model, state, r->task, "train", NULL),
		run == NULL ? NULL : name_path("trajectory", r->model, run, NULL),
	};
	bool there[4] = { false };
	int rc = 0;

	for (size_t i = 0; i < 4; i++) {
		if (cells[i] == NULL)
			rc = error_memory(err, r->model);
		else
			there[i] = !is_missing(missing, cells[i]);
		free(cells[i]);
	}
	free(run);
	r->has_similarity = there[0] && there[1] && there[2];
	r->has_scale = there[1] && there[2] && there[3];
	return rc;
}

/* A similarity that is not there is undefined where a state is not separable
 * (or constant), or where there were too few pairs; else it is missing. */
static enum known layer_likeness(const struct table *t, size_t row)
{
	static const char *const sides[][2] = { { "linear_before", "clusters_before" },
						{ "linear_after", "clusters_after" } };

	if (!isnan(at(t, row, "similarity")))
		return KNOWN_DEFINED;
	for (int i = 0; i < 2; i++)
		if (at(t, row, sides[i][0]) != 1 && !isnan(at(t, row, sides[i][1])))
			return KNOWN_UNDEFINED;
	return isnan(at(t, row, "pairs")) ? KNOWN_MISSING : KNOWN_UNDEFINED;
}

static struct layer layer_of(const struct table *t, size_t row)
{
	return (struct layer){ .layer = (long)at(t, row, "layer"),
			       .clusters_before = at(t, row, "clusters_before"),
			       .clusters_after = at(t, row, "clusters_after"),
			       .similarity = at(t, row, "similarity"),
			       .low = at(t, row, "similarity_low"),
			       .high = at(t, row, "similarity_high"),
			       .cka = at(t, row, "cka"),
			       .rsa = at(t, row, "rsa"),
			       .relative_shift = at(t, row, "relative_shift"),
			       .participation = at(t, row, "participation"),
			       .likeness = layer_likeness(t, row),
			       .linear = { at(t, row, "linear_before"), at(t, row, "linear_after") },
			       .linear_train = { at(t, row, "linear_train_before"),
						 at(t, row, "linear_train_after") },
			       .selectivity = { at(t, row, "selectivity_before"), at(t, row, "selectivity_after") },
			       .codelength = { at(t, row, "codelength_before"), at(t, row, "codelength_after") } };
}

/* A run's rows of layers.csv follow one another. */
static void find_layers(struct run *r, struct layer *layers, const struct table *t)
{
	char seed[32];

	snprintf(seed, sizeof seed, "%ld", r->seed);
	for (size_t row = 0; row < t->rows; row++) {
		if (strcmp(table_text(t, row, 0), r->model) != 0 || strcmp(table_text(t, row, 1), r->task) != 0 ||
		    strcmp(table_text(t, row, 2), seed) != 0)
			continue;
		if (r->count++ == 0)
			r->layers = &layers[row];
		layers[row] = layer_of(t, row);
	}
}

static int read_runs(struct evidence *e, const json_t *missing, struct error *err)
{
	const struct table *t = &e->runs_table;

	e->runs = array_new(t->rows + 1, 1, sizeof *e->runs);
	e->layers = array_new(e->layers_table.rows + 1, 1, sizeof *e->layers);
	if (e->runs == NULL || e->layers == NULL)
		return error_memory(err, "runs.csv");
	for (size_t row = 0; row < t->rows; row++) {
		struct run *r = &e->runs[e->run_count++];

		r->model = table_text_at(t, row, "model");
		r->task = table_text_at(t, row, "task");
		r->seed = (long)at(t, row, "seed");
		if (find_presence(r, table_text_at(t, row, "state"), missing, err) < 0)
			return -1;
		find_layers(r, e->layers, &e->layers_table);
	}
	return 0;
}

static int read_table(struct table *out, const char *directory, const char *name, const char *header,
		      struct error *err)
{
	char *path = path_join(directory, name);
	int rc = path == NULL ? error_memory(err, name) : table_read_as(out, path, header, err);

	free(path);
	return rc;
}

int evidence_read_pairs(struct evidence *out, const char *path, struct error *err)
{
	*out = (struct evidence){ 0 };
	if (table_read(&out->table7, path, err) < 0)
		return -1;
	if (read_pairs(out, path, err) < 0) {
		evidence_release(out);
		return -1;
	}
	return 0;
}

static int read_sample(struct evidence *e, const char *directory, struct error *err)
{
	char *path = path_join(directory, "experiment.json");
	json_t *object = NULL;
	int rc = path == NULL ? error_memory(err, directory) : json_read(&object, path, err);

	e->max_points = (long)json_integer_value(json_object_get(object, "max_points"));
	e->sampled_all = json_is_true(json_object_get(object, "sampled_all"));
	json_decref(object);
	free(path);
	return rc;
}

int evidence_read(struct evidence *out, const char *directory, struct error *err)
{
	json_t *missing = NULL;
	char *path = path_join(directory, "missing.json");
	int rc = -1;

	*out = (struct evidence){ 0 };
	if (path == NULL) {
		error_memory(err, directory);
		goto done;
	}
	if (json_read(&missing, path, err) < 0 ||
	    read_table(&out->table7, directory, "table7.csv", TABLE7_HEADER, err) < 0 ||
	    read_table(&out->crosstask, directory, "crosstask.csv", CROSSTASK_HEADER, err) < 0 ||
	    read_table(&out->runs_table, directory, "runs.csv", RUNS_HEADER, err) < 0 ||
	    read_table(&out->layers_table, directory, "layers.csv", LAYERS_HEADER, err) < 0 ||
	    read_sample(out, directory, err) < 0 || read_pairs(out, "table7.csv", err) < 0 ||
	    read_transfers(out, err) < 0 || read_runs(out, missing, err) < 0)
		goto done;
	rc = 0;
done:
	if (rc < 0)
		evidence_release(out);
	json_decref(missing);
	free(path);
	return rc;
}

void evidence_release(struct evidence *e)
{
	table_release(&e->table7);
	table_release(&e->crosstask);
	table_release(&e->runs_table);
	table_release(&e->layers_table);
	free(e->pairs);
	free(e->transfers);
	free(e->runs);
	free(e->layers);
	*e = (struct evidence){ 0 };
}
