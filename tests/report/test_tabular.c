/* Tables for people, as LaTeX and as CSV. */
#include "world.h"

#include "latex.h"

#include "report/tabular.h"

static void test_latex(void **state)
{
	static const struct tabular_column columns[] = {
		{ "Model_1", NULL, false },
		{ "Task", NULL, false },
		{ "before", "Accuracy, %", true },
		{ "after the change", "Accuracy, %", true },
	};
	char *path = support_folder(), *text;
	struct error err = { 0 };
	struct folder folder;
	struct tabular g;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(tabular_init(&g, "t", columns, 4, 2, &err), 0);
	tabular_caption(&g, "A & B.");
	tabular_note(&g, "ρ ≥ 1 → 2.");
	for (int row = 0; row < 2; row++) {
		tabular_add(&g, "bert_$x#");
		tabular_add(&g, row ? "{~^\\}" : "日, \"é\"");
		tabular_add(&g, "%s", show_signed(-1.68, 2).text);
		tabular_add(&g, "< 1");
	}
	assert_int_equal(tabular_write_latex(&g, &folder, "t.tex", &err), 0);
	assert_int_equal(tabular_write_csv(&g, &folder, "t.csv", &err), 0);
	text = world_read(path, "t.tex");
	assert_string_equal(text, "% \\usepackage{booktabs,graphicx}\n\\begin{table}\n\\centering\n\\footnotesize\n"
				  "\\setlength{\\tabcolsep}{3pt}\n\\setbox0=\\hbox{%\n\\begin{tabular}{@{}llrr@{}}"
				  "\n\\toprule\n &  & \\multicolumn{2}{c}{Accuracy, \\%} \\\\\n"
				  "\\cmidrule(lr){3-4}\nModel\\_1 & Task & before & \\shortstack[r]{after the\\\\"
				  "change} \\\\\n\\midrule\n"
				  "bert\\_\\$x\\# & {[}U+65E5], \"é\" & $-$1.68 & $<$ 1 \\\\\n"
				  " & \\{\\~{}\\^{}\\textbackslash{}\\} & $-$1.68 & $<$ 1 \\\\\n"
				  "\\bottomrule\n\\end{tabular}}%\n\\ifdim\\wd0>"
				  "\\linewidth\\ifdefined\\resizebox\\resizebox{\\linewidth}{!}"
				  "{\\box0}\\else\\leavevmode\\box0\\fi\\else\\leavevmode\\box0\\fi\n\\caption{A \\& "
				  "B. $\\rho$ $\\geq$ 1 "
				  "$\\to$ 2.}\n\\label{tab:t}\n"
				  "\\end{table}\n");
	free(text);
	text = world_read(path, "t.csv");
	assert_string_equal(text, "Model_1,Task,\"Accuracy, %: before\",\"Accuracy, %: after the change\"\n"
				  "bert_$x#,\"日, \"\"é\"\"\",−1.68,< 1\nbert_$x#,{~^\\},−1.68,< 1\n");
	free(text);
	tabular_release(&g);
	folder_release(&folder);
	support_remove(path);
}

/* Texts that LaTeX would take for something else, at the start of a row and
 * elsewhere, and every Latin letter. */
static void test_latex_compiles(void **state)
{
	static const struct tabular_column columns[] = { { "[a] model", NULL, false },
							 { "*", "[2] of _group_", false },
							 { "^~\\%", "[2] of _group_", true } };
	static const char *const nasty[] = { "[3pt] x",         "*",   "--", "a--b [c]", "#1 & {x}", "\\\\",
					     "ą ę đ ð þ ŋ Ł é", "日本" };
	char *path = support_folder(), *file = path_join(path, "t.tex"), *log;
	struct error err = { 0 };
	struct folder folder;
	struct tabular g;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(tabular_init(&g, "t", columns, 3, 2, &err), 0);
	tabular_caption(&g, "[Caption] * -- é.");
	for (size_t row = 0; row < sizeof nasty / sizeof nasty[0]; row++)
		for (int c = 0; c < 3; c++)
			tabular_add(&g, "%s", nasty[row]);
	for (uint32_t point = 0xA0; point < 0x180; point += 2) {
		tabular_add(&g, "%c%c", (char)(0xC0 | point >> 6), (char)(0x80 | (point & 63)));
		tabular_add(&g, "%c%c", (char)(0xC0 | (point + 1) >> 6), (char)(0x80 | ((point + 1) & 63)));
		tabular_add(&g, "1");
	}
	assert_int_equal(tabular_write_latex(&g, &folder, "t.tex", &err), 0);
	if (latex_there()) {
		log = latex_compile("booktabs", &file, 1);
		free(log);
	}
	tabular_release(&g);
	folder_release(&folder);
	support_remove(path);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_latex), cmocka_unit_test(test_latex_compiles) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
