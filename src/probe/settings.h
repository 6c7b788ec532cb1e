/* The grid of settings that a probe is selected from.
 *
 *   paper   {32,64,128,256}² hidden sizes × alpha 1e-7 … 1e0
 *   small   {64,256}² × {1e-5,1e-3,1e-1}
 *   HxH:alpha,alpha,…   one pair of hidden sizes and its alphas; further pairs
 *           after ";", as in "64x64:1e-4,1e-2;128x64:1e-4" */
#ifndef PROBE_SETTINGS_H
#define PROBE_SETTINGS_H

#include "base/error.h"

#include <stddef.h>

struct setting {
	size_t hidden1, hidden2; /* 0, 0: no hidden layer */
	double alpha;            /* of the penalty alpha/2·Σ‖W‖² */
};

struct settings {
	struct setting *items; /* (count), in scikit-learn's ParameterGrid order: alpha outermost */
	size_t count;
};

int settings_parse(struct settings *out, const char *text, struct error *err);

/* The settings of a linear probe: the grid's distinct alphas, no hidden layer. */
int settings_linear(struct settings *out, const struct settings *g, struct error *err);

void settings_release(struct settings *g);

#endif
