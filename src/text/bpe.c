#include "text/bpe.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/byte_words.h"

#include <stdlib.h>
#include <string.h>

struct bpe_merge {
	int32_t left, right; /* pieces; left −1: an empty slot */
	int32_t piece;
	uint32_t rank;
};

/* A piece of the word that is being joined, in a list by their indices. */
struct bpe_symbol {
	int32_t id;     /* −1: joined to the one before */
	uint32_t start; /* its first byte in the word */
	uint32_t before, after;
};

/* Two neighbours that could be joined, when they were seen. */
struct bpe_pair {
	uint32_t rank, at; /* index of the left symbol */
	int32_t left, right, piece;
};

enum { NONE = UINT32_MAX };

static size_t slot_of(const struct bpe *b, int32_t left, int32_t right)
{
	uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right, mixed = key * 0x9E3779B97F4A7C15u;
	size_t i = (size_t)(mixed ^ mixed >> 32) & b->mask;

	while (b->merges[i].left >= 0 && (b->merges[i].left != left || b->merges[i].right != right))
		i = (i + 1) & b->mask;
	return i;
}

/* The two parts of a merge: "a b", or ["a", "b"]. */
static int parts_of(const json_t *merge, const char **left, size_t *left_length, const char **right)
{
	const char *text = json_string_value(merge), *space = text == NULL ? NULL : strchr(text, ' ');

	if (space != NULL) {
		*left = text;
		*left_length = (size_t)(space - text);
		*right = space + 1;
		return 0;
	}
	*left = json_string_value(json_array_get(merge, 0));
	*right = json_string_value(json_array_get(merge, 1));
	if (*left == NULL || *right == NULL || json_array_size(merge) != 2)
		return -1;
	*left_length = strlen(*left);
	return 0;
}

static int add_merge(struct bpe *b, const json_t *merge, size_t rank, const char *path, struct error *err)
{
	const struct piece_table *table = &b->vocabulary->table;
	const char *left, *right;
	struct bpe_merge m = { .rank = (uint32_t)rank };
	size_t length, slot;
	char *joined;

	if (parts_of(merge, &left, &length, &right) < 0)
		return error_set(err, STATUS_INPUT, "%s: model.merges: entry %zu: expected two pieces", path,
				 rank + 1);
	joined = text_format("%.*s%s", (int)length, left, right);
	if (joined == NULL)
		return error_memory(err, path);
	m.left = piece_table_find(table, left, length);
	m.right = piece_table_find(table, right, strlen(right));
	m.piece = piece_table_find(table, joined, strlen(joined));
	free(joined);
	if (m.left < 0 || m.right < 0 || m.piece < 0)
		return error_set(
			err, STATUS_INPUT,
			"%s: model.merges: entry %zu: the vocabulary has not all of %.*s, %s and both in one", path,
			rank + 1, (int)length, left, right);
	slot = slot_of(b, m.left, m.right);
	b->merges[slot] = m; /* of two that are alike the last counts, as in a map */
	return 0;
}

/* Every byte is a piece: no text is unknown. */
static int find_bytes(struct bpe *b, const char *path, struct error *err)
{
	for (int byte = 0; byte < 256; byte++) {
		char text[8];
		size_t length = utf8_encode(text, byte_character((unsigned char)byte));

		b->bytes[byte] = b->form.bytes ? piece_table_find(&b->vocabulary->table, text, length)
					       : piece_list_byte(b->vocabulary, (unsigned char)byte);
		if (b->bytes[byte] < 0 && b->form.bytes)
			return error_set(err, STATUS_INPUT, "%s: model.vocab: no piece for byte %d (%.*s)", path,
					 byte, (int)length, text);
		if (b->bytes[byte] < 0)
			return error_set(err, STATUS_INPUT, "%s: model.byte_fallback: no piece <0x%02X>", path, byte);
	}
	return 0;
}

int bpe_init(struct bpe *out, const struct piece_list *vocabulary, const json_t *merges, struct bpe_form form,
	     const char *path, struct error *err)
{
	const size_t count = json_array_size(merges);
	size_t slots = 16;

	*out = (struct bpe){ .vocabulary = vocabulary, .form = form };
	while (slots / 2 < count)
		slots *= 2;
	out->merges = array_new(slots, 1, sizeof *out->merges);
	if (out->merges == NULL)
		return error_memory(err, path);
	out->mask = slots - 1;
	for (size_t i = 0; i < slots; i++)
		out->merges[i].left = -1;
	for (size_t i = 0; i < count; i++)
		if (add_merge(out, json_array_get(merges, i), i, path, err) < 0)
			return -1;
	return form.bytes || form.fallback ? find_bytes(out, path, err) : 0;
}

void bpe_release(struct bpe *b)
{
	free(b->merges);
	*b = (struct bpe){ 0 };
}

void bpe_work_release(struct bpe_work *w)
{
	free(w->symbols);
	free(w->heap);
	*w = (struct bpe_work){ 0 };
}

/* Learnt before; or the same, and further left. */
static bool goes_before(const struct bpe_pair *a, const struct bpe_pair *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->at < b->at;
}

static void swap(struct bpe_pair *heap, size_t a, size_t b)
{
	struct bpe_pair kept = heap[a];

	heap[a] = heap[b];
	heap[b] = kept;
}

/* Adds the symbols at `at` and behind it, if they can be joined. */
static void push(const struct bpe *b, struct bpe_work *w, size_t *count, uint32_t at)
{
	const struct bpe_symbol *left = &w->symbols[at], *right;
	const struct bpe_merge *m;
	size_t i = *count;

	if (left->after == NONE)
		return;
	right = &w->symbols[left->after];
	m = &b->merges[slot_of(b, left->id, right->id)];
	if (m->left < 0)
		return;
	w->heap[(*count)++] = (struct bpe_pair){ m->rank, at, left->id, right->id, m->piece };
	for (; i > 0 && goes_before(&w->heap[i], &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(w->heap, i, (i - 1) / 2);
}

static struct bpe_pair pop(struct bpe_work *w, size_t *count)
{
	struct bpe_pair first = w->heap[0];

	w->heap[0] = w->heap[--*count];
	for (size_t i = 0;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < *count && goes_before(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (child >= *count || !goes_before(&w->heap[child], &w->heap[i]))
			return first;
		swap(w->heap, i, child);
		i = child;
	}
}

/* Joins the pairs of a word's symbols, of which there are `length`. */
static void join(const struct bpe *b, struct bpe_work *w, size_t length)
{
	size_t count = 0;

	for (uint32_t i = 0; i + 1 < length; i++)
		push(b, w, &count, i);
	while (count > 0) {
		struct bpe_pair p = pop(w, &count);
		struct bpe_symbol *left = &w->symbols[p.at], *right;

		/* One of the two may have been joined to another since. */
		if (left->id != p.left || left->after == NONE || w->symbols[left->after].id != p.right)
			continue;
		right = &w->symbols[left->after];
		left->id = p.piece;
		left->after = right->after;
		right->id = -1;
		if (left->after != NONE)
			w->symbols[left->after].before = p.at;
		if (left->before != NONE)
			push(b, w, &count, left->before);
		push(b, w, &count, p.at);
	}
}

/* The piece that a word is as a whole, or −1. */
static int32_t find_whole(const struct bpe *b, const char *word, size_t length)
{
	uint64_t hash = piece_hash_start(false);
	char *text = array_new(length, 2, 1);
	size_t used = 0;
	int32_t id = -1;

	if (text == NULL)
		return -1;
	for (size_t i = 0; i < length; i++)
		if (b->form.bytes)
			used += utf8_encode(text + used, byte_character((unsigned char)word[i]));
		else
			text[used++] = word[i];
	hash = piece_hash_add(hash, text, used);
	id = piece_table_probe(&b->vocabulary->table, hash, false, text, used);
	free(text);
	return id;
}

/* These put the symbols of a word, and return their number: at most its bytes. */
static size_t begin_with_bytes(const struct bpe *b, struct bpe_work *w, const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		w->symbols[i] = (struct bpe_symbol){ .id = b->bytes[(unsigned char)word[i]], .start = (uint32_t)i };
	return length;
}

static size_t begin_with_characters(const struct bpe *b, struct bpe_work *w, const char *word, size_t length)
{
	size_t count = 0;
	bool unknown = false; /* the last symbol is */

	for (size_t at = 0, bytes; at < length; at += bytes) {
		uint32_t point;
		int32_t id;

		bytes = utf8_decode(&point, word + at, length - at);
		id = piece_table_find(&b->vocabulary->table, word + at, bytes);
		for (size_t i = at; id < 0 && b->form.fallback && i < at + bytes; i++)
			w->symbols[count++] =
				(struct bpe_symbol){ .id = b->bytes[(unsigned char)word[i]], .start = (uint32_t)i };
		if (id < 0 && (b->form.fallback || b->form.unk < 0 || (unknown && b->form.fuse_unk)))
			continue;
		w->symbols[count++] = (struct bpe_symbol){ .id = id < 0 ? b->form.unk : id, .start = (uint32_t)at };
		unknown = id < 0;
	}
	return count;
}

int bpe_cut(const struct bpe *b, const char *word, size_t length, size_t start, struct bpe_work *work,
	    struct pieces *out, struct error *err)
{
	size_t count;
	int32_t whole = b->form.whole_first ? find_whole(b, word, length) : -1;

	if (whole >= 0)
		return pieces_add(out, whole, start, err);
	/* A join takes one symbol away and adds at most two pairs. */
	if (length >= UINT32_MAX / 4 ||
	    array_reserve(&work->symbols, &work->capacity, length, sizeof *work->symbols) < 0 ||
	    array_reserve(&work->heap, &work->heap_capacity, 3 * length, sizeof *work->heap) < 0)
		return error_memory(err, "a word");
	count = b->form.bytes ? begin_with_bytes(b, work, word, length)
			      : begin_with_characters(b, work, word, length);
	for (size_t i = 0; i < count; i++) {
		work->symbols[i].before = i == 0 ? NONE : (uint32_t)i - 1;
		work->symbols[i].after = i + 1 == count ? NONE : (uint32_t)i + 1;
	}
	join(b, work, count);
	for (size_t i = 0; i < count; i++)
		if (work->symbols[i].id >= 0 &&
		    pieces_add(out, work->symbols[i].id, start + work->symbols[i].start, err) < 0)
			return -1;
	return 0;
}
