/* The tables that compare recipes; without rows where there are none. */
#ifndef FINDINGS_TABULARS_RECIPES_H
#define FINDINGS_TABULARS_RECIPES_H

#include "findings/evidence.h"
#include "findings/tabular.h"

/* Each initialises a grid; on failure nothing is left to release. */

/* A row a task, a model and a recipe: what was trained, and what it changed. */
int tabular_recipes(struct tabular *out, const struct evidence *e, struct error *err);

/* A row a claim, a column a recipe: what the claim comes to where only that recipe's
 * results count. `columns` (1 + recipes) are the caller's, and outlive the table. */
int tabular_claims_by_recipe(struct tabular *out, struct tabular_column *columns, const struct evidence *e,
			     struct error *err);

#endif
