#include "figure/plot_grid.h"

#include "figure/scale.h"

#include <math.h>
#include <stdio.h>

/* Room for rows: of a panel, of a square one, and at most. */
static const double ROWS = 236, SQUARE_ROWS = 170, ROWS_MOST = 420;

static double widest_name(const char *const *names, size_t count, struct fonts *fonts)
{
	double widest = 0;

	for (size_t i = 0; i < count; i++)
		widest = fmax(widest, fonts_text_width(fonts, names[i], (struct text){ .limit = GRID_NAME_LIMIT }));
	return widest;
}

/* Rows as high as there is room for; where a name needs more than a row, names
 * stand left and right in turn, and beyond that every so many rows have one. */
static void layout_rows(struct grid *g, struct fonts *fonts)
{
	double rows = (double)g->rows;

	if (g->square)
		g->row_height = g->rows < 15 ? fmin(SQUARE_ROWS / rows, 22)
					     : fmin(11, fmax(LINE_HEIGHT / 2, SQUARE_ROWS / rows));
	else
		g->row_height = fmin(11, fmax(LINE_HEIGHT, ROWS / rows));
	g->row_height = fmin(g->row_height, ROWS_MOST / rows);
	g->alternate = g->row_height < LINE_HEIGHT;
	g->every = (size_t)ceil(LINE_HEIGHT / 2 / g->row_height - 1e-9);
	g->names_width = fmax(widest_name(g->row_names, g->rows, fonts),
			      fonts_text_width(fonts, g->row_title, (struct text){ 0 }));
}

static void layout_columns(struct grid *g, struct fonts *fonts)
{
	double sides = g->names_width + GRID_GAP + (g->alternate ? g->names_width + GRID_GAP : 4);
	double room = COLUMN_WIDTH - 3 - sides, columns = (double)g->columns;
	double widest = widest_name(g->column_names, g->columns, fonts);

	/* A cell of 27 points holds a value with three decimals. */
	g->beside = g->panel_count == 2 && (room - GRID_BETWEEN) / (2 * columns) >= 27;
	if (g->beside)
		room = (room - GRID_BETWEEN) / 2;
	g->cell_width = fmin(g->square ? fmax(g->row_height, 4) * 1.25 : 60, room / columns);
	g->turned = widest + 3 > g->cell_width;
	g->no_columns = g->square && g->cell_width < LINE_HEIGHT;
	g->names_height = g->no_columns ? 3 : g->turned ? widest + 5 : 11;
}

void grid_text(char out[32], const struct grid *g, double value)
{
	if (g->decimals >= 0 && fabs(value) < 1e5)
		snprintf(out, 32, "%s%.*f", value < 0 && fabs(value) >= 0.5 * pow(10, -g->decimals) ? "−" : "",
			 g->decimals, fabs(value));
	else
		value_format(out, value);
}

static bool texts_fit(const struct grid *g, struct fonts *fonts)
{
	for (size_t p = 0; p < g->panel_count; p++)
		for (size_t i = 0; i < g->rows * g->columns; i++) {
			double v = g->panels[p].values[i];
			char text[32];

			if (!isfinite(v))
				continue;
			grid_text(text, g, v);
			if (fonts_text_width(fonts, text, (struct text){ 0 }) + 2 > g->cell_width)
				return false;
		}
	return true;
}

/* All values have the same decimals: three significant digits of the largest,
 * where none are asked for, and one fewer where they do not fit. Values over
 * many orders have three digits each. */
static void layout_values(struct grid *g, struct fonts *fonts)
{
	struct range r = { 0 };
	double largest;

	g->printed = g->row_height >= LINE_HEIGHT && g->cell_width > 8;
	if (!g->printed)
		return;
	for (size_t p = 0; p < g->panel_count; p++)
		range_add_all(&r, g->panels[p].values, g->rows * g->columns);
	largest = fmax(fabs(r.low), fabs(r.high));
	if (g->decimals < 0 && range_kind(&r) == SCALE_LINEAR && largest >= 1e-3 && largest < 1e5)
		g->decimals = (int)fmax(0, 2 - floor(log10(largest)));
	g->printed = texts_fit(g, fonts);
	if (!g->printed && g->decimals > 0) {
		g->decimals--;
		g->printed = texts_fit(g, fonts);
	}
}

void grid_layout(struct grid *g, struct fonts *fonts)
{
	double panel;

	layout_rows(g, fonts);
	layout_columns(g, fonts);
	layout_values(g, fonts);
	panel = (double)g->rows * g->row_height + 4 + (g->panel_count > 1 ? GRID_PANEL_TITLE : 0);
	g->height = (g->heading == NULL ? 4 : 15) + (g->beside ? 1 : (double)g->panel_count) * panel +
		    g->names_height + (g->column_title == NULL || g->no_columns ? 0 : 10) + GRID_BAR + 24 +
		    (g->row_title == NULL || g->panel_count > 1 ? 0 : GRID_ROW_TITLE);
}
