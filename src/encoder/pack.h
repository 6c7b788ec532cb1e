/* Sentences packed end to end, without padding, in groups that are worked on
 * one by one: a group's rows go through all layers by one thread.
 *
 * Sentences are dealt out longest first, each to the group with the fewest rows
 * (Graham 1969), so that groups are nearly equal. Their number depends on the
 * rows alone, never on the threads. */
#ifndef ENCODER_PACK_H
#define ENCODER_PACK_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct packed_sentence {
	const int32_t *ids; /* (length) */
	size_t length;
	size_t source;   /* its place in the caller's list */
	uint32_t number; /* in the example file: what dropout counts by */
	size_t row;      /* its first row in the batch */
	size_t scores;   /* attention weights before it in the batch, one head's */
};

struct group {
	size_t first, count; /* sentences */
	size_t row, rows;
	size_t scores, score_count; /* Σ length² of its sentences, and before it */
};

struct pack {
	struct packed_sentence *sentences; /* (count), group by group */
	size_t count, capacity;
	struct group *groups;
	size_t group_count, group_capacity;
	size_t rows, scores; /* totals */
	size_t longest;      /* sentence */
	size_t tallest;      /* group, in rows */
};

/* Packs sentences; `source` and `number` come from the caller, `rows_wanted`
 * are the rows that a group should have. Reuses what `p` holds (zeroed before
 * the first call). */
int pack_fill(struct pack *p, const struct packed_sentence *sentences, size_t count, size_t rows_wanted,
	      struct error *err);
void pack_release(struct pack *p);

#endif
