/* Which settings of a grid are trained side by side (probe/sweep.h). */
#ifndef PROBE_GROUPS_H
#define PROBE_GROUPS_H

#include "base/error.h"
#include "probe/grid.h"

#include <stdbool.h>

struct groups {
	size_t *group_of; /* the group of each setting of the grid */
	size_t count;
};

/* With `wide` above 0, groups have at most so many settings; else their first
 * layers have together about 256 units, or `classes` each where none is hidden.
 * With `equal` all settings of a group are equally large, as a sweep whose
 * settings share one stream of random numbers needs. Settings are dealt out in
 * turn, so that groups take about equally long. */
int groups_deal(struct groups *out, const struct probe_grid *s, size_t wide, bool equal, size_t classes,
		struct error *err);
void groups_release(struct groups *g);

#endif
