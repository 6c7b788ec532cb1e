#include "figure/names.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

size_t names_place(struct names *n, const struct bytes *text, int *failed)
{
	const char *name = text->data == NULL ? "" : text->data;
	char *copy;

	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->items[i], name) == 0)
			return i;
	copy = text->failed ? NULL : text_copy(name);
	if (copy == NULL || array_reserve(&n->items, &n->capacity, n->count + 1, sizeof *n->items) < 0) {
		free(copy);
		*failed = 1;
		return 0;
	}
	n->items[n->count] = copy;
	return n->count++;
}

void names_release(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i]);
	free(n->items);
	*n = (struct names){ 0 };
}
