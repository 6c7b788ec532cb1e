/* The clusters of DirectProbe.
 *
 * Labels that are separable as a whole are one cluster each. Otherwise clusters
 * of one label are merged, nearest centres first, up to the last state without
 * an overlap of different labels, found by bisection; from there pair after pair
 * is tried, and is refused if the merged hull would overlap. */
#ifndef GEOMETRY_PARTITION_H
#define GEOMETRY_PARTITION_H

#include "base/context.h"
#include "geometry/linkage.h"
#include "geometry/overlaps.h"
#include "geometry/points.h"

#include <stdint.h>

enum partition_phase {
	PARTITION_NEW,
	PARTITION_LABELS,  /* whole labels are tested */
	PARTITION_LINKAGE, /* merges is filled */
	PARTITION_BAD,     /* first_bad is known */
	PARTITION_FORWARD, /* some pairs have been tried */
};

/* A pair that was tried. */
struct trial {
	uint32_t a, b;
	uint32_t merged; /* 1 or 0 */
};

/* What an interrupted run goes on from. */
struct partition_memory {
	enum partition_phase phase;
	uint8_t *apart;       /* (labels, labels) */
	uint32_t bad;         /* a state known to have an overlap; 0: none, the labels are separable */
	uint32_t good;        /* a state known to have none */
	struct merge *merges; /* (merge_count), to the end */
	size_t merge_count;
	struct trial *trials; /* (trial_count) */
	size_t trial_count, trial_capacity;
	uint64_t undecided;
};

void partition_memory_release(struct partition_memory *m);

struct partition {
	uint32_t *cluster; /* (points) its number, by the first row */
	size_t clusters;
	uint32_t merges; /* of the sequence that were kept: the state the trials began with */
	size_t tried, refused;
	uint64_t undecided;
	struct overlap_counts counts;
};

/* `memory` is zeroed, or that of an interrupted run on the same points; save
 * (may be NULL) is called whenever it has grown by a phase or by many trials. */
struct partition_saver {
	void *arg;
	int (*save)(void *arg, const struct partition_memory *memory, struct error *err);
};

int partition_find(struct partition *out, const struct points *points, struct partition_memory *memory,
		   const struct partition_saver *saver, const struct proof_sink *sink, const struct context *ctx,
		   struct error *err);
void partition_release(struct partition *p);

#endif
