#include "text/piece_table.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits (Fowler, Noll and Vo); its low bits are mixed before use. */
static const uint64_t hash_basis = 0xcbf29ce484222325, hash_prime = 0x100000001b3;

static const char continues[2] = "##";

uint64_t piece_hash_add(uint64_t hash, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * hash_prime;
	return hash;
}

uint64_t piece_hash_start(bool continuation)
{
	return continuation ? piece_hash_add(hash_basis, continues, sizeof continues) : hash_basis;
}

static size_t first_slot(const struct piece_table *t, uint64_t hash)
{
	return (size_t)(hash ^ hash >> 29) & t->mask;
}

/* The slot that holds the piece, or the empty one where it would go. */
static struct piece_slot *find_slot(const struct piece_table *t, uint64_t hash, size_t prefix, const char *bytes,
				    size_t length)
{
	for (size_t i = first_slot(t, hash);; i = (i + 1) & t->mask) {
		struct piece_slot *slot = &t->slots[i];
		const struct piece *piece;

		if (slot->id < 0)
			return slot;
		if (slot->hash != hash)
			continue;
		piece = &t->pieces[slot->id];
		if (piece->length == prefix + length && memcmp(piece->bytes, continues, prefix) == 0 &&
		    memcmp(piece->bytes + prefix, bytes, length) == 0)
			return slot;
	}
}

int piece_table_init(struct piece_table *out, const struct piece *pieces, size_t count)
{
	size_t slots = 16;

	*out = (struct piece_table){ .pieces = pieces };
	while (slots / 2 < count)
		slots *= 2;
	out->slots = array_new(slots, 1, sizeof *out->slots);
	if (out->slots == NULL)
		return -1;
	out->mask = slots - 1;
	for (size_t i = 0; i < slots; i++)
		out->slots[i].id = -1;
	for (size_t i = 0; i < count; i++) {
		uint64_t hash;

		if (pieces[i].bytes == NULL)
			continue;
		hash = piece_hash_add(piece_hash_start(false), pieces[i].bytes, pieces[i].length);
		*find_slot(out, hash, 0, pieces[i].bytes, pieces[i].length) = (struct piece_slot){ hash, (int32_t)i };
		if (pieces[i].length > out->longest)
			out->longest = pieces[i].length;
	}
	return 0;
}

void piece_table_release(struct piece_table *t)
{
	free(t->slots);
	*t = (struct piece_table){ 0 };
}

int32_t piece_table_probe(const struct piece_table *t, uint64_t hash, bool continuation, const char *bytes,
			  size_t length)
{
	return find_slot(t, hash, continuation ? sizeof continues : 0, bytes, length)->id;
}

int32_t piece_table_find(const struct piece_table *t, const char *bytes, size_t length)
{
	return piece_table_probe(t, piece_hash_add(piece_hash_start(false), bytes, length), false, bytes, length);
}
