#include "geometry/shift.h"

#include "base/array.h"
#include "num/pca.h"

#include <math.h>
#include <stdlib.h>

static double score(const struct pca *p, size_t component, const double *row)
{
	double sum = 0.0;

	if (component >= p->components)
		return 0.0;
	for (size_t k = 0; k < p->columns; k++)
		sum += row[k] * p->loadings[component * p->columns + k];
	return sum;
}

/* The labels that have a centroid in the original. */
static size_t labels_with(uint32_t *out, struct matrix original)
{
	size_t count = 0;

	for (size_t l = 0; l < original.rows; l++)
		if (!isnan(matrix_row(original, l)[0]))
			out[count++] = (uint32_t)l;
	return count;
}

static void displacements(double *out, const uint32_t *labels, size_t count, struct matrix original,
			  struct matrix state)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < original.columns; k++)
			out[i * original.columns + k] =
				(double)matrix_row(state, labels[i])[k] - (double)matrix_row(original, labels[i])[k];
}

static void add_rows(struct table *t, int layer, const char *state, const struct labelset *names,
		     const uint32_t *labels, size_t count, const double *moved, const struct pca *p)
{
	for (size_t i = 0; i < count; i++) {
		const double *row = moved + i * p->columns;
		double sum = 0.0;

		for (size_t k = 0; k < p->columns; k++)
			sum += row[k] * row[k];
		table_add_integer(t, layer);
		table_add(t, state);
		table_add(t, names->names[labels[i]]);
		table_add_number(t, sqrt(sum));
		table_add_number(t, score(p, 0, row));
		table_add_number(t, score(p, 1, row));
	}
}

int shift_rows(struct table *t, int layer, const struct labelset *names, struct matrix original,
	       const char *const *states, const struct matrix *centroids, size_t count, struct error *err)
{
	uint32_t *labels = array_new(original.rows, 1, sizeof *labels);
	double *moved = array_new(original.rows, original.columns, sizeof *moved);
	struct pca p = { 0 };
	size_t used;
	int rc = 0;

	if (labels == NULL || moved == NULL) {
		rc = error_memory(err, "the displacements");
	} else if (count > 0) {
		used = labels_with(labels, original);
		displacements(moved, labels, used, original, centroids[count - 1]);
		rc = pca_init(&p, moved, used, original.columns, false, 2);
		if (rc < 0)
			error_memory(err, "the displacements");
		for (size_t s = 0; rc == 0 && s < count; s++) {
			displacements(moved, labels, used, original, centroids[s]);
			add_rows(t, layer, states[s], names, labels, used, moved, &p);
		}
	}
	pca_release(&p);
	free(labels);
	free(moved);
	return rc;
}

int path_rows(struct table *t, double shares[2], int layer, const struct labelset *names, const char *const *states,
	      const struct matrix *centroids, size_t count, struct error *err)
{
	size_t n = names->count, columns = count > 0 ? centroids[0].columns : 0, used;
	uint32_t *labels = array_new(n, 1, sizeof *labels);
	double *all = array_new(count * n, columns, sizeof *all);
	struct pca p = { 0 };
	int rc = 0;

	shares[0] = shares[1] = 0.0;
	if (labels == NULL || all == NULL)
		rc = -1;
	if (rc == 0 && count > 0) {
		used = labels_with(labels, centroids[0]);
		for (size_t s = 0; s < count; s++)
			for (size_t i = 0; i < used * columns; i++)
				all[s * used * columns + i] =
					matrix_row(centroids[s], labels[i / columns])[i % columns];
		rc = pca_init(&p, all, count * used, columns, true, 2);
		for (size_t k = 0; rc == 0 && k < 2; k++)
			shares[k] = k < p.components ? p.squares[k] / p.total : 0.0;
		for (size_t i = 0; rc == 0 && i < used; i++)
			for (size_t s = 0; s < count; s++) {
				const double *at = p.scores + (s * used + i) * p.components;

				table_add_integer(t, layer);
				table_add(t, names->names[labels[i]]);
				table_add(t, states[s]);
				table_add_number(t, p.components > 0 ? at[0] : 0.0);
				table_add_number(t, p.components > 1 ? at[1] : 0.0);
			}
	}
	if (rc < 0)
		error_memory(err, "the paths of the centroids");
	pca_release(&p);
	free(labels);
	free(all);
	return rc;
}
