/* What an experiment says of its parameters, once it has been read. */
#include "workflow/experiment.h"

#include "workflow/ini.h"
#include "workflow/parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct setting *experiment_setting(const struct experiment *e, const char *section, const char *name,
					 const char *key)
{
	for (size_t i = 0; i < e->setting_count; i++) {
		const struct setting *s = &e->settings[i];

		if (strcmp(s->section, section) == 0 && strcmp(s->key, key) == 0 &&
		    (name == NULL || s->name == NULL ? name == s->name : strcmp(s->name, name) == 0))
			return s;
	}
	return NULL;
}

/* The value in [<kind> NAME], written bare or with its section before it. */
static const char *get_override(const struct experiment *e, const char *kind, const char *name, const char *section,
				const char *key)
{
	char dotted[128]; /* of keys of the table */
	const struct setting *s;

	snprintf(dotted, sizeof dotted, "%s.%s", section, key);
	s = experiment_setting(e, kind, name, dotted);
	if (s == NULL && parameter_resolve(kind, key) == parameter_find(section, key))
		s = experiment_setting(e, kind, name, key);
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
	s = experiment_setting(e, section, NULL, key);
	return s != NULL ? s->value : p == NULL ? NULL : p->value;
}

const char *experiment_tuned(const struct experiment *e, const char *section, const char *key, const char *model,
			     const char *task, const char *recipe)
{
	const struct setting *own = recipe != NULL && strcmp(section, "recipe") == 0
					    ? experiment_setting(e, "recipe", recipe, key)
					    : NULL;
	const char *value = own != NULL      ? own->value
			    : recipe == NULL ? NULL
					     : get_override(e, "recipe", recipe, section, key);

	return value != NULL ? value : experiment_get(e, section, key, model, task);
}

bool experiment_pretrains(const struct experiment *e, const char *model)
{
	return experiment_get(e, "model", "path", model, NULL) == NULL &&
	       experiment_get(e, "model", "vectors", model, NULL) == NULL;
}

long experiment_checkpoints(const struct experiment *e, const char *model, const char *task, const char *recipe)
{
	/* What [finetune] says is of runs that are made here. */
	if (recipe != NULL && experiment_setting(e, "recipe", recipe, "from") != NULL &&
	    get_override(e, "recipe", recipe, "finetune", "checkpoints") == NULL)
		return 1;
	if (model != NULL && experiment_setting(e, "model", model, "vectors") != NULL &&
	    (recipe == NULL || get_override(e, "recipe", recipe, "finetune", "checkpoints") == NULL) &&
	    get_override(e, "model", model, "finetune", "checkpoints") == NULL &&
	    experiment_setting(e, "finetune", NULL, "checkpoints") == NULL)
		return 1;
	return strtol(experiment_tuned(e, "finetune", "checkpoints", model, task, recipe), NULL, 10);
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

bool list_next(const char **list, char item[LIST_ITEM])
{
	size_t n;
	char *text;

	if (*list == NULL || **list == '\0')
		return false;
	n = ini_item(*list);
	text = ini_unquote(*list, n);
	snprintf(item, LIST_ITEM, "%s", text == NULL ? "" : text);
	free(text);
	*list += n;
	while (**list == ',' || **list == ' ')
		(*list)++;
	return true;
}

bool list_has(const char *list, const char *name)
{
	char item[LIST_ITEM];

	while (list_next(&list, item))
		if (strcmp(item, name) == 0)
			return true;
	return false;
}
