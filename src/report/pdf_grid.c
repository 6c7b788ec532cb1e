#include "report/pdf_blocks.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double GAP = 8;      /* between columns */
static const double NARROW = 4;   /* the same where there is little room */
static const double WIDEST = 300; /* a longer text is wrapped */
static const double LEAST = 30;   /* a column of texts is not made narrower */

/* A table's columns as they are set. */
struct setting {
	double *width; /* (count) */
	double gap;    /* between them */
	struct type type;
};

static struct type head_type(const struct setting *s)
{
	struct type t = s->type;

	t.bold = true;
	return t;
}

static double width_of(const struct sheet *s, const char *text, struct type t)
{
	PangoLayout *layout = sheet_layout(s, text, t, 0);
	double width, height;

	sheet_extent(layout, &width, &height);
	g_object_unref(layout);
	return width;
}

/* The widest word of a heading, since headings are wrapped. */
static double word_width(const struct sheet *s, const char *text, struct type t)
{
	double widest = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");
		char *word = text_copy_n(text, n);

		if (word != NULL)
			widest = fmax(widest, width_of(s, word, t));
		free(word);
		text += n + (text[n] == ' ');
	}
	return widest;
}

/* Of the columns that stand below one group. */
static double group_width(const struct setting *set, const struct tabular *g, size_t column)
{
	double width = set->width[column];

	for (size_t c = column + 1; c < tabular_group_end(g, column); c++)
		width += set->gap + set->width[c];
	return width;
}

static void measure(struct setting *set, const struct sheet *s, const struct tabular *g)
{
	for (size_t c = 0; c < g->count; c++) {
		set->width[c] = word_width(s, g->columns[c].heading, head_type(set));
		for (size_t row = 0; row < tabular_rows(g); row++)
			set->width[c] =
				fmax(set->width[c], fmin(WIDEST, width_of(s, tabular_text(g, row, c), set->type)));
	}
	for (size_t c = 0, next; c < g->count; c = next) {
		double width = group_width(set, g, c);

		next = tabular_group_end(g, c);
		if (g->columns[c].group != NULL)
			set->width[next - 1] += fmax(0, width_of(s, g->columns[c].group, set->type) - width);
	}
}

static double total_width(const struct setting *set, const struct tabular *g)
{
	double total = set->gap * (double)(g->count - 1);

	for (size_t c = 0; c < g->count; c++)
		total += set->width[c];
	return total;
}

/* The widest column of texts, which can be wrapped; -1 where none can be made
 * narrower. */
static long widest_text(const struct setting *set, const struct tabular *g)
{
	long widest = -1;

	for (size_t c = 0; c < g->count; c++)
		if (g->columns[c].kind == COLUMN_TEXT && set->width[c] > LEAST &&
		    (widest < 0 || set->width[c] > set->width[widest]))
			widest = (long)c;
	return widest;
}

/* Makes a table as narrow as the page: by smaller letters, then by smaller gaps,
 * by wrapping texts, at last by wrapping everything. */
static void fit(struct setting *set, const struct sheet *s, const struct tabular *g)
{
	double inner = sheet_inner(s), between = (double)(g->count - 1), texts, total;
	long c;

	measure(set, s, g);
	if (total_width(set, g) <= inner)
		return;
	texts = total_width(set, g) - set->gap * between;
	set->type.size = fmax(SHEET_SMALLEST, set->type.size * (inner - set->gap * between) / texts);
	measure(set, s, g);
	texts = total_width(set, g) - set->gap * between;
	set->gap = fmax(NARROW, fmin(GAP, (inner - texts) / between));
	while ((total = total_width(set, g)) > inner + 0.01 && (c = widest_text(set, g)) >= 0)
		set->width[c] = fmax(LEAST, set->width[c] - fmin(4, total - inner));
	for (size_t i = 0; total > inner && i < g->count; i++)
		set->width[i] *= (inner - set->gap * between) / (total - set->gap * between);
}

static double place(struct sheet *s, const char *text, struct type t, double x, double width, bool right, bool show)
{
	PangoLayout *layout = sheet_layout(s, text, t, width + 0.5);
	double w, height;

	if (right)
		pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
	sheet_extent(layout, &w, &height);
	if (show)
		sheet_show(s, layout, x, s->y, t);
	g_object_unref(layout);
	return height;
}

static void show_groups(struct sheet *s, const struct tabular *g, const struct setting *set)
{
	double x = SHEET_MARGIN, height = set->type.size * 1.5;

	for (size_t c = 0, next; c < g->count; c = next) {
		double width = group_width(set, g, c);

		next = tabular_group_end(g, c);
		if (g->columns[c].group != NULL) {
			height = fmax(height, place(s, g->columns[c].group, set->type, x, width, false, true));
			sheet_rule(s, x, x + width, s->y + height + 1, 0.35);
		}
		x += width + set->gap;
	}
	s->y += height + 2.5;
}

/* A row of texts; returns its height. Without `show` it is only measured. */
static double row_of(struct sheet *s, const struct tabular *g, const struct setting *set, size_t row, bool head,
		     bool show)
{
	struct type t = head ? head_type(set) : set->type;
	double x = SHEET_MARGIN, height = 0;

	for (size_t c = 0; c < g->count; c++) {
		const char *text = head                         ? g->columns[c].heading
				   : tabular_repeats(g, row, c) ? ""
								: tabular_text(g, row, c);
		const char *href = head ? NULL : tabular_href(g, row, c);

		if (show && href != NULL)
			sheet_link(s, NULL, href);
		height = fmax(height, place(s, text, t, x, set->width[c], g->columns[c].kind != COLUMN_TEXT, show));
		if (show && href != NULL)
			sheet_link_end(s);
		x += set->width[c] + set->gap;
	}
	return height;
}

static void show_head(struct sheet *s, const struct tabular *g, const struct setting *set)
{
	double right = SHEET_MARGIN + total_width(set, g);

	sheet_rule(s, SHEET_MARGIN, right, s->y, 0.8);
	s->y += 3;
	if (tabular_grouped(g))
		show_groups(s, g, set);
	s->y += row_of(s, g, set, 0, true, true) + 2;
	sheet_rule(s, SHEET_MARGIN, right, s->y, 0.5);
	s->y += 3;
}

/* A table that does not fill half a page is not divided. */
static void keep_together(struct sheet *s, const struct tabular *g, const struct setting *set)
{
	double height = row_of(s, g, set, 0, true, false) + 60;

	for (size_t row = 0; row < tabular_rows(g) && height < s->height / 2; row++)
		height += row_of(s, g, set, row, false, false) + 1.5;
	sheet_need(s, height < s->height / 2 ? height : 110);
}

static void show_rows(struct sheet *s, const struct tabular *g, const struct setting *set)
{
	double right = SHEET_MARGIN + total_width(set, g);

	show_head(s, g, set);
	for (size_t row = 0; row < tabular_rows(g); row++) {
		double height = row_of(s, g, set, row, false, false);

		if (sheet_room(s) < height + 4) {
			sheet_rule(s, SHEET_MARGIN, right, s->y, 0.5);
			sheet_break(s);
			show_head(s, g, set);
		} else if (row > 0 && g->heads > 1 && !tabular_repeats(g, row, 0)) {
			s->y += 2;
		}
		row_of(s, g, set, row, false, true);
		s->y += height + 0.8;
	}
	s->y += 2;
	sheet_rule(s, SHEET_MARGIN, right, s->y, 0.8);
	s->y += 4;
}

void pdf_grid(struct sheet *s, const struct tabular *g, size_t number)
{
	char title[512];
	struct type caption = { .size = 8.5, .bold = true, .r = .11, .g = .11, .b = .12 };
	struct type note = { .size = 7, .r = .33, .g = .33, .b = .36 };
	struct setting set = { .width = array_new(g->count, 1, sizeof *set.width),
			       .gap = GAP,
			       .type = { .size = 7.2, .r = .11, .g = .11, .b = .12 } };

	if (set.width == NULL)
		return;
	fit(&set, s, g);
	sheet_space(s, 10);
	keep_together(s, g, &set);
	sheet_destination(s, g->id);
	snprintf(title, sizeof title, "Table %zu. %s", number, g->caption == NULL ? "" : g->caption);
	sheet_paragraph(s, title, false, caption);
	s->y += 3;
	show_rows(s, g, &set);
	if (g->note != NULL)
		sheet_paragraph(s, g->note, false, note);
	s->y += 6;
	free(set.width);
}
