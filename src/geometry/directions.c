#include "geometry/directions.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

static const size_t bytes_at_most = (size_t)256 << 20;

int directions_init(struct directions *out, size_t slots, size_t stride)
{
	size_t most = bytes_at_most / (stride * sizeof(double) + sizeof(uint64_t) + 2 * sizeof(struct reach));

	*out = (struct directions){ .slots = slots < most ? slots : most, .stride = stride };
	out->slots += out->slots == 0;
	out->key = array_new(out->slots, 1, sizeof *out->key);
	out->vector = array_new(out->slots, stride, sizeof *out->vector);
	out->reach = array_new(out->slots, 2, sizeof *out->reach);
	if (out->key == NULL || out->vector == NULL || out->reach == NULL) {
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

const double *directions_find(const struct directions *d, uint64_t key, struct reach **reach)
{
	size_t slot = slot_of(d, key);

	*reach = d->reach + 2 * slot;
	return d->key[slot] == key ? d->vector + slot * d->stride : NULL;
}

void directions_put(struct directions *d, uint64_t key, const double *vector)
{
	size_t slot = slot_of(d, key);

	d->key[slot] = key;
	reset(d, slot);
	memcpy(d->vector + slot * d->stride, vector, d->stride * sizeof *vector);
}

void directions_forget(struct directions *d)
{
	for (size_t slot = 0; slot < d->slots; slot++)
		reset(d, slot);
}
