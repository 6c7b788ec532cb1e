#include "figure/frame.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const double TICK = 2.2;

static struct text soft(enum align align)
{
	return (struct text){ .align = align, .colour = role_colour(ROLE_SOFT) };
}

static double tick_width(struct canvas *c, const struct tick *t, bool across)
{
	return across ? canvas_text_width(c, t->text, soft(ALIGN_LEFT)) + 4 : LINE_HEIGHT;
}

static bool ticks_touch(const struct axis *a, struct canvas *c, bool across)
{
	for (size_t i = 1; i < a->tick_count; i++) {
		double gap =
			fabs(scale_at(&a->scale, a->ticks[i].value) - scale_at(&a->scale, a->ticks[i - 1].value));

		if (gap < (tick_width(c, &a->ticks[i - 1], across) + tick_width(c, &a->ticks[i], across)) / 2)
			return true;
	}
	return false;
}

/* "2" of "2.0", where all ticks are whole; "1.2×10⁶" stays. */
static void drop_decimals(char *text)
{
	size_t point = strcspn(text, ".");

	if (text[point] == '.' && text[point + 1 + strspn(text + point + 1, "0123456789")] == '\0')
		text[point] = '\0';
}

/* As many ticks as fit. */
static void choose_ticks(struct axis *a, struct canvas *c, double length, bool across)
{
	struct tick far;

	for (size_t want = (size_t)fmax(3, fmin(7, length / (across ? 30 : 20))); want >= 1; want--) {
		size_t kept = 0;

		a->tick_count = scale_ticks(a->ticks, &a->scale, want);
		for (size_t i = 0; i < a->tick_count; i++) {
			if (a->whole && a->ticks[i].value != round(a->ticks[i].value))
				continue;
			a->ticks[kept] = a->ticks[i];
			if (a->whole) /* "2", where ticks at halves were left out: "2.0" */
				drop_decimals(a->ticks[kept].text);
			kept++;
		}
		a->tick_count = kept;
		if (a->scale.kind == SCALE_SYMLOG || !ticks_touch(a, c, across))
			break;
	}
	if (a->tick_count >= 2 || a->whole || a->scale.kind != SCALE_LINEAR)
		return;
	a->tick_count = scale_far_ticks(a->ticks, &a->scale);
	if (a->tick_count < 2 || !ticks_touch(a, c, across))
		return;
	far = a->ticks[1];
	a->tick_count = scale_even_ticks(a->ticks, &a->scale);
	if (a->tick_count < 2 || ticks_touch(a, c, across)) {
		a->ticks[0] = far;
		a->tick_count = 1;
	}
}

/* Drops ticks of a symmetrical logarithmic scale that crowd around zero. */
static void thin_ticks(struct axis *a, double gap)
{
	size_t kept = 0;

	if (a->scale.kind != SCALE_SYMLOG)
		return;
	for (size_t i = a->tick_count; i-- > 0;) { /* zero is the last, then the largest */
		bool clear = true;

		for (size_t k = a->tick_count; k-- > a->tick_count - kept;)
			clear = clear && fabs(scale_at(&a->scale, a->ticks[k].value) -
					      scale_at(&a->scale, a->ticks[i].value)) >= gap;
		if (clear) {
			struct tick t = a->ticks[i];

			kept++;
			a->ticks[i] = a->ticks[a->tick_count - kept];
			a->ticks[a->tick_count - kept] = t;
		}
	}
	for (size_t i = 0; i < kept; i++)
		a->ticks[i] = a->ticks[a->tick_count - kept + i];
	a->tick_count = kept;
}

/* Widens the range of one axis so that a unit is as long as on the other. */
static void make_equal(struct frame *f)
{
	struct scale *h = &f->h.scale, *v = &f->v.scale;
	double per_h = (h->high - h->low) / f->inside.width, per_v = (v->high - v->low) / f->inside.height;
	struct scale *s = per_h < per_v ? h : v;
	double length = fmax(per_h, per_v) * (s == h ? f->inside.width : f->inside.height);
	double middle = s->low + (s->high - s->low) / 2;

	s->low = middle - length / 2;
	s->high = middle + length / 2;
}

void frame_layout(struct frame *f, struct canvas *c, struct box outside)
{
	double top = (f->heading == NULL ? 2 : 13.5) + (f->v.title == NULL ? 1 : 10.5),
	       bottom = 11 + (f->h.title == NULL ? 0 : 11);
	double widest = 0;

	f->outside = outside;
	f->inside = (struct box){ outside.x, outside.y + top, outside.width, outside.height - top - bottom };
	/* The room for labels decides the scale, and the scale the labels. */
	for (int pass = 0; pass < 4; pass++) {
		f->inside.x = outside.x + widest + TICK + 2.5;
		f->inside.width = fmax(10, outside.width - (f->inside.x - outside.x) - f->right);
		f->h.scale =
			scale_of(&f->h.range, f->h.kind, f->h.margin, f->inside.x, f->inside.x + f->inside.width);
		f->v.scale =
			scale_of(&f->v.range, f->v.kind, f->v.margin, f->inside.y + f->inside.height, f->inside.y);
		if (f->equal)
			make_equal(f);
		choose_ticks(&f->v, c, f->inside.height, false);
		for (size_t i = 0; i < f->v.tick_count; i++)
			widest = fmax(widest, canvas_text_width(c, f->v.ticks[i].text, soft(ALIGN_RIGHT)));
	}
	choose_ticks(&f->h, c, f->inside.width, true);
	/* An axis without values has no numbers either. */
	f->h.tick_count = f->h.range.count == 0 ? 0 : f->h.tick_count;
	f->v.tick_count = f->v.range.count == 0 ? 0 : f->v.tick_count;
	thin_ticks(&f->v, LINE_HEIGHT);
	thin_ticks(&f->h, 22);
}

double frame_x(const struct frame *f, double value)
{
	return scale_at(&f->h.scale, value);
}

double frame_y(const struct frame *f, double value)
{
	return scale_at(&f->v.scale, value);
}

/* The label of a tick near the end of the axis is kept within the page. */
static void draw_horizontal_ticks(const struct frame *f, struct canvas *c, double bottom)
{
	struct stroke axis = { 0.5, role_colour(ROLE_AXIS), DASH_NONE };

	for (size_t i = 0; i < f->h.tick_count; i++) {
		double x = frame_x(f, f->h.ticks[i].value);
		double half = canvas_text_width(c, f->h.ticks[i].text, soft(ALIGN_CENTRE)) / 2;

		canvas_line(c, x, bottom, x, bottom + TICK, axis);
		canvas_text(c, fmin(fmax(x, half), c->width - half - 0.5), bottom + TICK + 5.2, f->h.ticks[i].text,
			    soft(ALIGN_CENTRE));
	}
}

/* The title below the axis is centred on it as far as the page allows. */
static void draw_titles(const struct frame *f, struct canvas *c)
{
	double x = f->inside.x + f->inside.width / 2, left = f->outside.x, width = f->outside.width;
	double half = canvas_text_width(c, f->h.title, (struct text){ 0 }) / 2, y = f->inside.y - 8;

	x = fmax(fmin(x, c->width - 1.5 - half), 1.5 + half);
	canvas_text(c, x, f->inside.y + f->inside.height + TICK + 15, f->h.title,
		    (struct text){ .align = ALIGN_CENTRE, .limit = c->width - 3 });
	if (f->v.title != NULL) {
		canvas_text(c, left, y, f->v.title, (struct text){ .limit = width });
		y -= 11;
	}
	canvas_heading(c, left, y, f->heading, width);
}

void frame_draw(const struct frame *f, struct canvas *c)
{
	double right = f->inside.x + f->inside.width, bottom = f->inside.y + f->inside.height;
	struct stroke axis = { 0.5, role_colour(ROLE_AXIS), DASH_NONE },
		      grid = { 0.4, role_colour(ROLE_GRID), DASH_NONE };

	for (size_t i = 0; i < f->v.tick_count; i++) {
		double at = frame_y(f, f->v.ticks[i].value);

		canvas_line(c, f->inside.x, at, right, at, grid);
		canvas_text(c, f->inside.x - TICK - 1.5, at, f->v.ticks[i].text, soft(ALIGN_RIGHT));
	}
	canvas_line(c, f->inside.x, bottom, right, bottom, axis);
	draw_horizontal_ticks(f, c, bottom);
	draw_titles(f, c);
}

void frame_empty(const struct frame *f, struct canvas *c)
{
	canvas_text(c, f->inside.x + f->inside.width / 2, f->inside.y + f->inside.height / 2, "no values",
		    (struct text){ .align = ALIGN_CENTRE, .clear = true, .colour = role_colour(ROLE_SOFT) });
}
