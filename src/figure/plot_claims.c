#include "figure/plot_claims.h"

#include "figure/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double TOP = 15, ROW = 23, AXIS = 178, AXIS_END = 298, VERDICT = 306, LEFT = 1.5;

/* A paper's value this many spans of the others away stands at the edge. */
static const double FAR = 1.5;

double claims_height(size_t rows)
{
	return TOP + (double)rows * ROW + 4;
}

static struct colour verdict_colour(const char *verdict)
{
	if (strstr(verdict, "hold") != NULL)
		return palette_colour(0);
	return strstr(verdict, "fail") != NULL ? palette_colour(1) : role_colour(ROLE_SOFT);
}

static bool is_leaning(const char *verdict)
{
	return strncmp(verdict, "leans", 5) == 0;
}

/* The axis holds the effect, its interval and the threshold, and the paper's value where
 * that is not far away. */
static struct scale scale_for(const struct claim_row *r)
{
	const double values[] = { r->value, r->low, r->high, r->threshold };
	struct range range = { 0 };
	double span;

	range_add_all(&range, values, 4);
	span = range.high - range.low;
	if (isfinite(r->paper) && span > 0 && r->paper > range.low - FAR * span && r->paper < range.high + FAR * span)
		range_add(&range, r->paper);
	if (strcmp(r->unit, " %") == 0 && range.high <= 100) { /* shares end there */
		range_add(&range, 100);
		return scale_of(&range, SCALE_LINEAR, 0, AXIS + 4, AXIS_END);
	}
	return scale_of(&range, SCALE_LINEAR, 0.08, AXIS, AXIS_END);
}

static double held(double x)
{
	return fmin(fmax(x, AXIS), AXIS_END);
}

static void draw_interval(struct canvas *c, double low, double high, double y, struct colour colour)
{
	const struct stroke s = { 1.0, colour, DASH_NONE };

	if (!isfinite(low) || !isfinite(high))
		return;
	canvas_line(c, low, y, high, y, s);
	canvas_line(c, low, y - 2, low, y + 2, s);
	canvas_line(c, high, y - 2, high, y + 2, s);
}

/* The paper's value, a hollow diamond; an arrow at the edge where it is beyond it. */
static void draw_paper(struct canvas *c, const struct claim_row *r, const struct scale *s, double y)
{
	const double x = scale_at(s, r->paper);
	const struct colour ink = role_colour(ROLE_INK);

	if (!isfinite(x))
		return;
	if (x < AXIS)
		canvas_arrow(c, AXIS + 7, y, AXIS, y, (struct stroke){ 0.8, ink, DASH_NONE });
	else if (x > AXIS_END)
		canvas_arrow(c, AXIS_END - 7, y, AXIS_END, y, (struct stroke){ 0.8, ink, DASH_NONE });
	else
		canvas_marker(c, x, y, 2.3, 2, ink, FILL_PAPER);
}

static void draw_axis(struct canvas *c, const struct claim_row *r, double y)
{
	const struct scale s = scale_for(r);
	const struct colour colour = verdict_colour(r->verdict);
	const double threshold = scale_at(&s, r->threshold);
	const double from = r->below ? AXIS : threshold, to = r->below ? threshold : AXIS_END;
	char text[32];

	if (!isfinite(threshold))
		return;
	canvas_box(c, from, y - 5, to - from, 10, colour_alpha(palette_colour(0), 0.12));
	canvas_line(c, AXIS, y, AXIS_END, y, (struct stroke){ 0.4, role_colour(ROLE_GRID), DASH_NONE });
	canvas_line(c, threshold, y - 6, threshold, y + 6, (struct stroke){ 0.7, role_colour(ROLE_SOFT), DASH_NONE });
	snprintf(text, sizeof text, "%g", r->threshold);
	canvas_text(c, held(threshold), y + 10, text,
		    (struct text){ .size = 6.1, .align = ALIGN_CENTRE, .colour = role_colour(ROLE_SOFT) });
	draw_paper(c, r, &s, y);
	draw_interval(c, scale_at(&s, r->low), scale_at(&s, r->high), y, colour);
	canvas_marker(c, scale_at(&s, r->value), y, 2.4, 0, colour, is_leaning(r->verdict) ? FILL_PAPER : FILL_FULL);
}

static void draw_row(struct canvas *c, const struct claim_row *r, double y)
{
	const struct text soft = { .size = 6.2, .colour = role_colour(ROLE_SOFT), .limit = AXIS - LEFT - 14 };
	char paper[32];

	canvas_line(c, LEFT, y + ROW / 2, c->width - LEFT, y + ROW / 2,
		    (struct stroke){ 0.3, role_colour(ROLE_GRID), DASH_NONE });
	canvas_text(c, LEFT + 8, y - 4, r->number,
		    (struct text){ .align = ALIGN_RIGHT, .colour = role_colour(ROLE_SOFT) });
	canvas_text(c, LEFT + 12, y - 4, r->name, (struct text){ .limit = AXIS - LEFT - 14 });
	canvas_text(c, LEFT + 12, y + 4.6, r->effect, soft);
	draw_axis(c, r, y);
	canvas_text(c, VERDICT, y - 4, r->verdict,
		    (struct text){ .bold = true, .colour = verdict_colour(r->verdict) });
	canvas_text(c, VERDICT, y + 4.6, r->support,
		    (struct text){ .size = 6.2, .colour = role_colour(ROLE_SOFT), .limit = c->width - VERDICT - 1 });
	value_format(paper, r->paper);
	canvas_hover(c, LEFT, y - ROW / 2, c->width - 2 * LEFT, ROW, "%s %s: %s; %s; %s%s%s", r->number, r->name,
		     r->verdict, r->support, r->effect, isfinite(r->paper) ? "; the paper: " : "",
		     isfinite(r->paper) ? paper : "");
}

static void draw_key(struct canvas *c, double y)
{
	const struct text soft = { .size = 6.2, .colour = role_colour(ROLE_SOFT) };

	canvas_box(c, AXIS, y - 3, 9, 6, colour_alpha(palette_colour(0), 0.12));
	canvas_text(c, AXIS + 12, y, "speaks for it", soft);
	draw_interval(c, AXIS + 56, AXIS + 70, y, role_colour(ROLE_SOFT));
	canvas_marker(c, AXIS + 63, y, 2.2, 0, role_colour(ROLE_SOFT), FILL_FULL);
	canvas_text(c, AXIS + 74, y, "effect, 95 % of resamples", soft);
	canvas_marker(c, AXIS + 166, y, 2.3, 2, role_colour(ROLE_INK), FILL_PAPER);
	canvas_text(c, AXIS + 171, y, "paper", soft);
}

static void claims_paint(struct canvas *c, const void *plot)
{
	const struct claim_rows *p = plot;

	draw_key(c, 7);
	for (size_t i = 0; i < p->count; i++)
		draw_row(c, &p->rows[i], TOP + ((double)i + 0.5) * ROW);
}

static void claims_header(char out[HEADER_MAX], const void *plot)
{
	(void)plot;
	snprintf(out, HEADER_MAX, "claim,name,verdict,effect,low,high,threshold,side,paper");
}

static void claims_tabulate(struct table *out, const void *plot)
{
	const struct claim_rows *p = plot;

	for (size_t i = 0; i < p->count; i++) {
		const struct claim_row *r = &p->rows[i];

		table_add(out, r->number);
		table_add(out, r->name);
		table_add(out, r->verdict);
		table_add_number(out, r->value);
		table_add_number(out, r->low);
		table_add_number(out, r->high);
		table_add_number(out, r->threshold);
		table_add(out, r->below ? "below" : "above");
		table_add_number(out, r->paper);
	}
}

const struct plot_kind claims_kind = { claims_paint, claims_header, claims_tabulate };
