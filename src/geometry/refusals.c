#include "geometry/refusals.h"

#include "base/array.h"

#include <stdlib.h>

static const size_t points_at_most = (size_t)5 << 20; /* 68 MB */

int refusals_init(struct refusals *out, const struct points *points)
{
	*out = (struct refusals){ .clusters = points->count, .room = points_at_most };
	out->items = array_new(points->count, 1, sizeof *out->items);
	if (out->items == NULL)
		return -1;
	for (size_t i = 0; i < out->clusters; i++)
		out->items[i].point = NO_POINT;
	return 0;
}

static void forget(struct refusals *r, struct refusal *item)
{
	hull_start_replace(&item->met, NULL, &r->room);
	item->point = NO_POINT;
}

void refusals_release(struct refusals *r)
{
	for (size_t i = 0; r->items != NULL && i < r->clusters; i++)
		forget(r, &r->items[i]);
	free(r->items);
	*r = (struct refusals){ 0 };
}

uint32_t refusals_point(const struct refusals *r, uint32_t id)
{
	return r->items[id].point;
}

const struct hull_start *refusals_start(const struct refusals *r, uint32_t id)
{
	const struct hull_start *met = &r->items[id].met;

	return met->count > 0 ? met : NULL;
}

static void keep(struct refusals *r, uint32_t id, uint32_t point, const struct hull_start *met)
{
	struct refusal *item = &r->items[id];

	item->point = point;
	hull_start_replace(&item->met, met, &r->room);
}

void refusals_keep(struct refusals *r, const struct merge *pair, uint32_t point, const struct answer *met)
{
	keep(r, pair->a, point, &met->weights);
	keep(r, pair->b, point, &met->weights);
}

void refusals_join(struct refusals *r, uint32_t a, uint32_t b)
{
	struct refusal *from = &r->items[b];

	if (r->items[a].point == NO_POINT) {
		r->items[a] = *from;
		*from = (struct refusal){ .point = NO_POINT };
	} else {
		forget(r, from);
	}
}
