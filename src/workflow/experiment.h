/* Experiment files (INI): models × tasks × seeds and every parameter. Sections
 * and keys are those of the table in workflow/parameters.h; another key is an
 * error that suggests the nearest known one. */
#ifndef WORKFLOW_EXPERIMENT_H
#define WORKFLOW_EXPERIMENT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A key of the file, by section: "finetune", "epochs" and "3". */
struct setting {
	char *section; /* "finetune", "model bert-base", "task pos" */
	char *key, *value;
};

struct experiment {
	char *name; /* the file's name without .ini */
	char *path;
	char *cache;         /* directory of this experiment's cells: CACHE/<name> */
	char *data, *models; /* DATA and MODELS */
	struct setting *settings;
	size_t setting_count, setting_capacity;
	char **model_names; /* (model_count), in the file's order */
	size_t model_count;
	char **task_names; /* (task_count), in the file's order */
	size_t task_count;
	long *seeds; /* (seed_count) fine-tuning seeds */
	size_t seed_count;
	long checkpoints; /* N */
};

/* Reads and checks a file. `cache`, `data` and `models` are directories; NULL
 * takes cache/, data/ and models/. */
int experiment_read(struct experiment *out, const char *path, const char *cache, const char *data, const char *models,
		    struct error *err);
void experiment_release(struct experiment *e);

/* The value of a parameter: from [model NAME] or [task NAME] (either may be
 * NULL), else from its own section, else its default; NULL where it has none.
 * In the normal form of its type. */
const char *experiment_get(const struct experiment *e, const char *section, const char *key, const char *model,
			   const char *task);
double experiment_number(const struct experiment *e, const char *section, const char *key, const char *model,
			 const char *task);
long experiment_integer(const struct experiment *e, const char *section, const char *key, const char *model,
			const char *task);
bool experiment_flag(const struct experiment *e, const char *section, const char *key, const char *model,
		     const char *task);

/* Takes the next item of a list in normal form ("a, b, c"); false at its end. */
bool list_next(const char **list, char item[128]);
bool list_has(const char *list, const char *name);

#endif
