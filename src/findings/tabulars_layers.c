/* The tables of layers: what fine-tuning did to each, and what probes saw there. */
#include "findings/tabulars.h"

#include <math.h>

/* A row: a layer, and the run it belongs to. */
struct place_row {
	const char *model, *task;
	long seed;
	struct layer at;
};

static void add_similarity(struct tabular *g, const void *layer, int digits)
{
	const struct layer *l = layer;

	if (l->likeness == KNOWN_UNDEFINED)
		tabular_add(g, "undefined");
	else
		tabular_number(g, l->similarity, digits);
}

static void add_interval(struct tabular *g, const void *layer, int digits)
{
	const struct layer *l = layer;

	tabular_two(g, l->low, " to ", l->high, digits);
}

/* A row for each layer that `has` says has one. */
static int make_layers(struct tabular *out, const struct tabular_form *form, const struct evidence *e,
		       bool (*has)(const struct layer *l), struct error *err)
{
	tabular_init(out, form);
	for (const struct run *r = e->runs; r < e->runs + e->run_count; r++)
		for (size_t k = 0; k < r->count; k++)
			if (has(&r->layers[k]))
				tabular_row(out, &(struct place_row){ r->model, r->task, r->seed, r->layers[k] });
	return tabular_finish(out, err);
}

static bool always(const struct layer *l)
{
	(void)l;
	return true;
}

#define PLACE                                                                                                        \
	SHOW_TEXT(place_row, "Model", NULL, model), SHOW_TEXT(place_row, "Task", NULL, task),                        \
		SHOW_INTEGER(place_row, "Seed", NULL, seed), SHOW_INTEGER(place_row, "Layer", NULL, at.layer)

int tabular_layers(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const char similarity[] = "Similarity to the original";
	static const struct tabular_column columns[] = {
		PLACE,
		SHOW_NUMBER(place_row, "before", "Clusters", at.clusters[0], 0),
		SHOW_NUMBER(place_row, "after", "Clusters", at.clusters[1], 0),
		SHOW_BY(add_similarity, COLUMN_NUMBER, place_row, "r", similarity, at, 2),
		SHOW_BY(add_interval, COLUMN_INTERVAL, place_row, "95 % interval", similarity, at, 2),
		SHOW_NUMBER(place_row, "relative norm", "Displacement", at.relative_shift, 3),
		SHOW_NUMBER(place_row, "directions", "Displacement", at.participation, 2),
	};
	static const struct tabular_form form = {
		.id = "movement",
		.caption = "Each layer after fine-tuning, against its original self.",
		.note = "r: Pearson’s correlation of the distances between labels, undefined where the layer is not "
			"linearly separable before and after. Relative norm: mean displacement of the label "
			"centroids over the layer’s scale R, the largest "
			"distance of a training point to the layer’s mean. Directions: participation ratio of the "
			"displacements. A dash: missing.",
		TABULAR_COLUMNS(columns),
		.heads = 4,
	};

	if (make_layers(out, &form, e, always, err) < 0)
		return -1;
	tabular_sample(out, e);
	return tabular_finish(out, err);
}

static void add_cka_interval(struct tabular *g, const void *layer, int digits)
{
	const struct layer *l = layer;

	tabular_two(g, l->cka_low, " to ", l->cka_high, digits);
}

static void add_chance(struct tabular *g, const void *layer, int digits)
{
	tabular_number(g, layer_chance(layer), digits);
}

int tabular_alignment(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		PLACE,
		SHOW_BY(add_similarity, COLUMN_NUMBER, place_row, "r", NULL, at, 2),
		SHOW_NUMBER(place_row, "CKA", NULL, at.cka, 2),
		SHOW_BY(add_chance, COLUMN_NUMBER, place_row, "by chance", NULL, at, 2),
		SHOW_NUMBER(place_row, "unbiased CKA", NULL, at.cka_unbiased, 2),
		SHOW_BY(add_cka_interval, COLUMN_INTERVAL, place_row, "95 % interval", NULL, at, 2),
		SHOW_NUMBER(place_row, "RSA", NULL, at.rsa, 2),
		SHOW_NUMBER(place_row, "neighbours", NULL, at.neighbours, 2),
		SHOW_NUMBER(place_row, "Procrustes", NULL, at.procrustes, 2),
		SHOW_NUMBER(place_row, "before", "Anisotropy", at.anisotropy[0], 2),
		SHOW_NUMBER(place_row, "after", "Anisotropy", at.anisotropy[1], 2),
	};
	static const struct tabular_form form = {
		.id = "alignment",
		.caption = "The examples of each layer after fine-tuning, against the original’s.",
		.note = "r: the correlation of the distances between labels. CKA, RSA and the overlap of the ten "
			"nearest neighbours are 1 where nothing but the scale or "
			"a "
			"rotation changed; the Procrustes distance is 0 there, and at most 2. By chance: d/(n + d), "
			"the "
			"CKA of n examples in d dimensions that have nothing in common, are spread evenly and not "
			"repeated; those of real layers, spread unevenly, would have less. The unbiased one would "
			"have 0, and Procrustes, where n is several times d, about 2 − 1.7 √(d/n). Neighbours that "
			"tie share their places. Interval: by the jackknife over ten groups of examples, as the "
			"bands of the figure. "
			"Anisotropy: the mean "
			"cosine of two examples. RSA and neighbours are of at most 2,000 "
			"examples.",
		TABULAR_COLUMNS(columns),
		.heads = 4,
	};

	return make_layers(out, &form, e, always, err);
}

static bool probed(const struct layer *l)
{
	for (int after = 0; after < 2; after++)
		if (!isnan(l->linear_train[after]) || !isnan(l->selectivity[after]) || !isnan(l->codelength[after]))
			return true;
	return false;
}

int tabular_probes(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		PLACE,
		SHOW_PERCENT(place_row, "before", "Linear probe", at.linear_train[0], 2),
		SHOW_PERCENT(place_row, "after", "Linear probe", at.linear_train[1], 2),
		SHOW_PERCENT(place_row, "before", "Selectivity", at.selectivity[0], 2),
		SHOW_PERCENT(place_row, "after", "Selectivity", at.selectivity[1], 2),
		SHOW_NUMBER(place_row, "before", "Codelength", at.codelength[0], 0),
		SHOW_NUMBER(place_row, "after", "Codelength", at.codelength[1], 0),
	};
	static const struct tabular_form form = {
		.id = "probes",
		.caption = "What other probes see at each layer, before and after fine-tuning.",
		.note = "Linear probe: its best run’s accuracy on the training set, in percent. Selectivity: points "
			"of accuracy above the control task. Codelength: bits of the training labels in the online "
			"code.",
		TABULAR_COLUMNS(columns),
		.heads = 4,
	};

	return make_layers(out, &form, e, probed, err);
}
