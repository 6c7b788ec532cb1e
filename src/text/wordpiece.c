#include "text/wordpiece.h"

#include "base/array.h"

/* The longest piece at character `from`: its id, and its end in `*to`; -1 if
 * there is none. hash[i] is that of the characters from `from` to i. */
static int32_t longest_match(const struct wordpiece *m, const struct normal_word *w, uint64_t *hash, size_t from,
			     size_t *to)
{
	const char *start = w->bytes + w->offsets[from];
	size_t end = from;

	hash[from] = piece_hash_start(from > 0);
	while (end < w->points && w->offsets[end + 1] - w->offsets[from] <= m->table.longest) {
		hash[end + 1] =
			piece_hash_add(hash[end], w->bytes + w->offsets[end], w->offsets[end + 1] - w->offsets[end]);
		end++;
	}
	for (; end > from; end--) {
		int32_t id =
			piece_table_probe(&m->table, hash[end], from > 0, start, w->offsets[end] - w->offsets[from]);

		if (id >= 0) {
			*to = end;
			return id;
		}
	}
	return -1;
}

int wordpiece_cut(const struct wordpiece *m, const struct normal_word *w, struct wordpiece_work *work,
		  struct pieces *out, struct error *err)
{
	size_t before = out->count, most = w->points <= m->longest_word ? w->points : 1;

	if (array_reserve(&out->ids, &out->capacity, before + most, sizeof *out->ids) < 0 ||
	    array_reserve(&work->hash, &work->capacity, most + 1, sizeof *work->hash) < 0)
		return error_memory(err, "word pieces");
	for (size_t from = 0; from < w->points;) {
		int32_t id = w->points > m->longest_word ? -1 : longest_match(m, w, work->hash, from, &from);

		if (id < 0) {
			out->count = before;
			out->ids[out->count++] = m->unk;
			return 0;
		}
		out->ids[out->count++] = id;
	}
	return 0;
}
