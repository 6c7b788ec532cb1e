#include "figure/notes.h"

#include "base/array.h"

#include <stdlib.h>

static const size_t NOTES_MAX = 1500;

void notes_release(struct notes *n)
{
	for (size_t i = 0; i < n->count; i++) {
		free(n->items[i].text);
		free(n->items[i].line);
	}
	free(n->items);
}

struct note *notes_add(struct notes *n, double x, double y, double width, double height, const char *text)
{
	char *copy = n->kept && n->count < NOTES_MAX ? text_copy(text) : NULL;

	if (copy == NULL || array_reserve(&n->items, &n->capacity, n->count + 1, sizeof *n->items) < 0) {
		free(copy);
		return NULL;
	}
	n->items[n->count] = (struct note){ x, y, width, height, copy, NULL, 0 };
	return &n->items[n->count++];
}
