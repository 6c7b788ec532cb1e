/* JSON as Python writes it, and files that are something else. */
#include "support.h"

#include "base/disguise.h"
#include "base/json.h"

#include <string.h>

static json_t *parse(const char *text)
{
	struct error err = { 0 };
	json_t *value;

	if (json_parse_python(&value, text, strlen(text), "x", &err) < 0)
		fail_msg("%s", err.text);
	return value;
}

/* What jansson holds comes through as it is. */
static void plain_json_is_kept(void **state)
{
	static const char *const texts[] = {
		"{\"a\": [1, -2, 3.5e-7, 1e22, 9223372036854775807, -9223372036854775808, -0, 0.1], \"b\": null}",
		"[\"NaN -1e999 Infinity \\\" \\\\\", \"\\ud83d\\ude00\", \"\\u00e9\\n\", true, false, {}]",
		"[\"\xC3\xA9\", \"\\\\u0000\", \"\\\\ud800\"]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		json_t *expected = json_loads(texts[i], 0, NULL), *value = parse(texts[i]);

		assert_true(json_equal(value, expected));
		json_decref(expected);
		json_decref(value);
	}
}

/* A number that no number holds is of no type that a reader could want. */
static void numbers_of_any_size(void **state)
{
	static const char *const numbers[] = {
		"NaN",
		"Infinity",
		"-Infinity",
		"9223372036854775808",
		"-9223372036854775809",
		"1000000000000000000000000000000",
		"1e999",
		"-1.5E+400",
	};

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		char *text = text_format("\xEF\xBB\xBF{\"a\": %s, \"b\": [%s,%s], \"c\": 7}", numbers[i], numbers[i],
					 numbers[i]);
		json_t *value = parse(text), *a = json_object_get(value, "a");

		assert_true(json_is_array(a) && json_array_size(a) == 1 && !json_is_number(a));
		assert_int_equal(json_array_size(json_object_get(value, "b")), 2);
		assert_int_equal(json_integer_value(json_object_get(value, "c")), 7);
		json_decref(value);
		free(text);
	}
}

static void the_last_of_two_keys_counts(void **state)
{
	json_t *value = parse("{\"a\": 1, \"b\": 2, \"a\": {\"c\": 3, \"c\": 4}}");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(json_object_get(value, "a"), "c")), 4);
	json_decref(value);
}

static void halves_of_pairs(void **state)
{
	json_t *value = parse("[\"\\ud800\", \"a\\udc00b\", \"\\ud800\\u0041\", \"x\\u0000y\", \"\\uD83D\\uDE00\"]");
	static const char *const expected[] = { "\xEF\xBF\xBD",
						"a\xEF\xBF\xBD"
						"b",
						"\xEF\xBF\xBD"
						"A",
						"x\xEF\xBF\xBD"
						"y",
						"\xF0\x9F\x98\x80" };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(json_string_value(json_array_get(value, i)), expected[i]);
	json_decref(value);
}

static void faults_have_lines(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "{\"a\": NaN,\n\"b\": }", "x:2: not valid JSON: " },
		{ "{\"a\": nan}", "x:1: not valid JSON: " },
		{ "{\"a\": NaN1}", "x:1: not valid JSON: " },
		{ "{\"a\": 01}", "x:1: not valid JSON: " },
		{ "{\"a\": 1", "x:1: not valid JSON: " },
		{ "{\"a\": \"\xFF\"}", "x:1: not valid JSON: " },
		{ "{\"a\": \"\\", "x:1: not valid JSON: " },
		{ "", "x: an empty file: download it again" },
		{ "<html>", "x: a page in HTML or XML, " },
	};
	char *nested = malloc(200001);
	struct error err = { 0 };
	json_t *value;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(json_parse_python(&value, cases[i].text, strlen(cases[i].text), "x", &err), -1);
		assert_null(value);
		assert_int_equal(err.status, STATUS_INPUT);
		assert_non_null(strstr(err.text, cases[i].expected));
	}
	memset(nested, '[', 200000);
	assert_int_equal(json_parse_python(&value, nested, 200000, "x", &err), -1);
	assert_non_null(strstr(err.text, "depth"));
	free(nested);
}

static void disguises(void **state)
{
	static const struct {
		const char *text, *begins; /* NULL: none */
	} cases[] = {
		{ "version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer" },
		{ "\xEF\xBB\xBF <!doctype html>", "a page in HTML" },
		{ "# xet version 0\nfilesize = 3\n", "a Xet pointer" },
		{ "\x1F\x8B\x08", "compressed by gzip" },
		{ "\xFF\xFE{", "UTF-16, expected UTF-8" },
		{ "<?xml version='1.0'?><Error>", "a page in HTML or XML" },
		{ "{\n \"error\" : \"x\"}", "an error that a server answered" },
		{ "Too Many Requests\n", "an error that a server answered" },
		{ "", "an empty file" },
		{ " \n\t", "an empty file" },
		{ "forbidden\nallowed\n", NULL }, /* a list of labels */
		{ "{\"hidden_size\": 8}", NULL },
		{ "{\"errors_of_mine\": 8, \"hidden_size\": 8}", NULL },
		{ "versions", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *words = content_disguise(cases[i].text, strlen(cases[i].text));

		if (cases[i].begins == NULL)
			assert_null(words);
		else
			assert_memory_equal(words, cases[i].begins, strlen(cases[i].begins));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_json_is_kept),          cmocka_unit_test(numbers_of_any_size),
		cmocka_unit_test(the_last_of_two_keys_counts), cmocka_unit_test(halves_of_pairs),
		cmocka_unit_test(faults_have_lines),           cmocka_unit_test(disguises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
