#include "geometry/hull.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

void hull_start_release(struct hull_start *s)
{
	free((void *)(uintptr_t)s->point);
	free((void *)(uintptr_t)s->side);
	free((void *)(uintptr_t)s->weight);
	*s = (struct hull_start){ 0 };
}

int hull_start_copy(struct hull_start *out, const struct hull_start *from)
{
	uint32_t *point = array_new(from->count, 1, sizeof *point);
	uint8_t *side = array_new(from->count, 1, sizeof *side);
	double *weight = array_new(from->count, 1, sizeof *weight);

	*out = (struct hull_start){ point, side, weight, from->count };
	if (point == NULL || side == NULL || weight == NULL) {
		hull_start_release(out);
		return -1;
	}
	memcpy(point, from->point, from->count * sizeof *point);
	memcpy(side, from->side, from->count * sizeof *side);
	memcpy(weight, from->weight, from->count * sizeof *weight);
	return 0;
}

void hull_start_replace(struct hull_start *kept, const struct hull_start *with, size_t *room)
{
	*room += kept->count;
	hull_start_release(kept);
	if (with != NULL && with->count <= *room && hull_start_copy(kept, with) == 0)
		*room -= kept->count;
}
