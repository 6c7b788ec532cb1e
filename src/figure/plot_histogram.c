#include "figure/plot_histogram.h"

#include "base/array.h"
#include "figure/frame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int median_of(double *out, const double *values, size_t count)
{
	double *copy = array_new(count + 1, 1, sizeof *copy);
	size_t n = 0;

	if (copy == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (isfinite(values[i]))
			copy[n++] = values[i];
	qsort(copy, n, sizeof *copy, by_value);
	*out = n == 0 ? NAN : n % 2 == 1 ? copy[n / 2] : (copy[n / 2 - 1] + copy[n / 2]) / 2;
	free(copy);
	return 0;
}

static void choose_bins(struct histogram *h, const struct range *r)
{
	double bins = fmin(BINS_MAX, fmax(1, ceil(2 * cbrt((double)r->count / 2))));
	struct scale s = scale_of(r, range_kind(r), 0, 0, 1);
	struct tick ticks[TICKS_MAX];

	h->kind = s.kind;
	h->bins = (size_t)bins;
	if (s.kind == SCALE_LINEAR && scale_ticks(ticks, &s, 8) >= 2) {
		/* A whole number of bins between two ticks. */
		double step = ticks[1].value - ticks[0].value;
		double parts = fmax(1, round(bins / ((s.high - s.low) / step)));
		double width = step / (parts >= 4 ? 5 : parts >= 2 ? 2 : 1);
		double first = floor(s.low / width + 1e-9);

		h->bins = (size_t)fmin(BINS_MAX, floor(s.high / width - 1e-9) - first + 1);
		for (size_t i = 0; i <= h->bins; i++)
			h->edges[i] = (first + (double)i) * width;
		return;
	}
	for (size_t i = 0; i <= h->bins; i++) {
		double t = (double)i / (double)h->bins;

		h->edges[i] =
			s.kind == SCALE_LOG ? s.low * pow(s.high / s.low, t)
			: s.kind == SCALE_LINEAR
				? s.low + t * (s.high - s.low)
				: s.threshold * sinh(asinh(s.low / s.threshold) +
						     t * (asinh(s.high / s.threshold) - asinh(s.low / s.threshold)));
	}
}

static void count_values(struct histogram *h, int set, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t bin = 0;

		if (!isfinite(values[i]))
			continue;
		/* Edges are products, and may lie a rounding above a round value. */
		while (bin + 1 < h->bins &&
		       values[i] >= h->edges[bin + 1] - 1e-9 * (h->edges[bin + 1] - h->edges[bin]))
			bin++;
		h->counts[set][bin]++;
	}
}

int histogram_fill(struct histogram *h, const double *before, size_t before_count, const double *after,
		   size_t after_count)
{
	struct range r = { 0 };

	memset(h->counts, 0, sizeof h->counts);
	range_add_all(&r, before, before_count);
	range_add_all(&r, after, after_count);
	choose_bins(h, &r);
	count_values(h, 0, before, before_count);
	count_values(h, 1, after, after_count);
	if (median_of(&h->medians[0], before, before_count) < 0 || median_of(&h->medians[1], after, after_count) < 0)
		return -1;
	return 0;
}

static void draw_outline(struct canvas *c, const struct frame *f, const struct histogram *h, int set)
{
	double x[2 * BINS_MAX + 2], y[2 * BINS_MAX + 2], base[2 * BINS_MAX + 2];
	struct colour colour = set == 0 ? role_colour(ROLE_SOFT) : palette_colour(1);
	size_t n = 0;

	for (size_t i = 0; i < h->bins; i++)
		for (int side = 0; side < 2; side++) {
			x[n] = frame_x(f, h->edges[i + (size_t)side]);
			base[n] = frame_y(f, 0);
			y[n++] = frame_y(f, h->counts[set][i]);
		}
	canvas_band(c, n, x, base, y, colour_alpha(colour, 0.12));
	canvas_path(c, n, x, y, (struct stroke){ 1.1, colour, set == 0 ? DASH_LONG : DASH_NONE });
	canvas_marker(c, frame_x(f, h->medians[set]), f->inside.y - 1, 2, 4, colour,
		      set == 0 ? FILL_PAPER : FILL_FULL);
}

static void draw_key(struct canvas *c, const struct frame *f, const struct histogram *h)
{
	double x = f->inside.x;

	for (int set = 0; set < 2; set++) {
		struct colour colour = set == 0 ? role_colour(ROLE_SOFT) : palette_colour(1);

		canvas_line(c, x, c->height - 6, x + 14, c->height - 6,
			    (struct stroke){ 1.1, colour, set == 0 ? DASH_LONG : DASH_NONE });
		canvas_text(c, x + 17, c->height - 6, h->names[set], (struct text){ 0 });
		x += canvas_text_width(c, h->names[set], (struct text){ 0 }) + 28;
	}
	canvas_marker(c, x, c->height - 6, 2, 4, role_colour(ROLE_SOFT), FILL_FULL);
	canvas_text(c, x + 5, c->height - 6, "median", (struct text){ 0 });
}

static void histogram_paint(struct canvas *c, const void *plot)
{
	const struct histogram *h = plot;
	struct frame f = { .heading = h->heading,
			   .h = { .title = h->x_title, .kind = h->kind },
			   .v = { .title = h->y_title, .margin = 0.06, .whole = true },
			   .right = 6 };

	range_add(&f.v.range, 0);
	range_add_all(&f.h.range, h->edges, h->bins + 1);
	range_add_all(&f.v.range, h->counts[0], h->bins);
	range_add_all(&f.v.range, h->counts[1], h->bins);
	frame_layout(&f, c, (struct box){ 1.5, 0, c->width - 3, c->height - 11 });
	/* No room is wasted below zero. */
	f.v.scale.low = 0;
	frame_draw(&f, c);
	if (f.v.range.high == 0)
		frame_empty(&f, c);
	for (int set = 0; set < 2 && f.v.range.high > 0; set++)
		draw_outline(c, &f, h, set);
	for (size_t i = 0; i < h->bins; i++)
		canvas_hover(c, frame_x(&f, h->edges[i]), f.inside.y,
			     frame_x(&f, h->edges[i + 1]) - frame_x(&f, h->edges[i]), f.inside.height,
			     "%.4g to %.4g: %g %s, %g %s", h->edges[i], h->edges[i + 1], h->counts[0][i], h->names[0],
			     h->counts[1][i], h->names[1]);
	draw_key(c, &f, h);
}

static void histogram_header(char out[HEADER_MAX], const void *plot)
{
	const struct histogram *h = plot;

	snprintf(out, HEADER_MAX, "%s_from,%s_to,before,after", h->x_column, h->x_column);
}

static void histogram_tabulate(struct table *out, const void *plot)
{
	const struct histogram *h = plot;

	for (size_t i = 0; i < h->bins; i++) {
		table_add_number(out, h->edges[i]);
		table_add_number(out, h->edges[i + 1]);
		table_add_number(out, h->counts[0][i]);
		table_add_number(out, h->counts[1][i]);
	}
}

const struct plot_kind histogram_kind = { histogram_paint, histogram_header, histogram_tabulate };
