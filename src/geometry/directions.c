#include "geometry/directions.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

static const size_t bytes_at_most = (size_t)256 << 20;
static const size_t points_at_most = (size_t)5 << 20; /* of all weights: 68 MB */

int directions_init(struct directions *out, size_t slots, size_t stride)
{
	size_t most = bytes_at_most / (stride * sizeof(double) + sizeof(uint64_t) + 2 * sizeof(struct reach));

	*out = (struct directions){ .slots = slots < most ? slots : most, .stride = stride };
	out->slots += out->slots == 0;
	out->key = array_new(out->slots, 1, sizeof *out->key);
	out->vector = array_new(out->slots, stride, sizeof *out->vector);
	out->reach = array_new(out->slots, 2, sizeof *out->reach);
	out->weights = array_new(out->slots, 1, sizeof *out->weights);
	out->room = points_at_most;
	if (out->key == NULL || out->vector == NULL || out->reach == NULL || out->weights == NULL) {
		directions_release(out);
		return -1;
	}
	return 0;
}

void directions_release(struct directions *d)
{
	free(d->key);
	free(d->vector);
	free(d->reach);
	for (size_t slot = 0; d->weights != NULL && slot < d->slots; slot++)
		hull_start_release(&d->weights[slot]);
	free(d->weights);
	*d = (struct directions){ 0 };
}

static void reset(struct directions *d, size_t slot)
{
	for (int side = 0; side < 2; side++)
		d->reach[2 * slot + (size_t)side] = hull_reach_nothing(side);
}

static size_t slot_of(const struct directions *d, uint64_t key)
{
	key *= 0x9E3779B97F4A7C15u;
	return (size_t)((key ^ key >> 32) % d->slots);
}

bool directions_find(struct direction *out, const struct directions *d, uint64_t key)
{
	size_t slot = slot_of(d, key);

	*out = (struct direction){ d->vector + slot * d->stride, d->reach + 2 * slot,
				   d->weights[slot].count > 0 ? &d->weights[slot] : NULL };
	return d->key[slot] == key;
}

void directions_put(struct directions *d, uint64_t key, const double *vector, const struct hull_start *weights)
{
	size_t slot = slot_of(d, key);

	hull_start_replace(&d->weights[slot], weights, &d->room);
	d->key[slot] = key;
	reset(d, slot);
	memcpy(d->vector + slot * d->stride, vector, d->stride * sizeof *vector);
}

void directions_forget(struct directions *d)
{
	for (size_t slot = 0; slot < d->slots; slot++)
		reset(d, slot);
}
