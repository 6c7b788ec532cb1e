/* A growing list of pieces. */
#ifndef TEXT_PIECES_H
#define TEXT_PIECES_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Zero it before the first use. */
struct pieces {
	int32_t *ids;
	size_t count, capacity;
	size_t *starts; /* (count) bytes into the text, from tokenizers that tell them; else NULL */
	size_t starts_capacity;
};

/* Appends one whose first byte is known. */
int pieces_add(struct pieces *p, int32_t id, size_t start, struct error *err);
void pieces_release(struct pieces *p);

#endif
