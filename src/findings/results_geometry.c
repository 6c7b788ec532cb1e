/* Rows of results.csv that come from distances: of directprobe, trajectory,
 * divergence and similarity. */
#include "findings/results.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "num/npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LAYERS = 256 };

/* Whether the rows of a state stand in the results from this table: always for
 * directprobe's, of trajectory only the checkpoints between the ends, since
 * the original and the last one are directprobe's. */
static bool between(const struct gather *g, const struct cell *c, const char *state)
{
	long checkpoint = state_checkpoint(state);

	return checkpoint > 0 && checkpoint < gather_last(g, c);
}

/* The mean of `column` over each group of rows of one state and layer, which
 * follow one another. `only_between`: see above. */
static int add_group_means(struct table *out, struct gather *g, size_t cell, const struct table *t,
			   const char *column, const char *measure, bool only_between, struct error *err)
{
	const struct cell *c = &g->plan->cells[cell];
	struct place p = results_place(c, c->split == SPLIT_TEST ? "test" : "train");
	int state = table_column(t, "state"), layer = table_column(t, "layer"), value = table_column(t, column);

	for (size_t row = 0; row < t->rows;) {
		size_t first = row, n = 0;
		double sum = 0;
		char *full = state < 0 ? text_copy(c->state) : gather_state(c, table_text(t, row, state));

		if (full == NULL)
			return error_memory(err, measure);
		for (; row < t->rows && strcmp(table_text(t, row, state), table_text(t, first, state)) == 0 &&
		       strcmp(table_text(t, row, layer), table_text(t, first, layer)) == 0;
		     row++) {
			double x = table_number(t, row, value);

			sum += isnan(x) ? 0 : x;
			n += isnan(x) ? 0 : 1;
		}
		p.state = full;
		p.layer = (long)table_number(t, first, layer);
		if (!only_between || between(g, c, full))
			results_add(out, &p, measure, n == 0 ? NAN : sum / (double)n, NAN, NAN, (double)n);
		free(full);
	}
	return 0;
}

/* A table of the cell, its group means as rows. */
static int add_means_of(struct table *out, struct gather *g, size_t cell, const char *file, const char *measure,
			bool only_between, struct error *err)
{
	struct table t;
	int rc = gather_table(&t, g, cell, file, err);

	if (rc <= 0)
		return rc;
	rc = add_group_means(out, g, cell, &t, "distance", measure, only_between, err);
	table_release(&t);
	return rc;
}

static double json_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_boolean(value))
		return json_is_true(value) ? 1 : 0;
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int add_summary(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	const struct cell *c = &g->plan->cells[cell];
	struct place p = results_place(c, c->split == SPLIT_TEST ? "test" : "train");
	json_t *summary, *item;
	size_t i;
	int rc = gather_json(&summary, g, cell, "summary.json", err);

	if (rc <= 0)
		return rc;
	json_array_foreach(summary, i, item)
	{
		double points = json_number(item, "points");

		p.layer = (long)json_number(item, "layer");
		results_add(out, &p, "clusters", json_number(item, "clusters"), NAN, NAN, points);
		results_add(out, &p, "linear", json_number(item, "linear"), NAN, NAN, points);
		results_add(out, &p, "conflicts", json_number(item, "conflicts"), NAN, NAN, points);
		results_add(out, &p, "anisotropy", json_number(item, "anisotropy"), NAN, NAN, points);
		results_add(out, &p, "dimensions", json_number(item, "dimensions"), NAN, NAN, points);
	}
	json_decref(summary);
	return 0;
}

/* Displacements d_i = b_i − a_i of n centroids, less their mean: the Gram
 * matrix D Dᵀ has the covariance's nonzero eigenvalues (times n), so that
 * (Σλ)²/Σλ² = tr(D Dᵀ)²/‖D Dᵀ‖², in double precision. */
static int displacement(double *norm, double *participation, struct matrix a, struct matrix b, struct error *err)
{
	size_t n = a.rows, width = a.columns;
	double *d = array_new(n, width, sizeof *d); /* (labels, width) */
	double trace = 0, squares = 0, norms = 0;

	if (d == NULL)
		return error_memory(err, "displacements");
	for (size_t i = 0; i < n; i++) {
		double square = 0;

		for (size_t k = 0; k < width; k++) {
			d[i * width + k] = (double)matrix_row(b, i)[k] - (double)matrix_row(a, i)[k];
			square += d[i * width + k] * d[i * width + k];
		}
		norms += sqrt(square);
	}
	for (size_t k = 0; k < width; k++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += d[i * width + k];
		for (size_t i = 0; i < n; i++)
			d[i * width + k] -= sum / (double)n;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++) {
			double product = 0;

			for (size_t k = 0; k < width; k++)
				product += d[i * width + k] * d[j * width + k];
			squares += (i == j ? 1 : 2) * product * product;
			trace += i == j ? product : 0;
		}
	free(d);
	*norm = norms / (double)n;
	*participation = squares > 0 ? trace * trace / squares : NAN;
	return 0;
}

/* One layer's rows "shift" and "participation" of a fine-tuned state. */
static int add_displacement(struct table *out, struct place p, const char *original, const char *tuned,
			    struct error *err)
{
	struct npy a = { 0 }, b = { 0 };
	double norm = NAN, participation = NAN;
	int rc = -1;

	if (npy_open(&a, original, err) < 0)
		return -1;
	if (npy_open(&b, tuned, err) < 0)
		goto done;
	if (a.view.rows != b.view.rows || a.view.columns != b.view.columns || a.view.rows == 0) {
		error_set(err, STATUS_INPUT, "%s: %zu × %zu, expected %zu × %zu as in %s", tuned, b.view.rows,
			  b.view.columns, a.view.rows, a.view.columns, original);
		goto done;
	}
	if (displacement(&norm, &participation, a.view, b.view, err) < 0)
		goto done;
	results_add(out, &p, "shift", norm, NAN, NAN, (double)a.view.rows);
	results_add(out, &p, "participation", participation, NAN, NAN, (double)a.view.rows);
	rc = 0;
done:
	if (b.map.data != NULL)
		npy_close(&b);
	npy_close(&a);
	return rc;
}

/* Displacements of a fine-tuned state from the original, on its own task. */
static int add_displacements(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	const struct cell *c = &g->plan->cells[cell];
	size_t first = 0;
	long original =
		gather_cell(g, STAGE_DIRECTPROBE, gather_subject(g, c, &first)->name, c->task, NULL, 0, SPLIT_TRAIN);
	struct place p = results_place(c, "train");
	int rc = 0;

	for (long layer = 0; rc == 0 && original >= 0 && layer <= MOST_LAYERS; layer++) {
		struct error fault = { 0 };
		char name[64], *a, *b;

		snprintf(name, sizeof name, "centroids-%ld.npy", layer);
		a = gather_file(g, (size_t)original, name);
		b = gather_file(g, cell, name);
		p.layer = layer;
		if (a != NULL && b != NULL && add_displacement(out, p, a, b, &fault) < 0)
			rc = gather_unreadable(g, cell, &fault, err);
		free(a);
		free(b);
	}
	return rc;
}

int results_directprobe(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	const struct cell *c = &g->plan->cells[cell];

	if (add_summary(out, g, cell, err) < 0 ||
	    add_means_of(out, g, cell, "minimum.csv", "minimum", false, err) < 0 ||
	    add_means_of(out, g, cell, "distances.csv", "distance", false, err) < 0)
		return -1;
	if (c->split == SPLIT_TRAIN && cell_is_final(g, c) && strcmp(c->source, cell_task(c)) == 0)
		return add_displacements(out, g, cell, err);
	return 0;
}

int results_divergence(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	struct place p = results_place(&g->plan->cells[cell], "both");
	struct table t;
	int rc = gather_table(&t, g, cell, "divergence.csv", err);

	if (rc <= 0)
		return rc;
	for (size_t row = 0; row < t.rows; row++) {
		if (strcmp(table_text_at(&t, row, "convention"), "present") != 0)
			continue;
		p.layer = (long)table_number_at(&t, row, "layer");
		results_add(out, &p, "divergence", table_number_at(&t, row, "r"), table_number_at(&t, row, "low"),
			    table_number_at(&t, row, "high"), table_number_at(&t, row, "pairs"));
	}
	table_release(&t);
	return 0;
}

int results_trajectory(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	const struct cell *c = &g->plan->cells[cell];
	struct place p = results_place(c, "train");
	struct table t;
	int rc;

	if (add_means_of(out, g, cell, "minimum.csv", "minimum", true, err) < 0 ||
	    add_means_of(out, g, cell, "distances.csv", "distance", true, err) < 0)
		return -1;
	rc = gather_table(&t, g, cell, "alignment.csv", err);
	if (rc <= 0)
		return rc;
	for (size_t row = 0; row < t.rows; row++) {
		char *state = gather_state(c, table_text_at(&t, row, "state_b"));

		p.state = state == NULL ? "" : state;
		p.layer = (long)table_number_at(&t, row, "layer");
		results_add(out, &p, table_text_at(&t, row, "measure"), table_number_at(&t, row, "value"),
			    table_number_at(&t, row, "low"), table_number_at(&t, row, "high"),
			    table_number_at(&t, row, "n"));
		free(state);
	}
	table_release(&t);
	return 0;
}

static int add_similarities(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	const struct cell *c = &g->plan->cells[cell];
	struct place p = results_place(c, "train");
	struct table t;
	int rc = gather_table(&t, g, cell, "similarity.csv", err);

	if (rc <= 0)
		return rc;
	for (size_t row = 0; row < t.rows; row++) {
		char *state = gather_state(c, table_text_at(&t, row, "state_b"));

		p.state = state == NULL ? "" : state;
		p.layer = (long)table_number_at(&t, row, "layer");
		if (state_checkpoint(p.state) > 0 && strcmp(table_text_at(&t, row, "convention"), "present") == 0)
			results_add(out, &p, "similarity", table_number_at(&t, row, "r"),
				    table_number_at(&t, row, "low"), table_number_at(&t, row, "high"),
				    table_number_at(&t, row, "pairs"));
		free(state);
	}
	table_release(&t);
	return 0;
}

/* Mean norms of the displacements at the checkpoints; the fine-tuned state's
 * are taken with their participation ratio, from directprobe. */
int results_similarity(struct table *out, struct gather *g, size_t cell, struct error *err)
{
	struct table t;
	int rc;

	if (add_similarities(out, g, cell, err) < 0)
		return -1;
	rc = gather_table(&t, g, cell, "shift.csv", err);
	if (rc <= 0)
		return rc;
	rc = add_group_means(out, g, cell, &t, "norm", "shift", true, err);
	table_release(&t);
	return rc;
}
