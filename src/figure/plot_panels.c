#include "figure/plot_panels.h"

#include "figure/frame.h"

#include <math.h>
#include <stdio.h>

static const double TOP = 15, NOTE = 12;

void panels_layout(struct panels *p)
{
	double width;

	p->across = p->count <= 2 ? 2 : p->count <= 4 ? 2 : p->count <= 15 ? 3 : 4;
	width = COLUMN_WIDTH / (double)p->across;
	p->height = TOP + ceil((double)p->count / (double)p->across) * (width * (p->arrows ? 0.92 : 1.0)) +
		    (p->note == NULL ? 3 : NOTE);
}

static void panel_ranges(struct range *h, struct range *v, const struct panel *p, bool arrows)
{
	for (size_t k = 0; k < p->count; k++) {
		range_add_all(h, p->tracks[k].x, p->tracks[k].count);
		range_add_all(v, p->tracks[k].y, p->tracks[k].count);
	}
	if (arrows) {
		range_add(h, 0);
		range_add(v, 0);
	}
}

/* The longest arrow without a name yet, of those that are no mere dots. */
static bool longest_arrow(size_t *out, const struct frame *f, const struct panel *p, const bool *named)
{
	double longest = f->inside.width / 6;
	bool found = false;

	for (size_t k = 0; k < p->count && k < PLACER_MAX; k++) {
		const struct track *t = &p->tracks[k];
		double length = t->count == 0 ? NAN
					      : hypot(frame_x(f, t->x[0]) - frame_x(f, 0),
						      frame_y(f, t->y[0]) - frame_y(f, 0));

		if (!named[k] && length > longest) {
			longest = length;
			*out = k;
			found = true;
		}
	}
	return found;
}

static double distance_to(const struct box *b, double x, double y)
{
	return hypot(fmax(fmax(b->x - x, x - b->x - b->width), 0), fmax(fmax(b->y - y, y - b->y - b->height), 0));
}

/* The arrow whose head is nearest to a text; of equally near ones the first. */
static size_t nearest_tip(const struct frame *f, const struct panel *p, const struct box *b)
{
	double least = INFINITY;
	size_t nearest = p->count;

	for (size_t k = 0; k < p->count; k++) {
		const struct track *t = &p->tracks[k];
		const double distance =
			t->count == 0 ? NAN : distance_to(b, frame_x(f, t->x[0]), frame_y(f, t->y[0]));

		if (distance < least) {
			least = distance;
			nearest = k;
		}
	}
	return nearest;
}

/* Names for at most four of the longest arrows that find a free place nearer to their own
 * head than to another. */
static void name_arrows(struct canvas *c, const struct frame *f, const struct panel *p)
{
	struct placer placer;
	bool named[PLACER_MAX] = { false };
	double ox = frame_x(f, 0), oy = frame_y(f, 0);
	size_t k;

	placer_init(&placer, f->inside);
	placer_block_line(&placer, f->inside.x, oy, f->inside.x + f->inside.width, oy, 1);
	placer_block_line(&placer, ox, f->inside.y, ox, f->inside.y + f->inside.height, 1);
	for (k = 0; k < p->count; k++)
		if (p->tracks[k].count > 0) {
			double x = frame_x(f, p->tracks[k].x[0]), y = frame_y(f, p->tracks[k].y[0]);

			placer_block_line(&placer, ox, oy, x, y, 1.6);
			placer_block(&placer, (struct box){ x - 1.2, y - 1.2, 2.4, 2.4 }); /* the head */
		}
	for (int written = 0, tried = 0; written < 4 && tried < 10 && longest_arrow(&k, f, p, named); tried++) {
		const struct track *t = &p->tracks[k];
		double x = frame_x(f, t->x[0]), y = frame_y(f, t->y[0]);
		struct text style = { .limit = f->inside.width * 0.5 };
		double width = canvas_text_width(c, t->name, style);
		struct box b;

		named[k] = true;
		if (!placer_label(&placer, &b, x, y, 2.4, 2 * x - ox, 2 * y - oy, width, TEXT_SIZE - 1) ||
		    nearest_tip(f, p, &b) != k)
			continue;
		canvas_text(c, b.x, b.y + b.height / 2, t->name, style);
		written++;
	}
}

static void draw_arrows(struct canvas *c, const struct frame *f, const struct panel *p)
{
	struct stroke cross = { 0.5, role_colour(ROLE_AXIS), DASH_NONE };
	double ox = frame_x(f, 0), oy = frame_y(f, 0);

	canvas_line(c, f->inside.x, oy, f->inside.x + f->inside.width, oy, cross);
	canvas_line(c, ox, f->inside.y, ox, f->inside.y + f->inside.height, cross);
	for (size_t k = 0; k < p->count; k++) {
		const struct track *t = &p->tracks[k];
		double x, y;

		if (t->count == 0)
			continue;
		x = frame_x(f, t->x[0]);
		y = frame_y(f, t->y[0]);
		canvas_arrow(c, ox, oy, x, y,
			     (struct stroke){ p->count > 24 ? 0.4 : 0.6, palette_colour(t->colour), DASH_NONE });
		canvas_hover(c, x - 3, y - 3, 6, 6, "%s, %s: length %.3g", t->name, p->name, t->length);
	}
	name_arrows(c, f, p);
}

static void draw_path(struct canvas *c, const struct frame *f, const struct track *t, struct placer *placer)
{
	struct colour colour = palette_colour(t->colour);
	size_t first = t->count, last = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (!isfinite(t->x[i]) || !isfinite(t->y[i]))
			continue;
		first = first == t->count ? i : first;
		if (first < i)
			canvas_line(c, frame_x(f, t->x[last]), frame_y(f, t->y[last]), frame_x(f, t->x[i]),
				    frame_y(f, t->y[i]), (struct stroke){ 1, colour, DASH_NONE });
		last = i;
	}
	if (first == t->count)
		return;
	for (size_t i = first + 1; i < last; i++)
		canvas_marker(c, frame_x(f, t->x[i]), frame_y(f, t->y[i]), 0.9, 0, colour, FILL_FULL);
	canvas_marker(c, frame_x(f, t->x[first]), frame_y(f, t->y[first]), 2.3, t->colour, colour, FILL_PAPER);
	canvas_marker(c, frame_x(f, t->x[last]), frame_y(f, t->y[last]), 2.5, t->colour, colour, FILL_FULL);
	placer_block(placer, (struct box){ frame_x(f, t->x[first]) - 3, frame_y(f, t->y[first]) - 3, 6, 6 });
	placer_block(placer, (struct box){ frame_x(f, t->x[last]) - 3, frame_y(f, t->y[last]) - 3, 6, 6 });
	for (size_t i = first + 1; i <= last; i++)
		placer_block_line(placer, frame_x(f, t->x[i - 1]), frame_y(f, t->y[i - 1]), frame_x(f, t->x[i]),
				  frame_y(f, t->y[i]), 2);
}

static void name_path(struct canvas *c, const struct frame *f, const struct track *t, struct placer *placer)
{
	struct text style = { .limit = f->inside.width * 0.6, .colour = name_colour(t->colour) };
	double width = canvas_text_width(c, t->name, style);
	struct box b;

	/* Near the end, else near the start, else anywhere along the path. */
	for (size_t n = 0; n < t->count; n++) {
		size_t i = n == 0 ? t->count - 1 : n - 1;

		if (placer_label(placer, &b, frame_x(f, t->x[i]), frame_y(f, t->y[i]), 3.4, frame_x(f, t->x[i]) + 1,
				 frame_y(f, t->y[i]), width, TEXT_SIZE)) {
			canvas_text(c, b.x, b.y + b.height / 2, t->name, style);
			return;
		}
	}
}

static void draw_panel(struct canvas *c, const struct panels *all, const struct panel *p, struct box outside)
{
	struct frame f = {
		.h = { .margin = 0.12 }, .v = { .title = p->name, .margin = 0.12 }, .equal = true, .right = 5
	};
	struct placer placer;

	for (size_t k = 0; k < all->count; k++)
		if (all->common || &all->panels[k] == p)
			panel_ranges(&f.h.range, &f.v.range, &all->panels[k], all->arrows);
	frame_layout(&f, c, outside);
	frame_draw(&f, c);
	if (f.h.range.count == 0 || (all->arrows && p->count == 0)) {
		frame_empty(&f, c);
		return;
	}
	if (all->arrows) {
		draw_arrows(c, &f, p);
		return;
	}
	placer_init(&placer, (struct box){ f.inside.x, f.inside.y, f.inside.width + 3, f.inside.height });
	for (size_t k = 0; k < p->count; k++)
		draw_path(c, &f, &p->tracks[k], &placer);
	for (size_t k = 0; k < p->count; k++)
		name_path(c, &f, &p->tracks[k], &placer);
}

static void panels_paint(struct canvas *c, const void *plot)
{
	const struct panels *p = plot;
	double width = c->width / (double)p->across;
	double height = (c->height - TOP - (p->note == NULL ? 3 : NOTE)) / ceil((double)p->count / (double)p->across);

	canvas_heading(c, 1.5, 6, p->heading, c->width - 3);
	for (size_t k = 0; k < p->count; k++)
		draw_panel(c, p, &p->panels[k],
			   (struct box){ (double)(k % p->across) * width + 1.5,
					 TOP + (double)(k / p->across) * height, width - 2, height - 2 });
	if (p->note != NULL)
		canvas_text(c, 1.5, c->height - 6, p->note,
			    (struct text){ .colour = role_colour(ROLE_SOFT), .limit = c->width - 3 });
}

static void panels_header(char out[HEADER_MAX], const void *plot)
{
	const struct panels *p = plot;

	snprintf(out, HEADER_MAX, "layer,%s%s,pc1,pc2", p->track_column, p->arrows ? "" : ",step");
}

static void panels_tabulate(struct table *out, const void *plot)
{
	const struct panels *p = plot;

	for (size_t k = 0; k < p->count; k++)
		for (size_t t = 0; t < p->panels[k].count; t++) {
			const struct track *track = &p->panels[k].tracks[t];

			for (size_t i = 0; i < track->count; i++) {
				table_add_integer(out, p->panels[k].layer);
				table_add(out, track->name);
				if (!p->arrows)
					table_add_number(out, track->step == NULL ? NAN : track->step[i]);
				table_add_number(out, track->x[i]);
				table_add_number(out, track->y[i]);
			}
		}
}

const char *panel_name(struct drawings *d, const char *name, double first, double second)
{
	return isfinite(first) && isfinite(second)
		       ? drawings_text(d, "%s: %.0f %%, %.0f %%", name, 100 * first, 100 * second)
		       : name;
}

const struct plot_kind panels_kind = { panels_paint, panels_header, panels_tabulate };
