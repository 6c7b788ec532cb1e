#include "text/merger.h"

#include "base/array.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Counts the pairs of a word once more (or less: times −1). */
static int count_pairs(struct merger *m, uint32_t number, long times)
{
	const struct merged_word *w = &m->words[number];

	for (size_t i = 0; i + 1 < w->length; i++) {
		size_t before = m->pair_numbers.count, found;
		struct piece_pair *pair;

		if (array_reserve(&m->pairs, &m->pair_capacity, before + 1, sizeof *m->pairs) < 0 ||
		    intern_add(&m->pair_numbers, &w->pieces[i], 2 * sizeof *w->pieces, &found) < 0)
			return -1;
		pair = &m->pairs[found];
		if (found == before)
			*pair = (struct piece_pair){ .left = w->pieces[i], .right = w->pieces[i + 1] };
		pair->count += times * w->count;
		if (times < 0 || (pair->word_count > 0 && pair->words[pair->word_count - 1] == number))
			continue;
		if (array_reserve(&pair->words, &pair->word_capacity, pair->word_count + 1, sizeof *pair->words) < 0)
			return -1;
		pair->words[pair->word_count++] = number;
	}
	return 0;
}

int merger_add(struct merger *m, const char *word, size_t length, long count)
{
	struct merged_word *w;
	char piece[2 + 4] = "##";

	if (array_reserve(&m->words, &m->word_capacity, m->word_count + 1, sizeof *m->words) < 0)
		return -1;
	w = &m->words[m->word_count++];
	*w = (struct merged_word){ .pieces = array_new(length, 1, sizeof *w->pieces), .count = count };
	if (w->pieces == NULL)
		return -1;
	for (size_t at = 0; at < length;) {
		uint32_t point;
		size_t bytes = utf8_decode(&point, word + at, length - at), number;

		memcpy(piece + 2, word + at, bytes);
		if (intern_add(&m->pieces, at ? piece : piece + 2, at ? bytes + 2 : bytes, &number) < 0)
			return -1;
		w->pieces[w->length++] = (uint32_t)number;
		at += bytes;
	}
	return count_pairs(m, (uint32_t)(m->word_count - 1), 1);
}

/* Whether a is merged before b. */
static bool precedes(const struct merger *m, const struct piece_pair *a, const struct piece_pair *b)
{
	int order;

	if (a->count != b->count)
		return a->count > b->count;
	order = strcmp(intern_text(&m->pieces, a->left), intern_text(&m->pieces, b->left));
	if (order == 0)
		order = strcmp(intern_text(&m->pieces, a->right), intern_text(&m->pieces, b->right));
	return order < 0;
}

/* The piece "ab" of "a" and "##b". */
static int join(struct merger *m, const struct piece_pair *pair, uint32_t *out)
{
	char *text =
		text_format("%s%s", intern_text(&m->pieces, pair->left), intern_text(&m->pieces, pair->right) + 2);
	size_t number = 0;
	int rc = text == NULL ? -1 : intern_add(&m->pieces, text, strlen(text), &number);

	free(text);
	*out = (uint32_t)number;
	return rc;
}

/* Replaces a pair in a word, from the left. */
static int replace(struct merger *m, uint32_t number, uint32_t left, uint32_t right, uint32_t joined)
{
	struct merged_word *w = &m->words[number];
	size_t first = 0, kept = 0;

	while (first + 1 < w->length && (w->pieces[first] != left || w->pieces[first + 1] != right))
		first++;
	if (first + 1 >= w->length)
		return 0; /* another merge took it */
	if (count_pairs(m, number, -1) < 0)
		return -1;
	for (size_t i = 0; i < w->length; i++) {
		bool here = i + 1 < w->length && w->pieces[i] == left && w->pieces[i + 1] == right;

		w->pieces[kept++] = here ? joined : w->pieces[i];
		i += here;
	}
	w->length = kept;
	return count_pairs(m, number, 1);
}

static int merge_pair(struct merger *m, size_t best)
{
	struct piece_pair pair = m->pairs[best];
	uint32_t joined;
	int rc = join(m, &pair, &joined);

	/* The pair is gone from every word after this; its list is not needed. */
	m->pairs[best].words = NULL;
	m->pairs[best].word_count = m->pairs[best].word_capacity = 0;
	for (size_t i = 0; i < pair.word_count && rc == 0; i++)
		rc = replace(m, pair.words[i], pair.left, pair.right, joined);
	free(pair.words);
	return rc;
}

int merger_run(struct merger *m, size_t size, long min_count)
{
	while (m->pieces.count < size && m->pair_numbers.count > 0) {
		size_t best = 0;

		for (size_t i = 1; i < m->pair_numbers.count; i++)
			if (precedes(m, &m->pairs[i], &m->pairs[best]))
				best = i;
		if (m->pairs[best].count < min_count)
			return 0;
		if (merge_pair(m, best) < 0)
			return -1;
	}
	return 0;
}

void merger_release(struct merger *m)
{
	for (size_t i = 0; i < m->word_count; i++)
		free(m->words[i].pieces);
	for (size_t i = 0; i < m->pair_numbers.count; i++)
		free(m->pairs[i].words);
	free(m->words);
	free(m->pairs);
	intern_release(&m->pieces);
	intern_release(&m->pair_numbers);
}
