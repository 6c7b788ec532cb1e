/* Sentences as pieces and examples as spans of them. */
#include "support.h"

#include "base/utf8.h"
#include "text/byte_words.h"
#include "text/encoding.h"

#include <string.h>

#define SPECIAL "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"

enum { PAD, UNK, CLS, SEP, MASK, A, B, CONT_B, COMMA };

static char *folder;
static struct tokenizer *tokenizer;

static int set_up(void **state)
{
	char *path;
	FILE *file;
	struct error err = { 0 };

	(void)state;
	folder = support_folder();
	path = path_join(folder, "vocab.txt");
	file = fopen(path, "w");
	fputs(SPECIAL "a\nb\n##b\n,\n", file);
	fclose(file);
	free(path);
	return tokenizer_load(&tokenizer, folder, &err);
}

static int tear_down(void **state)
{
	(void)state;
	tokenizer_free(tokenizer);
	support_remove(folder);
	return 0;
}

static void add_sentence(struct examples *e, const char *id, const char *const *words, size_t count)
{
	struct error err = { 0 };

	assert_int_equal(examples_add_sentence(e, id, words, count, &err), 0);
}

static void add(struct examples *e, struct span a, struct span b)
{
	struct error err = { 0 };

	assert_int_equal(examples_add(e, a, b, "X", &err), 0);
}

static void assert_ids(const struct encoding *e, size_t sentence, const int32_t *ids, size_t count)
{
	assert_int_equal(e->start[sentence + 1] - e->start[sentence], count);
	assert_memory_equal(e->ids + e->start[sentence], ids, count * sizeof *ids);
}

static void assert_span(struct piece_span got, uint32_t first, uint32_t last)
{
	assert_int_equal(got.first, first);
	assert_int_equal(got.last, last);
}

/* Words of several pieces, punctuation inside a word, a word that yields no
 * piece and one with a space in it. */
static void words_and_pairs(void **state)
{
	static const char *const first[] = { "abb", "\xC2\xAD", "b,a", "a" }, *const second[] = { "a\xC2\xA0"
												  "b" };
	struct examples e;
	struct encoding out;
	struct error err = { 0 };

	(void)state;
	examples_init(&e, TASK_PAIR);
	add_sentence(&e, "s1", first, 4);
	add(&e, (struct span){ 0, 0 }, (struct span){ 1, 1 });
	add(&e, (struct span){ 2, 3 }, (struct span){ 0, 2 });
	add_sentence(&e, "s2", second, 1);
	add(&e, (struct span){ 0, 0 }, (struct span){ 0, 0 });
	if (encoding_init(&out, tokenizer, &e, 10, false, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(out.kind, TASK_PAIR);
	assert_int_equal(out.sentences, 2);
	assert_ids(&out, 0, (int32_t[]){ CLS, A, CONT_B, CONT_B, UNK, B, COMMA, A, A, SEP }, 10);
	assert_ids(&out, 1, (int32_t[]){ CLS, A, B, SEP }, 4);
	assert_int_equal(out.count, 3);
	assert_span(out.examples[0].a, 1, 3);
	assert_span(out.examples[0].b, 4, 4);
	assert_span(out.examples[1].a, 5, 8);
	assert_span(out.examples[1].b, 1, 7);
	assert_span(out.examples[2].a, 1, 2);
	assert_int_equal(out.examples[1].sentence, 0);
	assert_int_equal(out.examples[2].sentence, 1);
	assert_int_equal(out.first[0], 0);
	assert_int_equal(out.first[1], 2);
	assert_int_equal(out.first[2], 3);
	assert_int_equal(out.truncated, 0);
	encoding_release(&out);
	examples_release(&e);
}

static void sentences_stand_at_cls(void **state)
{
	static const char *const words[] = { "a", "b" };
	struct examples e;
	struct encoding out;
	struct error err = { 0 };

	(void)state;
	examples_init(&e, TASK_SENTENCE);
	add_sentence(&e, "s1", words, 2);
	add(&e, (struct span){ 0, 0 }, (struct span){ 0, 0 });
	assert_int_equal(encoding_init(&out, tokenizer, &e, 4, false, &err), 0);
	assert_span(out.examples[0].a, 0, 0);
	assert_span(out.examples[0].b, 0, 0);
	encoding_release(&out);
	examples_release(&e);
}

/* With 6 positions, [CLS], four pieces and [SEP]: the word "abb" does not fit
 * as a whole, so none of it stays. */
static void cut_at_a_word(void **state)
{
	static const char *const words[] = { "a", "b", "abb", "a" };
	struct examples e;
	struct encoding out;
	struct error err = { 0 };

	(void)state;
	examples_init(&e, TASK_WORD);
	add_sentence(&e, "long", words, 4);
	add(&e, (struct span){ 0, 1 }, (struct span){ 0, 0 });
	assert_int_equal(encoding_init(&out, tokenizer, &e, 6, false, &err), -1);
	assert_string_equal(err.text, "sentence long: 8 word pieces, but the model has 6 positions");
	assert_int_equal(err.status, STATUS_INPUT);
	assert_null(out.ids);
	assert_int_equal(encoding_init(&out, tokenizer, &e, 6, true, &err), 0);
	assert_ids(&out, 0, (int32_t[]){ CLS, A, B, SEP }, 4);
	assert_span(out.examples[0].a, 1, 2);
	assert_int_equal(out.truncated, 1);
	encoding_release(&out);
	assert_int_equal(encoding_init(&out, tokenizer, &e, 7, true, &err), 0);
	assert_ids(&out, 0, (int32_t[]){ CLS, A, B, A, CONT_B, CONT_B, SEP }, 7);
	encoding_release(&out);
	assert_int_equal(encoding_init(&out, tokenizer, &e, 8, false, &err), 0);
	assert_int_equal(out.truncated, 0);
	encoding_release(&out);
	assert_int_equal(encoding_init(&out, tokenizer, &e, 1, true, &err), -1);
	assert_string_equal(err.text, "1 positions leave no room for [CLS] and [SEP]");
	add(&e, (struct span){ 1, 2 }, (struct span){ 0, 0 });
	assert_int_equal(encoding_init(&out, tokenizer, &e, 6, true, &err), 0);
	assert_int_equal(out.count, 1);
	assert_int_equal(out.dropped, 1);
	encoding_release(&out);
	examples_release(&e);
}

static int add_labelled(struct examples *e, uint32_t word, const char *label)
{
	struct error err = { 0 };

	return examples_add(e, (struct span){ word, word }, (struct span){ 0, 0 }, label, &err);
}

/* Examples behind a cut are dropped, and those that are left know their places;
 * a label that would lose all of its own is an error. */
static void examples_behind_the_cut(void **state)
{
	static const char *const words[] = { "a", "b", "a", "b" };
	struct examples e;
	struct encoding out;
	struct error err = { 0 };

	(void)state;
	examples_init(&e, TASK_WORD);
	for (int s = 0; s < 2; s++) {
		add_sentence(&e, s == 0 ? "s0" : "s1", words, 4);
		assert_int_equal(add_labelled(&e, 3, "X"), 0);
		assert_int_equal(add_labelled(&e, 0, "X"), 0);
		assert_int_equal(add_labelled(&e, 2, "Y"), 0);
		assert_int_equal(add_labelled(&e, 1, "Y"), 0);
	}
	assert_int_equal(encoding_init(&out, tokenizer, &e, 4, true, &err), 0);
	assert_int_equal(out.count, 4);
	assert_int_equal(out.dropped, 4);
	assert_int_equal(out.truncated, 2);
	for (size_t i = 0; i < 4; i++) {
		static const size_t source[] = { 1, 3, 5, 7 };

		assert_int_equal(out.examples[i].source, source[i]);
		assert_int_equal(out.examples[i].sentence, i / 2);
		assert_span(out.examples[i].a, 1 + i % 2, 1 + i % 2);
	}
	assert_int_equal(out.first[1], 2);
	assert_int_equal(out.first[2], 4);
	encoding_release(&out);
	assert_int_equal(add_labelled(&e, 3, "Z"), 0);
	assert_int_equal(encoding_init(&out, tokenizer, &e, 4, true, &err), -1);
	assert_string_equal(err.text,
			    "label Z: all of its examples, of sentence s1 and others, lie beyond the 4 positions "
			    "of the model");
	assert_int_equal(err.status, STATUS_INPUT);
	examples_release(&e);
}

static void bad_words(void **state)
{
	static const char *const words[] = { "a", "b\xFF" };
	struct examples e;
	struct encoding out;
	struct error err = { 0 };

	(void)state;
	examples_init(&e, TASK_WORD);
	add_sentence(&e, "s7", words, 2);
	add(&e, (struct span){ 0, 0 }, (struct span){ 0, 0 });
	assert_int_equal(encoding_init(&out, tokenizer, &e, 10, false, &err), -1);
	assert_string_equal(err.text, "sentence s7, word 2: byte 1: invalid UTF-8");
	free(e.sentences[0].words[1]);
	e.sentences[0].words[1] = text_copy("b");
	e.items[0].a = (struct span){ 1, 2 };
	assert_int_equal(encoding_init(&out, tokenizer, &e, 10, false, &err), -1);
	assert_string_equal(err.text, "sentence s7: words 2 to 3, but it has 2");
	e.items[0].a = (struct span){ 0, 0 };
	e.items[0].sentence = 1;
	assert_int_equal(encoding_init(&out, tokenizer, &e, 10, false, &err), -1);
	assert_string_equal(err.text, "example 1 is not in the order of the sentences");
	examples_release(&e);
}

/* Byte-level BPE: the bytes, "ab" and "a" with the space before it. */
static struct tokenizer *byte_level(void)
{
	size_t size;
	char *text = NULL;
	FILE *to = open_memstream(&text, &size);
	struct tokenizer *t;
	struct error err = { 0 };

	fputs("{\"added_tokens\": [{\"id\": 258, \"content\": \"<x y>\", \"normalized\": false}], \"model\": "
	      "{\"type\":"
	      " \"BPE\", \"vocab\": {",
	      to);
	for (int byte = 0; byte < 256; byte++)
		fprintf(to, "\"\\u%04x\": %d, ", (unsigned)byte_character((unsigned char)byte), byte);
	fputs("\"ab\": 256, \"\\u0120a\": 257}, \"merges\": [\"a b\", [\"\\u0120\", \"a\"]]}, \"normalizer\": null,"
	      " \"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false}, \"post_processor\":"
	      " {\"type\": \"RobertaProcessing\", \"cls\": [\"<\", 60], \"sep\": [\">\", 62]}}",
	      to);
	fclose(to);
	if (tokenizer_parse_json(&t, text, size, "x", &err) < 0)
		fail_msg("%s", err.text);
	free(text);
	return t;
}

/* The words are one text; a piece belongs to the word of its first character other
 * than a space, a space inside a word included, and a cut is still at a word. */
static void sentences_as_one_text(void **state)
{
	static const char *const words[] = { "ab", "a\xC2\xA0", "b,ab" };
	static const int32_t ids[] = { '<', 256, 257, 0xC2, 0xA0, ' ', 'b', ',', 256, '>' };
	struct tokenizer *t = byte_level();
	struct examples e;
	struct encoding out;
	struct error err = { 0 };

	(void)state;
	assert_true(tokenizer_reads_sentences(t));
	assert_false(tokenizer_reads_sentences(tokenizer));
	examples_init(&e, TASK_WORD);
	add_sentence(&e, "s1", words, 3);
	for (uint32_t w = 0; w < 3; w++)
		add(&e, (struct span){ w, w }, (struct span){ 0, 0 });
	if (encoding_init(&out, t, &e, 10, false, &err) < 0)
		fail_msg("%s", err.text);
	assert_ids(&out, 0, ids, 10);
	assert_span(out.examples[0].a, 1, 1);
	assert_span(out.examples[1].a, 2, 4);
	assert_span(out.examples[2].a, 5, 8);
	encoding_release(&out);
	if (encoding_init(&out, t, &e, 9, true, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(out.count, 2);
	assert_int_equal(out.dropped, 1);
	assert_int_equal(out.ids[out.start[1] - 1], '>');
	assert_int_equal(out.start[1], 6);
	encoding_release(&out);
	examples_release(&e);
	tokenizer_free(t);
}

/* A word that an added token took from another has no piece, and there is no unknown
 * one to stand for it. */
static void a_word_without_a_piece(void **state)
{
	static const char *const words[] = { "<x", "y>", "b" };
	struct tokenizer *t = byte_level();
	struct examples e;
	struct encoding out;
	struct error err = { 0 };

	(void)state;
	examples_init(&e, TASK_WORD);
	add_sentence(&e, "s1", words, 3);
	add(&e, (struct span){ 0, 0 }, (struct span){ 0, 0 });
	assert_int_equal(encoding_init(&out, t, &e, 10, false, &err), -1);
	assert_string_equal(err.text, "sentence s1, word 2: it has no piece, and the tokenizer no unknown one");
	examples_release(&e);
	tokenizer_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_pairs),
		cmocka_unit_test(sentences_stand_at_cls),
		cmocka_unit_test(cut_at_a_word),
		cmocka_unit_test(examples_behind_the_cut),
		cmocka_unit_test(bad_words),
		cmocka_unit_test(sentences_as_one_text),
		cmocka_unit_test(a_word_without_a_piece),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
