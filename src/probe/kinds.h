/* The kinds of probes, by name. */
#ifndef PROBE_KINDS_H
#define PROBE_KINDS_H

#include "base/error.h"

/* Kinds, as bits. */
enum probe_kind {
	PROBE_MLP = 1,     /* the paper's */
	PROBE_LINEAR = 2,  /* no hidden layer */
	PROBE_CONTROL = 4, /* labels drawn at random per word type (Hewitt and Liang 2019) */
	PROBE_MDL = 8,     /* online codelength (Voita and Titov 2020) */
};

/* Reads names separated by commas, such as "mlp, linear", as bits. */
int kinds_parse(unsigned *out, const char *list, struct error *err);

#endif
