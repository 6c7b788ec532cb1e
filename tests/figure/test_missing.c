/* Labels that no font has: what is said, and that all is drawn. */
#include "support.h"

#include "figure/drawn.h"
#include "figure/cases.h"
#include "figure/machine.h"
#include "figure/sanitize.h"

#include <string.h>

static const char *const usual[] = { "DejaVu Sans", "DejaVu Sans:bold", NULL };
static const char *const none[] = { NULL };

/* Draws a figure of labels on a machine with these fonts; what was printed, in
 * new memory. */
static char *print(const char *figure, const char *const *labels, size_t count, const char *const *patterns)
{
	struct synthetic y = case_usual();
	char *folder = support_folder(), *settings = machine_with(folder, patterns), *tables, *command, *text;

	y.labels = labels;
	y.label_count = count;
	y.model_count = y.task_count = 1;
	tables = write_case(&y);
	command = text_format("FONTCONFIG_FILE='%s' '%s/bin/tunescope' figures --collected '%s' --figure %s --out "
			      "'%s/out' > '%s/printed' 2>&1 && ls '%s'/out/*.svg '%s'/out/*.png > '%s/files'",
			      settings, PROGRAMS, tables, figure, folder, folder, folder, folder, folder);
	if (system(command) != 0)
		fail_msg("%s", support_text(folder, "printed"));
	text = support_text(folder, "printed");
	free(command);
	free(settings);
	support_remove(tables);
	support_remove(folder);
	return text;
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		count++;
	return count;
}

static void test_all_there(void **state)
{
	static const char *const labels[] = { "NOUN", "существительное", "ουσία" };
	char *text = print("distances", labels, 3, usual);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

/* A warning for each package, and each label in it once, though drawings have it
 * in two places each. */
static void test_packages(void **state)
{
	static const char *const labels[] = { "NOUN", "名词", "명사", "ナ形容詞", "𒀀𒀁", "🧿" };
	char *text = print("distances", labels, 6, usual);

	(void)state;
	assert_int_equal(count_of(text, "tunescope-figures: warning: no font here has the characters of "), 3);
	assert_non_null(strstr(text, "of \"ナ形容詞\", \"名词\", \"명사\", and boxes or gaps stand in their place: "
				     "install fonts-noto-cjk\n"));
	assert_non_null(strstr(text, "of \"𒀀𒀁\", and boxes or gaps stand in their place: install fonts-noto-core\n"));
	assert_non_null(strstr(text, "of \"🧿\", and boxes or gaps stand in their place: install fonts-symbola\n"));
	assert_null(strstr(text, "NOUN"));
	free(text);
}

/* A label is told whole, where it is cut, too. */
static void test_cut(void **state)
{
	static const char *const labels[] = { "a-label-that-is-far-longer-than-there-is-room-for名-it-in-the-figure",
					      "NOUN", "VERB" };
	char *text = print("distances", labels, 3, usual);

	(void)state;
	assert_int_equal(count_of(text, "warning: "), 1);
	assert_non_null(strstr(text, "room-for名-it-in-the-figure\", and boxes or gaps"));
	free(text);
}

static void test_many(void **state)
{
	static const char *const labels[] = { "一一", "一二", "一三", "一四", "一五",
					      "二一", "二二", "二三", "二四", "二五" };
	char *text = print("distances", labels, 10, usual);

	(void)state;
	assert_int_equal(count_of(text, "warning: "), 1);
	assert_int_equal(count_of(text, "\""), 16);
	assert_non_null(strstr(text, "\" and 2 more, and boxes"));
	free(text);
}

/* Every figure is drawn, and says which package to begin with. */
static void test_no_font_at_all(void **state)
{
	static const char *const labels[] = { "NOUN", "名词", "VERB" };

	(void)state;
	for (size_t i = 0; i < figure_count(); i++) {
		char *text;

		if (strcmp(figure_at(i)->name, "recipes") == 0)
			continue; /* the tables have none */
		text = print(figure_at(i)->name, labels, 3, none);
		assert_int_equal(count_of(text, "warning: no font here has the characters of \""), 1);
		assert_int_equal(count_of(text, "install "), 1);
		assert_non_null(strstr(text, ": install fonts-dejavu-core\n"));
		assert_null(strstr(text, "CRITICAL"));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_there), cmocka_unit_test(test_packages),       cmocka_unit_test(test_cut),
		cmocka_unit_test(test_many),      cmocka_unit_test(test_no_font_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
