/* What DirectProbe found in one layer of one state, and how two states of the
 * same labels compare. */
#ifndef FINDINGS_SHAPE_H
#define FINDINGS_SHAPE_H

#include "findings/gather.h"

#include <math.h>

struct shape {
	bool present;
	long layer;                  /* the last one measured */
	double points, points_total; /* of a sample, and of all; the same where none was taken */
	double labels, clusters, conflicts;
	int linear; /* 1, 0, or −1: undefined */
};

#define SHAPE_ABSENT                                                                                                 \
	{                                                                                                            \
		.layer = -1, .linear = -1, .points = NAN, .points_total = NAN, .labels = NAN, .clusters = NAN,       \
		.conflicts = NAN                                                                                     \
	}

/* The last layer of a directprobe cell. Not present where the cell is not there. */
int shape_read(struct shape *out, struct gather *g, long cell, struct error *err);

/* Minimum distances before and after, of the labels measured in both. */
struct growth {
	bool present;
	size_t compared, grew, shrank;
	double change; /* mean */
};
int growth_read(struct growth *out, struct gather *g, long before, long after, long layer, struct error *err);

/* Train/test similarity of a divergence cell. */
struct likeness {
	bool present, linear;             /* linear on both sides */
	double r, low, high, pairs, zero; /* `zero`: absent pairs count as distance 0 */
};
int likeness_read(struct likeness *out, struct gather *g, long cell, struct error *err);

#endif
