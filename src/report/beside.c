#include "report/beside.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "findings/evidence.h"
#include "report/grids.h"
#include "report/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One of the two. */
struct one {
	char *directory; /* of its tables */
	struct evidence evidence;
	struct claims claims;
	struct table parameters;
	bool has_evidence;
};

static const char *const sides[2] = { "A", "B" };

static int one_read(struct one *o, const char *folder, struct error *err)
{
	char *claims, *parameters;
	int rc = -1;

	o->directory = path_join(folder, "tables");
	claims = o->directory == NULL ? NULL : path_join(o->directory, "claims.json");
	parameters = o->directory == NULL ? NULL : path_join(o->directory, "parameters.csv");
	if (claims == NULL || parameters == NULL)
		error_memory(err, folder);
	else if (claims_read(&o->claims, claims, err) == 0 && table_read(&o->parameters, parameters, err) == 0)
		rc = evidence_read(&o->evidence, o->directory, err);
	o->has_evidence = rc == 0;
	free(claims);
	free(parameters);
	return rc;
}

static void one_release(struct one *o)
{
	if (o->has_evidence)
		evidence_release(&o->evidence);
	claims_release(&o->claims);
	table_release(&o->parameters);
	free(o->directory);
}

static const char *text_of(const struct one *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o->evidence.experiment, key));

	return text == NULL ? "" : text;
}

static int add_claims(struct document *d, const struct one *a, const struct one *b, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Claim" },
		{ .heading = "verdict", .group = "A" },
		{ .heading = "support, %", .group = "A", .kind = COLUMN_NUMBER },
		{ .heading = "effect", .group = "A", .kind = COLUMN_NUMBER },
		{ .heading = "verdict", .group = "B" },
		{ .heading = "support, %", .group = "B", .kind = COLUMN_NUMBER },
		{ .heading = "effect", .group = "B", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "claims",
		.caption = "The claims in both.",
		.note = "Support: of the resamples, those in which the claim holds. Effect: what decides the claim, "
			"as "
			"in the reports.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
	};
	const struct one *const both[] = { a, b };
	struct tabular g;

	tabular_init(&g, &form);
	for (int i = 0; i < CLAIM_COUNT; i++) {
		tabular_add(&g, "%d %s", a->claims.items[i].number, a->claims.items[i].name);
		for (int k = 0; k < 2; k++) {
			const struct claim *c = &both[k]->claims.items[i];

			tabular_add(&g, "%s", verdict_name(c->verdict));
			tabular_number(&g, 100 * c->support, 1);
			tabular_number(&g, c->effect.value, 2);
		}
	}
	if (tabular_finish(&g, err) < 0)
		return -1;
	document_grid(d, &g, false);
	return 0;
}

/* The value of a parameter; NULL where it has none. */
static const char *value_of(const struct table *t, const char *section, const char *key)
{
	for (size_t row = 0; row < t->rows; row++)
		if (strcmp(table_text(t, row, 0), section) == 0 && strcmp(table_text(t, row, 1), key) == 0)
			return table_text(t, row, 2);
	return NULL;
}

static void add_setting(struct tabular *g, const char *section, const char *key, const char *a, const char *b)
{
	tabular_add(g, "%s", section);
	tabular_add(g, "%s", key);
	tabular_add(g, "%s", a == NULL ? "–" : a);
	tabular_add(g, "%s", b == NULL ? "–" : b);
}

/* What either says otherwise, or alone: first what A says, then what only B does. */
static int add_settings(struct document *d, const struct one *a, const struct one *b, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Section" }, { .heading = "Parameter" }, { .heading = "A" }, { .heading = "B" }
	};
	static const struct tabular_form form = {
		.id = "settings",
		.caption = "Settings that differ.",
		TABULAR_COLUMNS(columns),
		.heads = 2,
	};
	struct tabular g;

	tabular_init(&g, &form);
	for (size_t row = 0; row < a->parameters.rows; row++) {
		const char *section = table_text(&a->parameters, row, 0), *key = table_text(&a->parameters, row, 1);
		const char *other = value_of(&b->parameters, section, key);

		if (other == NULL || strcmp(other, table_text(&a->parameters, row, 2)) != 0)
			add_setting(&g, section, key, table_text(&a->parameters, row, 2), other);
	}
	for (size_t row = 0; row < b->parameters.rows; row++) {
		const char *section = table_text(&b->parameters, row, 0), *key = table_text(&b->parameters, row, 1);

		if (value_of(&a->parameters, section, key) == NULL)
			add_setting(&g, section, key, NULL, table_text(&b->parameters, row, 2));
	}
	if (tabular_finish(&g, err) < 0)
		return -1;
	if (tabular_rows(&g) == 0)
		document_text(d, "Every parameter is the same.");
	document_grid(d, &g, false);
	return 0;
}

static const struct pair *find_pair(const struct evidence *e, const char *model, const char *task)
{
	for (size_t i = 0; i < e->pair_count; i++)
		if (strcmp(e->pairs[i].model, model) == 0 && strcmp(e->pairs[i].task, task) == 0)
			return &e->pairs[i];
	return NULL;
}

/* What is shown of a pair, or dashes. */
static void add_numbers(struct tabular *g, const struct pair *p)
{
	tabular_number(g, p == NULL ? NAN : p->before.accuracy, 2);
	tabular_number(g, p == NULL ? NAN : p->after.accuracy, 2);
	tabular_number(g, p == NULL ? NAN : p->after.clusters, 0);
	tabular_signed(g, p == NULL ? NAN : p->change, 2);
	tabular_number(g, p == NULL || p->after.likeness != KNOWN_DEFINED ? NAN : p->after.similarity, 2);
}

static void add_pair(struct tabular *g, const char *model, const char *task, const struct pair *a,
		     const struct pair *b)
{
	tabular_add(g, "%s", model);
	tabular_add(g, "%s", task);
	add_numbers(g, a);
	add_numbers(g, b);
	tabular_signed(g, a == NULL || b == NULL ? NAN : b->after.accuracy - a->after.accuracy, 2);
}

/* How many pairs both have. */
static size_t shared_pairs(const struct one *a, const struct one *b)
{
	size_t shared = 0;

	for (size_t i = 0; i < a->evidence.pair_count; i++)
		shared += find_pair(&b->evidence, a->evidence.pairs[i].model, a->evidence.pairs[i].task) != NULL;
	return shared;
}

#define SIDE(name)                                                                                                   \
	{ .heading = "before, %", .group = name, .kind = COLUMN_NUMBER },                                            \
		{ .heading = "after, %", .group = name, .kind = COLUMN_NUMBER },                                     \
		{ .heading = "clusters", .group = name, .kind = COLUMN_NUMBER },                                     \
		{ .heading = "distance", .group = name, .kind = COLUMN_NUMBER },                                     \
	{                                                                                                            \
		.heading = "similarity", .group = name, .kind = COLUMN_NUMBER                                        \
	}

static int add_pairs(struct document *d, const struct one *a, const struct one *b, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model" },
		{ .heading = "Task" },
		SIDE("A"),
		SIDE("B"),
		{ .heading = "after", .group = "B less A", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "pairs",
		.caption = "Every model and task in both, at the last layer.",
		.note = "Accuracies before and after fine-tuning. Pairs are matched by the names of model and task. "
			"Distance: the mean change of the labels’ minimum "
			"distance. Clusters and train/test similarity are those after fine-tuning. A dash: not "
			"there, or "
			"undefined.",
		TABULAR_COLUMNS(columns),
		.heads = 2,
	};
	struct tabular g;

	tabular_init(&g, &form);
	for (size_t i = 0; i < a->evidence.pair_count; i++) {
		const struct pair *p = &a->evidence.pairs[i];

		add_pair(&g, p->model, p->task, p, find_pair(&b->evidence, p->model, p->task));
	}
	for (size_t i = 0; i < b->evidence.pair_count; i++) {
		const struct pair *p = &b->evidence.pairs[i];

		if (find_pair(&a->evidence, p->model, p->task) == NULL)
			add_pair(&g, p->model, p->task, NULL, p);
	}
	if (tabular_finish(&g, err) < 0)
		return -1;
	document_grid(d, &g, false);
	return 0;
}

static const struct layer *find_layer(const struct evidence *e, const struct run *run, long layer)
{
	for (size_t i = 0; i < e->run_count; i++) {
		const struct run *r = &e->runs[i];

		if (strcmp(r->model, run->model) != 0 || strcmp(r->task, run->task) != 0 || r->seed != run->seed)
			continue;
		for (size_t k = 0; k < r->count; k++)
			if (r->layers[k].layer == layer)
				return &r->layers[k];
	}
	return NULL;
}

/* The layers of the runs that both have. */
static int add_layers(struct document *d, const struct one *a, const struct one *b, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model" },
		{ .heading = "Task" },
		{ .heading = "Seed", .kind = COLUMN_NUMBER },
		{ .heading = "Layer", .kind = COLUMN_NUMBER },
		{ .heading = "A", .group = "Clusters after", .kind = COLUMN_NUMBER },
		{ .heading = "B", .group = "Clusters after", .kind = COLUMN_NUMBER },
		{ .heading = "A", .group = "Minimum distance after", .kind = COLUMN_NUMBER },
		{ .heading = "B", .group = "Minimum distance after", .kind = COLUMN_NUMBER },
		{ .heading = "A", .group = "Similarity to the original", .kind = COLUMN_NUMBER },
		{ .heading = "B", .group = "Similarity to the original", .kind = COLUMN_NUMBER },
		{ .heading = "A", .group = "Displacement", .kind = COLUMN_NUMBER },
		{ .heading = "B", .group = "Displacement", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "layers",
		.caption = "Every layer of the runs that both have.",
		TABULAR_COLUMNS(columns),
		.heads = 4,
	};
	struct tabular g;

	tabular_init(&g, &form);
	for (size_t i = 0; i < a->evidence.run_count; i++)
		for (size_t k = 0; k < a->evidence.runs[i].count; k++) {
			const struct run *r = &a->evidence.runs[i];
			const struct layer *x = &r->layers[k], *y = find_layer(&b->evidence, r, x->layer);

			if (y == NULL)
				continue;
			tabular_add(&g, "%s", r->model);
			tabular_add(&g, "%s", r->task);
			tabular_number(&g, (double)r->seed, 0);
			tabular_number(&g, (double)x->layer, 0);
			tabular_number(&g, x->clusters[1], 0);
			tabular_number(&g, y->clusters[1], 0);
			tabular_number(&g, x->minimum[1], 2);
			tabular_number(&g, y->minimum[1], 2);
			tabular_number(&g, x->similarity, 2);
			tabular_number(&g, y->similarity, 2);
			tabular_number(&g, x->relative_shift, 3);
			tabular_number(&g, y->relative_shift, 3);
		}
	if (tabular_finish(&g, err) < 0)
		return -1;
	document_grid(d, &g, true);
	return 0;
}

static int write_content(struct document *d, const struct one *a, const struct one *b, struct error *err)
{
	const struct one *const both[] = { a, b };
	const size_t shared = shared_pairs(a, b);
	size_t differ = 0;

	for (int i = 0; i < CLAIM_COUNT; i++)
		differ += a->claims.items[i].verdict != b->claims.items[i].verdict;
	document_section(d, 2, "summary", "Summary");
	for (int k = 0; k < 2; k++)
		document_text(d, "%s: %s (experiment %s)%s", sides[k], text_of(both[k], "title"),
			      text_of(both[k], "name"),
			      json_is_true(json_object_get(both[k]->evidence.experiment, "embedded"))
				      ? ", of an artificial language that a grammar makes."
				      : ".");
	document_text(
		d,
		"Of %d claims %zu have another verdict in B than in A. %zu pairs of model and task are in both, of "
		"%zu in A and %zu in B.",
		CLAIM_COUNT, differ, shared, a->evidence.pair_count, b->evidence.pair_count);
	document_section(d, 2, "claims-in-both", "What each says of the claims");
	if (add_claims(d, a, b, err) < 0)
		return -1;
	document_section(d, 2, "settings-in-both", "What was done otherwise");
	if (add_settings(d, a, b, err) < 0)
		return -1;
	document_section(d, 2, "results-in-both", "What came out");
	if (add_pairs(d, a, b, err) < 0 || add_layers(d, a, b, err) < 0)
		return -1;
	return document_check(d, err);
}

static int name_document(struct document *d, const struct one *a, const struct one *b, const char *version)
{
	d->name = text_format("%s, %s", text_of(a, "name"), text_of(b, "name"));
	d->title = text_format("%s, beside: %s", text_of(a, "title"), text_of(b, "title"));
	d->published = text_copy(text_of(a, "published"));
	d->version = text_copy(version);
	d->unpaged = true;
	return d->name == NULL || d->title == NULL || d->published == NULL || d->version == NULL ? -1 : 0;
}

int beside_write(const struct beside_input *in, struct folder *out, struct error *err)
{
	struct one a = { .directory = NULL }, b = { .directory = NULL };
	struct document d = { .name = NULL };
	int rc = -1;

	if (one_read(&a, in->folders[0], err) == 0 && one_read(&b, in->folders[1], err) == 0) {
		if (name_document(&d, &a, &b, in->version) < 0)
			error_memory(err, "the page");
		else if (write_content(&d, &a, &b, err) == 0 && grids_write(&d, out, err) == 0)
			rc = page_write(&d, in->assets, out->path, out, err);
		document_release(&d);
	}
	one_release(&a);
	one_release(&b);
	return rc;
}
