/* The last phase: from the last state without an overlap, the nearest pair of
 * clusters of one label is tried again and again, until every pair has been. */
#ifndef GEOMETRY_FORWARD_H
#define GEOMETRY_FORWARD_H

#include "geometry/overlaps.h"
#include "geometry/partition.h"
#include "geometry/tree.h"

struct forward_job {
	const struct points *points;
	struct overlaps *overlaps;
	const struct tree *tree;
	const uint16_t *whole;           /* (nodes, labels), as the bisection left it */
	struct partition_memory *memory; /* good and trials; grows */
	const struct partition_saver *saver;
	uint64_t before; /* undecided in an interrupted run */
};

/* key: (points) the index that names each point's cluster. */
int forward_phase_run(const struct forward_job *job, uint32_t *key, struct error *err);

#endif
