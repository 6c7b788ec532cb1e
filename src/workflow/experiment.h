/* Experiment files (workflow/ini.h): models × tasks × seeds and every parameter.
 * Sections and keys are those of the table in workflow/parameters.h; another key
 * is an error that suggests the nearest known one. */
#ifndef WORKFLOW_EXPERIMENT_H
#define WORKFLOW_EXPERIMENT_H

#include "base/error.h"
#include "workflow/ini.h"

#include <stdbool.h>
#include <stddef.h>

/* A key of the file: "epochs" with "3" in [finetune] or in [model bert-base]. */
struct setting {
	char *section; /* "finetune", "model", "task", "recipe" */
	char *name;    /* "bert-base"; NULL in a section that has none */
	char *key, *value;
};

/* A model and a recipe by which it is fine-tuned: what tables and figures are about. */
struct subject {
	const char *model, *recipe; /* no recipe: NULL */
	char *name;                 /* "bert-tiny", "bert-tiny (lora)" */
};

struct experiment {
	char *name;   /* [experiment] name, or the file's without .ini */
	char *folder; /* the name's form in a path (base/name.h) */
	char *path;
	char *root;          /* CACHE */
	char *cache;         /* directory of this experiment's cells: CACHE/<folder> */
	char *data, *models; /* DATA and MODELS */
	struct setting *settings;
	size_t setting_count, setting_capacity;
	char **model_names; /* (model_count), in the file's order */
	size_t model_count;
	char **task_names; /* (task_count), in the file's order */
	size_t task_count;
	char **recipe_names; /* (recipe_count), in the file's order; none: one that has no name */
	size_t recipe_count;
	struct subject *subjects; /* (subject_count), models first */
	size_t subject_count;
	long *seeds; /* (seed_count) fine-tuning seeds */
	size_t seed_count;
	long checkpoints; /* N */
};

/* Reads and checks a file. `cache`, `data` and `models` are directories; NULL
 * takes cache/, data/ and models/. */
int experiment_read(struct experiment *out, const char *path, const char *cache, const char *data, const char *models,
		    struct error *err);
void experiment_release(struct experiment *e);

/* The same from a text that lies in memory and that `path` names. */
int experiment_parse(struct experiment *out, const char *path, const char *text, size_t size, const char *cache,
		     const char *data, const char *models, struct error *err);

/* A key as the file has it in a section, [section] or [section name]; NULL: it has not. */
const struct setting *experiment_setting(const struct experiment *e, const char *section, const char *name,
					 const char *key);

/* The value of a parameter: from [model NAME] or [task NAME] (either may be
 * NULL), else from its own section, else its default; NULL where it has none.
 * In the normal form of its type. */
const char *experiment_get(const struct experiment *e, const char *section, const char *key, const char *model,
			   const char *task);
long experiment_integer(const struct experiment *e, const char *section, const char *key, const char *model,
			const char *task);
bool experiment_flag(const struct experiment *e, const char *section, const char *key, const char *model,
		     const char *task);

/* The same of a run: before all others a value in [recipe NAME] counts, NULL: there is
 * none. */
const char *experiment_tuned(const struct experiment *e, const char *section, const char *key, const char *model,
			     const char *task, const char *recipe);
/* Whether a model is pre-trained here: it is neither given by its path nor by vectors. */
bool experiment_pretrains(const struct experiment *e, const char *model);

/* The number of checkpoints of a run. */
long experiment_checkpoints(const struct experiment *e, const char *model, const char *task, const char *recipe);

/* Takes the next item of a list in normal form ("a, b, c"); false at its end. */
bool list_next(const char **list, char item[LIST_ITEM]);
bool list_has(const char *list, const char *name);

#endif
