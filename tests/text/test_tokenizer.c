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

/* The piece of this spelling, the last of several; -1 if there is none. */
static int32_t find(const struct tokenizer *t, const char *piece)
{
	int32_t id = (int32_t)tokenizer_size(t) - 1;

	for (; id >= 0; id--) {
		const char *spelling = tokenizer_piece(t, id);

		if (spelling != NULL && strcmp(spelling, piece) == 0)
			break;
	}
	return id;
}

/* The first piece of a text. */
static int32_t first_of(const struct tokenizer *t, const char *text)
{
	struct pieces pieces = { 0 };
	struct error err = { 0 };
	int32_t id;

	if (tokenizer_text(t, text, strlen(text), &pieces, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(pieces.count > 0);
	id = pieces.ids[0];
	free(pieces.ids);
	return id;
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
	assert_int_equal(find(t, "##x"), 6);
	assert_int_equal(find(t, "##y"), -1);
	assert_int_equal(find(t, ""), -1);
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
	assert_int_equal(first_of(t, "ab"), 8);
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
			id = find(t, piece);
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

static void tokenizer_refused(const char *folder, const char *expected)
{
	struct tokenizer *t;
	struct error err = { 0 };
	char *message = text_format("%s%s", folder, expected);

	assert_int_equal(tokenizer_load(&t, folder, &err), -1);
	assert_null(t);
	assert_string_equal(err.text, message);
	assert_int_equal(err.status, STATUS_INPUT);
	free(message);
}

static void assert_refused(const char *folder, const char *expected)
{
	char *ending = text_format("/%s", expected);

	tokenizer_refused(folder, ending);
	free(ending);
}

static void vocabulary_refused(void **state)
{
	char *folder = support_folder();

	(void)state;
	tokenizer_refused(folder, ": no tokenizer.json, and no vocab.txt");
	write_text(folder, "spiece.model", "x");
	tokenizer_refused(folder,
			  ": no tokenizer.json, and no vocab.txt; spiece.model by itself is not read: save the "
			  "tokenizer with a current transformers");
	tokenizer_refused("/none", ": no such directory");
	write_text(folder, "vocab.txt", "");
	assert_refused(folder, "vocab.txt: an empty file: download it again");
	write_text(folder, "vocab.txt", "a\nb\n");
	assert_refused(folder, "vocab.txt: no piece [PAD]");
	write_text(folder, "vocab.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
	assert_refused(folder, "vocab.txt: a Git LFS pointer, not the file itself: git lfs pull brings it");
	write_text(folder, "vocab.txt",
		   SPECIAL ".\n\xE2\x96\x81"
			   "boat\n\xE2\x96\x81\n");
	assert_refused(folder, "vocab.txt:7: \xE2\x96\x81"
			       "boat is a piece of SentencePiece, as more are than begin with ##: "
			       "expected a vocabulary of WordPiece");
	write_text(folder, "vocab.txt", SPECIAL "the</w>\nbo@@\n###\n");
	assert_refused(folder, "vocab.txt:6: the</w> is a piece of BPE, as more are than begin with ##: "
			       "expected a vocabulary of WordPiece");
	write_text(folder, "vocab.txt",
		   SPECIAL "the\n\xC4\xA0"
			   "boat\n");
	assert_refused(folder, "vocab.txt:7: \xC4\xA0"
			       "boat is a piece of byte-level BPE, as more are than begin with ##: "
			       "expected a vocabulary of WordPiece");
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
		{ "{\"do_lower_case\": null}", "do_lower_case: expected true or false" },
		{ "{\"do_lower_case\": \"yes\"}", "do_lower_case: expected true or false" },
		{ "{\"strip_accents\": 1}", "strip_accents: expected true or false" },
		{ "{\"tokenize_chinese_chars\": []}", "tokenize_chinese_chars: expected true or false" },
		{ "{\"do_basic_tokenize\": false}", "do_basic_tokenize is false: expected true" },
		{ "{\"never_split\": [\"x\"]}", "never_split: expected none" },
		{ "{\"unk_token\": \"<unk>\"}", "unk_token: expected \"[UNK]\"" },
		{ "{\"mask_token\": {\"content\": \"<mask>\"}}", "mask_token: expected \"[MASK]\"" },
		{ "{\"do_split_on_punc\": false}", "do_split_on_punc is false: expected true" },
		{ "{\"split_special_tokens\": true}", "split_special_tokens is true: expected false" },
		{ "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}",
		  "tokenizer_class is BertJapaneseTokenizer, expected BertTokenizer" },
		{ "{\"tokenizer_class\": \"BertTokenizerSlow\"}",
		  "tokenizer_class is BertTokenizerSlow, expected BertTokenizer" },
		{ "{\"tokenizer_class\": 1e400}", "tokenizer_class: expected a name" },
		{ "{\"word_tokenizer_type\": \"mecab\"}", "word_tokenizer_type is mecab, expected basic" },
		{ "{\"subword_tokenizer_type\": \"character\"}",
		  "subword_tokenizer_type is character, expected wordpiece" },
		{ "{\"auto_map\": {\"AutoTokenizer\": [\"a.B\", null]}}",
		  "auto_map: the tokenizer is code of the repository's own, expected BertTokenizer" },
		{ "{\"additional_special_tokens\": \"x\"}", "additional_special_tokens: expected a list of tokens" },
		{ "{\"additional_special_tokens\": [NaN]}",
		  "additional_special_tokens: expected a token, or an object with its content" },
		{ "{\"added_tokens_decoder\": [1]}", "added_tokens_decoder: expected tokens by their ids" },
		{ "{\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}}",
		  "added_tokens_decoder: x: expected an id and an object with the token's content" },
		{ "{\"do_lower_case\": 1000000000000000000000000000000}", "do_lower_case: expected true or false" },
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

/* Facts that config.json and the files beside it tell. */
static void facts_of_other_files(void **state)
{
	char *folder = support_folder();

	(void)state;
	write_text(folder, "vocab.txt", SPECIAL "a\n");
	write_text(folder, "config.json", "{\"tokenizer_class\": \"XTokenizer\"}");
	assert_refused(folder, "config.json: tokenizer_class is XTokenizer, expected BertTokenizer");
	write_text(folder, "tokenizer_config.json", "{\"tokenizer_class\": null}");
	assert_refused(folder, "config.json: tokenizer_class is XTokenizer, expected BertTokenizer");
	write_text(folder, "tokenizer_config.json", "{\"tokenizer_class\": \"DistilBertTokenizerFast\"}");
	tokenizer_free(load(folder));
	write_text(folder, "special_tokens_map.json", "{\"cls_token\": \"<s>\"}");
	assert_refused(folder, "special_tokens_map.json: cls_token: expected \"[CLS]\"");
	write_text(folder, "special_tokens_map.json", "[]");
	assert_refused(folder, "special_tokens_map.json: expected a JSON object");
	write_text(folder, "special_tokens_map.json", "{}");
	write_text(folder, "added_tokens.json", "{\"x\": -1}");
	assert_refused(folder, "added_tokens.json: x: expected the token's id");
	write_text(folder, "added_tokens.json", "{\"a\": 9}");
	assert_refused(folder, "vocab.txt: added token a has id 9, but by the vocabulary it is 5");
	write_text(folder, "config.json", "{}");
	write_text(folder, "added_tokens.json", "{\"x\": 7}");
	write_text(folder, "tokenizer_config.json", "{\"added_tokens_decoder\": {\"8\": {\"content\": \"x\"}}}");
	assert_refused(folder, "added_tokens.json: added token x has id 7, but 8 elsewhere");
	write_text(folder, "added_tokens.json", "{}");
	write_text(folder, "tokenizer_config.json",
		   "{\"added_tokens_decoder\": {\"8\": {\"content\": \"x\", \"single_word\": true}}}");
	assert_refused(folder, "vocab.txt: added token x has single_word: it is only known from a tokenizer.json");
	write_text(folder, "tokenizer_config.json",
		   "{\"added_tokens_decoder\": {\"99999999\": {\"content\": \"x\"}}}");
	assert_refused(folder, "vocab.txt: added token x has id 99999999, expected below 16777216");
	support_remove(folder);
}

/* An added token is one piece wherever it stands and whatever file names it; its
 * id is the vocabulary's, or the next. The pieces are those of transformers 4.57. */
static void added_tokens_stay_whole(void **state)
{
	static const struct {
		const char *file, *text, *expected;
	} cases[] = {
		{ "tokenizer_config.json", "{\"additional_special_tokens\": [\"[e1]\", \"[/E1]\"]}",
		  "a [e1] b [/E1] [e1] [ / e ##1 ]" },
		{ "tokenizer_config.json", "{\"extra_special_tokens\": {\"mark\": \"[e1]\"}}",
		  "a [e1] b [ / e ##1 ] [e1] [ / e ##1 ]" },
		{ "tokenizer_config.json",
		  "{\"added_tokens_decoder\": {\"17\": {\"content\": \"[e1]\", \"special\": true},"
		  " \"5\": {\"content\": \"[/E1]\"}}}",
		  "a [e1] b [/E1] [e1] [ / e ##1 ]" },
		{ "special_tokens_map.json", "{\"additional_special_tokens\": [{\"content\": \"[e1]\"}]}",
		  "a [e1] b [ / e ##1 ] [e1] [ / e ##1 ]" },
		{ "special_tokens_map.json", "{\"bos_token\": \"[/E1]\"}",
		  "a [ e ##1 ] b [/E1] [ e ##1 ] [ / e ##1 ]" },
		{ "added_tokens.json", "{\"[e1]\": 17}", "a [e1] b [ / e ##1 ] [e1] [ / e ##1 ]" },
		/* Whole in capitals, too: as the fast tokenizer has it, and a current transformers. */
		{ "tokenizer_config.json",
		  "{\"added_tokens_decoder\": {\"5\": {\"content\": \"[/E1]\", \"normalized\": false}}}",
		  "a [ e ##1 ] b [/E1] [ e ##1 ] [ / e ##1 ]" },
	};
	char *folder = support_folder();

	(void)state;
	write_text(folder, "vocab.txt", SPECIAL "[unused1]\na\nb\ne\n##1\n[\n]\n/\n##b\n##a\n1\nx\n");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *path = path_join(folder, cases[i].file);
		struct tokenizer *t;

		write_text(folder, cases[i].file, cases[i].text);
		t = load(folder);
		assert_cut(t, "A[e1]b[/E1] [E1] [/e1]", cases[i].expected);
		if (find(t, "[e1]") >= 0)
			assert_int_equal(find(t, "[e1]"), 17);
		tokenizer_free(t);
		assert_int_equal(unlink(path), 0);
		free(path);
	}
	support_remove(folder);
}

/* What people's editors leave in a vocabulary. */
static void edited_vocabulary(void **state)
{
	char *folder = support_folder();
	struct tokenizer *t;

	(void)state;
	write_text(folder, "vocab.txt", "\xEF\xBB\xBF" SPECIAL "ab \n##b\t\nc\nc \nd\xE3\x80\x80\n\n \n");
	t = load(folder);
	assert_int_equal(tokenizer_size(t), 10);
	assert_int_equal(tokenizer_special(t).pad, 0);
	assert_int_equal(first_of(t, "ab"), 5);
	assert_int_equal(first_of(t, "c"), 7);
	assert_string_equal(tokenizer_piece(t, 9), "d");
	assert_cut(t, "ab abb c d", "ab ab ##b c d");
	tokenizer_free(t);
	support_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_strings),         cmocka_unit_test(real_sentences),
		cmocka_unit_test(special_pieces_found),    cmocka_unit_test(forms_of_vocabulary),
		cmocka_unit_test(settings_matter),         cmocka_unit_test(appends),
		cmocka_unit_test(greedy_as_reference),     cmocka_unit_test(vocabulary_refused),
		cmocka_unit_test(settings_refused),        cmocka_unit_test(facts_of_other_files),
		cmocka_unit_test(added_tokens_stay_whole), cmocka_unit_test(edited_vocabulary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
