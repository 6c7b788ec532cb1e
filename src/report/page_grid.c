#include "report/page_text.h"
#include "report/page_part.h"

/* Groups above; a column without one spans both rows. */
static void write_groups(struct prose *out, const struct tabular *g)
{
	prose_add(out, "<tr>");
	for (size_t c = 0, next; c < g->count; c = next) {
		const struct tabular_column *column = &g->columns[c];

		next = tabular_group_end(g, c);
		if (column->group == NULL)
			prose_format(out, "<th scope=\"col\" rowspan=\"2\"%s>",
				     column->kind != COLUMN_TEXT ? " class=\"n\"" : "");
		else
			prose_format(out, "<th scope=\"colgroup\" colspan=\"%zu\" class=\"group\">", next - c);
		page_escape(out, column->group == NULL ? column->heading : column->group);
		prose_add(out, "</th>");
	}
	prose_add(out, "</tr>\n");
}

static void write_head(struct prose *out, const struct tabular *g)
{
	bool groups = tabular_grouped(g);

	prose_add(out, "<thead>\n");
	if (groups)
		write_groups(out, g);
	prose_add(out, "<tr>");
	for (size_t c = 0; c < g->count; c++) {
		if (groups && g->columns[c].group == NULL)
			continue;
		prose_format(out, "<th scope=\"col\"%s>", g->columns[c].kind != COLUMN_TEXT ? " class=\"n\"" : "");
		page_escape(out, g->columns[c].heading);
		prose_add(out, "</th>");
	}
	prose_add(out, "</tr>\n</thead>\n");
}

static void write_cell(struct prose *out, const struct tabular *g, size_t row, size_t c)
{
	const char *tag = c < g->heads ? "th" : "td", *href = tabular_href(g, row, c);
	bool again = tabular_repeats(g, row, c);

	prose_format(out, "<%s%s", tag, c < g->heads ? " scope=\"row\"" : "");
	if (g->columns[c].kind != COLUMN_TEXT || again)
		prose_format(out, " class=\"%s%s%s\"", g->columns[c].kind != COLUMN_TEXT ? "n" : "",
			     g->columns[c].kind != COLUMN_TEXT && again ? " " : "", again ? "again" : "");
	prose_add(out, ">");
	if (href != NULL) {
		prose_add(out, "<a href=\"");
		page_escape(out, href);
		prose_add(out, "\">");
	}
	page_escape(out, tabular_text(g, row, c));
	prose_add(out, href != NULL ? "</a>" : "");
	prose_format(out, "</%s>", tag);
}

static void write_caption(struct prose *out, const struct tabular *g, size_t number)
{
	if (number > 0)
		prose_format(out, "Table %zu. ", number);
	page_escape(out, g->caption);
}

void page_grid(struct prose *out, const struct tabular *g, size_t number, bool folded)
{
	if (folded) {
		prose_format(out, "<details class=\"folded\"><summary>");
		write_caption(out, g, number);
		prose_format(out, " (%zu rows)</summary>\n", tabular_rows(g));
	}
	prose_format(out,
		     "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"caption-%s\">\n<table "
		     "id=\"%s\">\n"
		     "<caption id=\"caption-%s\"><span>",
		     g->id, g->id, g->id);
	write_caption(out, g, number);
	prose_add(out, "</span></caption>\n");
	write_head(out, g);
	prose_add(out, "<tbody>\n");
	for (size_t row = 0; row < tabular_rows(g); row++) {
		prose_add(out,
			  row > 0 && g->heads > 1 && !tabular_repeats(g, row, 0) ? "<tr class=\"first\">" : "<tr>");
		for (size_t c = 0; c < g->count; c++)
			write_cell(out, g, row, c);
		prose_add(out, "</tr>\n");
	}
	prose_add(out, "</tbody>\n</table>\n</div>\n");
	if (g->note != NULL) {
		prose_add(out, "<p class=\"note\">");
		page_escape(out, g->note);
		prose_add(out, "</p>\n");
	}
	prose_format(out, "<p class=\"formats\"><a href=\"tables/%s.csv\">CSV</a>", g->id);
	if (!g->listing)
		prose_format(out, " <a href=\"tables/%s.tex\">LaTeX</a>", g->id);
	prose_add(out, "</p>\n");
	if (folded)
		prose_add(out, "</details>\n");
}
