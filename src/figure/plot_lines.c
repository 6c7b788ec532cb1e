#include "figure/plot_lines.h"

#include "base/array.h"
#include "figure/frame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double NAME_LIMIT = 62;

/* Named lines nearer than TOGETHER would hide one another: each that lies below
 * is broader than the next above by twice RIM, and their markers take turns. */
static const double LINE = 1.1, TOGETHER = 0.8, RIM = 0.7;

/* Where a line ends: its last point that is there. */
static bool series_end(const struct series *s, size_t *out)
{
	for (size_t i = s->count; i-- > 0;)
		if (isfinite(s->x[i]) && isfinite(s->y[i])) {
			*out = i;
			return true;
		}
	return false;
}

static struct text name_style(const struct series *s)
{
	return (struct text){ .limit = NAME_LIMIT, .colour = name_colour(s->colour) };
}

static void collect_ranges(struct frame *f, const struct lines *l)
{
	for (size_t k = 0; k < l->count; k++) {
		const struct series *s = &l->series[k];

		for (size_t i = 0; i < s->count; i++)
			if (isfinite(s->y[i]))
				range_add(&f->h.range, s->x[i]);
		range_add_all(&f->v.range, s->y, s->count);
		if (s->low != NULL && s->colour >= 0) {
			range_add_all(&f->v.range, s->low, s->count);
			range_add_all(&f->v.range, s->high, s->count);
		}
	}
	f->v.kind = range_kind(&f->v.range);
	if (l->ratio && f->v.range.low > 0 && f->v.range.high > 10 * f->v.range.low)
		f->v.kind = SCALE_LOG;
	if (l->from_zero && f->v.kind == SCALE_LINEAR && f->v.range.count > 0)
		range_add(&f->v.range, 0);
	if (isfinite(l->reference) && f->v.range.count > 0)
		range_add(&f->v.range, l->reference);
}

/* Whether two named lines lie on one another at a point. */
static bool together(const struct frame *f, const struct series *a, const struct series *b, size_t i)
{
	return a->colour >= 0 && b->colour >= 0 && i < a->count && i < b->count && a->x[i] == b->x[i] &&
	       fabs(frame_y(f, a->y[i]) - frame_y(f, b->y[i])) < TOGETHER;
}

/* How many lie on line k between point i and the one before. */
static size_t lines_above(const struct frame *f, const struct lines *l, size_t k, size_t i)
{
	const struct series *s = &l->series[k];
	size_t above = 0;

	for (size_t n = k + 1; !l->bare && n < l->count; n++)
		above += together(f, s, &l->series[n], i - 1) && together(f, s, &l->series[n], i);
	return above;
}

/* Of every other one the dashes stand in the gaps of the next. */
static struct stroke line_stroke(const struct series *s, size_t above)
{
	return (struct stroke){ (s->colour < 0 ? 0.5 : LINE) + 2 * RIM * (double)above, palette_colour(s->colour),
				s->dash == DASH_LONG && above % 2 == 1 ? DASH_SHIFTED : s->dash };
}

/* Lines are drawn in stretches of at most so many points, each beginning with
 * the last of the one before. */
enum { STRETCH = 256 };

static void draw_line(struct canvas *c, const struct frame *f, const struct lines *l, size_t k)
{
	const struct series *s = &l->series[k];

	for (size_t from = 0, count; from + 1 < s->count; from += count - 1) {
		size_t above = lines_above(f, l, k, from + 1);
		double x[STRETCH], y[STRETCH];

		for (count = 0; count < STRETCH && from + count < s->count; count++) {
			if (count > 1 && lines_above(f, l, k, from + count) != above)
				break;
			x[count] = frame_x(f, s->x[from + count]);
			y[count] = frame_y(f, s->y[from + count]);
		}
		canvas_path(c, count, x, y, line_stroke(s, above));
	}
}

static void draw_band(struct canvas *c, const struct frame *f, const struct series *s)
{
	double x[STRETCH], low[STRETCH], high[STRETCH];

	for (size_t from = 0, count; s->low != NULL && from + 1 < s->count; from += count - 1) {
		for (count = 0; count < STRETCH && from + count < s->count; count++) {
			x[count] = frame_x(f, s->x[from + count]);
			low[count] = frame_y(f, s->low[from + count]);
			high[count] = frame_y(f, s->high[from + count]);
		}
		canvas_band(c, count, x, low, high, colour_alpha(palette_colour(s->colour), 0.13));
	}
}

/* Whether it is this line's turn to show its marker among those that lie on one
 * another. */
static bool has_turn(const struct frame *f, const struct lines *l, size_t k, size_t i)
{
	size_t below = 0, all = 1;

	for (size_t n = 0; n < l->count; n++)
		if (n != k && together(f, &l->series[k], &l->series[n], i)) {
			below += n < k;
			all++;
		}
	return i % all == below;
}

/* What is said where the pointer is over a point: its value, and those of the
 * lines that lie on it, which it may hide. */
static void hover_point(struct canvas *c, const struct frame *f, const struct lines *l, size_t k, size_t i)
{
	const struct series *s = &l->series[k];
	char text[400], value[32];
	int used;

	value_format(value, s->y[i]);
	used = snprintf(text, sizeof text, "%s: %s", s->name, value);
	for (size_t n = 0; n < l->count && used > 0 && (size_t)used < sizeof text; n++)
		if (n != k && !l->bare && together(f, s, &l->series[n], i)) {
			value_format(value, l->series[n].y[i]);
			used += snprintf(text + used, sizeof text - (size_t)used, ", %s: %s", l->series[n].name,
					 value);
		}
	canvas_hover(c, frame_x(f, s->x[i]) - 3, frame_y(f, s->y[i]) - 3, 6, 6, "%s %g: %s", l->x_column, s->x[i],
		     text);
}

/* A grey line has no name beside it; the pointer finds it. */
static void hover_line(struct canvas *c, const struct frame *f, const struct series *s, const char *x_column)
{
	double x[STRETCH], y[STRETCH];
	char first[32], last[32], *text;
	size_t count = 0, from = 0, end;

	if (!series_end(s, &end))
		return;
	while (!isfinite(s->y[from]))
		from++;
	for (size_t i = from; i <= end && count < STRETCH; i++) {
		x[count] = frame_x(f, s->x[i]);
		y[count++] = frame_y(f, s->y[i]);
	}
	value_format(first, s->y[from]);
	value_format(last, s->y[end]);
	text = text_format("%s: %s at %s %g, %s at %g", s->name, first, x_column, s->x[from], last, s->x[end]);
	if (text != NULL)
		canvas_hover_line(c, count, x, y, text);
	free(text);
}

/* Of a line in grey only points without neighbours, which no line shows. */
static void draw_markers(struct canvas *c, const struct frame *f, const struct lines *l, size_t k)
{
	const struct series *s = &l->series[k];
	bool named = s->colour >= 0;

	for (size_t i = 0; i < s->count; i++) {
		double x = frame_x(f, s->x[i]), y = frame_y(f, s->y[i]);
		bool alone = (i == 0 || !isfinite(s->y[i - 1])) && (i + 1 == s->count || !isfinite(s->y[i + 1]));

		if (alone || (named && !l->bare && has_turn(f, l, k, i)))
			canvas_marker(c, x, y, named ? 1.7 : 0.7, named ? s->colour : 0, palette_colour(s->colour),
				      FILL_FULL);
		if (named)
			hover_point(c, f, l, k, i);
	}
}

static void draw_series(struct canvas *c, const struct frame *f, const struct lines *l, size_t k)
{
	if (l->series[k].colour >= 0)
		draw_band(c, f, &l->series[k]);
	draw_line(c, f, l, k);
	draw_markers(c, f, l, k);
	if (l->series[k].colour < 0)
		hover_line(c, f, &l->series[k], l->x_column);
}

/* Names at the ends of the lines, moved apart, with a leader where one was
 * moved. */
static void draw_names(struct canvas *c, const struct frame *f, const struct lines *l)
{
	double wanted[PALETTE_COUNT * 2], places[PALETTE_COUNT * 2], x[PALETTE_COUNT * 2];
	const struct series *named[PALETTE_COUNT * 2];
	double right = f->inside.x + f->inside.width;
	size_t count = 0, end;

	for (size_t k = 0; k < l->count && count < PALETTE_COUNT * 2; k++) {
		const struct series *s = &l->series[k];

		if (s->colour < 0 || s->name == NULL || !series_end(s, &end))
			continue;
		named[count] = s;
		x[count] = frame_x(f, s->x[end]);
		wanted[count] = places[count] = frame_y(f, s->y[end]);
		count++;
	}
	if (place_spread(places, count, LINE_HEIGHT, f->inside.y - 2, f->inside.y + f->inside.height + 2) < 0)
		return;
	for (size_t k = 0; k < count; k++) {
		if (fabs(places[k] - wanted[k]) > 1.5 || right - x[k] > 4)
			canvas_line(c, x[k] + 2.5, wanted[k], right + 8, places[k],
				    (struct stroke){ 0.4, role_colour(ROLE_AXIS), DASH_NONE });
		canvas_text(c, right + 9.5, places[k], named[k]->name, name_style(named[k]));
	}
}

static void lines_paint(struct canvas *c, const void *plot)
{
	const struct lines *l = plot;
	struct frame f = { .heading = l->heading,
			   .h = { .title = l->x_title, .margin = 0.02, .whole = l->whole_x },
			   .v = { .title = l->y_title, .margin = 0.04 } };
	double widest = 0;
	bool empty = true;
	size_t end;

	for (size_t k = 0; k < l->count; k++) {
		empty = empty && !series_end(&l->series[k], &end);
		if (l->series[k].colour >= 0 && l->series[k].name != NULL)
			widest = fmax(widest, canvas_text_width(c, l->series[k].name, name_style(&l->series[k])));
	}
	f.right = widest > 0 ? widest + 11 : 6;
	collect_ranges(&f, l);
	frame_layout(&f, c, (struct box){ 1.5, 0, c->width - 3, c->height });
	if (f.v.scale.kind == SCALE_LINEAR && f.v.range.low == 0 && f.v.range.high > 0)
		f.v.scale.low = 0; /* no margin below zero */
	frame_draw(&f, c);
	if (empty)
		frame_empty(&f, c);
	if (isfinite(l->reference))
		canvas_line(c, f.inside.x, frame_y(&f, l->reference), f.inside.x + f.inside.width,
			    frame_y(&f, l->reference), (struct stroke){ 0.6, role_colour(ROLE_SOFT), DASH_LONG });
	for (size_t k = 0; k < l->count; k++)
		if (l->series[k].colour < 0)
			draw_series(c, &f, l, k);
	for (size_t k = 0; k < l->count; k++)
		if (l->series[k].colour >= 0)
			draw_series(c, &f, l, k);
	draw_names(c, &f, l);
}

static bool has_intervals(const struct lines *l)
{
	for (size_t k = 0; k < l->count; k++)
		if (l->series[k].low != NULL)
			return true;
	return false;
}

static void lines_header(char out[HEADER_MAX], const void *plot)
{
	const struct lines *l = plot;

	snprintf(out, HEADER_MAX, "%s,%s,%s%s,shown", l->name_column, l->x_column, l->y_column,
		 has_intervals(l) ? ",low,high" : "");
}

static void lines_tabulate(struct table *out, const void *plot)
{
	const struct lines *l = plot;
	bool intervals = has_intervals(l);

	for (size_t k = 0; k < l->count; k++) {
		const struct series *s = &l->series[k];

		for (size_t i = 0; i < s->count; i++) {
			table_add(out, s->name == NULL ? "" : s->name);
			table_add_number(out, s->x[i]);
			table_add_number(out, s->y[i]);
			if (intervals) {
				table_add_number(out, s->low == NULL ? NAN : s->low[i]);
				table_add_number(out, s->low == NULL ? NAN : s->high[i]);
			}
			table_add(out, s->colour < 0 ? "grey" : "named");
		}
	}
}

const struct plot_kind lines_kind = { lines_paint, lines_header, lines_tabulate };
