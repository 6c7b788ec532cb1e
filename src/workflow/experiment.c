#include "workflow/experiment.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "workflow/parameters.h"
#include "workflow/stages.h"

#include <ctype.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct experiment *e;
	char fault[512]; /* the first; "" while there is none */
};

/* "model bert-base" has the kind "model" and the name "bert-base". */
static const char *section_name(const char *section, char kind[32])
{
	size_t n = strcspn(section, " ");

	snprintf(kind, 32, "%.*s", (int)n, section);
	return section[n] == '\0' ? NULL : section + n + 1;
}

static bool name_valid(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("._-", *p) == NULL)
			return false;
	return name[0] != '\0' && name[0] != '.' && name[0] != '-';
}

/* Adds the name of a model or task section where it is new. */
static int add_name(char ***names, size_t *count, const char *name)
{
	size_t capacity = *count;
	char *copy;

	for (size_t i = 0; i < *count; i++)
		if (strcmp((*names)[i], name) == 0)
			return 0;
	copy = text_copy(name);
	if (copy == NULL || array_reserve(names, &capacity, *count + 1, sizeof **names) < 0) {
		free(copy);
		return -1;
	}
	(*names)[(*count)++] = copy;
	return 0;
}

static int check_section(struct reader *r, const char *section, char kind[32])
{
	const char *name = section_name(section, kind);
	bool named = strcmp(kind, "model") == 0 || strcmp(kind, "task") == 0;

	if (!parameter_section_known(kind) || named != (name != NULL)) {
		snprintf(r->fault, sizeof r->fault, "unknown section [%s]", section);
		return -1;
	}
	if (!named)
		return 0;
	if (!name_valid(name)) {
		snprintf(r->fault, sizeof r->fault, "[%s]: a name holds letters, digits and . _ - only", section);
		return -1;
	}
	if (strcmp(kind, "model") == 0)
		return add_name(&r->e->model_names, &r->e->model_count, name);
	return add_name(&r->e->task_names, &r->e->task_count, name);
}

static const struct setting *setting_find(const struct experiment *e, const char *section, const char *key)
{
	for (size_t i = 0; i < e->setting_count; i++)
		if (strcmp(e->settings[i].section, section) == 0 && strcmp(e->settings[i].key, key) == 0)
			return &e->settings[i];
	return NULL;
}

/* inih calls this for every key; 0 marks the line as faulty. */
static int read_setting(void *user, const char *section, const char *key, const char *value)
{
	struct reader *r = user;
	struct experiment *e = r->e;
	const struct parameter *p;
	char kind[32], why[160];
	struct setting *s;

	if (r->fault[0] != '\0')
		return 0;
	if (check_section(r, section, kind) < 0)
		return 0;
	p = parameter_resolve(kind, key);
	if (p == NULL) {
		const char *near = parameter_suggest(kind, key);

		snprintf(r->fault, sizeof r->fault, "unknown key %s in [%s]%s%s%s", key, section,
			 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
		return 0;
	}
	if (setting_find(e, section, key) != NULL) {
		snprintf(r->fault, sizeof r->fault, "%s stands twice in [%s]", key, section);
		return 0;
	}
	if (array_reserve(&e->settings, &e->setting_capacity, e->setting_count + 1, sizeof *e->settings) < 0)
		return 0;
	s = &e->settings[e->setting_count];
	*s = (struct setting){ text_copy(section), text_copy(key), parameter_normal(p, value, why) };
	e->setting_count++;
	if (s->value == NULL || s->section == NULL || s->key == NULL) {
		snprintf(r->fault, sizeof r->fault, "%s = %s: %s", key, value, why);
		return 0;
	}
	return 1;
}

/* The value in [<kind> NAME], written bare or with its section before it. */
static const char *get_override(const struct experiment *e, const char *kind, const char *name, const char *section,
				const char *key)
{
	char full[128], dotted[128];
	const struct setting *s;

	snprintf(full, sizeof full, "%s %s", kind, name);
	snprintf(dotted, sizeof dotted, "%s.%s", section, key);
	s = setting_find(e, full, dotted);
	if (s == NULL && parameter_resolve(kind, key) == parameter_find(section, key))
		s = setting_find(e, full, key);
	return s == NULL ? NULL : s->value;
}

const char *experiment_get(const struct experiment *e, const char *section, const char *key, const char *model,
			   const char *task)
{
	const struct parameter *p = parameter_find(section, key);
	const char *value = NULL;
	const struct setting *s;

	if (task != NULL)
		value = get_override(e, "task", task, section, key);
	if (value == NULL && model != NULL)
		value = get_override(e, "model", model, section, key);
	if (value != NULL)
		return value;
	s = setting_find(e, section, key);
	return s != NULL ? s->value : p == NULL ? NULL : p->value;
}

double experiment_number(const struct experiment *e, const char *section, const char *key, const char *model,
			 const char *task)
{
	const char *value = experiment_get(e, section, key, model, task);

	return value == NULL ? 0 : strtod(value, NULL);
}

long experiment_integer(const struct experiment *e, const char *section, const char *key, const char *model,
			const char *task)
{
	const char *value = experiment_get(e, section, key, model, task);

	return value == NULL ? 0 : strtol(value, NULL, 10);
}

bool experiment_flag(const struct experiment *e, const char *section, const char *key, const char *model,
		     const char *task)
{
	const char *value = experiment_get(e, section, key, model, task);

	return value != NULL && strcmp(value, "yes") == 0;
}

bool list_next(const char **list, char item[128])
{
	size_t n;

	if (*list == NULL || **list == '\0')
		return false;
	n = strcspn(*list, ",");
	snprintf(item, 128, "%.*s", (int)n, *list);
	*list += n;
	while (**list == ',' || **list == ' ')
		(*list)++;
	return true;
}

bool list_has(const char *list, const char *name)
{
	char item[128];

	while (list_next(&list, item))
		if (strcmp(item, name) == 0)
			return true;
	return false;
}

static bool task_known(const struct experiment *e, const char *name)
{
	for (size_t i = 0; i < e->task_count; i++)
		if (strcmp(e->task_names[i], name) == 0)
			return true;
	return false;
}

static int check_models(const struct experiment *e, struct error *err)
{
	if (e->model_count == 0)
		return error_set(err, STATUS_INPUT, "%s: no [model NAME] section", e->path);
	for (size_t i = 0; i < e->model_count; i++) {
		const char *name = e->model_names[i];
		long hidden = experiment_integer(e, "model", "hidden", name, NULL);
		long heads = experiment_integer(e, "model", "heads", name, NULL);

		if (experiment_get(e, "model", "path", name, NULL) != NULL)
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
	}
	return 0;
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
		char item[128];

		while (list_next(&list, item))
			if (!task_known(e, item))
				return error_set(err, STATUS_INPUT, "%s: [cross] %s: no task %s", e->path, keys[k],
						 item);
	}
	return 0;
}

static int read_seeds(struct experiment *e, struct error *err)
{
	const char *list = experiment_get(e, "finetune", "seeds", NULL, NULL);
	size_t capacity = 0;
	char item[128];

	while (list_next(&list, item)) {
		long seed;

		if (integer_parse(&seed, item) < 0 || seed < 1)
			return error_set(err, STATUS_INPUT, "%s: [finetune] seeds: %s is no whole number from 1 on",
					 e->path, item);
		for (size_t i = 0; i < e->seed_count; i++)
			if (e->seeds[i] == seed)
				return error_set(err, STATUS_INPUT, "%s: [finetune] seeds: %ld stands twice", e->path,
						 seed);
		if (array_reserve(&e->seeds, &capacity, e->seed_count + 1, sizeof *e->seeds) < 0)
			return error_memory(err, e->path);
		e->seeds[e->seed_count++] = seed;
	}
	if (e->seed_count == 0)
		return error_set(err, STATUS_INPUT, "%s: [finetune] seeds: none given", e->path);
	return 0;
}

static int set_places(struct experiment *e, const char *path, const char *cache, const char *data, const char *models,
		      struct error *err)
{
	const char *base = path_base(path);
	size_t length = strlen(base);

	if (length > 4 && strcmp(base + length - 4, ".ini") == 0)
		length -= 4;
	e->path = text_copy(path);
	e->name = text_copy_n(base, length);
	e->data = text_copy(data ? data : "data");
	e->models = text_copy(models ? models : "models");
	if (e->path == NULL || e->name == NULL || e->data == NULL || e->models == NULL)
		return error_memory(err, path);
	if (!name_valid(e->name))
		return error_set(err, STATUS_INPUT, "%s: the file's name holds letters, digits and . _ - only", path);
	e->cache = path_join(cache ? cache : "cache", e->name);
	return e->cache == NULL ? error_memory(err, path) : 0;
}

static int check_launch(const struct experiment *e, struct error *err)
{
	const char *list = experiment_get(e, "launch", "stages", NULL, NULL);
	char item[128];

	while (list_next(&list, item))
		if (stage_find(item) == NULL)
			return error_set(err, STATUS_INPUT, "%s: [launch] stages: no stage %s", e->path, item);
	return 0;
}

int experiment_read(struct experiment *out, const char *path, const char *cache, const char *data, const char *models,
		    struct error *err)
{
	struct reader r = { .e = out };
	int line;

	*out = (struct experiment){ 0 };
	if (set_places(out, path, cache, data, models, err) < 0)
		goto fail;
	line = ini_parse(path, read_setting, &r);
	if (line == -1) {
		error_errno(err, path, "read");
		goto fail;
	}
	if (line != 0) {
		error_set(err, STATUS_INPUT, "%s:%d: %s", path, line,
			  r.fault[0] ? r.fault : "expected [section] or key = value");
		goto fail;
	}
	out->checkpoints = experiment_integer(out, "finetune", "checkpoints", NULL, NULL);
	if (check_models(out, err) < 0 || check_tasks(out, err) < 0 || check_cross(out, err) < 0 ||
	    check_launch(out, err) < 0 || read_seeds(out, err) < 0)
		goto fail;
	return 0;
fail:
	experiment_release(out);
	return -1;
}

void experiment_release(struct experiment *e)
{
	for (size_t i = 0; i < e->setting_count; i++) {
		free(e->settings[i].section);
		free(e->settings[i].key);
		free(e->settings[i].value);
	}
	for (size_t i = 0; i < e->model_count; i++)
		free(e->model_names[i]);
	for (size_t i = 0; i < e->task_count; i++)
		free(e->task_names[i]);
	free(e->settings);
	free(e->model_names);
	free(e->task_names);
	free(e->seeds);
	free(e->name);
	free(e->path);
	free(e->cache);
	free(e->data);
	free(e->models);
	*e = (struct experiment){ 0 };
}
