#include "workflow/experiment_check.h"

#include "base/array.h"
#include "encoder/family.h"
#include "workflow/recipe.h"
#include "workflow/stages.h"
#include "workflow/state.h"

#include <stdlib.h>
#include <string.h>

static bool task_known(const struct experiment *e, const char *name)
{
	for (size_t i = 0; i < e->task_count; i++)
		if (strcmp(e->task_names[i], name) == 0)
			return true;
	return false;
}

/* Vectors take the place of an encoder: nothing is trained. */
static int check_vectors(const struct experiment *e, const char *model, struct error *err)
{
	static const char *const others[] = { "path", "layers", "hidden", "heads" };

	for (size_t i = 0; i < 4 && experiment_setting(e, "model", model, "vectors") != NULL; i++)
		if (experiment_setting(e, "model", model, others[i]) != NULL)
			return error_set(err, STATUS_INPUT,
					 "%s: [model %s]: %s beside vectors: expected one of the two", e->path, model,
					 others[i]);
	return 0;
}

/* The family of a model that is pre-trained here, and the width of its embeddings. */
static int check_family(const struct experiment *e, const char *model, struct error *err)
{
	const char *type = experiment_get(e, "model", "family", model, NULL);
	const struct family *family = family_of_type(type);
	long embedding = experiment_integer(e, "model", "embedding", model, NULL);
	char names[256];

	family_names(names, sizeof names);
	if (family == NULL)
		return error_set(err, STATUS_INPUT, "%s: [model %s]: family = %s: expected one of %s", e->path, model,
				 type, names);
	if (embedding != 0 && embedding != experiment_integer(e, "model", "hidden", model, NULL) &&
	    !family_has_size(family, offsetof(struct encoder_shape, embedding)))
		return error_set(err, STATUS_INPUT,
				 "%s: [model %s]: embedding = %ld: %s has embeddings of the hidden size", e->path,
				 model, embedding, type);
	return 0;
}

static int check_models(const struct experiment *e, struct error *err)
{
	if (e->model_count == 0)
		return error_set(err, STATUS_INPUT, "%s: no [model NAME] section", e->path);
	for (size_t i = 0; i < e->model_count; i++) {
		const char *name = e->model_names[i];
		long hidden = experiment_integer(e, "model", "hidden", name, NULL);
		long heads = experiment_integer(e, "model", "heads", name, NULL);

		if (check_vectors(e, name, err) < 0)
			return -1;
		if (!experiment_pretrains(e, name))
			continue;
		if (hidden == 0 || heads == 0 || experiment_integer(e, "model", "layers", name, NULL) == 0)
			return error_set(err, STATUS_INPUT,
					 "%s: [model %s]: expected path, or layers, hidden and heads of a model to "
					 "be pre-trained",
					 e->path, name);
		if (hidden % heads != 0)
			return error_set(err, STATUS_INPUT,
					 "%s: [model %s]: hidden = %ld is not a multiple of heads = %ld", e->path,
					 name, hidden, heads);
		if (check_family(e, name, err) < 0)
			return -1;
	}
	return 0;
}

/* prepare/text is the text that models are pre-trained on. */
static bool takes_the_text(const struct experiment *e, const char *task)
{
	bool pretrained = false;

	for (size_t i = 0; i < e->model_count; i++)
		pretrained = pretrained || experiment_pretrains(e, e->model_names[i]);
	return pretrained && strcmp(task, "text") == 0;
}

static int check_tasks(const struct experiment *e, struct error *err)
{
	if (e->task_count == 0)
		return error_set(err, STATUS_INPUT, "%s: no [task NAME] section", e->path);
	for (size_t i = 0; i < e->task_count; i++) {
		const char *name = e->task_names[i];
		const char *format = experiment_get(e, "task", "format", NULL, name);
		bool files = format != NULL && strcmp(format, "embedded") != 0;
		const char *missing = NULL;

		if (takes_the_text(e, name))
			return error_set(err, STATUS_INPUT,
					 "%s: [task text]: the name stands for the text that models are pre-trained "
					 "on; choose another",
					 e->path);
		if (experiment_get(e, "task", "kind", NULL, name) == NULL)
			missing = "kind";
		else if (format == NULL)
			missing = "format";
		else if (files && experiment_get(e, "task", "train", NULL, name) == NULL)
			missing = "train";
		else if (files && experiment_get(e, "task", "test", NULL, name) == NULL)
			missing = "test";
		if (missing != NULL)
			return error_set(err, STATUS_INPUT, "%s: [task %s]: no %s", e->path, name, missing);
	}
	return 0;
}

static int check_cross(const struct experiment *e, struct error *err)
{
	static const char *const keys[] = { "target", "sources", "related", "opposing" };

	for (size_t k = 0; k < 4; k++) {
		const char *list = experiment_get(e, "cross", keys[k], NULL, NULL);
		char item[LIST_ITEM];

		while (list_next(&list, item))
			if (!task_known(e, item))
				return error_set(err, STATUS_INPUT, "%s: [cross] %s: no task %s", e->path, keys[k],
						 item);
	}
	return 0;
}

/* Checkpoints made elsewhere are not made here, too. */
static int check_from(const struct experiment *e, const char *recipe, struct error *err)
{
	const struct setting *from = experiment_setting(e, "recipe", recipe, "from");

	for (size_t i = 0; from != NULL && i < e->setting_count; i++) {
		const struct setting *s = &e->settings[i];

		if (strcmp(s->section, "recipe") == 0 && strcmp(s->name, recipe) == 0 && s != from &&
		    strcmp(s->key, "checkpoints") != 0)
			return error_set(err, STATUS_INPUT,
					 "%s: [recipe %s]: %s: without effect, from = %s is not trained here",
					 e->path, recipe, s->key, from->value);
	}
	return 0;
}

/* Keys of adapters, of a recipe that has none. */
static int check_recipes(const struct experiment *e, struct error *err)
{
	static const char *const adapters[] = { "rank", "alpha", "targets" };

	for (size_t r = 0; r < e->recipe_count; r++) {
		const char *recipe = e->recipe_names[r];
		const char *method = experiment_tuned(e, "finetune", "method", NULL, NULL, recipe);

		if (check_from(e, recipe, err) < 0)
			return -1;

		for (size_t k = 0; k < 3 && strcmp(method, "lora") != 0; k++)
			if (experiment_setting(e, "recipe", recipe, adapters[k]) != NULL)
				return error_set(
					err, STATUS_INPUT,
					"%s: [recipe %s]: %s: without effect, it is of method = lora, not %s",
					e->path, recipe, adapters[k], method);
	}
	return 0;
}

/* The run of a task by a recipe has a name of its own. */
static int check_run_names(const struct experiment *e, struct error *err)
{
	const size_t count = e->task_count * e->recipe_count;
	char **names = array_new(count + 1, 1, sizeof *names);
	int rc = names == NULL ? error_memory(err, e->path) : 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		names[i] = state_run(e->task_names[i / e->recipe_count], e->recipe_names[i % e->recipe_count], 1);
		if (names[i] == NULL)
			rc = error_memory(err, e->path);
		for (size_t k = 0; rc == 0 && k < i; k++)
			if (strcmp(names[k], names[i]) == 0)
				rc = error_set(
					err, STATUS_INPUT,
					"%s: task %s by recipe %s, and task %s by recipe %s, would have one name: "
					"rename one",
					e->path, e->task_names[k / e->recipe_count],
					e->recipe_names[k % e->recipe_count], e->task_names[i / e->recipe_count],
					e->recipe_names[i % e->recipe_count]);
	}
	for (size_t i = 0; names != NULL && i < count; i++)
		free(names[i]);
	free(names);
	return rc;
}

static int check_launch(const struct experiment *e, struct error *err)
{
	const char *list = experiment_get(e, "launch", "stages", NULL, NULL);
	char item[LIST_ITEM];

	while (list_next(&list, item))
		if (stage_find(item) == NULL)
			return error_set(err, STATUS_INPUT, "%s: [launch] stages: no stage %s", e->path, item);
	return 0;
}

int experiment_check(const struct experiment *e, struct error *err)
{
	return check_models(e, err) < 0 || check_tasks(e, err) < 0 || check_cross(e, err) < 0 ||
			       check_launch(e, err) < 0 || check_recipes(e, err) < 0 || check_run_names(e, err) < 0
		       ? -1
		       : 0;
}

int experiment_check_subjects(const struct experiment *e, struct error *err)
{
	for (size_t i = 0; i < e->subject_count; i++) {
		const struct subject *s = &e->subjects[i];
		struct encoder_shape shape;

		if (!experiment_pretrains(e, s->model))
			continue;
		shape = family_shape(family_of_type(experiment_get(e, "model", "family", s->model, NULL)));
		shape.layers = (size_t)experiment_integer(e, "model", "layers", s->model, NULL);
		if (recipe_check(e, s, &shape, err) < 0)
			return -1;
	}
	return 0;
}
