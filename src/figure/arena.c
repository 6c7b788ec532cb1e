#include "figure/arena.h"

#include "base/array.h"

#include <stdlib.h>

void *arena_array(struct arena *a, size_t count, size_t size)
{
	void *block;

	if (array_reserve(&a->blocks, &a->capacity, a->count + 1, sizeof *a->blocks) < 0)
		return NULL;
	block = array_new(count == 0 ? 1 : count, 1, size);
	if (block != NULL)
		a->blocks[a->count++] = block;
	return block;
}

void arena_release(struct arena *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->blocks[i]);
	free(a->blocks);
	*a = (struct arena){ 0 };
}
