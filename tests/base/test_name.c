/* Names as parts of paths. */
#include "support.h"

#include "base/name.h"

#include <string.h>

static void assert_escaped(const char *name, const char *expected)
{
	char *escaped = name_escape(name);

	assert_non_null(escaped);
	assert_string_equal(escaped, expected);
	free(escaped);
}

static void plain_names_stand_for_themselves(void **state)
{
	(void)state;
	assert_escaped("bert-base_uncased.v2", "bert-base_uncased.v2");
	assert_escaped("модель", "модель");
}

static void other_bytes_are_escaped(void **state)
{
	(void)state;
	assert_escaped("net (copy)", "net+20+28copy+29");
	assert_escaped("bert:v2", "bert+3Av2");
	assert_escaped("a/b", "a+2Fb");
	assert_escaped("a+20", "a+2B20");
	assert_escaped(".hidden", "+2Ehidden");
	assert_escaped("-x", "+2Dx");
	assert_escaped("$(x);#%'\"", "+24+28x+29+3B+23+25+27+22");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* No two names of up to two bytes have one form. */
static void no_two_names_meet(void **state)
{
	enum { NAMES = 255 * 255 };
	char **forms = calloc(NAMES, sizeof *forms);
	size_t count = 0;

	(void)state;
	assert_non_null(forms);
	for (int a = 1; a < 256; a++)
		for (int b = 0; b < 255; b++) {
			const char name[] = { (char)a, (char)b, '\0' };

			forms[count++] = name_escape(name);
		}
	for (size_t i = 0; i < count; i++)
		assert_non_null(forms[i]);
	qsort(forms, count, sizeof *forms, by_text);
	for (size_t i = 1; i < count; i++)
		assert_string_not_equal(forms[i - 1], forms[i]);
	for (size_t i = 0; i < count; i++)
		free(forms[i]);
	free(forms);
}

static void paths_are_joined(void **state)
{
	char *path = name_path("probe", "net", "part of speech", NULL);

	(void)state;
	assert_string_equal(path, "probe/net/part+20of+20speech");
	free(path);
}

static void what_is_no_name_is_told(void **state)
{
	char longest[200] = { 0 };

	(void)state;
	assert_null(name_check("net (copy)"));
	assert_string_equal(name_check(""), "expected a name");
	assert_string_equal(name_check("a\tb"), "a control character in a name");
	assert_string_equal(name_check("\xff"), "a name in UTF-8 is expected");
	memset(longest, 'a', NAME_LONGEST);
	assert_null(name_check(longest));
	longest[NAME_LONGEST] = 'a';
	assert_non_null(strstr(name_check(longest), "too long"));
	memset(longest, ' ', NAME_LONGEST / 3 + 1);
	longest[NAME_LONGEST / 3 + 1] = '\0';
	assert_non_null(strstr(name_check(longest), "too long"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_names_stand_for_themselves),
		cmocka_unit_test(other_bytes_are_escaped),
		cmocka_unit_test(no_two_names_meet),
		cmocka_unit_test(paths_are_joined),
		cmocka_unit_test(what_is_no_name_is_told),
	};

	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
