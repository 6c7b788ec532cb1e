/* Learning a vocabulary: against a slow reference that counts all pairs anew
 * before every merge, and by hand. */
#include "support.h"

#include "text/tokenizer.h"
#include "text/vocabulary.h"

#include <string.h>

static char *learn(const char *text, size_t size, size_t min_count, struct error *err)
{
	char *path = support_folder(), *file = path_join(path, "text.txt"), *out = path_join(path, "vocab.txt");
	FILE *stream = fopen(file, "wb");
	struct folder folder;
	struct mapping learned;
	char *copy = NULL;

	assert_int_equal(fwrite(text, 1, strlen(text), stream), strlen(text));
	fclose(stream);
	assert_int_equal(folder_open(&folder, path, err), 0);
	if (vocabulary_learn(file, size, min_count, &folder, "vocab.txt", err) == 0) {
		assert_int_equal(folder.count, 1);
		assert_int_equal(mapping_open(&learned, out, err), 0);
		copy = text_copy_n(learned.data, learned.size);
		mapping_close(&learned);
	}
	folder_release(&folder);
	free(file);
	free(out);
	support_remove(path);
	return copy;
}

static void assert_learned(const char *text, size_t size, size_t min_count, const char *expected)
{
	struct error err = { 0 };
	char *got = learn(text, size, min_count, &err);

	if (got == NULL)
		fail_msg("%s", err.text);
	assert_string_equal(got, expected);
	free(got);
}

#define SPECIAL "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"

static void by_hand(void **state)
{
	(void)state;
	/* "ab" comes 3 times, "##bc" twice (once in "abc"). */
	assert_learned("ab ab\nabc\nbbc", 100, 2, SPECIAL "a\nb\nc\n##a\n##b\n##c\nab\n");
	assert_learned("ab ab\nabc\nbbc", 100, 1, SPECIAL "a\nb\nc\n##a\n##b\n##c\nab\n##bc\nabc\nbbc\n");
	assert_learned("ab ab\nabc\nbbc", 13, 1, SPECIAL "a\nb\nc\n##a\n##b\n##c\nab\n##bc\n");
	assert_learned("ab ab\nabc\nbbc", 11, 1, SPECIAL "a\nb\nc\n##a\n##b\n##c\n");
	/* Equals: left, then right piece in the order of bytes. */
	assert_learned("ba ab ac", 14, 1, SPECIAL "a\nb\nc\n##a\n##b\n##c\nab\nac\nba\n");
	assert_learned("xaa ab", 100, 2, SPECIAL "a\nb\nx\n##a\n##b\n##x\n");
}

/* Words are those that the tokenizer cuts: lower-case, without accents,
 * punctuation alone; special tokens and very long words are not learned from. */
static void words_of_the_tokenizer(void **state)
{
	(void)state;
	assert_learned("\xC3\x89t\xC3\xA9, [MASK] \xC3\x89t\xC3\xA9.", 100, 2,
		       SPECIAL ",\n.\ne\nt\n##,\n##.\n##e\n##t\n##te\nete\n");
	assert_learned("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
		       "zzzzzzzz a",
		       100, 1, SPECIAL "a\n##a\n");
}

static void refused(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_null(learn("ab", 8, 1, &err));
	assert_non_null(strstr(
		err.text, "text.txt: a vocabulary of 8 pieces is too small for 2 characters, expected at least 9"));
	assert_null(learn(" \n\n", 100, 1, &err));
	assert_non_null(strstr(err.text, "text.txt: no words"));
	assert_null(learn("ab\na\xFF", 100, 1, &err));
	assert_non_null(strstr(err.text, "text.txt:2: byte 1: invalid UTF-8"));
	assert_int_equal(err.status, STATUS_INPUT);
}

/* The reference: pieces as strings, words as lists of strings. */
enum { MOST_PIECES = 200, MOST_WORDS = 600, LONGEST = 8 };

struct reference {
	char pieces[MOST_PIECES][LONGEST * 2 + 3];
	size_t piece_count;
	char words[MOST_WORDS][LONGEST][LONGEST * 2 + 3]; /* pieces of each word of the text, doubles and all */
	size_t lengths[MOST_WORDS], word_count;
};

static void reference_piece(struct reference *r, const char *piece)
{
	for (size_t i = 0; i < r->piece_count; i++)
		if (strcmp(r->pieces[i], piece) == 0)
			return;
	snprintf(r->pieces[r->piece_count++], sizeof r->pieces[0], "%.18s", piece);
}

static size_t reference_count(const struct reference *r, const char *left, const char *right)
{
	size_t count = 0;

	for (size_t w = 0; w < r->word_count; w++)
		for (size_t i = 0; i + 1 < r->lengths[w]; i++)
			count += strcmp(r->words[w][i], left) == 0 && strcmp(r->words[w][i + 1], right) == 0;
	return count;
}

static bool reference_merge(struct reference *r, size_t min_count)
{
	char left[LONGEST * 2 + 3] = "", right[LONGEST * 2 + 3] = "", joined[2 * sizeof left];
	size_t best = 0;

	for (size_t w = 0; w < r->word_count; w++)
		for (size_t i = 0; i + 1 < r->lengths[w]; i++) {
			const char *a = r->words[w][i], *b = r->words[w][i + 1];
			size_t count = reference_count(r, a, b);
			int order = strcmp(a, left) ? strcmp(a, left) : strcmp(b, right);

			if (count < best || (count == best && order >= 0))
				continue;
			best = count;
			memcpy(left, a, sizeof left);
			memcpy(right, b, sizeof right);
		}
	if (best < min_count || best == 0)
		return false;
	snprintf(joined, sizeof joined, "%s%s", left, right + 2);
	for (size_t w = 0; w < r->word_count; w++)
		for (size_t i = 0; i + 1 < r->lengths[w]; i++) {
			if (strcmp(r->words[w][i], left) != 0 || strcmp(r->words[w][i + 1], right) != 0)
				continue;
			snprintf(r->words[w][i], sizeof r->words[w][i], "%.18s", joined);
			memmove(r->words[w][i + 1], r->words[w][i + 2],
				(r->lengths[w] - i - 2) * sizeof r->words[w][i]);
			r->lengths[w]--;
		}
	reference_piece(r, joined);
	return true;
}

static void as_reference(void **state)
{
	static struct reference r;
	static char text[MOST_WORDS * (LONGEST + 1) + 1];
	uint32_t seed = 20230;

	(void)state;
	for (size_t round = 0; round < 6; round++) {
		size_t used = 0, size = 40 + 25 * round, min_count = round % 3 ? 4 : 1;
		char expected[MOST_PIECES * 20] = SPECIAL, *got;
		struct error err = { 0 };

		memset(&r, 0, sizeof r);
		for (r.word_count = 0; r.word_count < MOST_WORDS / 4 + 60 * round; r.word_count++) {
			size_t w = r.word_count;

			r.lengths[w] = 1 + (seed = seed * 1664525 + 1013904223, seed >> 28) % LONGEST;
			for (size_t i = 0; i < r.lengths[w]; i++) {
				char c = (char)('a' + ((seed = seed * 1664525 + 1013904223) >> 27) % (2 + round));

				snprintf(r.words[w][i], sizeof r.words[w][i], "%s%c", i ? "##" : "", c);
				text[used++] = c;
			}
			text[used++] = w % 7 ? ' ' : '\n';
		}
		text[used] = '\0';
		for (size_t form = 0; form < 2; form++)
			for (size_t c = 0; c < 2 + round; c++) {
				char piece[4];

				snprintf(piece, sizeof piece, "%s%c", form ? "##" : "", (char)('a' + c));
				reference_piece(&r, piece);
			}
		while (r.piece_count + 5 < size && reference_merge(&r, min_count))
			;
		for (size_t i = 0; i < r.piece_count; i++) {
			strcat(expected, r.pieces[i]);
			strcat(expected, "\n");
		}
		got = learn(text, size, min_count, &err);
		assert_non_null(got);
		assert_string_equal(got, expected);
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(words_of_the_tokenizer),
		cmocka_unit_test(refused),
		cmocka_unit_test(as_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
