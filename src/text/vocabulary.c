#include "text/vocabulary.h"

#include "base/array.h"
#include "base/file.h"
#include "text/intern.h"
#include "text/merger.h"
#include "text/normalise.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_WORD = 100 }; /* code points, as in the tokenizer */

/* Distinct words of the text, and how often each comes. */
struct word_counts {
	struct intern words;
	long *counts; /* (words.count) */
	size_t capacity;
	struct intern characters;
};

static int count_word(void *arg, const struct normal_word *w, struct error *err)
{
	struct word_counts *c = arg;
	size_t length = w->offsets[w->points], number, before = c->words.count;

	if (w->points > LONGEST_WORD || w->added != NULL)
		return 0;
	if (intern_add(&c->words, w->bytes, length, &number) < 0 ||
	    array_reserve(&c->counts, &c->capacity, number + 1, sizeof *c->counts) < 0)
		return error_memory(err, "words");
	if (number == before)
		c->counts[number] = 0;
	c->counts[number]++;
	for (size_t i = 0; i < w->points; i++)
		if (intern_add(&c->characters, w->bytes + w->offsets[i], w->offsets[i + 1] - w->offsets[i], &number) <
		    0)
			return error_memory(err, "characters");
	return 0;
}

static const char *const special[] = { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };

enum { SPECIAL = sizeof special / sizeof special[0] };

static int note_special(struct added_tokens *out, const char *path, struct error *err)
{
	for (size_t i = 0; i < SPECIAL; i++)
		if (added_tokens_note(
			    out,
			    &(struct added_token){ .content = (char *)special[i], .id = -1, .flags = ADDED_SPECIAL },
			    path, err) < 0)
			return -1;
	return 0;
}

static int count_lines(struct word_counts *out, const struct normaliser *n, const char *path, struct error *err)
{
	struct mapping file;
	struct line line = { 0 };
	struct error fault;
	int rc = 0;

	if (mapping_open(&file, path, err) < 0)
		return -1;
	while (rc == 0 && line_next(&line, &file))
		if (normalise_words(n, line.data, line.length, count_word, out, &fault) < 0)
			rc = error_set(err, fault.status, "%s:%zu: %s", path, line.number, fault.text);
	mapping_close(&file);
	return rc;
}

static int count_words(struct word_counts *out, const char *path, struct error *err)
{
	static const struct text_settings uncased = { .lower = true, .strip_accents = true, .ideographs = true };
	struct added_tokens tokens = { 0 };
	struct normaliser n = { 0 };
	int rc = note_special(&tokens, path, err);

	if (rc == 0)
		rc = normaliser_init(&n, &uncased, &tokens, err);
	if (rc == 0)
		rc = count_lines(out, &n, path, err);
	normaliser_release(&n);
	added_tokens_release(&tokens);
	return rc;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The special pieces, every character alone, and every character continuing
 * a word, each in the order of their bytes. */
static int add_first_pieces(struct merger *m, const struct intern *characters, struct error *err)
{
	const char **sorted = array_new(characters->count, 1, sizeof *sorted);
	size_t number;
	int rc = sorted == NULL ? -1 : 0;

	for (size_t i = 0; i < SPECIAL && rc == 0; i++)
		rc = intern_add(&m->pieces, special[i], strlen(special[i]), &number);
	for (size_t i = 0; i < characters->count && rc == 0; i++)
		sorted[i] = intern_text(characters, i);
	if (rc == 0 && characters->count > 0)
		qsort(sorted, characters->count, sizeof *sorted, by_bytes);
	for (size_t i = 0; i < characters->count && rc == 0; i++)
		rc = intern_add(&m->pieces, sorted[i], strlen(sorted[i]), &number);
	for (size_t i = 0; i < characters->count && rc == 0; i++) {
		char piece[2 + 4 + 1] = "##";

		strncat(piece, sorted[i], 4);
		rc = intern_add(&m->pieces, piece, strlen(piece), &number);
	}
	free(sorted);
	return rc < 0 ? error_memory(err, "characters") : 0;
}

static int write_pieces(const struct intern *pieces, struct folder *folder, const char *name, struct error *err)
{
	struct output *o;

	if (output_open(&o, folder, name, err) < 0)
		return -1;
	for (size_t i = 0; i < pieces->count; i++) {
		output_text(o, intern_text(pieces, i));
		output_text(o, "\n");
	}
	return output_commit(o, err);
}

int vocabulary_learn(const char *text_path, size_t size, size_t min_count, struct folder *folder, const char *name,
		     struct error *err)
{
	struct word_counts counts = { 0 };
	struct merger m = { 0 };
	int rc = -1;

	if (count_words(&counts, text_path, err) < 0)
		goto done;
	if (counts.words.count == 0) {
		error_set(err, STATUS_INPUT, "%s: no words", text_path);
		goto done;
	}
	if (add_first_pieces(&m, &counts.characters, err) < 0)
		goto done;
	if (m.pieces.count > size) {
		error_set(err, STATUS_INPUT,
			  "%s: a vocabulary of %zu pieces is too small for %zu characters, expected at least %zu",
			  text_path, size, counts.characters.count, m.pieces.count);
		goto done;
	}
	for (size_t i = 0; i < counts.words.count; i++)
		if (merger_add(&m, intern_text(&counts.words, i), counts.words.length[i], counts.counts[i]) < 0)
			goto short_of_memory;
	if (merger_run(&m, size, min_count > 1 ? (long)min_count : 1) < 0)
		goto short_of_memory;
	rc = write_pieces(&m.pieces, folder, name, err);
	goto done;
short_of_memory:
	error_memory(err, "pairs of pieces");
done:
	merger_release(&m);
	intern_release(&counts.words);
	intern_release(&counts.characters);
	free(counts.counts);
	return rc;
}
