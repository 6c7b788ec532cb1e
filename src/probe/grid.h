/* The grid of settings that a probe is selected from.
 *
 *   paper   {32,64,128,256}² hidden sizes × alpha 1e-7 … 1e0
 *   small   {64,256}² × {1e-5,1e-3,1e-1}
 *   HxH:alpha,alpha,…   one pair of hidden sizes and its alphas; further pairs
 *           after ";", as in "64x64:1e-4,1e-2;128x64:1e-4" */
#ifndef PROBE_GRID_H
#define PROBE_GRID_H

#include "base/error.h"

#include <stddef.h>

struct probe_setting {
	size_t hidden1, hidden2; /* 0, 0: no hidden layer */
	double alpha;            /* of the penalty alpha/2·Σ‖W‖² */
};

struct probe_grid {
	struct probe_setting *items; /* (count), in scikit-learn's ParameterGrid order: alpha outermost */
	size_t count;
};

int grid_parse(struct probe_grid *out, const char *text, struct error *err);

/* The settings of a linear probe: the grid's distinct alphas, no hidden layer. */
int grid_linear(struct probe_grid *out, const struct probe_grid *g, struct error *err);

void grid_release(struct probe_grid *g);

#endif
