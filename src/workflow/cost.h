/* What a cell takes, from the sizes of its model and its data: a function a stage. */
#ifndef WORKFLOW_COST_H
#define WORKFLOW_COST_H

#include "base/error.h"
#include "workflow/store.h"

#include <stddef.h>

struct cost {
	double operations; /* of floating point */
	double bytes;      /* of artefacts */
	double memory;     /* bytes at a time */
};

/* A model directory whose configuration cannot be read is an error. */
int cost_of(struct cost *out, struct store *s, size_t cell, struct error *err);

#endif
