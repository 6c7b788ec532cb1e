#include "figure/plot_ranges.h"

#include "figure/frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double ROW = 12, GROUP = 11, TOP = 26, KEY = 9, BOTTOM = 24, NAME_LIMIT = 72;

static bool starts_group(const struct ranges *r, size_t k)
{
	return k == 0 || strcmp(r->changes[k].group, r->changes[k - 1].group) != 0;
}

void ranges_layout(struct ranges *r)
{
	r->alone = false;
	r->height = TOP + BOTTOM + (double)r->count * ROW + 2;
	for (size_t k = 0; k < r->count; k++) {
		r->height += starts_group(r, k) ? GROUP : 0;
		r->alone = r->alone || (isfinite(r->changes[k].after) && !isfinite(r->changes[k].before));
	}
	r->height += r->alone ? KEY : 0;
	r->height = fmax(r->height, 70);
}

static void draw_interval(struct canvas *c, double low, double high, double y, struct colour colour)
{
	struct stroke s = { 0.9, colour_alpha(colour, 0.55), DASH_NONE };

	if (!isfinite(low) || !isfinite(high))
		return;
	canvas_line(c, low, y, high, y, s);
	canvas_line(c, low, y - 1.4, low, y + 1.4, s);
	canvas_line(c, high, y - 1.4, high, y + 1.4, s);
}

/* Why a value is missing: at the start of an empty row, else on the side of the
 * other value and its interval where there is more room, if that is enough. */
static void write_why(struct canvas *c, const struct frame *f, const struct change *k, double y)
{
	double left = INFINITY, right = -INFINITY, end = f->inside.x + f->inside.width;
	const double values[] = { k->before, k->after, k->before_low, k->before_high, k->after_low, k->after_high };
	struct text style = { .clear = true, .colour = role_colour(ROLE_SOFT) };
	const char *why = k->why == NULL ? "missing" : k->why;

	if (isfinite(k->before) && isfinite(k->after))
		return;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (isfinite(values[i])) {
			left = fmin(left, frame_x(f, values[i]));
			right = fmax(right, frame_x(f, values[i]));
		}
	if (left > right)
		left = right = f->inside.x;
	if (fmax(left - f->inside.x, end - right) < canvas_text_width(c, why, style) + 5)
		return;
	if (left - f->inside.x > end - right) {
		style.align = ALIGN_RIGHT;
		canvas_text(c, left - 4, y, why, style);
	} else {
		canvas_text(c, right + 4, y, why, style);
	}
}

/* The arrow stands between the two intervals, before above and after below it. */
static void draw_change(struct canvas *c, const struct frame *f, const struct change *k, double y)
{
	struct colour before = role_colour(ROLE_SOFT), after = palette_colour(0), fall = palette_colour(1);
	double x0 = frame_x(f, k->before), x1 = frame_x(f, k->after);
	char a[32], b[32];

	if (isfinite(x0) && isfinite(x1) && x1 < x0)
		after = fall;
	canvas_line(c, f->inside.x, y + ROW / 2, f->inside.x + f->inside.width, y + ROW / 2,
		    (struct stroke){ 0.4, role_colour(ROLE_GRID), DASH_NONE });
	draw_interval(c, frame_x(f, k->before_low), frame_x(f, k->before_high), y - 2.8, before);
	if (!isfinite(x0))
		after = role_colour(ROLE_INK); /* neither higher nor lower */
	draw_interval(c, frame_x(f, k->after_low), frame_x(f, k->after_high), y + 2.8, after);
	canvas_arrow(c, x0, y, x1, y, (struct stroke){ 1.1, after, DASH_NONE });
	canvas_marker(c, x0, y, 2, 0, before, FILL_PAPER);
	if (!isfinite(x0))
		canvas_marker(c, x1, y, 2, 0, role_colour(ROLE_INK), FILL_FULL);
	write_why(c, f, k, y);
	value_format(a, k->before);
	value_format(b, k->after);
	canvas_hover(c, f->inside.x, y - ROW / 2, f->inside.width, ROW, "%s, %s: %s before, %s after%s%s", k->group,
		     k->name, a, b, isfinite(x0 + x1) || k->why == NULL ? "" : "; ",
		     isfinite(x0 + x1) || k->why == NULL ? "" : k->why);
}

static void draw_key(struct canvas *c, const struct ranges *r, double y)
{
	canvas_marker(c, 6, y, 2, 0, role_colour(ROLE_SOFT), FILL_PAPER);
	canvas_text(c, 11, y, "before fine-tuning", (struct text){ 0 });
	canvas_arrow(c, 84, y, 98, y, (struct stroke){ 1.1, palette_colour(0), DASH_NONE });
	canvas_text(c, 101, y, "after, higher", (struct text){ 0 });
	canvas_arrow(c, 165, y, 151, y, (struct stroke){ 1.1, palette_colour(1), DASH_NONE });
	canvas_text(c, 168, y, "after, lower", (struct text){ 0 });
	if (!r->alone)
		return;
	canvas_marker(c, 6, y + KEY, 2, 0, role_colour(ROLE_INK), FILL_FULL);
	canvas_text(c, 11, y + KEY, "after, where before is undefined or missing", (struct text){ 0 });
}

static void ranges_paint(struct canvas *c, const void *plot)
{
	const struct ranges *r = plot;
	struct frame f = { .heading = r->heading, .h = { .title = r->x_title, .margin = 0.04 } };
	double widest = 0, top = TOP + (r->alone ? KEY : 0), y = top;

	for (size_t k = 0; k < r->count; k++) {
		const struct change *d = &r->changes[k];
		const double values[] = { d->before,      d->after,     d->before_low,
					  d->before_high, d->after_low, d->after_high };

		range_add_all(&f.h.range, values, 6);
		widest = fmax(widest, canvas_text_width(c, d->name, (struct text){ .limit = NAME_LIMIT }));
	}
	f.v.scale = (struct scale){ .low = 0, .high = 1 };
	frame_layout(&f, c, (struct box){ widest + 8, top - 15, c->width - widest - 14, c->height - top + 15 });
	f.v.tick_count = 0;
	f.heading = NULL;
	frame_draw(&f, c);
	for (size_t i = 0; i < f.h.tick_count; i++) {
		double x = frame_x(&f, f.h.ticks[i].value);

		canvas_line(c, x, f.inside.y, x, f.inside.y + f.inside.height,
			    (struct stroke){ 0.4, role_colour(ROLE_GRID), DASH_NONE });
	}
	canvas_heading(c, 1.5, 6, r->heading, c->width - 3);
	draw_key(c, r, 17);
	for (size_t k = 0; k < r->count; k++) {
		if (starts_group(r, k)) {
			canvas_text(c, 1.5, y + 6, r->changes[k].group,
				    (struct text){ .colour = role_colour(ROLE_SOFT) });
			y += GROUP;
		}
		canvas_text(c, 1.5 + 3, y + ROW / 2, r->changes[k].name, (struct text){ .limit = NAME_LIMIT });
		draw_change(c, &f, &r->changes[k], y + ROW / 2);
		y += ROW;
	}
	if (r->count == 0)
		frame_empty(&f, c);
}

static void ranges_header(char out[HEADER_MAX], const void *plot)
{
	const struct ranges *r = plot;

	snprintf(out, HEADER_MAX, "%s,%s,before,before_low,before_high,after,after_low,after_high", r->group_column,
		 r->name_column);
}

static void ranges_tabulate(struct table *out, const void *plot)
{
	const struct ranges *r = plot;

	for (size_t k = 0; k < r->count; k++) {
		const struct change *d = &r->changes[k];

		table_add(out, d->group);
		table_add(out, d->name);
		table_add_number(out, d->before);
		table_add_number(out, d->before_low);
		table_add_number(out, d->before_high);
		table_add_number(out, d->after);
		table_add_number(out, d->after_low);
		table_add_number(out, d->after_high);
	}
}

const struct plot_kind ranges_kind = { ranges_paint, ranges_header, ranges_tabulate };
