#include "figure/plot_overview.h"

#include "figure/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double TOP = 27, ROW = 20, GROUP = 12, LEFT = 1.5, NAMES = 52, GAP = 10;

/* An arrow as short would not be seen beside where it begins. */
static const double SHORT = 5;

static bool starts_group(const struct overview *o, size_t i)
{
	return i == 0 || strcmp(o->rows[i].group, o->rows[i - 1].group) != 0;
}

double overview_height(const struct overview *o)
{
	double height = TOP + 3;

	for (size_t i = 0; i < o->count; i++)
		height += ROW + (starts_group(o, i) ? GROUP : 0);
	return height;
}

/* A column's scale, shared by its rows, and its place. */
struct column {
	double from, to;
	struct scale scale;
};

static struct column column_of(const struct canvas *c, const struct overview *o, size_t k)
{
	const double width = (c->width - NAMES - LEFT) / OVERVIEW_COLUMNS;
	struct column out = { .from = NAMES + (double)k * width, .to = NAMES + (double)(k + 1) * width - GAP };
	struct range range = { 0 };

	for (size_t i = 0; i < o->count; i++) {
		range_add(&range, o->rows[i].before[k]);
		range_add(&range, o->rows[i].after[k]);
	}
	out.scale = scale_of(&range, range_kind(&range), 0.06, out.from, out.to);
	return out;
}

static void write_value(char out[32], double value, int decimals)
{
	if (isnan(value))
		snprintf(out, 32, "–");
	else
		snprintf(out, 32, "%s%.*f", value < 0 ? "−" : "", decimals, fabs(value));
}

static void draw_cell(struct canvas *c, const struct column *at, const struct overview *o, size_t i, size_t k,
		      double y)
{
	const struct overview_row *r = &o->rows[i];
	const double x0 = scale_at(&at->scale, r->before[k]), x1 = scale_at(&at->scale, r->after[k]);
	const struct colour after = isfinite(x0 + x1) && x1 < x0 ? palette_colour(1) : palette_colour(0);
	char a[32], b[32], text[80];

	write_value(a, r->before[k], o->decimals[k]);
	write_value(b, r->after[k], o->decimals[k]);
	if (isnan(r->before[k]) && isnan(r->after[k]))
		snprintf(text, sizeof text, "undefined");
	else
		snprintf(text, sizeof text, "%s → %s", a, b);
	canvas_text(c, at->from, y - 3, text, (struct text){ .size = 6.2, .limit = at->to - at->from + GAP - 3 });
	canvas_line(c, at->from, y + 5, at->to, y + 5, (struct stroke){ 0.4, role_colour(ROLE_GRID), DASH_NONE });
	canvas_arrow(c, x0, y + 5, x1, y + 5, (struct stroke){ 1.2, after, DASH_NONE });
	canvas_marker(c, x0, y + 5, 1.9, 0, role_colour(ROLE_SOFT), FILL_PAPER);
	if (fabs(x1 - x0) < SHORT)
		canvas_marker(c, x1, y + 5, 1.1, 0, x1 == x0 ? role_colour(ROLE_SOFT) : after, FILL_FULL);
	if (!isfinite(x0))
		canvas_marker(c, x1, y + 5, 1.9, 0, role_colour(ROLE_INK), FILL_FULL);
	canvas_hover(c, at->from, y - ROW / 2, at->to - at->from, ROW, "%s, %s, %s: %s before, %s after", r->group,
		     r->name, o->columns[k], a, b);
}

static void overview_paint(struct canvas *c, const void *plot)
{
	const struct overview *o = plot;
	double y = TOP;

	canvas_marker(c, LEFT + 3, 7, 1.9, 0, role_colour(ROLE_SOFT), FILL_PAPER);
	canvas_text(c, LEFT + 8, 7, "before", (struct text){ .size = 6.2 });
	canvas_arrow(c, LEFT + 34, 7, LEFT + 46, 7, (struct stroke){ 1.2, palette_colour(0), DASH_NONE });
	canvas_text(c, LEFT + 49, 7, "after, higher", (struct text){ .size = 6.2 });
	canvas_arrow(c, LEFT + 110, 7, LEFT + 98, 7, (struct stroke){ 1.2, palette_colour(1), DASH_NONE });
	canvas_text(c, LEFT + 113, 7, "after, lower", (struct text){ .size = 6.2 });
	for (size_t k = 0; k < OVERVIEW_COLUMNS; k++) {
		const struct column at = column_of(c, o, k);

		canvas_text(c, at.from, TOP - 7, at.scale.kind == SCALE_LINEAR ? o->columns[k] : "",
			    (struct text){ .bold = true, .size = 6.2, .limit = at.to - at.from + GAP - 3 });
		if (at.scale.kind != SCALE_LINEAR) {
			char title[64];

			snprintf(title, sizeof title, "%s (log)", o->columns[k]);
			canvas_text(c, at.from, TOP - 7, title,
				    (struct text){ .bold = true, .size = 6.2, .limit = at.to - at.from + GAP - 3 });
		}
	}
	for (size_t i = 0; i < o->count; i++) {
		if (starts_group(o, i)) {
			canvas_text(c, LEFT, y + GROUP / 2, o->rows[i].group,
				    (struct text){ .colour = role_colour(ROLE_SOFT) });
			y += GROUP;
		}
		canvas_text(c, LEFT + 3, y + ROW / 2 - 1, o->rows[i].name, (struct text){ .limit = NAMES - 6 });
		for (size_t k = 0; k < OVERVIEW_COLUMNS; k++) {
			const struct column at = column_of(c, o, k);

			draw_cell(c, &at, o, i, k, y + ROW / 2);
		}
		y += ROW;
	}
}

static void overview_header(char out[HEADER_MAX], const void *plot)
{
	const struct overview *o = plot;

	snprintf(out, HEADER_MAX,
		 "model,task,%s_before,%s_after,%s_before,%s_after,%s_before,%s_after,%s_before,%s_after",
		 o->names[0], o->names[0], o->names[1], o->names[1], o->names[2], o->names[2], o->names[3],
		 o->names[3]);
}

static void overview_tabulate(struct table *out, const void *plot)
{
	const struct overview *o = plot;

	for (size_t i = 0; i < o->count; i++) {
		table_add(out, o->rows[i].group);
		table_add(out, o->rows[i].name);
		for (size_t k = 0; k < OVERVIEW_COLUMNS; k++) {
			table_add_number(out, o->rows[i].before[k]);
			table_add_number(out, o->rows[i].after[k]);
		}
	}
}

const struct plot_kind overview_kind = { overview_paint, overview_header, overview_tabulate };
