/* Byte strings numbered in the order in which they first come. */
#ifndef TEXT_INTERN_H
#define TEXT_INTERN_H

#include <stddef.h>
#include <stdint.h>

/* Zero it before the first use. */
struct intern {
	char *bytes; /* all strings end to end, each with a NUL after it */
	size_t bytes_used, bytes_capacity;
	size_t *start; /* (count) where each begins */
	size_t *length;
	size_t count, start_capacity, length_capacity;
	uint32_t *slots; /* (slot_count) 1 + the number; 0: empty. At most half full */
	size_t slot_count;
};

void intern_release(struct intern *t);

/* The number of a string, new or not; -1 if memory is short. */
int intern_add(struct intern *t, const void *bytes, size_t length, size_t *out);

/* Valid until the next intern_add. */
static inline const char *intern_text(const struct intern *t, size_t number)
{
	return t->bytes + t->start[number];
}

#endif
