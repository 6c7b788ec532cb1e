/* Texts that belong to parts of a picture. */
#ifndef FIGURE_NOTES_H
#define FIGURE_NOTES_H

#include <stdbool.h>
#include <stddef.h>

/* A part of the page with a text: one to be shown when the pointer is over it,
 * or one that was drawn there. */
struct note {
	double x, y, width, height;
	char *text;
	double *line; /* (2 × points) x and y of a line of breadth `height`, instead of the box; or NULL */
	size_t points;
};

struct notes {
	bool kept; /* else they are dropped */
	struct note *items;
	size_t count, capacity;
};

/* Adds a copy of the text on a box. NULL where they are not kept, where there are
 * 1,500 already, or if memory is short. */
struct note *notes_add(struct notes *n, double x, double y, double width, double height, const char *text);
void notes_release(struct notes *n);

#endif
