#include "figure/plot_grid.h"

#include "figure/scale.h"

#include <math.h>
#include <stdio.h>

static struct scale colour_scale(const struct grid *g, double from, double to, struct range *r)
{
	enum scale_kind kind;

	*r = (struct range){ 0 };
	for (size_t p = 0; p < g->panel_count; p++)
		range_add_all(r, g->panels[p].values, g->rows * g->columns);
	if (g->scale_with != NULL)
		range_add_all(r, g->scale_with, g->rows * g->columns);
	if (g->difference && r->count > 0) {
		double reach = fmax(fabs(r->low), fabs(r->high));

		range_add(r, reach);
		range_add(r, -reach);
	}
	kind = g->ratio && r->low > 0 && r->high > 30 * r->low ? SCALE_LOG : range_kind(r);
	return scale_of(r, kind, 0, from, to);
}

static struct colour cell_colour(const struct grid *g, const struct scale *s, double value)
{
	double t = scale_fraction(s, value);

	return g->difference ? colour_difference(2 * t - 1) : colour_magnitude(t);
}

static bool is_undefined(const struct grid_panel *p, size_t at)
{
	return p->undefined != NULL && p->undefined[at] && !isfinite(p->values[at]);
}

/* An empty cell with a dash: there is no such value. */
static void draw_undefined(struct canvas *c, double x, double y, double width, double height)
{
	struct stroke s = { 0.7, role_colour(ROLE_AXIS), DASH_NONE };
	double half = fmin(2, width * 0.25);

	canvas_box(c, x, y, width, height, role_colour(ROLE_GRID));
	canvas_line(c, x + width / 2 - half, y + height / 2, x + width / 2 + half, y + height / 2, s);
}

static void draw_cell(struct canvas *c, const struct grid *g, const struct scale *s, const struct grid_panel *p,
		      size_t i, size_t k, double x, double y)
{
	double value = p->values[i * g->columns + k], gap = g->row_height > 7 && g->cell_width > 7 ? 0.6 : 0;
	const char *row = g->row_names[i], *column = g->column_names[k];
	char text[32];

	if (p->absent != NULL && p->absent[i * g->columns + k])
		return;
	if (is_undefined(p, i * g->columns + k)) {
		draw_undefined(c, x, y, g->cell_width - gap, g->row_height - gap);
		canvas_hover(c, x, y, g->cell_width, g->row_height, "%s, %s: undefined", row, column);
		return;
	}
	if (!isfinite(value)) {
		canvas_hatch(c, x, y, g->cell_width - gap, g->row_height - gap);
		canvas_hover(c, x, y, g->cell_width, g->row_height, "%s, %s: missing", row, column);
		return;
	}
	canvas_box(c, x, y, g->cell_width - gap, g->row_height - gap, cell_colour(g, s, value));
	grid_text(text, g, value);
	canvas_hover(c, x, y, g->cell_width, g->row_height, "%s, %s: %s", row, column, text);
	if (g->printed)
		canvas_text(c, x + (g->cell_width - gap) / 2, y + (g->row_height - gap) / 2, text,
			    (struct text){ .align = ALIGN_CENTRE, .colour = colour_on(cell_colour(g, s, value)) });
}

static void draw_row_names(struct canvas *c, const struct grid *g, double left, double top)
{
	double right = left + (double)g->columns * g->cell_width;

	for (size_t i = 0; i < g->rows; i += g->every) {
		bool far = g->alternate && (i / g->every) % 2 == 1;
		double y = top + ((double)i + 0.5) * g->row_height;

		canvas_text(c, far ? right + GRID_GAP : left - GRID_GAP, y, g->row_names[i],
			    (struct text){ .align = far ? ALIGN_LEFT : ALIGN_RIGHT, .limit = GRID_NAME_LIMIT });
	}
}

static void draw_column_names(struct canvas *c, const struct grid *g, double left, double y)
{
	double width = g->cell_width * (double)g->columns;
	/* Vertical names need a line's height each. */
	size_t every = g->turned ? (size_t)ceil(LINE_HEIGHT / g->cell_width) : 1;

	for (size_t k = 0; k < g->columns && !g->no_columns; k += every) {
		double x = left + ((double)k + 0.5) * g->cell_width;

		if (g->turned)
			canvas_text(c, x, y + 2, g->column_names[k],
				    (struct text){ .align = ALIGN_RIGHT, .turn = 90, .limit = GRID_NAME_LIMIT });
		else
			canvas_text(c, x, y + 5.5, g->column_names[k], (struct text){ .align = ALIGN_CENTRE });
	}
	if (g->column_title != NULL && !g->no_columns)
		canvas_text(c, left + width / 2, y + g->names_height + 4, g->column_title,
			    (struct text){ .align = ALIGN_CENTRE });
}

/* Cells without a value, of all panels. */
struct blanks {
	bool missing, undefined;
};

/* What the signs of such cells mean, one below the other. */
static void draw_signs(struct canvas *c, double x, double y, struct blanks blanks)
{
	struct text soft = { .colour = role_colour(ROLE_SOFT) };

	if (blanks.missing) {
		canvas_hatch(c, x, y - 0.5, 10, GRID_BAR + 1);
		canvas_text(c, x + 13, y + GRID_BAR / 2, "missing", soft);
		y += LINE_HEIGHT + 0.4;
	}
	if (blanks.undefined) {
		draw_undefined(c, x, y - 0.5, 10, GRID_BAR + 1);
		canvas_text(c, x + 13, y + GRID_BAR / 2, "undefined", soft);
	}
}

/* The colours with round numbers below, and the signs for what has no value. */
static void draw_bar(struct canvas *c, const struct grid *g, double y, struct blanks blanks)
{
	double left = 4, right = blanks.missing || blanks.undefined ? c->width - 66 : c->width - 12;
	struct colour colours[MAP_POINTS];
	struct tick ticks[TICKS_MAX];
	struct range r;
	struct scale s = colour_scale(g, left, right, &r);
	bool one = r.count > 0 && r.low == r.high; /* a scale about one value would be made up */
	size_t count = one ? 1 : scale_ticks(ticks, &s, 5);
	double last = -INFINITY;

	canvas_text(c, left, y + 4, g->value_title, (struct text){ .limit = c->width - left - 2 });
	y += 10;
	for (int k = 0; k < MAP_POINTS; k++) {
		double t = (double)k / (MAP_POINTS - 1);

		colours[k] = one             ? cell_colour(g, &s, r.low)
			     : g->difference ? colour_difference(2 * t - 1)
					     : colour_magnitude(t);
	}
	if (one) {
		ticks[0].value = r.low;
		value_format(ticks[0].text, r.low);
	}
	if (r.count > 0)
		canvas_gradient(c, left, y, right - left, GRID_BAR, MAP_POINTS, colours);
	for (size_t i = 0; i < count && r.count > 0; i++) {
		double x = scale_at(&s, ticks[i].value),
		       half = canvas_text_width(c, ticks[i].text, (struct text){ 0 }) / 2;

		if (s.kind != SCALE_SYMLOG && x - half < last + 3)
			continue;
		canvas_line(c, x, y + GRID_BAR, x, y + GRID_BAR + 1.8,
			    (struct stroke){ 0.5, role_colour(ROLE_AXIS), DASH_NONE });
		canvas_text(c, fmax(x, half + 1), y + GRID_BAR + 6.5, ticks[i].text,
			    (struct text){ .align = ALIGN_CENTRE, .colour = role_colour(ROLE_SOFT) });
		last = x + half;
	}
	draw_signs(c, right + 14, y, blanks);
}

static void draw_panel(struct canvas *c, const struct grid *g, const struct grid_panel *p, const struct scale *s,
		       double left, double y, struct blanks *blanks)
{
	for (size_t i = 0; i < g->rows; i++)
		for (size_t k = 0; k < g->columns; k++) {
			size_t at = i * g->columns + k;

			draw_cell(c, g, s, p, i, k, left + (double)k * g->cell_width, y + (double)i * g->row_height);
			if (isfinite(p->values[at]) || (p->absent != NULL && p->absent[at]))
				continue;
			blanks->undefined |= is_undefined(p, at);
			blanks->missing |= !is_undefined(p, at);
		}
}

static void grid_paint(struct canvas *c, const void *plot)
{
	const struct grid *g = plot;
	double left = 1.5 + g->names_width + GRID_GAP, y = g->heading == NULL ? 4 : 15, x = left;
	double width = (double)g->columns * g->cell_width;
	struct blanks blanks = { 0 };
	struct range r;
	struct scale s = colour_scale(g, 0, 1, &r);

	canvas_heading(c, 1.5, 6, g->heading, c->width - 3);
	canvas_text(c, left - GRID_GAP, y + 4, g->row_title,
		    (struct text){ .align = ALIGN_RIGHT, .colour = role_colour(ROLE_SOFT) });
	y += g->panel_count > 1 ? GRID_PANEL_TITLE : g->row_title != NULL ? GRID_ROW_TITLE : 0;
	for (size_t p = 0; p < g->panel_count; p++) {
		if (g->panel_count > 1)
			canvas_text(c, x + width / 2, y - GRID_PANEL_TITLE + 4, g->panels[p].name,
				    (struct text){ .align = ALIGN_CENTRE });
		draw_panel(c, g, &g->panels[p], &s, x, y, &blanks);
		if (p == 0 || !g->beside)
			draw_row_names(c, g, x, y);
		if (g->beside || p + 1 == g->panel_count)
			draw_column_names(c, g, x, y + (double)g->rows * g->row_height);
		if (g->beside)
			x += width + GRID_BETWEEN;
		else
			y += (double)g->rows * g->row_height + 4 + GRID_PANEL_TITLE;
	}
	draw_bar(c, g, c->height - GRID_BAR - 22, blanks);
}

static void grid_header(char out[HEADER_MAX], const void *plot)
{
	const struct grid *g = plot;

	snprintf(out, HEADER_MAX, "%s%s,%s,%s", g->panel_count > 1 ? "panel," : "", g->row_column, g->column_column,
		 g->value_column);
}

static void grid_tabulate(struct table *out, const void *plot)
{
	const struct grid *g = plot;

	for (size_t p = 0; p < g->panel_count; p++)
		for (size_t i = 0; i < g->rows; i++)
			for (size_t k = 0; k < g->columns; k++) {
				size_t at = i * g->columns + k;

				if (g->panels[p].absent != NULL && g->panels[p].absent[at])
					continue;
				if (g->panel_count > 1)
					table_add(out, g->panels[p].name);
				table_add(out, g->row_names[i]);
				table_add(out, g->column_names[k]);
				table_add_number(out, g->panels[p].values[at]);
			}
}

const struct plot_kind grid_kind = { grid_paint, grid_header, grid_tabulate };
