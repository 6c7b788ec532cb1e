/* Claims, a row each: what the effect is with its interval, on an axis of its own with
 * the side on which it speaks for the claim, and how sure the verdict is. */
#ifndef FIGURE_PLOT_CLAIMS_H
#define FIGURE_PLOT_CLAIMS_H

#include "figure/drawing.h"

#include <stdbool.h>

struct claim_row {
	const char *number, *name, *verdict; /* "holds", "leans to hold", … */
	const char *effect;                  /* "mean change of accuracy +6.59 points" */
	const char *support;                 /* "99.5 %, 8 of 10 pairs" */
	const char *unit;
	double value, low, high, threshold, paper; /* NaN: none */
	bool below;                                /* the threshold speaks for it on its left */
};

struct claim_rows {
	struct claim_row *rows;
	size_t count;
};

double claims_height(size_t rows);

extern const struct plot_kind claims_kind;

#endif
