#include "findings/evidence.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/name.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct side side_of(const struct table *t, size_t row)
{
	struct side s = { 0 };

	record_read(&s, &side_fields, t, row);
	/* A constant representation has points, but is neither linear nor not. */
	s.shape = s.linear >= 0 ? KNOWN_DEFINED : isnan(s.points) ? KNOWN_MISSING : KNOWN_UNDEFINED;
	if (!isnan(s.similarity))
		s.likeness = KNOWN_DEFINED;
	else if (s.linear == 0 || s.shape == KNOWN_UNDEFINED || s.likeness == KNOWN_UNDEFINED)
		s.likeness = KNOWN_UNDEFINED;
	else
		s.likeness = KNOWN_MISSING;
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
		record_read(p, &pair_fields, t, row);
		record_read(p, &change_fields, t, row + 1);
		p->before = side_of(t, row);
		p->after = side_of(t, row + 1);
		p->difference = p->after.accuracy - p->before.accuracy;
		if (fabs(p->difference) < 1e-9) /* what rounding makes of none */
			p->difference = 0;
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
		record_read(&e->transfers[e->transfer_count++], &transfer_fields, t, row);
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

/* What experiment.json says of a subject; NULL without recipes. */
static const char *meaning_of(const struct evidence *e, const char *subject, const char *key)
{
	const json_t *subjects = json_object_get(e->experiment, "subjects"), *name;
	size_t i;

	json_array_foreach(json_object_get(e->experiment, "models"), i,
			   name) if (strcmp(json_string_value(name), subject) ==
				     0) return json_string_value(json_object_get(json_array_get(subjects, i), key));
	return NULL;
}

const char *evidence_model(const struct evidence *e, const char *subject)
{
	const char *model = meaning_of(e, subject, "model");

	return model == NULL ? subject : model;
}

const char *evidence_recipe(const struct evidence *e, const char *subject)
{
	return meaning_of(e, subject, "recipe");
}

/* Those of the first model. */
const char *evidence_recipe_at(const struct evidence *e, size_t i)
{
	const json_t *subjects = json_object_get(e->experiment, "subjects");
	const json_t *first = json_array_get(subjects, 0), *own = json_array_get(subjects, i);
	const char *model = json_string_value(json_object_get(own, "model"));

	if (own == NULL || strcmp(model, json_string_value(json_object_get(first, "model"))) != 0)
		return NULL;
	return json_string_value(json_object_get(own, "recipe"));
}

static bool is_of(const struct evidence *e, const char *subject, const char *recipe)
{
	const char *own = evidence_recipe(e, subject);

	return own != NULL && strcmp(own, recipe) == 0;
}

int evidence_part(struct evidence *out, const struct evidence *e, const char *recipe, struct error *err)
{
	*out = *e;
	out->pairs = array_new(e->pair_count + 1, 1, sizeof *out->pairs);
	out->transfers = array_new(e->transfer_count + 1, 1, sizeof *out->transfers);
	out->runs = array_new(e->run_count + 1, 1, sizeof *out->runs);
	out->pair_count = out->transfer_count = out->run_count = 0;
	if (out->pairs == NULL || out->transfers == NULL || out->runs == NULL) {
		evidence_part_release(out);
		return error_memory(err, "a recipe's results");
	}
	for (size_t i = 0; i < e->pair_count; i++)
		if (is_of(e, e->pairs[i].model, recipe))
			out->pairs[out->pair_count++] = e->pairs[i];
	for (size_t i = 0; i < e->transfer_count; i++)
		if (is_of(e, e->transfers[i].model, recipe))
			out->transfers[out->transfer_count++] = e->transfers[i];
	for (size_t i = 0; i < e->run_count; i++)
		if (is_of(e, e->runs[i].model, recipe))
			out->runs[out->run_count++] = e->runs[i];
	return 0;
}

void evidence_part_release(struct evidence *part)
{
	free(part->pairs);
	free(part->transfers);
	free(part->runs);
	*part = (struct evidence){ 0 };
}

/* The cells that a run's layers are measured in. */
static int find_presence(struct run *r, const struct evidence *e, const json_t *missing, struct error *err)
{
	const char *model = evidence_model(e, r->model), *checkpoint = strrchr(r->state, '-');
	char *run = text_copy_n(r->state, checkpoint == NULL ? 0 : (size_t)(checkpoint - r->state));
	char *cells[] = {
		run == NULL ? NULL : name_path("similarity", model, run, NULL),
		name_path("directprobe", model, "original", r->task, "train", NULL),
		name_path("directprobe", model, r->state, r->task, "train", NULL),
		run == NULL ? NULL : name_path("trajectory", model, run, NULL),
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
static enum known layer_likeness(const struct layer *l)
{
	if (!isnan(l->similarity))
		return KNOWN_DEFINED;
	for (int i = 0; i < 2; i++)
		if (l->linear[i] != 1 && !isnan(l->clusters[i]))
			return KNOWN_UNDEFINED;
	return isnan(l->pairs) ? KNOWN_MISSING : KNOWN_UNDEFINED;
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
		record_read(&layers[row], &layer_fields, t, row);
		layers[row].likeness = layer_likeness(&layers[row]);
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

		record_read(r, &run_fields, t, row);
		record_read(r, &state_fields, t, row);
		if (find_presence(r, e, missing, err) < 0)
			return -1;
		find_layers(r, e->layers, &e->layers_table);
	}
	return 0;
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

/* The claims are decided from the evidence, and so are not there at first. */
static int read_robustness(struct evidence *e, const char *directory, struct error *err)
{
	char *path = path_join(directory, "robustness.csv");
	int rc = path == NULL        ? error_memory(err, directory)
		 : file_exists(path) ? table_read(&e->robustness, path, err)
				     : 0;

	free(path);
	return rc;
}

static int read_experiment(struct evidence *e, const char *directory, struct error *err)
{
	char *path = path_join(directory, "experiment.json");
	int rc = path == NULL ? error_memory(err, directory) : json_read(&e->experiment, path, err);

	e->max_points = (long)json_integer_value(json_object_get(e->experiment, "max_points"));
	e->sampled_all = json_is_true(json_object_get(e->experiment, "sampled_all"));
	if (rc == 0 && json_object_get(e->experiment, "subjects") != NULL)
		rc = record_read_table(&e->recipes, directory, "recipes.csv", err);
	if (rc == 0 && e->recipes.rows > 0)
		rc = read_robustness(e, directory, err);
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
	    record_table_read(&out->table7, &table7_table, directory, err) < 0 ||
	    record_table_read(&out->crosstask, &crosstask_table, directory, err) < 0 ||
	    record_table_read(&out->runs_table, &runs_table, directory, err) < 0 ||
	    record_table_read(&out->layers_table, &layers_table, directory, err) < 0 ||
	    read_experiment(out, directory, err) < 0 || read_pairs(out, "table7.csv", err) < 0 ||
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
	table_release(&e->recipes);
	table_release(&e->robustness);
	json_decref(e->experiment);
	free(e->pairs);
	free(e->transfers);
	free(e->runs);
	free(e->layers);
	*e = (struct evidence){ 0 };
}
