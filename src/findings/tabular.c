#include "findings/tabular.h"

#include "base/array.h"
#include "base/json.h"
#include "base/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tabular_init(struct tabular *out, const struct tabular_form *form)
{
	*out = (struct tabular){ .id = text_copy(form->id),
				 .caption = form->caption == NULL ? NULL : text_copy(form->caption),
				 .note = form->note == NULL ? NULL : text_copy(form->note),
				 .columns = form->columns,
				 .count = form->count,
				 .heads = form->heads,
				 .listing = form->listing };
	out->broken = out->id == NULL || (form->caption != NULL && out->caption == NULL) ||
		      (form->note != NULL && out->note == NULL);
}

int tabular_finish(struct tabular *g, struct error *err)
{
	if (!g->broken)
		return 0;
	tabular_release(g);
	return error_memory(err, "tables of the report");
}

static char *formatted(struct tabular *g, const char *format, va_list arguments)
{
	char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0) {
		g->broken = true;
		return NULL;
	}
	return text;
}

void tabular_caption(struct tabular *g, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	free(g->caption);
	g->caption = formatted(g, format, arguments);
	va_end(arguments);
}

void tabular_note(struct tabular *g, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	free(g->note);
	g->note = formatted(g, format, arguments);
	va_end(arguments);
}

/* Takes the text over; NULL when memory was short. */
static void add(struct tabular *g, struct tabular_cell cell)
{
	if (cell.text == NULL || array_reserve(&g->cells, &g->capacity, g->filled + 1, sizeof *g->cells) < 0) {
		free(cell.text);
		g->broken = true;
		return;
	}
	g->cells[g->filled++] = cell;
}

void tabular_add(struct tabular *g, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(g, (struct tabular_cell){ .text = formatted(g, format, arguments) });
	va_end(arguments);
}

static void add_number(struct tabular *g, double value, struct shown text)
{
	add(g, (struct tabular_cell){ .text = text_copy(text.text), .number = true, .value = value, .second = NAN });
}

void tabular_number(struct tabular *g, double value, int digits)
{
	add_number(g, value, show(value, digits));
}

void tabular_signed(struct tabular *g, double value, int digits)
{
	add_number(g, value, show_signed(value, digits));
}

void tabular_p(struct tabular *g, double p)
{
	add_number(g, p, show_p(p));
}

void tabular_two(struct tabular *g, double first, const char *between, double second, int digits)
{
	if (isnan(first) || isnan(second))
		add_number(g, first, show(first, digits));
	else
		add(g, (struct tabular_cell){ .text = text_format("%s%s%s", show(first, digits).text, between,
								  show(second, digits).text),
					      .number = true,
					      .value = first,
					      .second = second });
}

void tabular_add_text(struct tabular *g, const void *member, int digits)
{
	(void)digits;
	tabular_add(g, "%s", *(const char *const *)member);
}

void tabular_add_integer(struct tabular *g, const void *member, int digits)
{
	(void)digits;
	tabular_add(g, "%ld", *(const long *)member);
}

void tabular_add_number(struct tabular *g, const void *member, int digits)
{
	tabular_number(g, *(const double *)member, digits);
}

void tabular_add_signed(struct tabular *g, const void *member, int digits)
{
	tabular_signed(g, *(const double *)member, digits);
}

void tabular_add_p(struct tabular *g, const void *member, int digits)
{
	(void)digits;
	tabular_p(g, *(const double *)member);
}

void tabular_add_percent(struct tabular *g, const void *member, int digits)
{
	tabular_number(g, 100 * *(const double *)member, digits);
}

void tabular_row(struct tabular *g, const void *record)
{
	for (size_t c = 0; c < g->count; c++)
		g->columns[c].add(g, (const char *)record + g->columns[c].offset, g->columns[c].digits);
}

void tabular_row_from(struct tabular *g, const struct table *t, size_t row)
{
	for (size_t c = 0; c < g->count; c++)
		if (g->columns[c].from == NULL)
			continue;
		else if (g->columns[c].kind == COLUMN_TEXT)
			tabular_add(g, "%s", table_text_at(t, row, g->columns[c].from));
		else
			tabular_number(g, table_number_at(t, row, g->columns[c].from), g->columns[c].digits);
}

void tabular_link(struct tabular *g, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (g->filled > 0)
		g->cells[g->filled - 1].href = formatted(g, format, arguments);
	va_end(arguments);
}

void tabular_release(struct tabular *g)
{
	for (size_t i = 0; i < g->filled; i++) {
		free(g->cells[i].text);
		free(g->cells[i].href);
	}
	free(g->cells);
	free(g->id);
	free(g->caption);
	free(g->note);
	*g = (struct tabular){ 0 };
}

size_t tabular_rows(const struct tabular *g)
{
	return g->filled / g->count;
}

const char *tabular_text(const struct tabular *g, size_t row, size_t column)
{
	return g->cells[row * g->count + column].text;
}

const char *tabular_href(const struct tabular *g, size_t row, size_t column)
{
	return g->cells[row * g->count + column].href;
}

bool tabular_repeats(const struct tabular *g, size_t row, size_t column)
{
	if (row == 0 || column >= g->heads || column + 1 == g->heads)
		return false;
	for (size_t c = 0; c <= column; c++)
		if (strcmp(tabular_text(g, row, c), tabular_text(g, row - 1, c)) != 0)
			return false;
	return true;
}

/* Characters beyond ASCII that our texts use. */
static const struct {
	uint32_t point;
	const char *latex;
} symbols[] = {
	{ 0x2212, "$-$" },     { 0x2013, "--" },       { 0x2192, "$\\to$" },    { 0x00D7, "$\\times$" },
	{ 0x2019, "'" },       { 0x2026, "\\dots{}" }, { 0x03C1, "$\\rho$" },   { 0x2265, "$\\geq$" },
	{ 0x2264, "$\\leq$" }, { 0x00B1, "$\\pm$" },   { 0x0394, "$\\Delta$" }, { 0x201C, "``" },
	{ 0x201D, "''" },      { 0x00A0, "~" },
};

/* Latin letters that the font encoding of a plain article lacks (OT1). */
static bool lacks(uint32_t point)
{
	static const uint16_t points[] = { 0xD0,  0xDE,  0xF0,  0xFE,  0x104, 0x105, 0x110, 0x111, 0x118,
					   0x119, 0x126, 0x127, 0x12E, 0x12F, 0x138, 0x13F, 0x140, 0x149,
					   0x14A, 0x14B, 0x166, 0x167, 0x172, 0x173, 0x17F };

	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
		if (points[i] == point)
			return true;
	return false;
}

/* What pdflatex sets without further packages: ASCII and most Latin letters;
 * the rest by number. */
static void latex_point(struct output *o, uint32_t point, const char *bytes, size_t size)
{
	for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++)
		if (symbols[i].point == point) {
			output_text(o, symbols[i].latex);
			return;
		}
	if ((point >= 0xC0 && point < 0x180 && !lacks(point)) || point == 0xA7)
		output_write(o, bytes, size);
	else
		output_format(o, "{[}U+%04X]", (unsigned)point);
}

/* An opening bracket or a star at the start of a row would belong to the \\ or
 * the rule before it; and two hyphens are no dash. */
static void latex_text(struct output *o, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t point = 0;
		size_t size = utf8_decode(&point, text, left);

		if (size == 0) {
			output_text(o, "?");
			size = 1;
		} else if (point >= 0x80) {
			latex_point(o, point, text, size);
		} else if (strchr("&%$#_{}", (char)point) != NULL) {
			output_format(o, "\\%c", (char)point);
		} else if (point == '~' || point == '^') {
			output_format(o, "\\%c{}", (char)point);
		} else if (point == '\\') {
			output_text(o, "\\textbackslash{}");
		} else if (point == '<' || point == '>') {
			output_format(o, "$%c$", (char)point);
		} else if (point == '[' || point == '*') {
			output_format(o, "{%c}", (char)point);
		} else if (point == '-' && text[1] == '-') {
			output_text(o, "-{}");
		} else {
			output_write(o, text, 1);
		}
		text += size;
		left -= size;
	}
}

bool tabular_grouped(const struct tabular *g)
{
	for (size_t c = 0; c < g->count; c++)
		if (g->columns[c].group != NULL)
			return true;
	return false;
}

size_t tabular_group_end(const struct tabular *g, size_t column)
{
	const char *group = g->columns[column].group;
	size_t end = column + 1;

	while (group != NULL && end < g->count && g->columns[end].group != NULL &&
	       strcmp(g->columns[end].group, group) == 0)
		end++;
	return end;
}

/* The row of groups above the headings, with a rule under each. */
static void latex_groups(struct output *o, const struct tabular *g)
{
	if (!tabular_grouped(g))
		return;
	for (int rules = 0; rules < 2; rules++) {
		for (size_t c = 0, next; c < g->count; c = next) {
			next = tabular_group_end(g, c);
			if (rules && g->columns[c].group != NULL) {
				output_format(o, "\\cmidrule(lr){%zu-%zu}", c + 1, next);
			} else if (!rules) {
				output_text(o, c > 0 ? " & " : "");
				if (g->columns[c].group != NULL) {
					output_format(o, "\\multicolumn{%zu}{c}{", next - c);
					latex_text(o, g->columns[c].group);
					output_text(o, "}");
				}
			}
		}
		output_text(o, rules ? "\n" : " \\\\\n");
	}
}

static void latex_rows(struct output *o, const struct tabular *g)
{
	for (size_t row = 0; row < tabular_rows(g); row++) {
		if (row > 0 && g->heads > 1 && !tabular_repeats(g, row, 0))
			output_text(o, "\\addlinespace\n");
		for (size_t c = 0; c < g->count; c++) {
			output_text(o, c > 0 ? " & " : "");
			if (!tabular_repeats(g, row, c))
				latex_text(o, tabular_text(g, row, c));
		}
		output_text(o, " \\\\\n");
	}
}

/* A long heading goes on two lines, parted at the space nearest its middle. */
static void latex_heading(struct output *o, const struct tabular_column *column)
{
	size_t length = strlen(column->heading), best = 0;
	char *first;

	for (size_t i = 1; length > 10 && i < length; i++)
		if (column->heading[i] == ' ' &&
		    (best == 0 || labs((long)(2 * i) - (long)length) < labs((long)(2 * best) - (long)length)))
			best = i;
	first = best == 0 ? NULL : text_copy_n(column->heading, best);
	if (first == NULL) {
		latex_text(o, column->heading);
		return;
	}
	output_format(o, "\\shortstack[%s]{", column->kind != COLUMN_TEXT ? "r" : "l");
	latex_text(o, first);
	output_text(o, "\\\\");
	latex_text(o, column->heading + best + 1);
	output_text(o, "}");
	free(first);
}

int tabular_write_latex(const struct tabular *g, struct folder *folder, const char *name, struct error *err)
{
	struct output *o;

	if (g->broken)
		return error_memory(err, name);
	if (output_open(&o, folder, name, err) < 0)
		return -1;
	output_text(o, "% \\usepackage{booktabs,graphicx}\n\\begin{table}\n\\centering\n\\footnotesize\n"
		       "\\setlength{\\tabcolsep}{3pt}\n\\setbox0=\\hbox{%\n\\begin{tabular}{@{}");
	for (size_t c = 0; c < g->count; c++)
		output_text(o, g->columns[c].kind != COLUMN_TEXT ? "r" : "l");
	output_text(o, "@{}}\n\\toprule\n");
	latex_groups(o, g);
	for (size_t c = 0; c < g->count; c++) {
		output_text(o, c > 0 ? " & " : "");
		latex_heading(o, &g->columns[c]);
	}
	output_text(o, " \\\\\n\\midrule\n");
	latex_rows(o, g);
	output_text(o, "\\bottomrule\n\\end{tabular}}%\n"
		       "\\ifdim\\wd0>\\linewidth\\ifdefined\\resizebox\\resizebox{\\linewidth}{!}{\\box0}"
		       "\\else\\leavevmode\\box0\\fi"
		       "\\else\\leavevmode\\box0\\fi\n\\caption{");
	latex_text(o, g->caption == NULL ? "" : g->caption);
	if (g->note != NULL) {
		output_text(o, " ");
		latex_text(o, g->note);
	}
	output_format(o, "}\n\\label{tab:%s}\n\\end{table}\n", g->id);
	return output_commit(o, err);
}

static void csv_field(struct output *o, const char *text)
{
	if (strpbrk(text, ",\"\n\r") == NULL) {
		output_text(o, text);
		return;
	}
	output_text(o, "\"");
	for (; *text != '\0'; text++)
		output_write(o, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	output_text(o, "\"");
}

/* What the second number of a column's cells is called; NULL: they have one. */
static const char *second_of(const struct tabular_column *column)
{
	static const char *const names[] = { NULL, NULL, "standard deviation", "upper end", "of" };

	return names[column->kind];
}

static void csv_heading(struct output *o, const struct tabular_column *column, const char *second)
{
	char *heading = text_format("%s%s%s%s%s", column->group == NULL ? "" : column->group,
				    column->group == NULL ? "" : ": ", column->heading, second == NULL ? "" : ", ",
				    second == NULL ? "" : second);

	csv_field(o, heading == NULL ? "" : heading);
	free(heading);
}

static void csv_number(struct output *o, double value)
{
	char text[32];

	if (isnan(value))
		return;
	number_format(text, value);
	output_text(o, text);
}

static void csv_cell(struct output *o, const struct tabular_cell *cell, bool two)
{
	if (cell->number)
		csv_number(o, cell->value);
	else
		csv_field(o, cell->text);
	if (two)
		output_text(o, ",");
	if (two && cell->number)
		csv_number(o, cell->second);
}

int tabular_write_csv(const struct tabular *g, struct folder *folder, const char *name, struct error *err)
{
	struct output *o;

	if (g->broken)
		return error_memory(err, name);
	if (output_open(&o, folder, name, err) < 0)
		return -1;
	for (size_t c = 0; c < g->count; c++) {
		output_text(o, c > 0 ? "," : "");
		csv_heading(o, &g->columns[c], NULL);
		if (second_of(&g->columns[c]) != NULL) {
			output_text(o, ",");
			csv_heading(o, &g->columns[c], second_of(&g->columns[c]));
		}
	}
	output_text(o, "\n");
	for (size_t i = 0; i < g->filled; i++) {
		csv_cell(o, &g->cells[i], second_of(&g->columns[i % g->count]) != NULL);
		output_text(o, (i + 1) % g->count != 0 ? "," : "\n");
	}
	return output_commit(o, err);
}
