/* The numbers behind the claims and the sentences, read from collected tables.
 * A number that is not there is NaN. */
#ifndef FINDINGS_EVIDENCE_H
#define FINDINGS_EVIDENCE_H

#include "findings/record.h"

#include <jansson.h>

struct evidence {
	struct table table7, crosstask, runs_table, layers_table;
	struct pair *pairs;
	size_t pair_count;
	struct transfer *transfers;
	size_t transfer_count;
	struct run *runs;
	size_t run_count;
	struct layer *layers; /* of all runs */
	long max_points;      /* the most points of the samples that were clustered; 0: no samples */
	bool sampled_all;     /* of every model and task */
	json_t *experiment;   /* experiment.json, which tells models and recipes from subjects */
	/* recipes.csv and robustness.csv; without rows where there are no recipes, or where they
	 * have not been written yet. */
	struct table recipes, robustness;
};

/* What a subject's name stands for: the model, and the recipe or NULL. */
const char *evidence_model(const struct evidence *e, const char *subject);
const char *evidence_recipe(const struct evidence *e, const char *subject);

/* The names of the recipes, in their order; NULL behind the last. */
const char *evidence_recipe_at(const struct evidence *e, size_t i);

/* What belongs to one recipe: all else in it is `e`'s. */
int evidence_part(struct evidence *out, const struct evidence *e, const char *recipe, struct error *err);
void evidence_part_release(struct evidence *part);

/* From the directory that collect wrote. */
int evidence_read(struct evidence *out, const char *directory, struct error *err);

/* Only the pairs, from a table that has the paper's columns. */
int evidence_read_pairs(struct evidence *out, const char *path, struct error *err);
void evidence_release(struct evidence *e);

#endif
