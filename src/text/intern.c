#include "text/intern.h"

#include "base/array.h"
#include "text/piece_table.h"

#include <stdlib.h>
#include <string.h>

void intern_release(struct intern *t)
{
	free(t->bytes);
	free(t->start);
	free(t->length);
	free(t->slots);
	*t = (struct intern){ 0 };
}

/* The slot that holds the string, or the empty one where it would go. */
static uint32_t *find_slot(const struct intern *t, const void *bytes, size_t length)
{
	uint64_t hash = piece_hash_add(piece_hash_start(false), bytes, length);
	size_t i = (size_t)(hash ^ hash >> 29) & (t->slot_count - 1);

	for (; t->slots[i] != 0; i = (i + 1) & (t->slot_count - 1)) {
		size_t number = t->slots[i] - 1;

		if (t->length[number] == length && memcmp(intern_text(t, number), bytes, length) == 0)
			break;
	}
	return &t->slots[i];
}

static int grow(struct intern *t)
{
	uint32_t *old = t->slots;
	size_t count = t->slot_count ? 2 * t->slot_count : 64;
	uint32_t *slots = array_new(count, 1, sizeof *slots);

	if (slots == NULL)
		return -1;
	t->slots = slots;
	t->slot_count = count;
	for (size_t i = 0; i < t->count; i++)
		*find_slot(t, intern_text(t, i), t->length[i]) = (uint32_t)i + 1;
	free(old);
	return 0;
}

int intern_add(struct intern *t, const void *bytes, size_t length, size_t *out)
{
	uint32_t *slot;

	if (2 * (t->count + 1) > t->slot_count && grow(t) < 0)
		return -1;
	slot = find_slot(t, bytes, length);
	if (*slot != 0) {
		*out = *slot - 1;
		return 0;
	}
	if (t->count >= UINT32_MAX - 1 ||
	    array_reserve(&t->bytes, &t->bytes_capacity, t->bytes_used + length + 1, 1) < 0 ||
	    array_reserve(&t->start, &t->start_capacity, t->count + 1, sizeof *t->start) < 0 ||
	    array_reserve(&t->length, &t->length_capacity, t->count + 1, sizeof *t->length) < 0)
		return -1;
	t->start[t->count] = t->bytes_used;
	t->length[t->count] = length;
	memcpy(t->bytes + t->bytes_used, bytes, length);
	t->bytes[t->bytes_used + length] = '\0';
	t->bytes_used += length + 1;
	*out = t->count++;
	*slot = (uint32_t)t->count;
	return 0;
}
