/* How alike two representations of the same points are: a row of a table for each
 * measure, and a file for each kind.
 *
 * What they share is made once for a side: the points with their columns centred, and
 * the distances within a sample of them. A measure is NaN where a side is constant, or
 * where there are too few points for it. */
#ifndef GEOMETRY_ALIGNMENT_H
#define GEOMETRY_ALIGNMENT_H

#include "base/context.h"
#include "num/matrix.h"

#include <stdbool.h>
#include <stdint.h>

/* Rows row[0 … count) of a matrix. */
struct selection {
	struct matrix m;
	const uint32_t *row; /* (count) */
	size_t count;
};

struct side {
	struct selection points, sample;
	bool constant, sample_constant; /* all points are equal */
	double product;                 /* ‖XᵀX‖ of the centred columns (Frobenius) */
	double *norms;                  /* (points) ‖xᵢ‖² of the centred rows */
	double squares;                 /* their sum, ‖X‖² */
	float *ranks;                   /* of the distances of all pairs of the sample, by rows above the diagonal,
			   from 1, ties shared; half ranks of up to 2²³ pairs are exact */
};

/* The matrix and the rows must outlive it. */
int side_init(struct side *out, struct selection points, struct selection sample, const struct context *ctx,
	      struct error *err);
void side_release(struct side *s);

/* Two sides of the same points and the same sample. */
struct alignment {
	const struct side *a, *b;
	double *cross;  /* YᵀX of the centred columns, (b columns, a columns) */
	double product; /* its Frobenius norm */
};

struct alignment_measure {
	const char *key; /* as in alignment.csv */
	bool sampled;    /* of the sample, else of all points */
	int (*of)(double *out, const struct alignment *a, struct error *err);
};
extern const struct alignment_measure alignment_measures[];
enum { ALIGNMENT_MEASURES = 5 };

/* All measures, in the table's order. */
int alignment_take(double out[ALIGNMENT_MEASURES], const struct side *a, const struct side *b,
		   const struct context *ctx, struct error *err);

/* Half the width of a 95 % interval of each, by the delete-a-group jackknife (Kott 2001):
 * the rows in ten groups that follow one another, each left out in turn, and Student's t
 * of nine degrees of freedom. `points` and `sample` are of one side, `other` the matrix of
 * the second. Takes ten times as long as the measures. NaN where one is in some group. */
int alignment_jackknife(double half[ALIGNMENT_MEASURES], struct selection points, struct selection sample,
			struct matrix other, const struct context *ctx, struct error *err);

/* The measures of all points are NaN for fewer than four.
 *
 * Linear CKA (Kornblith et al. 2019), ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖): computed in feature
 * space, never points × points. With few points for its dimensions it is far above 0 for
 * representations that have nothing in common: n points of d dimensions without any
 * likeness, spread evenly, have about d / (n + d). */
int alignment_cka(double *out, const struct alignment *a, struct error *err);

/* The same with the unbiased estimator of HSIC (Song et al. 2012) in place of each
 * product; of centred columns, with aᵢ = ‖xᵢ‖² and bᵢ = ‖yᵢ‖², it is
 *     ‖YᵀX‖² − n/(n − 2) Σ aᵢbᵢ + Σaᵢ Σbᵢ / ((n − 1)(n − 2)),
 * which may be below 0. NaN for fewer than four points, and where a side is no more like
 * itself than chance. */
int alignment_cka_unbiased(double *out, const struct alignment *a, struct error *err);

/* RSA (Kriegeskorte et al. 2008): Spearman's correlation of the Euclidean distances. */
int alignment_rsa(double *out, const struct alignment *a, struct error *err);

/* The mean, over the points of the sample, of the Jaccard index of their ten nearest on
 * either side. Points that tie for the last places have an equal share of them, and the
 * index is that of what is shared over what is in either (Ruzicka). NaN for eleven or
 * fewer. */
int alignment_neighbours(double *out, const struct alignment *a, struct error *err);

/* Orthogonal Procrustes (Schönemann 1966) of sides made ‖X‖ = ‖Y‖ = 1, as Ding et al.
 * (2021): the least squared distance ‖X − YQ‖² over orthogonal Q, 2 − 2 ‖YᵀX‖_* with the
 * sum of the singular values. 0: the same but for a rotation; at most 2. Points without
 * any likeness, spread evenly, have about 2 − 1.7 √(d / n), where n is several times d. */
int alignment_procrustes(double *out, const struct alignment *a, struct error *err);

#endif
