/* The tables of layers: what fine-tuning did to each, and what probes saw there. */
#include "report/tabulars.h"

#include <math.h>

static void add_layer(struct tabular *g, const struct run *r, const struct layer *l)
{
	tabular_add(g, "%s", r->model);
	tabular_add(g, "%s", r->task);
	tabular_add(g, "%ld", r->seed);
	tabular_add(g, "%ld", l->layer);
	tabular_number(g, l->clusters_before, 0);
	tabular_number(g, l->clusters_after, 0);
	if (l->likeness == KNOWN_UNDEFINED)
		tabular_add(g, "undefined");
	else
		tabular_number(g, l->similarity, 2);
	tabular_two(g, l->low, " to ", l->high, 2);
	tabular_number(g, l->cka, 2);
	tabular_number(g, l->rsa, 2);
	tabular_number(g, l->relative_shift, 3);
	tabular_number(g, l->participation, 2);
}

int tabular_layers(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "Seed", NULL, COLUMN_NUMBER },
		{ "Layer", NULL, COLUMN_NUMBER },
		{ "before", "Clusters", COLUMN_NUMBER },
		{ "after", "Clusters", COLUMN_NUMBER },
		{ "r", "Similarity to the original", COLUMN_NUMBER },
		{ "95 % interval", "Similarity to the original", COLUMN_INTERVAL },
		{ "CKA", "Similarity to the original", COLUMN_NUMBER },
		{ "RSA", "Similarity to the original", COLUMN_NUMBER },
		{ "relative norm", "Displacement", COLUMN_NUMBER },
		{ "directions", "Displacement", COLUMN_NUMBER },
	};

	if (tabular_init(out, "table4", columns, sizeof columns / sizeof columns[0], 4, err) < 0)
		return -1;
	tabular_caption(out, "Each layer after fine-tuning, against its original self.");
	tabular_note(
		out,
		"r: Pearson’s correlation of the distances between labels, undefined where the layer is not linearly "
		"separable before and after. CKA and RSA compare the examples instead. Relative norm: mean "
		"displacement of the label centroids over the layer’s scale R, the largest distance of a training "
		"point to the layer’s mean. Directions: participation ratio of the displacements. A dash: missing.");
	for (size_t i = 0; i < e->run_count; i++)
		for (size_t k = 0; k < e->runs[i].count; k++)
			add_layer(out, &e->runs[i], &e->runs[i].layers[k]);
	tabular_sample(out, e);
	if (!out->broken)
		return 0;
	tabular_release(out);
	return error_memory(err, "tables of the report");
}

static bool probed(const struct layer *l)
{
	for (int after = 0; after < 2; after++)
		if (!isnan(l->linear_train[after]) || !isnan(l->selectivity[after]) || !isnan(l->codelength[after]))
			return true;
	return false;
}

static void add_probes(struct tabular *g, const struct run *r, const struct layer *l)
{
	tabular_add(g, "%s", r->model);
	tabular_add(g, "%s", r->task);
	tabular_add(g, "%ld", r->seed);
	tabular_add(g, "%ld", l->layer);
	for (int after = 0; after < 2; after++)
		tabular_number(g, 100 * l->linear_train[after], 2);
	for (int after = 0; after < 2; after++)
		tabular_number(g, 100 * l->selectivity[after], 2);
	for (int after = 0; after < 2; after++)
		tabular_number(g, l->codelength[after], 0);
}

int tabular_probes(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "Seed", NULL, COLUMN_NUMBER },
		{ "Layer", NULL, COLUMN_NUMBER },
		{ "before", "Linear probe", COLUMN_NUMBER },
		{ "after", "Linear probe", COLUMN_NUMBER },
		{ "before", "Selectivity", COLUMN_NUMBER },
		{ "after", "Selectivity", COLUMN_NUMBER },
		{ "before", "Codelength", COLUMN_NUMBER },
		{ "after", "Codelength", COLUMN_NUMBER },
	};

	if (tabular_init(out, "probes", columns, sizeof columns / sizeof columns[0], 4, err) < 0)
		return -1;
	tabular_caption(out, "What other probes see at each layer, before and after fine-tuning.");
	tabular_note(out,
		     "Linear probe: its best run’s accuracy on the training set, in percent. Selectivity: points "
		     "of accuracy above the control task. Codelength: bits of the training labels in the online "
		     "code.");
	for (size_t i = 0; i < e->run_count; i++)
		for (size_t k = 0; k < e->runs[i].count; k++)
			if (probed(&e->runs[i].layers[k]))
				add_probes(out, &e->runs[i], &e->runs[i].layers[k]);
	if (!out->broken)
		return 0;
	tabular_release(out);
	return error_memory(err, "tables of the report");
}
