#include "figure/plot_scatter.h"

#include "figure/frame.h"

#include <math.h>
#include <stdio.h>

static const double LEGEND = 10;

static bool spot_there(const struct spot *s)
{
	return isfinite(s->x) && isfinite(s->y);
}

/* A group's colour, and its shape: each further eight groups have the eight
 * colours again, with other shapes. */
static struct colour group_colour(size_t group)
{
	return palette_colour((int)(group % PALETTE_COUNT));
}

static int group_shape(size_t group)
{
	return (int)((group + group / PALETTE_COUNT) % PALETTE_COUNT);
}

static bool group_there(const struct scatter *s, size_t group)
{
	for (size_t k = 0; k < s->count; k++)
		if (s->spots[k].group == group)
			return true;
	return false;
}

/* Groups with their markers, in as many lines as they need; then what hollow
 * and filled mean. Returns the height. Draws only if `draw`. */
static double draw_legend(struct canvas *c, const struct scatter *s, double top, bool draw)
{
	double x = 4, y = top + 5;
	const char *fills[] = { s->hollow_name, s->filled_name };

	for (size_t k = 0; k < s->group_count + 2; k++) {
		bool fill = k >= s->group_count;
		const char *name = fill ? fills[k - s->group_count] : s->groups[k];
		struct text style = { .limit = 90, .colour = role_colour(ROLE_INK) };
		double width;

		if (name == NULL || (!fill && (s->group_count == 1 || !group_there(s, k))))
			continue;
		width = canvas_text_width(c, name, style) + 8;
		if (x + width > c->width - 2 && x > 4) {
			x = 4;
			y += LEGEND;
		}
		if (draw) {
			canvas_marker(c, x + 2, y, 2, fill ? 0 : group_shape(k),
				      fill ? role_colour(ROLE_SOFT) : group_colour(k),
				      fill && k == s->group_count ? FILL_NONE : FILL_SHEER);
			canvas_text(c, x + 6.5, y, name, style);
		}
		x += width + 8;
	}
	return x > 4 || y > top + 5 ? y + 5 - top : 0;
}

static void name_spots(struct canvas *c, const struct frame *f, const struct scatter *s)
{
	struct placer placer;

	placer_init(&placer, f->inside);
	if (s->zero_lines) {
		placer_block_line(&placer, frame_x(f, 0), f->inside.y, frame_x(f, 0), f->inside.y + f->inside.height,
				  1);
		placer_block_line(&placer, f->inside.x, frame_y(f, 0), f->inside.x + f->inside.width, frame_y(f, 0),
				  1);
	}
	for (size_t k = 0; k < s->count; k++)
		placer_block(&placer,
			     (struct box){ frame_x(f, s->spots[k].x) - 3, frame_y(f, s->spots[k].y) - 3, 6, 6 });
	for (size_t k = 0; k < s->count; k++) {
		double x = frame_x(f, s->spots[k].x), y = frame_y(f, s->spots[k].y);
		struct box b;

		if (s->spots[k].label != NULL &&
		    placer_label(&placer, &b, x, y, 4.2, x + 1, y,
				 canvas_text_width(c, s->spots[k].label, (struct text){ .limit = 70 }), TEXT_SIZE))
			canvas_text(c, b.x, b.y + b.height / 2, s->spots[k].label,
				    (struct text){ .limit = 70, .colour = role_colour(ROLE_SOFT) });
	}
}

static void draw_spots(struct canvas *c, const struct frame *f, const struct scatter *s)
{
	for (size_t k = 0; k < s->count; k++) {
		const struct spot *p = &s->spots[k], *q = p->from < 0 ? NULL : &s->spots[p->from];

		if (q != NULL && spot_there(p) && spot_there(q))
			canvas_line(c, frame_x(f, q->x), frame_y(f, q->y), frame_x(f, p->x), frame_y(f, p->y),
				    (struct stroke){ 0.5, role_colour(ROLE_BACK), DASH_NONE });
	}
	for (size_t k = 0; k < s->count; k++) {
		const struct spot *p = &s->spots[k];
		double x = frame_x(f, p->x), y = frame_y(f, p->y);
		char a[32], b[32];

		/* Points on one another must all be seen. */
		canvas_marker(c, x, y, 1.9, group_shape(p->group), group_colour(p->group),
			      p->hollow ? FILL_NONE : FILL_SHEER);
		value_format(a, p->x);
		value_format(b, p->y);
		canvas_hover(c, x - 3, y - 3, 6, 6, "%s: %s, %s", p->name, a, b);
	}
	name_spots(c, f, s);
}

static void scatter_paint(struct canvas *c, const void *plot)
{
	const struct scatter *s = plot;
	struct frame f = { .heading = s->heading,
			   .h = { .title = s->x_title, .margin = 0.05 },
			   .v = { .title = s->y_title, .margin = 0.06 },
			   .right = 6 };
	struct stroke zero = { 0.6, role_colour(ROLE_SOFT), DASH_LONG };
	double legend = draw_legend(c, s, 0, false), below = legend + (s->note == NULL ? 2 : 12);

	for (size_t k = 0; k < s->count; k++)
		if (spot_there(&s->spots[k])) {
			range_add(&f.h.range, s->spots[k].x);
			range_add(&f.v.range, s->spots[k].y);
		}
	if (s->zero_lines && f.h.range.count > 0) {
		range_add(&f.h.range, 0);
		range_add(&f.v.range, 0);
	}
	f.h.kind = range_kind(&f.h.range);
	f.v.kind = range_kind(&f.v.range);
	frame_layout(&f, c, (struct box){ 1.5, 0, c->width - 3, c->height - below });
	frame_draw(&f, c);
	if (f.h.range.count == 0)
		frame_empty(&f, c);
	if (s->zero_lines && f.h.range.count > 0) {
		canvas_line(c, frame_x(&f, 0), f.inside.y, frame_x(&f, 0), f.inside.y + f.inside.height, zero);
		canvas_line(c, f.inside.x, frame_y(&f, 0), f.inside.x + f.inside.width, frame_y(&f, 0), zero);
	}
	draw_spots(c, &f, s);
	draw_legend(c, s, c->height - below + 1, true);
	if (s->note != NULL)
		canvas_text(c, 4, c->height - 6, s->note,
			    (struct text){ .limit = c->width - 6, .colour = role_colour(ROLE_SOFT) });
}

static void scatter_header(char out[HEADER_MAX], const void *plot)
{
	const struct scatter *s = plot;

	snprintf(out, HEADER_MAX, "%s,%s%s,%s,%s", s->name_column, s->group_column,
		 s->hollow_name == NULL ? "" : ",state", s->x_column, s->y_column);
}

static void scatter_tabulate(struct table *out, const void *plot)
{
	const struct scatter *s = plot;

	for (size_t k = 0; k < s->count; k++) {
		table_add(out, s->spots[k].name);
		table_add(out, s->groups[s->spots[k].group]);
		if (s->hollow_name != NULL)
			table_add(out, s->spots[k].hollow ? s->hollow_name : s->filled_name);
		table_add_number(out, s->spots[k].x);
		table_add_number(out, s->spots[k].y);
	}
}

const struct plot_kind scatter_kind = { scatter_paint, scatter_header, scatter_tabulate };
