/* Word pieces: transformers' own on hostile strings, on real sentences, and on
 * hand-made vocabularies; and every error of a vocabulary and its settings. */
#include "support.h"

#include "base/json.h"
#include "base/utf8.h"
#include "text/tokenizer.h"

#include <string.h>

static void write_file(const char *folder, const char *name, const void *data, size_t size)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void write_text(const char *folder, const char *name, const char *text)
{
	write_file(folder, name, text, strlen(text));
}

static struct tokenizer *load(const char *model)
{
	struct tokenizer *t;
	struct error err = { 0 };

	if (tokenizer_load(&t, model, &err) < 0)
		fail_msg("%s", err.text);
	return t;
}

/* The pieces of a text, separated by spaces, in new memory. */
static char *cut(const struct tokenizer *t, const char *text, size_t length)
{
	struct pieces pieces = { 0 };
	struct error err = { 0 };
	char *joined = text_copy("");

	if (tokenizer_text(t, text, length, &pieces, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < pieces.count; i++) {
		char *longer = text_format("%s%s%s", joined, i ? " " : "", tokenizer_piece(t, pieces.ids[i]));

		free(joined);
		joined = longer;
	}
	free(pieces.ids);
	return joined;
}

static void assert_cut(const struct tokenizer *t, const char *text, const char *expected)
{
	char *got = cut(t, text, strlen(text));

	assert_string_equal(got, expected);
	free(got);
}

/* A folder with the fixture's vocabulary and the given settings. */
static char *hostile_model(const char *settings)
{
	char *folder = support_folder();
	struct mapping vocabulary;
	struct error err = { 0 };

	assert_int_equal(mapping_open(&vocabulary, FIXTURES "/tokenizer/vocab.txt", &err), 0);
	write_file(folder, "vocab.txt", vocabulary.data, vocabulary.size);
	mapping_close(&vocabulary);
	if (settings != NULL)
		write_text(folder, "tokenizer_config.json", settings);
	return folder;
}

static void check_hostile(const char *settings, const char *column)
{
	char *model = hostile_model(settings);
	struct tokenizer *t = load(model);
	json_error_t fault;
	json_t *rows = json_load_file(FIXTURES "/tokenizer/hostile.json", JSON_ALLOW_NUL, &fault);

	assert_non_null(rows);
	assert_true(json_array_size(rows) > 150);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i), *text = json_object_get(row, "text");
		const json_t *expected = json_object_get(row, column);
		struct pieces pieces = { 0 };
		struct error err = { 0 };

		assert_int_equal(tokenizer_text(t, json_string_value(text), json_string_length(text), &pieces, &err),
				 0);
		if (pieces.count != json_array_size(expected))
			fail_msg("%s, string %zu (%s): %zu pieces, expected %zu", column, i, json_string_value(text),
				 pieces.count, json_array_size(expected));
		for (size_t k = 0; k < pieces.count; k++)
			if (strcmp(tokenizer_piece(t, pieces.ids[k]),
				   json_string_value(json_array_get(expected, k))) != 0)
				fail_msg("%s, string %zu (%s): piece %zu is %s, expected %s", column, i,
					 json_string_value(text), k, tokenizer_piece(t, pieces.ids[k]),
					 json_string_value(json_array_get(expected, k)));
		free(pieces.ids);
	}
	json_decref(rows);
	tokenizer_free(t);
	support_remove(model);
}

static void hostile_strings(void **state)
{
	(void)state;
	check_hostile("{\"do_lower_case\": true}", "uncased");
	check_hostile("{}", "uncased");
	check_hostile(NULL, "uncased");
	check_hostile("{\"do_lower_case\": false}", "cased");
}

static void real_sentences(void **state)
{
	const char *models = support_models(), *fixtures = support_shared_fixtures();
	char *model, *lines_path, *pieces_path;
	struct mapping lines, pieces;
	struct line line = { 0 }, expected = { 0 };
	struct tokenizer *t;
	struct error err = { 0 };

	(void)state;
	if (models == NULL || fixtures == NULL)
		skip();
	model = path_join(models, "all-minilm-l6-v2");
	lines_path = path_join(fixtures, "minilm-pud/lines.txt");
	pieces_path = path_join(fixtures, "minilm-pud/pieces.txt");
	t = load(model);
	assert_int_equal(tokenizer_size(t), 30522);
	assert_int_equal(mapping_open(&lines, lines_path, &err), 0);
	assert_int_equal(mapping_open(&pieces, pieces_path, &err), 0);
	while (line_next(&line, &lines)) {
		char *got = cut(t, line.data, line.length);

		assert_true(line_next(&expected, &pieces));
		assert_int_equal(strlen(got), expected.length);
		assert_memory_equal(got, expected.data, expected.length);
		free(got);
	}
	assert_false(line_next(&expected, &pieces));
	assert_int_equal(line.number, 24);
	mapping_close(&lines);
	mapping_close(&pieces);
	tokenizer_free(t);
	free(model);
	free(lines_path);
	free(pieces_path);
}

#define SPECIAL "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"

static void special_pieces_found(void **state)
{
	char *folder = support_folder();
	struct tokenizer *t;
	struct special_pieces s;

	(void)state;
	write_text(folder, "vocab.txt", "x\n[MASK]\n[SEP]\n[CLS]\n[UNK]\n[PAD]\n##x\n");
	t = load(folder);
	s = tokenizer_special(t);
	assert_int_equal(s.mask, 1);
	assert_int_equal(s.sep, 2);
	assert_int_equal(s.cls, 3);
	assert_int_equal(s.unk, 4);
	assert_int_equal(s.pad, 5);
	assert_int_equal(tokenizer_find(t, "##x"), 6);
	assert_int_equal(tokenizer_find(t, "##y"), -1);
	assert_int_equal(tokenizer_find(t, ""), -1);
	assert_null(tokenizer_piece(t, -1));
	assert_null(tokenizer_piece(t, 7));
	assert_cut(t, "xx[MASK]x y", "x ##x [MASK] x [UNK]");
	tokenizer_free(t);
	support_remove(folder);
}

/* Windows line ends, a last line without an end, and a piece that is there
 * twice, of which transformers takes the last. */
static void forms_of_vocabulary(void **state)
{
	char *folder = support_folder();
	struct tokenizer *t;

	(void)state;
	write_text(folder, "vocab.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\nab\r\n\r\n##b\r\nab\r\na");
	t = load(folder);
	assert_int_equal(tokenizer_size(t), 10);
	assert_int_equal(tokenizer_find(t, "ab"), 8);
	assert_string_equal(tokenizer_piece(t, 6), "");
	assert_cut(t, "ab abb a aa", "ab ab ##b a [UNK]");
	tokenizer_free(t);
	support_remove(folder);
}

static void settings_matter(void **state)
{
	static const char vocabulary[] = SPECIAL "e\n\xC3\xA9\nE\n\xC3\x89\n\xE4\xB8\xAD\n##\xE4\xB8\xAD\n";
	static const struct {
		const char *settings, *expected;
	} cases[] = {
		{ "{}", "e e e \xE4\xB8\xAD" },
		{ "{\"strip_accents\": null, \"tokenize_chinese_chars\": true}", "e e e \xE4\xB8\xAD" },
		{ "{\"strip_accents\": false}", "\xC3\xA9 \xC3\xA9 e \xE4\xB8\xAD" },
		{ "{\"do_lower_case\": false}", "\xC3\xA9 \xC3\x89 E \xE4\xB8\xAD" },
		{ "{\"do_lower_case\": false, \"strip_accents\": true}", "e E E \xE4\xB8\xAD" },
		{ "{\"tokenize_chinese_chars\": false}", "e e e ##\xE4\xB8\xAD" },
	};
	char *folder = support_folder();

	(void)state;
	write_text(folder, "vocab.txt", vocabulary);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct tokenizer *t;

		write_text(folder, "tokenizer_config.json", cases[i].settings);
		t = load(folder);
		assert_cut(t, "\xC3\xA9 E\xCC\x81 E\xE4\xB8\xAD", cases[i].expected);
		tokenizer_free(t);
	}
	support_remove(folder);
}

static void appends(void **state)
{
	char *folder = support_folder();
	struct tokenizer *t;
	struct pieces pieces = { 0 };
	struct error err = { 0 };

	(void)state;
	write_text(folder, "vocab.txt", SPECIAL "a\nb\n");
	t = load(folder);
	assert_int_equal(tokenizer_text(t, "a", 1, &pieces, &err), 0);
	assert_int_equal(tokenizer_text(t, "b zz", 4, &pieces, &err), 0);
	assert_int_equal(tokenizer_text(t, "", 0, &pieces, &err), 0);
	assert_int_equal(pieces.count, 3);
	assert_int_equal(pieces.ids[0], 5);
	assert_int_equal(pieces.ids[1], 6);
	assert_int_equal(pieces.ids[2], 1);
	assert_int_equal(tokenizer_text(t, "ab\xC3(", 4, &pieces, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_string_equal(err.text, "byte 2: invalid UTF-8");
	assert_int_equal(pieces.count, 3);
	free(pieces.ids);
	tokenizer_free(t);
	support_remove(folder);
}

/* Greedy matching from the left against the longest piece, found the slow way:
 * every prefix looked up by name. */
static void slow_reference(const struct tokenizer *t, const char *word, struct pieces *out)
{
	size_t from = 0, length = strlen(word), before = out->count;
	char piece[128];

	while (from < length) {
		size_t to = length;
		int32_t id = -1;

		for (; to > from; to--) {
			snprintf(piece, sizeof piece, "%s%.*s", from ? "##" : "", (int)(to - from), word + from);
			id = tokenizer_find(t, piece);
			if (id >= 0)
				break;
		}
		array_reserve(&out->ids, &out->capacity, out->count + 1, sizeof *out->ids);
		if (id < 0) {
			out->count = before;
			out->ids[out->count++] = tokenizer_special(t).unk;
			return;
		}
		out->ids[out->count++] = id;
		from = to;
	}
}

static void greedy_as_reference(void **state)
{
	char *folder = support_folder(), *path = path_join(folder, "vocab.txt");
	FILE *file = fopen(path, "w");
	struct tokenizer *t;
	uint32_t seed = 12345;

	(void)state;
	fputs(SPECIAL, file);
	for (int i = 0; i < 400; i++) {
		char piece[12];
		size_t length = 1 + (seed = seed * 1664525 + 1013904223, seed >> 24) % 5;

		for (size_t k = 0; k < length; k++)
			piece[k] = (char)('a' + ((seed = seed * 1664525 + 1013904223) >> 28) % 3);
		fprintf(file, "%s%.*s\n", i % 2 ? "##" : "", (int)length, piece);
	}
	fclose(file);
	t = load(folder);
	for (int i = 0; i < 20000; i++) {
		char word[104];
		size_t length = 1 + (seed = seed * 1664525 + 1013904223, seed >> 20) % 100;
		struct pieces got = { 0 }, expected = { 0 };
		struct error err = { 0 };

		for (size_t k = 0; k < length; k++) {
			seed = seed * 1664525 + 1013904223;
			word[k] = (char)('a' + (seed >> 16 & 0x3FF ? (seed >> 28) % 3 : 3)); /* rarely a "d" */
		}
		word[length] = '\0';
		slow_reference(t, word, &expected);
		assert_int_equal(tokenizer_text(t, word, length, &got, &err), 0);
		assert_int_equal(got.count, expected.count);
		assert_memory_equal(got.ids, expected.ids, got.count * sizeof *got.ids);
		free(got.ids);
		free(expected.ids);
	}
	tokenizer_free(t);
	free(path);
	support_remove(folder);
}

static void assert_refused(const char *folder, const char *expected)
{
	struct tokenizer *t;
	struct error err = { 0 };
	char *message = text_format("%s/%s", folder, expected);

	assert_int_equal(tokenizer_load(&t, folder, &err), -1);
	assert_null(t);
	assert_string_equal(err.text, message);
	assert_int_equal(err.status, STATUS_INPUT);
	free(message);
}

static void vocabulary_refused(void **state)
{
	char *folder = support_folder();

	(void)state;
	assert_refused(folder, "vocab.txt: cannot read: No such file or directory");
	write_text(folder, "vocab.txt", "");
	assert_refused(folder, "vocab.txt: no piece [PAD]");
	write_text(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[mask]\n");
	assert_refused(folder, "vocab.txt: no piece [MASK]");
	write_text(folder, "vocab.txt", SPECIAL "a\n\xFF\n");
	assert_refused(folder, "vocab.txt:7: invalid UTF-8");
	write_file(folder, "vocab.txt", SPECIAL "a\0b\n", sizeof SPECIAL + 3);
	assert_refused(folder, "vocab.txt:6: a NUL byte in a piece");
	support_remove(folder);
}

static void settings_refused(void **state)
{
	static const struct {
		const char *settings, *expected;
	} cases[] = {
		{ "[1]", "expected a JSON object" },
		{ "{\"do_lower_case\": \"yes\"}", "do_lower_case: expected true or false" },
		{ "{\"strip_accents\": 1}", "strip_accents: expected true or false" },
		{ "{\"tokenize_chinese_chars\": []}", "tokenize_chinese_chars: expected true or false" },
		{ "{\"do_basic_tokenize\": false}", "do_basic_tokenize is false: expected true" },
		{ "{\"never_split\": [\"x\"]}", "never_split: expected none" },
		{ "{\"unk_token\": \"<unk>\"}", "unk_token: expected \"[UNK]\"" },
		{ "{\"mask_token\": {\"content\": \"<mask>\"}}", "mask_token: expected \"[MASK]\"" },
		{ "{\"added_tokens_decoder\": {\"9\": {\"content\": \"[P\"}}}",
		  "added token 9: expected only [PAD], [UNK], [CLS], [SEP], [MASK]" },
		{ "{\"added_tokens_decoder\": {\"9\": {\"content\": \"MASK\"}}}",
		  "added token 9: expected only [PAD], [UNK], [CLS], [SEP], [MASK]" },
		{ "{\"added_tokens_decoder\": {\"9\": {\"content\": \"A\"}}}",
		  "added token 9: expected only [PAD], [UNK], [CLS], [SEP], [MASK]" },
		{ "{\"added_tokens_decoder\": {\"9\": {\"content\": \"\"}}}",
		  "added token 9: expected only [PAD], [UNK], [CLS], [SEP], [MASK]" },
		{ "{\"added_tokens_decoder\": {\"9\": {\"content\": \"] [\"}}}",
		  "added token 9: expected only [PAD], [UNK], [CLS], [SEP], [MASK]" },
		{ "{\"added_tokens_decoder\": {\"9\": {\"content\": \"[PAD] \"}}}",
		  "added token 9: expected only [PAD], [UNK], [CLS], [SEP], [MASK]" },
		{ "{\"added_tokens_decoder\": {\"0\": {\"content\": \"[PAD]\"}, \"9\": {\"content\": \"<e>\"}}}",
		  "added token 9: expected only [PAD], [UNK], [CLS], [SEP], [MASK]" },
	};
	char *folder = support_folder();

	(void)state;
	write_text(folder, "vocab.txt", SPECIAL);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *expected = text_format("tokenizer_config.json: %s", cases[i].expected);

		write_text(folder, "tokenizer_config.json", cases[i].settings);
		assert_refused(folder, expected);
		free(expected);
	}
	write_text(folder, "tokenizer_config.json",
		   "{\"mask_token\": {\"content\": \"[MASK]\"}, \"pad_token\": null, \"never_split\": [], \"other\": "
		   "1}");
	tokenizer_free(load(folder));
	support_remove(folder);
}

static void version_is_told(void **state)
{
	(void)state;
	assert_non_null(strchr(tokenizer_unicode_version(), '.'));
	assert_true(atoi(tokenizer_unicode_version()) >= 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_strings),      cmocka_unit_test(real_sentences),
		cmocka_unit_test(special_pieces_found), cmocka_unit_test(forms_of_vocabulary),
		cmocka_unit_test(settings_matter),      cmocka_unit_test(appends),
		cmocka_unit_test(greedy_as_reference),  cmocka_unit_test(vocabulary_refused),
		cmocka_unit_test(settings_refused),     cmocka_unit_test(version_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
