#include "text/unigram.h"

#include "base/array.h"
#include "base/json.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>

/* The best way to a place in the text. */
struct unigram_end {
	double score;
	size_t start; /* of the last piece; SIZE_MAX: none ends here */
	int32_t id;
};

/* How much worse than the worst piece an unknown character is. */
static const double unknown_penalty = 10.0;

/* A score as the tokenizers library reads it: its digits as a whole number, then one
 * division or multiplication by a power of ten. That rounds twice, and where the scores of
 * two ways are as good as equal it decides between them. */
static double score_of(const json_t *score)
{
	char text[32], *end;
	uint64_t digits = 0;
	long exponent = 0;
	bool fraction = false;
	double value;

	if (!json_is_number(score))
		return NAN;
	number_format(text, json_number_value(score));
	for (end = text; *end != '\0' && *end != 'e'; end++)
		if (*end == '.')
			fraction = true;
		else if (*end >= '0' && *end <= '9') {
			digits = digits * 10 + (uint64_t)(*end - '0');
			exponent -= fraction;
		}
	if (*end == 'e')
		exponent += strtol(end + 1, NULL, 10);
	value = exponent < 0 ? (double)digits / pow(10.0, (double)-exponent)
			     : (double)digits * pow(10.0, (double)exponent);
	return text[0] == '-' ? -value : value;
}

static int find_bytes(struct unigram *u, const char *path, struct error *err)
{
	for (int byte = 0; byte < 256; byte++) {
		u->bytes[byte] = piece_list_byte(u->vocabulary, (unsigned char)byte);
		if (u->bytes[byte] < 0)
			return error_set(err, STATUS_INPUT, "%s: model.byte_fallback: no piece <0x%02X>", path, byte);
	}
	return 0;
}

int unigram_init(struct unigram *out, const struct piece_list *vocabulary, const json_t *pieces, int32_t unk,
		 bool fallback, const char *path, struct error *err)
{
	double worst = INFINITY;

	*out = (struct unigram){ .vocabulary = vocabulary, .unk = unk };
	out->scores = array_new(vocabulary->size, 1, sizeof *out->scores);
	if (out->scores == NULL)
		return error_memory(err, path);
	for (size_t i = 0; i < vocabulary->size; i++) {
		const json_t *score = json_array_get(json_array_get(pieces, i), 1);

		out->scores[i] = score_of(score);
		if (!isfinite(out->scores[i]))
			return error_set(err, STATUS_INPUT,
					 "%s: model.vocab: entry %zu: expected a piece and its score", path, i + 1);
		worst = fmin(worst, out->scores[i]);
	}
	out->unknown = worst - unknown_penalty;
	out->bytes[0] = -1;
	return fallback ? find_bytes(out, path, err) : 0;
}

void unigram_release(struct unigram *u)
{
	free(u->scores);
	*u = (struct unigram){ 0 };
}

static void offer(struct unigram_end *end, double score, size_t start, int32_t id)
{
	if (end->start == SIZE_MAX || score > end->score)
		*end = (struct unigram_end){ score, start, id };
}

/* All pieces that begin at `at`, and the character there if none is just that. */
static void go_on(const struct unigram *u, const char *text, size_t length, size_t at, struct unigram_end *ends)
{
	const struct piece_table *table = &u->vocabulary->table;
	uint64_t hash = piece_hash_start(false);
	size_t first = 0;
	bool alone = false;

	for (size_t end = at, bytes; end < length && end - at < table->longest; end += bytes) {
		uint32_t point;
		int32_t id;

		bytes = utf8_decode(&point, text + end, length - end);
		first = first == 0 ? bytes : first;
		hash = piece_hash_add(hash, text + end, bytes);
		id = piece_table_probe(table, hash, false, text + at, end + bytes - at);
		if (id < 0)
			continue;
		offer(&ends[end + bytes], ends[at].score + u->scores[id], at, id);
		alone |= end == at;
	}
	if (first == 0) {
		uint32_t point;

		first = utf8_decode(&point, text + at, length - at);
	}
	if (!alone)
		offer(&ends[at + first], ends[at].score + u->unknown, at, u->unk);
}

/* Neighbours that are unknown: one piece, or their bytes, each of which begins where they
 * do. */
static int add_unknown(const struct unigram *u, const char *text, size_t start, size_t end, struct pieces *out,
		       struct error *err)
{
	if (u->bytes[0] < 0)
		return pieces_add(out, u->unk, start, err);
	for (size_t i = start; i < end; i++)
		if (pieces_add(out, u->bytes[(unsigned char)text[i]], start, err) < 0)
			return -1;
	return 0;
}

void unigram_work_release(struct unigram_work *w)
{
	free(w->ends);
	pieces_release(&w->cut);
	*w = (struct unigram_work){ .ends = NULL };
}

int unigram_cut(const struct unigram *u, const char *text, size_t length, struct unigram_work *work,
		struct pieces *out, struct error *err)
{
	struct pieces *cut = &work->cut; /* the last piece first */
	struct unigram_end *ends;

	if (array_reserve(&work->ends, &work->capacity, length + 1, sizeof *work->ends) < 0)
		return error_memory(err, "a text");
	ends = work->ends;
	for (size_t i = 0; i <= length; i++)
		ends[i].start = SIZE_MAX;
	ends[0] = (struct unigram_end){ 0.0, 0, -1 };
	for (size_t at = 0; at < length; at++)
		if (ends[at].start != SIZE_MAX)
			go_on(u, text, length, at, ends);
	cut->count = 0;
	for (size_t end = length; end > 0; end = ends[end].start)
		if (pieces_add(cut, ends[end].id, ends[end].start, err) < 0)
			return -1;
	for (size_t i = cut->count; i-- > 0;) {
		const size_t start = cut->starts[i];
		const bool unknown = cut->ids[i] == u->unk;

		while (unknown && i > 0 && cut->ids[i - 1] == u->unk)
			i--;
		if ((unknown ? add_unknown(u, text, start, i == 0 ? length : cut->starts[i - 1], out, err)
			     : pieces_add(out, cut->ids[i], start, err)) < 0)
			return -1;
	}
	return 0;
}
