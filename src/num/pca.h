/* Principal components, in double precision.
 *
 * Rows are points. Of X (rows, columns), centred by its mean or not, the smaller
 * of XᵀX and XXᵀ is decomposed. Signs are fixed: the loading of largest absolute
 * value is positive, the first of equal ones (to 1e-9). */
#ifndef NUM_PCA_H
#define NUM_PCA_H

#include <stdbool.h>
#include <stddef.h>

struct pca {
	size_t rows, columns;
	size_t components; /* with variance, at most what was asked */
	double *squares;   /* (components) the sum of squared scores, descending */
	double *loadings;  /* (components, columns), rows of length 1 */
	double *scores;    /* (rows, components) */
	double total;      /* sum of squares of all components, these and others */
};

/* components: as many as wanted; 0: all. -1 if memory is short. */
int pca_init(struct pca *out, const double *x, size_t rows, size_t columns, bool centre, size_t components);
void pca_release(struct pca *p);

#endif
