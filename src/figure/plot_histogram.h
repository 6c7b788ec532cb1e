/* Two distributions over the same bins, as outlines. */
#ifndef FIGURE_PLOT_HISTOGRAM_H
#define FIGURE_PLOT_HISTOGRAM_H

#include "figure/drawing.h"
#include "figure/scale.h"

#define BINS_MAX 40

struct histogram {
	const char *heading, *x_title, *y_title;
	const char *names[2];
	const char *x_column;
	/* Set by histogram_fill: */
	enum scale_kind kind;
	double edges[BINS_MAX + 1]; /* ascending; a value on an inner edge counts above it */
	double counts[2][BINS_MAX];
	double medians[2]; /* NaN where there is no value */
	size_t bins;
};

#define HISTOGRAM_HEIGHT 140.0

/* Bins both sets: 2 n^(1/3) bins (Rice), at most BINS_MAX, of round width on a
 * linear scale and equal ratio where the values span decades. -1 if memory is
 * short. */
int histogram_fill(struct histogram *h, const double *before, size_t before_count, const double *after,
		   size_t after_count);

extern const struct plot_kind histogram_kind;

#endif
