#include "num/pca.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_eigen.h>

/* A component with less than this part of the first one's squares is rounding:
 * the products are known to about 1e-16 of the largest. */
static const double negligible = 1e-14;

static double *centred_copy(const double *x, size_t rows, size_t columns, bool centre)
{
	double *y = array_new(rows, columns, sizeof *y);

	if (y == NULL)
		return NULL;
	memcpy(y, x, rows * columns * sizeof *y);
	for (size_t k = 0; centre && k < columns; k++) {
		double mean = 0.0;

		for (size_t i = 0; i < rows; i++)
			mean += x[i * columns + k];
		mean /= (double)rows;
		for (size_t i = 0; i < rows; i++)
			y[i * columns + k] -= mean;
	}
	return y;
}

/* Products of rows with rows, or of columns with columns. */
static void products(gsl_matrix *out, const double *y, size_t rows, size_t columns)
{
	bool by_rows = out->size1 == rows;

	gsl_matrix_set_zero(out);
	for (size_t i = 0; by_rows && i < rows; i++)
		for (size_t j = 0; j <= i; j++) {
			double dot = 0.0;

			for (size_t k = 0; k < columns; k++)
				dot += y[i * columns + k] * y[j * columns + k];
			gsl_matrix_set(out, i, j, dot);
			gsl_matrix_set(out, j, i, dot);
		}
	for (size_t r = 0; !by_rows && r < rows; r++)
		for (size_t i = 0; i < columns; i++)
			for (size_t j = 0; j < columns; j++)
				*gsl_matrix_ptr(out, i, j) += y[r * columns + i] * y[r * columns + j];
}

/* v = the direction, in columns, of an eigenvector of the products; its length
 * becomes 1 and its sign is fixed. */
static void take_loading(double *v, const double *y, size_t rows, size_t columns, const gsl_matrix *vectors,
			 size_t at)
{
	double length = 0.0, largest = 0.0;
	size_t k = 0;

	for (size_t j = 0; j < columns; j++) {
		double sum = 0.0;

		if (vectors->size1 != rows)
			sum = gsl_matrix_get(vectors, j, at);
		for (size_t i = 0; vectors->size1 == rows && i < rows; i++)
			sum += gsl_matrix_get(vectors, i, at) * y[i * columns + j];
		v[j] = sum;
		length += sum * sum;
		largest = fmax(largest, fabs(sum));
	}
	while (fabs(v[k]) < largest * (1.0 - 1e-9))
		k++;
	length = copysign(sqrt(length), v[k]);
	for (size_t j = 0; j < columns; j++)
		v[j] /= length;
}

static void take_components(struct pca *p, const double *y, const gsl_vector *values, const gsl_matrix *vectors,
			    size_t wanted)
{
	double first = values->size > 0 ? gsl_vector_get(values, 0) : 0.0;

	for (size_t i = 0; i < values->size; i++)
		p->total += fmax(gsl_vector_get(values, i), 0.0);
	for (size_t c = 0; c < wanted && first > 0.0 && gsl_vector_get(values, c) > first * negligible; c++) {
		double *loading = p->loadings + c * p->columns;

		take_loading(loading, y, p->rows, p->columns, vectors, c);
		p->components++;
	}
	for (size_t i = 0; i < p->rows; i++)
		for (size_t c = 0; c < p->components; c++) {
			double score = 0.0;

			for (size_t k = 0; k < p->columns; k++)
				score += y[i * p->columns + k] * p->loadings[c * p->columns + k];
			p->scores[i * p->components + c] = score;
			p->squares[c] += score * score;
		}
}

int pca_init(struct pca *out, const double *x, size_t rows, size_t columns, bool centre, size_t components)
{
	size_t order = rows <= columns ? rows : columns;
	size_t wanted = components == 0 || components > order ? order : components;
	double *y = centred_copy(x, rows, columns, centre);
	gsl_matrix *matrix = NULL, *vectors = NULL;
	gsl_vector *values = NULL;
	gsl_eigen_symmv_workspace *work = NULL;
	int rc = -1;

	*out = (struct pca){ .rows = rows, .columns = columns };
	out->squares = array_new(wanted, 1, sizeof *out->squares);
	out->loadings = array_new(wanted, columns, sizeof *out->loadings);
	out->scores = array_new(rows, wanted, sizeof *out->scores);
	if (order == 0 && y != NULL)
		rc = 0;
	if (order > 0 && y != NULL && out->squares != NULL && out->loadings != NULL && out->scores != NULL) {
		matrix = gsl_matrix_alloc(order, order);
		vectors = gsl_matrix_alloc(order, order);
		values = gsl_vector_alloc(order);
		work = gsl_eigen_symmv_alloc(order);
	}
	if (matrix != NULL && vectors != NULL && values != NULL && work != NULL) {
		products(matrix, y, rows, columns);
		gsl_eigen_symmv(matrix, values, vectors, work);
		gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_DESC);
		take_components(out, y, values, vectors, wanted);
		rc = 0;
	}
	if (work != NULL)
		gsl_eigen_symmv_free(work);
	gsl_vector_free(values);
	gsl_matrix_free(vectors);
	gsl_matrix_free(matrix);
	free(y);
	if (rc < 0)
		pca_release(out);
	return rc;
}

void pca_release(struct pca *p)
{
	free(p->squares);
	free(p->loadings);
	free(p->scores);
	*p = (struct pca){ 0 };
}
