/* Pieces of a vocabulary, found by their bytes. A hash is carried along the
 * characters of a word, so that the longest match at a place costs one pass
 * over the word and a probe or two. */
#ifndef TEXT_PIECE_TABLE_H
#define TEXT_PIECE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes owned by whoever owns the vocabulary. */
struct piece {
	const char *bytes;
	size_t length;
};

struct piece_slot {
	uint64_t hash;
	int32_t id; /* −1: empty */
};

struct piece_table {
	const struct piece *pieces; /* (count), by id */
	struct piece_slot *slots;   /* (mask + 1), a power of two, at most half full */
	size_t mask;
	size_t longest; /* bytes of the longest piece */
};

/* Of pieces that are alike the last counts, as in transformers; one without bytes
 * is none. `pieces` must
 * outlive the table. -1 if memory is short. */
int piece_table_init(struct piece_table *out, const struct piece *pieces, size_t count);
void piece_table_release(struct piece_table *t);

/* The id, or -1. */
int32_t piece_table_find(const struct piece_table *t, const char *bytes, size_t length);

/* The hash of nothing, and of what was hashed before with more bytes. */
uint64_t piece_hash_start(bool continuation);
uint64_t piece_hash_add(uint64_t hash, const char *bytes, size_t length);

/* The id of the piece that is `bytes`, or "##" and `bytes`, whose hash is
 * known; -1 if there is none. */
int32_t piece_table_probe(const struct piece_table *t, uint64_t hash, bool continuation, const char *bytes,
			  size_t length);

#endif
