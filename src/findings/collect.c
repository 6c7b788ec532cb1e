#include "findings/collect.h"

#include "base/json.h"
#include "encoder/config.h"
#include "findings/claims.h"
#include "findings/convergence.h"
#include "findings/exploration.h"
#include "findings/gather.h"
#include "findings/merge.h"
#include "findings/results.h"
#include "findings/table7.h"
#include "findings/tables.h"
#include "workflow/elsewhere.h"
#include "workflow/vectors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *name_array(char *const *names, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_string(names[i]));
	return array;
}

static json_t *subject_array(const struct experiment *e)
{
	json_t *array = json_array();

	for (size_t i = 0; i < e->subject_count; i++)
		json_array_append_new(array, json_string(e->subjects[i].name));
	return array;
}

/* The models that are given by their embeddings. */
static json_t *vectors_array(const struct experiment *e)
{
	json_t *array = json_array();

	for (size_t m = 0; m < e->model_count; m++)
		if (vectors_are(e, e->model_names[m]))
			json_array_append_new(array, json_string(e->model_names[m]));
	return array;
}

/* Whether all tasks are of the artificial language. */
static bool is_embedded(const struct experiment *e)
{
	for (size_t k = 0; k < e->task_count; k++)
		if (strcmp(experiment_get(e, "task", "format", NULL, e->task_names[k]), "embedded") != 0)
			return false;
	return e->task_count > 0;
}

static bool has_vectors(const struct experiment *e)
{
	for (size_t m = 0; m < e->model_count; m++)
		if (vectors_are(e, e->model_names[m]))
			return true;
	return false;
}

/* What the names of subjects stand for. */
static json_t *subject_objects(const struct experiment *e)
{
	json_t *array = json_array();

	for (size_t i = 0; i < e->subject_count; i++)
		json_array_append_new(array, json_pack("{s:s, s:s, s:b}", "model", e->subjects[i].model, "recipe",
						       e->subjects[i].recipe, "elsewhere",
						       elsewhere_is(e, e->subjects[i].recipe)));
	return array;
}

static json_t *list_array(const char *list)
{
	json_t *array = json_array();
	char item[128];

	while (list != NULL && list_next(&list, item))
		json_array_append_new(array, json_string(item));
	return array;
}

static json_t *cross_object(const struct experiment *e)
{
	const char *target = experiment_get(e, "cross", "target", NULL, NULL);

	if (target == NULL)
		return json_null();
	return json_pack("{s:s, s:o, s:s?, s:s?}", "target", target, "sources",
			 list_array(experiment_get(e, "cross", "sources", NULL, NULL)), "related",
			 experiment_get(e, "cross", "related", NULL, NULL), "opposing",
			 experiment_get(e, "cross", "opposing", NULL, NULL));
}

/* The largest sample that directprobe takes of a representation, 0 where it takes
 * none; and whether it takes one for every model and task. */
static long sample_size(bool *all, const struct experiment *e)
{
	long most = 0;

	*all = true;
	for (size_t m = 0; m < e->model_count; m++)
		for (size_t k = 0; k < e->task_count; k++) {
			long points = experiment_integer(e, "directprobe", "max_points", e->model_names[m],
							 e->task_names[k]);

			*all = *all && points > 0;
			most = points > most ? points : most;
		}
	return most;
}

static int write_experiment(const struct gather *g, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	const char *title = experiment_get(e, "experiment", "title", NULL, NULL);
	json_t *seeds = json_array(), *object;
	bool all;
	long sample = sample_size(&all, e);
	int rc;

	for (size_t s = 0; s < e->seed_count; s++)
		json_array_append_new(seeds, json_integer(e->seeds[s]));
	object = json_pack("{s:s, s:s, s:o, s:o, s:o, s:I, s:I, s:b, s:s, s:o}", "name", e->name, "title",
			   title == NULL || title[0] == '\0' ? e->name : title, "models", subject_array(e), "tasks",
			   name_array(e->task_names, e->task_count), "seeds", seeds, "checkpoints",
			   (json_int_t)e->checkpoints, "max_points", (json_int_t)sample, "sampled_all",
			   all && sample > 0, "published", experiment_get(e, "experiment", "published", NULL, NULL),
			   "cross", cross_object(e));
	if (object != NULL && is_embedded(e))
		json_object_set_new(object, "embedded", json_true());
	if (object != NULL && has_vectors(e))
		json_object_set_new(object, "vectors", vectors_array(e));
	if (object == NULL ||
	    (e->recipe_count > 0 && json_object_set_new(object, "subjects", subject_objects(e)) < 0))
		return error_memory(err, "experiment.json");
	rc = json_write(g->out, "experiment.json", object, err);
	json_decref(object);
	return rc;
}

/* Examples of labels that training lacks: the sum of an object's counts. */
static long sum_of(const json_t *object)
{
	const char *key;
	json_t *value;
	long sum = 0;

	json_object_foreach((json_t *)object, key, value) sum += (long)json_integer_value(value);
	return sum;
}

/* A row of counts.csv from a prepared task's counts.json. */
static void add_counts(struct table *t, const char *task, const json_t *counts)
{
	table_add(t, task);
	for (size_t k = 1; k < t->columns; k++) {
		const json_t *value = json_object_get(counts, t->header[k]);

		if (json_is_integer(value))
			table_add_integer(t, (long)json_integer_value(value));
		else if (json_is_object(value))
			table_add_integer(t, sum_of(value));
		else
			table_add(t, "");
	}
}

static int write_counts(struct gather *g, struct error *err)
{
	struct table t;
	int rc = table_init(&t, "task,train,test,labels,train_sentences,test_sentences,test_labels,unknown", err);

	for (size_t i = 0; rc == 0 && i < g->plan->count; i++) {
		const struct cell *c = &g->plan->cells[i];
		json_t *counts;

		if (c->stage->id != STAGE_PREPARE || c->task == NULL)
			continue;
		rc = gather_json(&counts, g, i, "counts.json", err);
		if (rc <= 0)
			continue;
		rc = 0;
		add_counts(&t, c->task, counts);
		json_decref(counts);
	}
	if (rc == 0)
		rc = table_write(&t, g->out, "counts.csv", err);
	table_release(&t);
	return rc;
}

/* The encoder that a fine-tuning run wrote last; 0 if it is not there. */
static int read_encoder(json_t **out, struct gather *g, size_t index, struct error *err)
{
	const struct cell *c = &g->plan->cells[index];
	char file[32], *path;

	snprintf(file, sizeof file, "c%02ld/config.json", gather_last(g, c));
	path = gather_file(g, index, file);
	if (path == NULL)
		return 0;
	free(path);
	return gather_json(out, g, index, file, err);
}

static int add_encoder(struct table *t, const char *model, const json_t *config, struct error *err)
{
	struct encoder_shape s;

	if (config_parse(&s, config, "config.json", err) < 0)
		return -1;
	table_add(t, model);
	gather_number(t, (double)s.layers);
	gather_number(t, (double)s.heads);
	gather_number(t, (double)s.hidden);
	gather_number(t, (double)s.intermediate);
	gather_number(t, (double)s.vocabulary);
	gather_number(t, (double)s.positions);
	gather_number(t, s.hidden_dropout);
	gather_number(t, s.attention_dropout);
	return 0;
}

/* A row for each model, from the first of its runs. */
static int write_encoders(struct gather *g, struct error *err)
{
	const char *last = "";
	struct table t;
	int rc = table_init(&t, ENCODERS_HEADER, err);

	for (size_t i = 0; rc == 0 && i < g->plan->count; i++) {
		const struct cell *c = &g->plan->cells[i];
		json_t *config;

		if (c->stage->id != STAGE_FINETUNE || strcmp(c->model, last) == 0)
			continue;
		rc = read_encoder(&config, g, i, err);
		if (rc <= 0)
			continue;
		last = c->model;
		rc = add_encoder(&t, c->model, config, err);
		json_decref(config);
	}
	if (rc == 0)
		rc = table_write(&t, g->out, "encoders.csv", err);
	table_release(&t);
	return rc;
}

/* A row for each run, from what it says it trained. */
static int write_recipes(struct gather *g, struct error *err)
{
	struct table t;
	int rc;

	if (g->plan->experiment->recipe_count == 0)
		return 0;
	rc = table_init(&t, "model,task,seed,method,weights,trained", err);
	for (size_t i = 0; rc == 0 && i < g->plan->count; i++) {
		const struct cell *c = &g->plan->cells[i];
		size_t first = 0;
		json_t *tuning;

		if (c->stage->id != STAGE_FINETUNE)
			continue;
		rc = gather_json(&tuning, g, i, "tuning.json", err);
		if (rc <= 0)
			continue;
		rc = 0;
		table_add(&t, gather_subject(g, c, &first)->name);
		table_add(&t, cell_task(c));
		table_add_integer(&t, c->seed);
		table_add(&t, json_string_value(json_object_get(tuning, "method")));
		table_add_integer(&t, (long)json_integer_value(json_object_get(tuning, "weights")));
		table_add_integer(&t, (long)json_integer_value(json_object_get(tuning, "trained")));
		json_decref(tuning);
	}
	if (rc == 0)
		rc = table_write(&t, g->out, "recipes.csv", err);
	table_release(&t);
	return rc;
}

/* results.csv and the tables that are drawn from it. With recipes subjects.csv is the
 * same with subjects in place of models, the original's rows once for each. */
static int write_results(struct gather *g, const struct context *ctx, struct error *err)
{
	const bool recipes = g->plan->experiment->recipe_count > 0;
	struct table results = { 0 }, subjects = { 0 };
	int rc = table_init(&results, RESULTS_HEADER, err);

	if (rc == 0)
		rc = results_gather(&results, g, err);
	if (rc == 0)
		rc = table_write(&results, g->out, "results.csv", err);
	if (rc == 0 && recipes)
		rc = results_of_subjects(&subjects, g, &results, err);
	if (rc == 0 && recipes)
		rc = table_write(&subjects, g->out, "subjects.csv", err);
	if (rc == 0)
		rc = tables_write(g, recipes ? &subjects : &results, ctx, err);
	table_release(&results);
	table_release(&subjects);
	return rc;
}

int collect_run(const struct plan *plan, const struct collect_input *in, struct folder *out,
		const struct context *ctx, struct error *err)
{
	struct gather g;
	size_t missing;
	int rc = -1;

	context_progress(ctx, "collect", 0, 3, "");
	if (gather_init(&g, plan, in, out, err) < 0)
		return -1;
	if (write_experiment(&g, err) < 0 || write_counts(&g, err) < 0 || write_encoders(&g, err) < 0 ||
	    write_recipes(&g, err) < 0 || convergence_write(&g, ctx, err) < 0 || merge_tables(&g, err) < 0)
		goto done;
	context_progress(ctx, "collect", 1, 3, "merged");
	if (write_results(&g, ctx, err) < 0)
		goto done;
	context_progress(ctx, "collect", 2, 3, "results");
	if (json_write(out, "missing.json", g.missing, err) < 0 || table7_write(out, err) < 0)
		goto done;
	missing = json_array_size(g.missing);
	if (claims_write(&g, err) < 0 || exploration_write(&g, err) < 0)
		goto done;
	/* What was found unreadable on the way. */
	if (json_array_size(g.missing) > missing && json_write(out, "missing.json", g.missing, err) < 0)
		goto done;
	context_progress(ctx, "collect", 3, 3, "claims");
	rc = 0;
done:
	gather_release(&g);
	return rc;
}
