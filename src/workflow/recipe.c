#include "workflow/recipe.h"

#include <stdlib.h>

struct tuning_params recipe_tuning(const struct experiment *e, const char *model, const char *task,
				   const char *recipe)
{
#define KEY(name) experiment_tuned(e, "finetune", name, model, task, recipe)
	struct tuning_params p = { .rank = strtol(KEY("rank"), NULL, 10),
				   .alpha = strtod(KEY("alpha"), NULL),
				   .targets = KEY("targets"),
				   .freeze = KEY("freeze"),
				   .decay = strtod(KEY("decay"), NULL),
				   .reinit = strtol(KEY("reinit"), NULL, 10) };

	tuning_method_of(&p.method, KEY("method")); /* the table of parameters lets no other through */
	return p;
#undef KEY
}

int recipe_check(const struct experiment *e, const struct subject *subject, const struct encoder_shape *shape,
		 struct error *err)
{
	for (size_t t = 0; t < e->task_count; t++) {
		const struct tuning_params p = recipe_tuning(e, subject->model, e->task_names[t], subject->recipe);
		struct error why;

		if (tuning_check(&p, shape, &why) < 0)
			return error_set(err, why.status, "%s: [%s%s%s] on [model %s]: %.600s", e->path,
					 subject->recipe == NULL ? "finetune" : "recipe",
					 subject->recipe == NULL ? "" : " ",
					 subject->recipe == NULL ? "" : subject->recipe, subject->model, why.text);
	}
	return 0;
}
