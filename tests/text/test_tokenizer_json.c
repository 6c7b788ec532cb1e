/* tokenizer.json: the pieces of the tokenizers library on hostile strings, for
 * every setting of the normaliser and for added tokens of every sort; and every
 * component that is refused. */
#include "support.h"

#include "base/json.h"
#include "text/tokenizer.h"

#include <string.h>

#define FOLDER FIXTURES "/tokenizer-json"

static json_t *read_json(const char *path)
{
	struct error err = { 0 };
	json_t *object;

	if (json_read_python(&object, path, &err) < 0)
		fail_msg("%s", err.text);
	return object;
}

static struct tokenizer *parse(const json_t *description)
{
	struct error err = { 0 };
	struct tokenizer *t;
	char *text = json_dumps(description, 0);

	if (tokenizer_parse_json(&t, text, strlen(text), "x", &err) < 0)
		fail_msg("%s", err.text);
	free(text);
	return t;
}

static void assert_pieces(const struct tokenizer *t, const json_t *text, const json_t *expected, const char *name)
{
	struct pieces pieces = { 0 };
	struct error err = { 0 };
	char *joined = text_copy("");

	if (tokenizer_text(t, json_string_value(text), json_string_length(text), &pieces, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < pieces.count; i++) {
		char *longer = text_format("%s%s%s", joined, i ? " " : "", tokenizer_piece(t, pieces.ids[i]));

		free(joined);
		joined = longer;
	}
	if (strcmp(joined, json_string_value(expected)) != 0)
		fail_msg("%s, \"%s\": %s, expected %s", name, json_string_value(text), joined,
			 json_string_value(expected));
	pieces_release(&pieces);
	free(joined);
}

static void pieces_of_the_library(void **state)
{
	json_t *description = read_json(FOLDER "/tokenizer.json"), *fixture, *variant;
	json_error_t fault;
	size_t i;

	(void)state;
	fixture = json_load_file(FOLDER "/variants.json", JSON_ALLOW_NUL, &fault);
	assert_non_null(fixture);
	assert_true(json_array_size(json_object_get(fixture, "texts")) > 250);
	json_array_foreach(json_object_get(fixture, "variants"), i, variant)
	{
		const json_t *texts = json_object_get(fixture, "texts"), *pieces = json_object_get(variant, "pieces");
		struct tokenizer *t;

		json_object_set(description, "normalizer", json_object_get(variant, "normalizer"));
		json_object_set(description, "added_tokens", json_object_get(variant, "added_tokens"));
		json_object_set(json_object_get(description, "model"), "max_input_chars_per_word",
				json_object_get(variant, "longest"));
		t = parse(description);
		for (size_t k = 0; k < json_array_size(texts); k++)
			assert_pieces(t, json_array_get(texts, k), json_array_get(pieces, k),
				      json_string_value(json_object_get(variant, "name")));
		tokenizer_free(t);
	}
	assert_int_equal(i, 9);
	json_decref(fixture);
	json_decref(description);
}

/* Behind every pre-tokenizer that cuts. */
static void cut_as_the_library_does(void **state)
{
	json_error_t fault;
	json_t *fixture = json_load_file(FIXTURES "/pretokenizers/pretokenizers.json", JSON_ALLOW_NUL, &fault),
	       *variant;
	size_t i;

	(void)state;
	assert_non_null(fixture);
	json_array_foreach(json_object_get(fixture, "variants"), i, variant)
	{
		const json_t *texts = json_object_get(fixture, "texts"), *pieces = json_object_get(variant, "pieces");
		struct tokenizer *t = parse(json_object_get(variant, "tokenizer"));

		for (size_t k = 0; k < json_array_size(texts); k++)
			assert_pieces(t, json_array_get(texts, k), json_array_get(pieces, k),
				      json_string_value(json_object_get(variant, "name")));
		tokenizer_free(t);
	}
	assert_int_equal(i, 10);
	json_decref(fixture);
}

/* A small tokenizer.json, whose parts the refusals change. */
static const char *const parts[][2] = {
	{ "version", "\"1.0\"" },
	{ "added_tokens", "[{\"id\": 0, \"content\": \"[UNK]\", \"special\": true}]" },
	{ "normalizer", "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true,"
			" \"strip_accents\": null, \"lowercase\": true}" },
	{ "pre_tokenizer", "{\"type\": \"BertPreTokenizer\"}" },
	{ "post_processor",
	  "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"[C]\", \"type_id\": 0}},"
	  " {\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, {\"SpecialToken\": {\"id\": \"[S]\", \"type_id\": 0}}],"
	  " \"special_tokens\": {\"[C]\": {\"ids\": [1]}, \"[S]\": {\"ids\": [2]}}}" },
	{ "model", "{\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"continuing_subword_prefix\": \"##\","
		   " \"max_input_chars_per_word\": 100, \"vocab\": {\"[UNK]\": 0, \"[C]\": 1, \"[S]\": 2, \"the\": 3,"
		   " \"The\": 4, \"##s\": 7}}" },
};

enum { PARTS = sizeof parts / sizeof parts[0] };

static void write_file(const char *folder, const char *name, const char *text)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* tokenizer.json with one part changed; NULL leaves it out. */
static void write_changed(const char *folder, const char *key, const char *value)
{
	char *text = text_copy("{\"truncation\": {\"max_length\": 1e999}");

	for (size_t i = 0; i < PARTS; i++) {
		const char *part = strcmp(parts[i][0], key) == 0 ? value : parts[i][1];
		char *longer =
			part == NULL ? text_copy(text) : text_format("%s, \"%s\": %s", text, parts[i][0], part);

		free(text);
		text = longer;
	}
	write_file(folder, "tokenizer.json", text);
	write_file(folder, "end", "}");
	free(text);
	text = support_text(folder, "tokenizer.json");
	key = text_format("%s}", text);
	write_file(folder, "tokenizer.json", key);
	free((char *)key);
	free(text);
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

#define SINGLE "post_processor.single: expected a special token, the text, a special token, each of type 0"
#define MODEL(unk, prefix, most, vocab)                                                                              \
	"{\"type\": \"WordPiece\", \"unk_token\": " unk ", \"continuing_subword_prefix\": " prefix                   \
	", \"max_input_chars_per_word\": " most ", \"vocab\": " vocab "}"

static void components_refused(void **state)
{
	static const struct {
		const char *key, *value, *expected;
	} cases[] = {
		{ "normalizer", "{\"type\": \"NFKC\"}", "normalizer is NFKC, expected BertNormalizer" },
		{ "normalizer", "{\"type\": \"Sequence\"}", "normalizer is Sequence, expected BertNormalizer" },
		{ "version", "\"2.0\"", "version is 2.0, expected 1.0" },
		{ "version", "null", "version is no string, expected 1.0" },
		{ "normalizer", "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": NaN}",
		  "normalizer: handle_chinese_chars: expected true or false" },
		{ "normalizer",
		  "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true}",
		  "normalizer: lowercase: expected true or false" },
		{ "pre_tokenizer", NULL, "pre_tokenizer is missing, expected BertPreTokenizer" },
		{ "pre_tokenizer", "{\"type\": \"Metaspace\"}",
		  "pre_tokenizer is Metaspace, expected BertPreTokenizer" },
		{ "post_processor", "null", "post_processor is missing, expected TemplateProcessing" },
		{ "post_processor", "{\"type\": \"ByteLevel\"}",
		  "post_processor is ByteLevel, expected TemplateProcessing" },
		{ "post_processor", "{\"type\": \"TemplateProcessing\", \"single\": []}", SINGLE },
		{ "post_processor",
		  "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"[C]\"}}, "
		  "{\"Sequence\": "
		  "{\"type_id\": 0}}, {\"SpecialToken\": {\"id\": \"[S]\", \"type_id\": 1}}], \"special_tokens\": "
		  "{\"[C]\": "
		  "{\"ids\": [1]}, \"[S]\": {\"ids\": [2]}}}",
		  SINGLE },
		{ "post_processor", "{\"type\": \"BertProcessing\", \"cls\": [\"[C]\", 1], \"sep\": [\"[S]\"]}",
		  "post_processor.sep: expected a token and its id" },
		{ "post_processor", "{\"type\": \"BertProcessing\", \"cls\": [\"[C]\", 1], \"sep\": [\"[S]\", 5]}",
		  "post_processor: no piece has id 5" },
		{ "model", "{\"type\": \"BPE\", \"vocab\": {}}", "model.merges: expected a list of pairs" },
		{ "model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": [], \"dropout\": 0.1}",
		  "model.dropout: expected none" },
		{ "model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": [], \"byte_fallback\": true}",
		  "pre_tokenizer is BertPreTokenizer, expected Split, Whitespace, WhitespaceSplit, Punctuation or "
		  "Digits, and ByteLevel or nothing at the end" },
		{ "model", "{\"type\": \"Unigram\", \"vocab\": []}", "model.unk_id: expected the id of a piece" },
		{ "model", "{\"type\": \"Unigram\", \"vocab\": {}, \"unk_id\": 0}",
		  "model.vocab: expected a list of pieces and scores" },
		{ "model", "{\"type\": \"WordLevel\", \"vocab\": {}}", "model is WordLevel, expected WordPiece" },
		{ "model", "{\"vocab\": {}, \"merges\": [], \"continuing_subword_prefix\": \"##\"}",
		  "model.continuing_subword_prefix: expected none" },
		{ "model", "{\"vocab\": {}}", "model is of no type, expected WordPiece" },
		{ "model", MODEL("\"[UNK]\"", "\"@@\"", "100", "{}"),
		  "model.continuing_subword_prefix is @@, expected ##" },
		{ "model", MODEL("3", "\"##\"", "100", "{}"), "model.unk_token: expected a piece" },
		{ "model", MODEL("\"[UNK]\"", "\"##\"", "1e400", "{}"),
		  "model.max_input_chars_per_word: expected a number from 0" },
		{ "model", MODEL("\"[UNK]\"", "\"##\"", "100", "[]"),
		  "model.vocab: expected an object of pieces and ids" },
		{ "model", MODEL("\"[UNK]\"", "\"##\"", "100", "{\"x\": 99999999999999999999}"),
		  "model.vocab: x: expected an id from 0 to below 16777216" },
		{ "model", MODEL("\"[UNK]\"", "\"##\"", "100", "{\"x\": 70000, \"y\": 1}"),
		  "model.vocab: ids up to 70000, but only 2 pieces" },
		{ "model", MODEL("\"[UNK]\"", "\"##\"", "100", "{\"x\": 1, \"y\": 1}"),
		  "model.vocab: x and y have one id, 1" },
		{ "model", MODEL("\"[X]\"", "\"##\"", "100", "{\"[UNK]\": 0, \"[C]\": 1, \"[S]\": 2}"),
		  "model.unk_token: the vocabulary has no [X]" },
		{ "added_tokens", "{}", "added_tokens: expected a list" },
		{ "added_tokens", "[{\"content\": \"x\"}]",
		  "added_tokens: entry 1: expected an object with content and id" },
		{ "added_tokens", "[{\"id\": 9, \"content\": \"the\"}]",
		  "added token the has id 9, but by the vocabulary it is 3" },
		{ "added_tokens", "[{\"id\": 99, \"content\": \"x\"}]",
		  "added token x has id 99, but by the vocabulary it is 6" },
		{ "added_tokens",
		  "[{\"id\": 6, \"content\": \"x\"}, {\"id\": 6, \"content\": \"x\", \"lstrip\": true}]",
		  "added token x is not matched (normalized, lstrip, rstrip, single_word, special) as it is "
		  "elsewhere" },
	};
	char *folder = support_folder();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *expected = text_format("tokenizer.json: %s", cases[i].expected);

		write_changed(folder, cases[i].key, cases[i].value);
		assert_refused(folder, expected);
		free(expected);
	}
	write_file(folder, "tokenizer.json", "<!DOCTYPE html><html>");
	assert_refused(folder,
		       "tokenizer.json: a page in HTML or XML, not the file itself: download it again, from the "
		       "address of the raw file");
	support_remove(folder);
}

static void assert_first(const char *folder, const char *text, const char *expected)
{
	struct tokenizer *t;
	struct pieces pieces = { 0 };
	struct error err = { 0 };

	if (tokenizer_load(&t, folder, &err) < 0 || tokenizer_text(t, text, strlen(text), &pieces, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(pieces.count > 0);
	assert_string_equal(tokenizer_piece(t, pieces.ids[0]), expected);
	pieces_release(&pieces);
	tokenizer_free(t);
}

static void assert_pieces_of(const char *folder, const char *text, const char *expected)
{
	struct tokenizer *t;
	struct pieces pieces = { 0 };
	struct error err = { 0 };
	char *all = text_copy("");

	if (tokenizer_load(&t, folder, &err) < 0 || tokenizer_text(t, text, strlen(text), &pieces, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < pieces.count; i++) {
		char *longer = text_format("%s%s%s", all, i == 0 ? "" : " ", tokenizer_piece(t, pieces.ids[i]));

		free(all);
		all = longer;
	}
	assert_string_equal(all, expected);
	free(all);
	pieces_release(&pieces);
	tokenizer_free(t);
}

/* tokenizer.json goes before vocab.txt and before what nobody set; what somebody
 * set otherwise is an error, unless the class follows the file. */
static void the_file_counts(void **state)
{
	static const char cased[] = "{\"type\": \"BertNormalizer\", \"clean_text\": true,"
				    " \"handle_chinese_chars\": true, \"lowercase\": false}";
	char *folder = support_folder();

	(void)state;
	write_file(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n");
	assert_first(folder, "The", "the");
	write_changed(folder, "normalizer", cased);
	assert_first(folder, "The", "The");
	write_changed(folder, "normalizer", "null");
	assert_first(folder, "The", "The");
	write_changed(folder, "", NULL);
	assert_first(folder, "The", "the");
	write_changed(folder, "normalizer", cased);
	write_file(folder, "tokenizer_config.json", "{\"do_lower_case\": true}");
	assert_refused(folder,
		       "tokenizer_config.json: do_lower_case is true, but tokenizer.json says lowercase false: "
		       "make them agree");
	write_file(folder, "tokenizer_config.json",
		   "{\"do_lower_case\": true, \"tokenizer_class\": \"PreTrainedTokenizerFast\", \"cls_token\": "
		   "\"[C]\"}");
	assert_first(folder, "The", "The");
	write_file(folder, "tokenizer_config.json", "{\"tokenizer_class\": \"KoBertTokenizer\"}");
	assert_refused(folder, "tokenizer_config.json: tokenizer_class is KoBertTokenizer, expected BertTokenizer");
	/* The same of the special tokens. */
	write_file(folder, "tokenizer_config.json",
		   "{\"cls_token\": \"[C]\", \"sep_token\": {\"content\": \"[S]\"}}");
	assert_first(folder, "The", "The");
	write_file(folder, "tokenizer_config.json", "{\"cls_token\": \"the\"}");
	assert_refused(folder,
		       "tokenizer_config.json: cls_token is the, but in tokenizer.json it is [C]: make them agree");
	write_file(folder, "tokenizer_config.json", "{}");
	write_file(folder, "special_tokens_map.json", "{\"unk_token\": {\"content\": \"The\"}}");
	assert_refused(folder, "special_tokens_map.json: unk_token is The, but in tokenizer.json it is [UNK]: make "
			       "them agree");
	write_file(folder, "special_tokens_map.json", "{}");
	/* A token that begins in the white space that another took along is still one. */
	write_changed(folder, "added_tokens",
		      "[{\"id\": 6, \"content\": \"<r>\", \"rstrip\": true, \"normalized\": false},"
		      " {\"id\": 7, \"content\": \" x\", \"normalized\": false}]");
	assert_pieces_of(folder, "the <r> xs", "the <r>  x [UNK]");
	/* Of two tokens that are written alike once they are normalised the first counts. */
	write_changed(
		folder, "added_tokens",
		"[{\"id\": 6, \"content\": \"Xa\", \"normalized\": true, \"special\": false, \"lstrip\": false,"
		" \"rstrip\": false, \"single_word\": false}, {\"id\": 7, \"content\": \"xa\", \"normalized\": true,"
		" \"special\": false, \"lstrip\": false, \"rstrip\": false, \"single_word\": false}]");
	assert_first(folder, "xa The", "Xa");
	write_changed(folder, "normalizer", cased);
	/* A token that only the file beside it names comes behind the others. */
	write_file(folder, "tokenizer_config.json", "{\"additional_special_tokens\": [\"[new]\"]}");
	assert_first(folder, "[new] The", "[new]");
	support_remove(folder);
}

/* Each change, made to a sound tokenizer.json without its last brace, is refused; of two
 * keys that are alike the last counts. */
static void assert_changes_refused(const char *sound, const char *const (*cases)[2], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *text = text_format("%s, %s}", sound, cases[i][0]);
		struct error err = { 0 };
		struct tokenizer *t;

		assert_int_equal(tokenizer_parse_json(&t, text, strlen(text), "x", &err), -1);
		assert_string_equal(err.text, cases[i][1]);
		free(text);
	}
}

/* What Unigram needs: pieces with scores, Metaspace, known steps before it. */
static void scores_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "\"pre_tokenizer\": {\"type\": \"Metaspace\"}", "x: pre_tokenizer: Metaspace: expected replacement "
								  "\xE2\x96\x81, split, and prepend_scheme always or "
								  "never" },
		{ "\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Metaspace\"}, "
		  "{\"type\": \"Metaspace\"}]}",
		  "x: pre_tokenizer is Metaspace before others, expected Split, Whitespace, WhitespaceSplit, "
		  "Punctuation or Digits, and Metaspace at the end" },
		{ "\"pre_tokenizer\": {\"type\": \"Digits\"}",
		  "x: pre_tokenizer is Digits, expected Split, Whitespace, WhitespaceSplit, Punctuation or Digits, "
		  "and "
		  "Metaspace at the end" },
		{ "\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": []}",
		  "x: pre_tokenizer is of no type, expected Split, Whitespace, WhitespaceSplit, Punctuation or "
		  "Digits, "
		  "and Metaspace at the end" },
		{ "\"pre_tokenizer\": {\"type\": \"Split\", \"behavior\": \"Isolated\"}",
		  "x: pre_tokenizer: Split: expected a pattern of a String or a Regex" },
		{ "\"pre_tokenizer\": {\"type\": \"Punctuation\", \"behavior\": \"Dropped\"}",
		  "x: pre_tokenizer: Punctuation: behavior is Dropped, expected Removed, Isolated, Contiguous, "
		  "MergedWithPrevious or MergedWithNext" },
		{ "\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"},"
		  " {\"type\": \"Metaspace\", \"replacement\": \"_\"}]}",
		  "x: pre_tokenizer: Metaspace: expected replacement \xE2\x96\x81, split, and prepend_scheme always "
		  "or "
		  "never" },
		{ "\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"},"
		  " {\"type\": \"Metaspace\", \"replacement\": \"\xE2\x96\x81\", \"prepend_scheme\": \"first\"}]}",
		  "x: pre_tokenizer: Metaspace: expected replacement \xE2\x96\x81, split, and prepend_scheme always "
		  "or "
		  "never" },
		{ "\"normalizer\": {\"type\": \"NFE\"}", "x: normalizer is NFE, expected Replace, Prepend, Strip, "
							 "NFC, NFD, NFKC, NFKD, StripAccents, Lowercase, "
							 "Precompiled or Nmt" },
		{ "\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}",
		  "x: normalizer.precompiled_charsmap: expected a trie and its strings in base64" },
		{ "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKD\"}, {\"type\": "
		  "\"BertNormalizer\"}]}",
		  "x: normalizer is BertNormalizer, expected Replace, Prepend, Strip, NFC, NFD, NFKC, NFKD, "
		  "StripAccents, "
		  "Lowercase, Precompiled or Nmt" },
		{ "\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a\"}, \"content\": \"\"}",
		  "x: regular expression (a: end pattern with unmatched parenthesis" },
		{ "\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"Glob\": \"a\"}, \"content\": \"\"}",
		  "x: normalizer: Replace: expected a content, and a pattern of a String or a Regex" },
		{ "\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"[[:punct:]]\"}, \"content\": "
		  "\"\"}",
		  "x: regular expression [[:punct:]]: of the classes in brackets only [:space:] is the same in all "
		  "versions of the engine" },
		{ "\"normalizer\": {\"type\": \"Prepend\", \"prepend\": 1}",
		  "x: normalizer: Prepend: expected a string" },
		{ "\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"BAAAAAAAAACAAA==\"}",
		  "x: normalizer.precompiled_charsmap: expected a trie and its strings in base64" },
		{ "\"normalizer\": {\"type\": \"Precompiled\"}", "x: normalizer: expected a precompiled_charsmap" },
		{ "\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", -1], [\"b\", null]]}",
		  "x: model.vocab: entry 2: expected a piece and its score" },
		{ "\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", -1], [1, 2]]}",
		  "x: model.vocab: entry 2: expected a piece and its score" },
		{ "\"model\": {\"unk_id\": 6, \"vocab\": [[\"a\", -1]]}", "x: model.unk_id: no piece has id 6" },
		{ "\"model\": {\"type\": \"Unigram\", \"unk_id\": 5, \"vocab\": [[\"a\", -1]]}",
		  "x: model.unk_id: no piece has id 5" },
		{ "\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"byte_fallback\": true, \"vocab\": []}",
		  "x: model.unk_id: no piece has id 0" },
		{ "\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"byte_fallback\": true, \"vocab\": [[\"a\", "
		  "-1]]}",
		  "x: model.byte_fallback: no piece <0x00>" },
	};

	(void)state;
	assert_changes_refused(
		"{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", -1]]}, \"normalizer\": null,"
		" \"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"},"
		" {\"type\": \"Metaspace\", \"replacement\": \"\xE2\x96\x81\"}]}, \"post_processor\":"
		" {\"type\": \"RobertaProcessing\", \"cls\": [\"a\", 0], \"sep\": [\"a\", 0]}",
		cases, sizeof cases / sizeof cases[0]);
}

/* Two ways of equal scores: how the library's sums round decides. It reads the scores
 * otherwise than strtod, by which the second would be the better one. */
static void equal_scores(void **state)
{
	static const char description[] =
		"{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", 0],"
		" [\"\xE2\x96\x81"
		"care\", -9.285610628829563], [\"!\", -7.603730249327045], [\"!!!!!\", -10.095758426033019]]},"
		" \"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"\xE2\x96\x81\"},"
		" \"post_processor\": {\"type\": \"RobertaProcessing\", \"cls\": [\"a\", 0], \"sep\": [\"a\", 0]}}";
	struct error err = { 0 };
	struct pieces pieces = { 0 };
	struct tokenizer *t;

	(void)state;
	assert_int_equal(tokenizer_parse_json(&t, description, sizeof description - 1, "x", &err), 0);
	assert_int_equal(tokenizer_text(t, "care!!!!!!", 10, &pieces, &err), 0);
	assert_int_equal(pieces.count, 3);
	assert_string_equal(tokenizer_piece(t, pieces.ids[1]), "!");
	assert_string_equal(tokenizer_piece(t, pieces.ids[2]), "!!!!!");
	pieces_release(&pieces);
	tokenizer_free(t);
}

/* What byte-level BPE needs: parts of its own, every byte, both parts of a pair and
 * what they make. */
static void pairs_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "\"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}",
		  "x: pre_tokenizer is BertPreTokenizer, expected Split, Whitespace, WhitespaceSplit, Punctuation or "
		  "Digits, and ByteLevel or nothing at the end" },
		{ "\"pre_tokenizer\": null, \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [], "
		  "\"byte_fallback\": true}",
		  "x: model.byte_fallback: no piece <0x00>" },
		{ "\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1, \"ab\": 2}, \"merges\": [\"a b\", "
		  "\"a ab\"]}",
		  "x: model.merges: entry 2: the vocabulary has not all of a, ab and both in one" },
		{ "\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\"]]}",
		  "x: model.merges: entry 1: expected two pieces" },
		{ "\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1, \"ab\": 2}, \"merges\": [[\"a\", "
		  "\"b\"]]}",
		  "x: model.vocab: no piece for byte 0 (\xC4\x80)" },
	};

	(void)state;
	assert_changes_refused(
		"{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}, \"normalizer\": null,"
		" \"pre_tokenizer\": {\"type\": \"ByteLevel\"}, \"post_processor\": {\"type\":"
		" \"RobertaProcessing\", \"cls\": [\"a\", 0], \"sep\": [\"a\", 0]}",
		cases, sizeof cases / sizeof cases[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_the_library),   cmocka_unit_test(components_refused),
		cmocka_unit_test(the_file_counts),         cmocka_unit_test(pairs_refused),
		cmocka_unit_test(scores_refused),          cmocka_unit_test(equal_scores),
		cmocka_unit_test(cut_as_the_library_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
