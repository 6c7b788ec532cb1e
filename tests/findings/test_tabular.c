/* Tables for people, as LaTeX and as CSV. */
#include "world.h"

#include "report/latex.h"

#include "findings/tabular.h"

static void test_latex(void **state)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model_1" },
		{ .heading = "Task" },
		{ .heading = "before", .group = "Accuracy, %", .kind = COLUMN_NUMBER },
		{ .heading = "after the change", .group = "Accuracy, %", .kind = COLUMN_NUMBER },
	};
	char *path = support_folder(), *text;
	struct error err = { 0 };
	struct folder folder;
	struct tabular g;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	tabular_init(&g, &(struct tabular_form){ .id = "t", .columns = columns, .count = 4, .heads = 2 });
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
	text = support_text(path, "t.tex");
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
	text = support_text(path, "t.csv");
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
	static const struct tabular_column columns[] = {
		{ .heading = "[a] model" },
		{ .heading = "*", .group = "[2] of _group_" },
		{ .heading = "^~\\%", .group = "[2] of _group_", .kind = COLUMN_NUMBER }
	};
	static const char *const nasty[] = { "[3pt] x",         "*",   "--", "a--b [c]", "#1 & {x}", "\\\\",
					     "ą ę đ ð þ ŋ Ł é", "日本" };
	char *path = support_folder(), *file = path_join(path, "t.tex"), *log;
	struct error err = { 0 };
	struct folder folder;
	struct tabular g;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	tabular_init(&g, &(struct tabular_form){ .id = "t", .columns = columns, .count = 3, .heads = 2 });
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

/* The CSV has every digit of what people see rounded, two columns where they see
 * two numbers in one, and nothing where they see a dash. */
static void test_numbers(void **state)
{
	static const struct tabular_column columns[] = {
		{ .heading = "name" },
		{ .heading = "value", .group = "Group", .kind = COLUMN_NUMBER },
		{ .heading = "spread", .group = "Group", .kind = COLUMN_SPREAD },
		{ .heading = "interval", .kind = COLUMN_INTERVAL },
		{ .heading = "points", .kind = COLUMN_PART },
		{ .heading = "p", .kind = COLUMN_NUMBER },
		{ .heading = "change", .kind = COLUMN_NUMBER },
	};
	static const char *const shown[2][7] = { { "a", "1.62", "2.72 ± 0.58", "−0.33 to 0.67", "10 of 40", "< 0.001",
						   "−1.4" },
						 { "b", "–", "2.72", "undefined", "–", "0.050", "+1.4" } };
	char *path = support_folder(), *text;
	struct error err = { 0 };
	struct folder folder;
	struct tabular g;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	tabular_init(&g, &(struct tabular_form){ .id = "t", .columns = columns, .count = 7, .heads = 1 });
	for (int row = 0; row < 2; row++) {
		tabular_add(&g, row ? "b" : "a");
		tabular_number(&g, row ? NAN : 1.6180339887498949, 2);
		tabular_two(&g, 2.7182818284590451, " ± ", row ? NAN : 0.57721566490153287, 2);
		if (row)
			tabular_add(&g, "undefined");
		else
			tabular_two(&g, -1.0 / 3, " to ", 2.0 / 3, 2);
		tabular_two(&g, row ? NAN : 10, " of ", 40, 0);
		tabular_p(&g, row ? 0.05 : 1e-7);
		tabular_signed(&g, row ? 1.4142135623730951 : -1.4142135623730951, 1);
	}
	for (size_t row = 0; row < 2; row++)
		for (size_t c = 0; c < 7; c++)
			assert_string_equal(tabular_text(&g, row, c), shown[row][c]);
	assert_int_equal(tabular_write_csv(&g, &folder, "t.csv", &err), 0);
	text = support_text(path, "t.csv");
	assert_string_equal(
		text, "name,Group: value,Group: spread,\"Group: spread, standard deviation\",interval,\"interval, "
		      "upper end\",points,\"points, of\",p,change\n"
		      "a,1.618033988749895,2.718281828459045,0.5772156649015329,-0.3333333333333333,"
		      "0.6666666666666666,10,40,1e-07,-1.4142135623730951\n"
		      "b,,2.718281828459045,,undefined,,,,0.05,1.4142135623730951\n");
	free(text);
	tabular_release(&g);
	folder_release(&folder);
	support_remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_latex), cmocka_unit_test(test_latex_compiles),
					    cmocka_unit_test(test_numbers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
