/* Memory that is released all at once: what one figure's drawings are made of. */
#ifndef FIGURE_ARENA_H
#define FIGURE_ARENA_H

#include <stddef.h>

struct arena {
	void **blocks;
	size_t count, capacity;
};

/* Zeroed; NULL if memory is short. */
void *arena_array(struct arena *a, size_t count, size_t size);

void arena_release(struct arena *a);

#endif
