/* Texts in the order of their first appearance; the place is the name. */
#ifndef FIGURE_NAMES_H
#define FIGURE_NAMES_H

#include "figure/bytes.h"

#include <stddef.h>

/* Zeroed before use. */
struct names {
	char **items; /* (count) */
	size_t count, capacity;
};

/* The place of a text, which is added where it is new. Sets `failed`, and
 * returns 0, if memory is short. */
size_t names_place(struct names *n, const struct bytes *text, int *failed);
void names_release(struct names *n);

#endif
