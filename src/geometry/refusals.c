#include "geometry/refusals.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

static const size_t bytes_at_most = (size_t)64 << 20;

int refusals_init(struct refusals *out, const struct points *points)
{
	*out = (struct refusals){ .clusters = points->count,
				  .room = bytes_at_most / (sizeof(uint32_t) + sizeof(double)) };
	out->items = array_new(points->count, 1, sizeof *out->items);
	if (out->items == NULL)
		return -1;
	for (size_t i = 0; i < out->clusters; i++)
		out->items[i].point = NO_POINT;
	return 0;
}

static void forget(struct refusals *r, struct refusal *item)
{
	r->room += item->count;
	free(item->met);
	free(item->weight);
	*item = (struct refusal){ .point = NO_POINT };
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

const struct hull_start *refusals_start(struct refusals *r, uint32_t id)
{
	const struct refusal *item = &r->items[id];

	r->start = (struct hull_start){ item->met, NULL, item->weight, item->count };
	return item->count > 0 ? &r->start : NULL;
}

static void keep(struct refusals *r, uint32_t id, uint32_t point, const struct hull_start *met)
{
	struct refusal *item = &r->items[id];

	forget(r, item);
	item->point = point;
	if (met->count > r->room)
		return;
	item->met = array_new(met->count, 1, sizeof *item->met);
	item->weight = array_new(met->count, 1, sizeof *item->weight);
	if (item->met == NULL || item->weight == NULL) {
		free(item->met);
		free(item->weight);
		item->met = NULL;
		item->weight = NULL;
		return;
	}
	memcpy(item->met, met->point, met->count * sizeof *item->met);
	memcpy(item->weight, met->weight, met->count * sizeof *item->weight);
	item->count = (uint32_t)met->count;
	r->room -= met->count;
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
