/* Which fonts would be used: of machines with some, with others, with none. */
#include "support.h"

#include "figure/faces.h"
#include "figure/machine.h"
#include "figure/sanitize.h"

#include <string.h>
#include <sys/wait.h>

/* What a process prints that knows only these fonts, since fontconfig reads its
 * settings once. */
static char *faces_on(const char *const *patterns, const char *text, bool pages)
{
	char *folder = support_folder(), *settings = machine_with(folder, patterns), *told, *out;
	int status = 0;
	pid_t child;

	out = path_join(folder, "out");
	child = fork();
	if (child == 0) {
		FILE *f = fopen(out, "w");
		char *faces;

		setenv("FONTCONFIG_FILE", settings, 1);
		faces = faces_used(text, pages);
		fputs(faces == NULL ? "short of memory" : faces, f);
		fclose(f);
		free(faces);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	told = support_text(folder, "out");
	free(out);
	free(settings);
	support_remove(folder);
	return told;
}

static void check(const char *const *patterns, const char *text, bool pages, const char *expected)
{
	char *told = faces_on(patterns, text, pages);

	assert_string_equal(told, expected);
	free(told);
}

static const char *const usual[] = { "DejaVu Sans", "DejaVu Sans:bold", NULL };
static const char *const mono[] = { "DejaVu Sans Mono", NULL };
static const char *const both[] = { "DejaVu Sans Mono", "DejaVu Sans", "DejaVu Sans:bold", NULL };
static const char *const none[] = { NULL };

static void test_usual(void **state)
{
	(void)state;
	check(usual, "NOUN", false, "DejaVu Sans 2.37; DejaVu Sans Bold 2.37");
	check(usual, "сущ ουσ á", false, "DejaVu Sans 2.37; DejaVu Sans Bold 2.37");
	check(both, "NOUN", false, "DejaVu Sans 2.37; DejaVu Sans Bold 2.37");
}

/* Characters that no font has are told, each once, in their order; controls,
 * blanks and bytes that are no UTF-8 are none. */
static void test_missing(void **state)
{
	(void)state;
	check(usual, "b名詞a詞\n\t名\xff ", false, "DejaVu Sans 2.37, none 名詞; DejaVu Sans Bold 2.37, none 名詞");
	check(usual, "詞名", false, "DejaVu Sans 2.37, none 名詞; DejaVu Sans Bold 2.37, none 名詞");
}

/* Another font is another text, also where it stands in for one letter only. */
static void test_other_fonts(void **state)
{
	char *told = faces_on(mono, "ⴰ", false);

	(void)state;
	assert_non_null(strstr(told, "DejaVu Sans Mono 2.37"));
	assert_non_null(strstr(told, "none ⴰ"));
	free(told);
	check(both, "ⴰ", false, "DejaVu Sans 2.37; DejaVu Sans Bold 2.37");
}

static void test_none(void **state)
{
	(void)state;
	check(none, "NOUN", false, "none; none");
}

/* The pages have an oblique style, which is slanted where there is no such face. */
static void test_pages(void **state)
{
	(void)state;
	check(none, "NOUN", true, "none; none; none");
	check(usual, "NOUN", true, "DejaVu Sans 2.37; DejaVu Sans Bold 2.37; DejaVu Sans 2.37");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual), cmocka_unit_test(test_missing), cmocka_unit_test(test_other_fonts),
		cmocka_unit_test(test_none),  cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
