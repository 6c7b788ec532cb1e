#include "workflow/experiment.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/name.h"
#include "workflow/experiment_check.h"
#include "workflow/ini.h"
#include "workflow/parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds the name of a model, task or recipe section where it is new. */
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

/* The section whose head this is is a known one, and has a name where it must. */
static int check_section(struct experiment *e, const struct ini *r, struct error *err)
{
	const struct {
		const char *section;
		char ***names;
		size_t *count;
	} named[] = { { "model", &e->model_names, &e->model_count },
		      { "task", &e->task_names, &e->task_count },
		      { "recipe", &e->recipe_names, &e->recipe_count } };
	const char *why;
	size_t kind = 0;

	while (kind < 3 && strcmp(named[kind].section, r->section) != 0)
		kind++;
	if (!parameter_section_known(r->section) || (kind < 3) != (r->name != NULL))
		return error_set(err, STATUS_INPUT, "%s:%zu: unknown section [%s%s%s]", r->path, r->line.number,
				 r->section, r->name ? " " : "", r->name ? r->name : "");
	if (r->name == NULL)
		return 0;
	why = name_check(r->name);
	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s:%zu: [%s %.200s]: %s", r->path, r->line.number, r->section,
				 r->name, why);
	if (add_name(named[kind].names, named[kind].count, r->name) < 0)
		return error_memory(err, r->path);
	return 0;
}

static int unknown_key(const struct ini *r, struct error *err)
{
	const char *near = parameter_suggest(r->section, r->key);

	return error_set(err, STATUS_INPUT, "%s:%zu: unknown key %s in [%s%s%s]%s%s%s", r->path, r->line.number,
			 r->key, r->section, r->name ? " " : "", r->name ? r->name : "",
			 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* The normal form of the line's value, in new memory; a list's items have their
 * own quotes. */
static char *normal_value(const struct parameter *p, const char *value, char why[160])
{
	char *text = p->type == PARAMETER_LIST ? text_copy(value) : ini_unquote(value, strlen(value)), *normal;

	snprintf(why, 160, "%s",
		 value[0] == '"' && strchr(value + 1, '"') == NULL ? "the quote is not closed"
								   : "expected nothing behind the closing quote");
	normal = text == NULL ? NULL : parameter_normal(p, text, why);
	free(text);
	return normal;
}

/* A grid's settings are parted by ";", which after white space would begin a
 * comment: what reads as a setting there was not meant to be one. */
static bool hides_settings(const struct parameter *p, const char *comment)
{
	int read = 0;

	return p->type == PARAMETER_GRID && sscanf(comment, " %*dx%*d:%n", &read) >= 0 && read > 0;
}

/* Adds the key that the reader stands at. */
static int add_setting(struct experiment *e, const struct ini *r, struct error *err)
{
	const struct parameter *p;
	struct setting *s;
	char why[160];

	if (r->section == NULL)
		return error_set(err, STATUS_INPUT, "%s:%zu: a key before the first [section]", r->path,
				 r->line.number);
	p = parameter_resolve(r->section, r->key);
	if (p == NULL)
		return unknown_key(r, err);
	if (strcmp(p->key, "seeds") == 0 && strcmp(r->section, p->section) != 0)
		return error_set(err, STATUS_INPUT, "%s:%zu: seeds: one list for all runs, in [finetune]", r->path,
				 r->line.number);
	if (experiment_setting(e, r->section, r->name, r->key) != NULL)
		return error_set(err, STATUS_INPUT, "%s:%zu: %s stands twice in [%s%s%s]", r->path, r->line.number,
				 r->key, r->section, r->name ? " " : "", r->name ? r->name : "");
	if (hides_settings(p, r->comment))
		return error_set(err, STATUS_INPUT,
				 "%s:%zu: %s: \";\" after white space begins a comment; write the grid's settings "
				 "without spaces between them, or in quotes",
				 r->path, r->line.number, r->key);
	if (array_reserve(&e->settings, &e->setting_capacity, e->setting_count + 1, sizeof *e->settings) < 0)
		return error_memory(err, r->path);
	s = &e->settings[e->setting_count++];
	*s = (struct setting){ text_copy(r->section), r->name ? text_copy(r->name) : NULL, text_copy(r->key),
			       normal_value(p, r->value, why) };
	if (s->value == NULL)
		return error_set(err, STATUS_INPUT, "%s:%zu: %s = %.200s%s: %s", r->path, r->line.number, r->key,
				 r->value, strlen(r->value) > 200 ? "…" : "", why);
	if (s->section == NULL || s->key == NULL || (r->name != NULL && s->name == NULL))
		return error_memory(err, r->path);
	return 0;
}

static int read_seeds(struct experiment *e, struct error *err)
{
	const char *list = experiment_get(e, "finetune", "seeds", NULL, NULL);
	size_t capacity = 0;
	char item[LIST_ITEM];

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

static int add_subject(struct experiment *e, const char *model, const char *recipe, struct error *err)
{
	struct subject *s = &e->subjects[e->subject_count++];

	*s = (struct subject){ model, recipe,
			       recipe == NULL ? text_copy(model) : text_format("%s (%s)", model, recipe) };
	return s->name == NULL ? error_memory(err, e->path) : 0;
}

static int make_subjects(struct experiment *e, struct error *err)
{
	e->subjects = array_new(e->model_count, e->recipe_count > 0 ? e->recipe_count : 1, sizeof *e->subjects);
	if (e->subjects == NULL)
		return error_memory(err, e->path);
	for (size_t m = 0; m < e->model_count; m++) {
		if (e->recipe_count == 0 && add_subject(e, e->model_names[m], NULL, err) < 0)
			return -1;
		for (size_t r = 0; r < e->recipe_count; r++)
			if (add_subject(e, e->model_names[m], e->recipe_names[r], err) < 0)
				return -1;
	}
	return 0;
}

static int set_places(struct experiment *e, const char *path, const char *cache, const char *data, const char *models,
		      struct error *err)
{
	e->path = text_copy(path);
	e->root = text_copy(cache ? cache : "cache");
	e->data = text_copy(data ? data : "data");
	e->models = text_copy(models ? models : "models");
	return e->path == NULL || e->root == NULL || e->data == NULL || e->models == NULL ? error_memory(err, path)
											  : 0;
}

/* The name that the file gives itself, else its own without ".ini". */
static int set_name(struct experiment *e, struct error *err)
{
	const char *own = experiment_get(e, "experiment", "name", NULL, NULL), *base = path_base(e->path), *why;
	size_t length = strlen(base);

	if (length > 4 && strcmp(base + length - 4, ".ini") == 0)
		length -= 4;
	e->name = own != NULL ? text_copy(own) : text_copy_n(base, length);
	if (e->name == NULL)
		return error_memory(err, e->path);
	why = name_check(e->name);
	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s: the experiment's name: %s", e->path, why);
	e->folder = name_escape(e->name);
	e->cache = e->folder == NULL ? NULL : path_join(e->root, e->folder);
	return e->cache == NULL ? error_memory(err, e->path) : 0;
}

static int read_text(struct experiment *e, const char *text, size_t size, struct error *err)
{
	struct ini r = { .path = e->path, .text = { text, size } };
	int got;

	while ((got = ini_next(&r, err)) > 0)
		if ((got == 2 ? check_section(e, &r, err) : add_setting(e, &r, err)) < 0) {
			got = -1;
			break;
		}
	ini_release(&r);
	return got;
}

int experiment_parse(struct experiment *out, const char *path, const char *text, size_t size, const char *cache,
		     const char *data, const char *models, struct error *err)
{
	*out = (struct experiment){ 0 };
	if (set_places(out, path, cache, data, models, err) < 0 || read_text(out, text, size, err) < 0 ||
	    set_name(out, err) < 0)
		goto fail;
	out->checkpoints = experiment_integer(out, "finetune", "checkpoints", NULL, NULL);
	if (experiment_check(out, err) < 0 || read_seeds(out, err) < 0 || make_subjects(out, err) < 0 ||
	    experiment_check_subjects(out, err) < 0)
		goto fail;
	return 0;
fail:
	experiment_release(out);
	return -1;
}

int experiment_read(struct experiment *out, const char *path, const char *cache, const char *data, const char *models,
		    struct error *err)
{
	struct mapping file;
	int rc;

	*out = (struct experiment){ 0 };
	if (mapping_open(&file, path, err) < 0)
		return -1;
	rc = experiment_parse(out, path, file.data, file.size, cache, data, models, err);
	mapping_close(&file);
	return rc;
}

void experiment_release(struct experiment *e)
{
	for (size_t i = 0; i < e->setting_count; i++) {
		free(e->settings[i].section);
		free(e->settings[i].name);
		free(e->settings[i].key);
		free(e->settings[i].value);
	}
	for (size_t i = 0; i < e->model_count; i++)
		free(e->model_names[i]);
	for (size_t i = 0; i < e->task_count; i++)
		free(e->task_names[i]);
	free(e->settings);
	for (size_t i = 0; i < e->recipe_count; i++)
		free(e->recipe_names[i]);
	for (size_t i = 0; i < e->subject_count; i++)
		free(e->subjects[i].name);
	free(e->recipe_names);
	free(e->subjects);
	free(e->model_names);
	free(e->task_names);
	free(e->seeds);
	free(e->name);
	free(e->folder);
	free(e->path);
	free(e->root);
	free(e->cache);
	free(e->data);
	free(e->models);
	*e = (struct experiment){ 0 };
}
