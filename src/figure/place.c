#include "figure/place.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>

struct item {
	double wanted;
	size_t index;
};

static int by_wanted(const void *a, const void *b)
{
	const struct item *p = a, *q = b;

	if (p->wanted != q->wanted)
		return p->wanted < q->wanted ? -1 : 1;
	return p->index < q->index ? -1 : p->index > q->index;
}

/* min Σ (p_i − d_i)² with p_{i+1} − p_i ≥ g. With z_i = p_i − i g the constraint
 * is that z does not fall: isotonic regression of d_i − i g, which pooling
 * adjacent violators solves (Ayer et al. 1955). Bounds on z clamp its solution. */
static void spread_sorted(struct item *items, size_t count, double gap, double low, double high, double *mean,
			  size_t *size)
{
	size_t blocks = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		mean[blocks] = items[i].wanted - (double)i * gap;
		size[blocks++] = 1;
		while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
			double n = (double)size[blocks - 2], m = (double)size[blocks - 1];

			mean[blocks - 2] = (n * mean[blocks - 2] + m * mean[blocks - 1]) / (n + m);
			size[blocks - 2] += size[blocks - 1];
			blocks--;
		}
	}
	for (size_t b = 0; b < blocks; b++)
		for (size_t k = 0; k < size[b]; k++, at++)
			items[at].wanted =
				fmin(fmax(mean[b], low), high - (double)(count - 1) * gap) + (double)at * gap;
}

int place_spread(double *places, size_t count, double gap, double low, double high)
{
	struct item *items = array_new(count + 1, 1, sizeof *items);
	double *mean = array_new(count + 1, 1, sizeof *mean);
	size_t *size = array_new(count + 1, 1, sizeof *size);
	size_t finite = 0;
	int rc = -1;

	if (items == NULL || mean == NULL || size == NULL)
		goto done;
	for (size_t i = 0; i < count; i++)
		if (isfinite(places[i]))
			items[finite++] = (struct item){ places[i], i };
	qsort(items, finite, sizeof *items, by_wanted);
	if (finite > 1)
		gap = fmin(gap, (high - low) / (double)(finite - 1));
	if (finite > 0)
		spread_sorted(items, finite, gap, low, high, mean, size);
	for (size_t i = 0; i < finite; i++)
		places[items[i].index] = items[i].wanted;
	rc = 0;
done:
	free(items);
	free(mean);
	free(size);
	return rc;
}

void placer_init(struct placer *out, struct box bounds)
{
	out->bounds = bounds;
	out->count = out->line_count = 0;
}

void placer_block(struct placer *p, struct box b)
{
	if (p->count < PLACER_MAX && isfinite(b.x + b.y + b.width + b.height))
		p->taken[p->count++] = b;
}

void placer_block_line(struct placer *p, double x0, double y0, double x1, double y1, double width)
{
	if (p->line_count < PLACER_MAX && isfinite(x0 + y0 + x1 + y1))
		p->lines[p->line_count++] = (struct obstacle){ x0, y0, x1, y1, width / 2 };
}

/* Narrows [*from, *to] to where start + t step lies in low … high. */
static bool clip(double *from, double *to, double start, double step, double low, double high)
{
	double a = (low - start) / step, b = (high - start) / step;

	if (step == 0)
		return start > low && start < high;
	*from = fmax(*from, fmin(a, b));
	*to = fmin(*to, fmax(a, b));
	return *from < *to;
}

/* Whether the line passes through the box, widened by half the line's breadth
 * (Liang and Barsky 1984). */
static bool crosses(const struct obstacle *l, const struct box *b)
{
	double from = 0, to = 1;

	if (l->x0 == l->x1 && l->y0 == l->y1)
		to = 2; /* a point: any t stands for it */
	return clip(&from, &to, l->x0, l->x1 - l->x0, b->x - l->half, b->x + b->width + l->half) &&
	       clip(&from, &to, l->y0, l->y1 - l->y0, b->y - l->half, b->y + b->height + l->half);
}

static bool overlap(const struct box *a, const struct box *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height && b->y < a->y + a->height;
}

static bool is_free(const struct placer *p, const struct box *b)
{
	const struct box *o = &p->bounds;

	if (b->x < o->x || b->y < o->y || b->x + b->width > o->x + o->width || b->y + b->height > o->y + o->height)
		return false;
	for (size_t i = 0; i < p->count; i++)
		if (overlap(&p->taken[i], b))
			return false;
	for (size_t i = 0; i < p->line_count; i++)
		if (crosses(&p->lines[i], b))
			return false;
	return true;
}

bool placer_label(struct placer *p, struct box *out, double x, double y, double distance, double toward_x,
		  double toward_y, double width, double height)
{
	static const int turns[] = { 0, 1, -1, 2, -2, 3, -3, 4 };
	double angle = atan2(toward_y - y, toward_x - x);

	if (p->count >= PLACER_MAX || !isfinite(x + y))
		return false;
	for (size_t k = 0; k < sizeof turns / sizeof *turns; k++) {
		double ux = cos(angle + turns[k] * (M_PI / 4)), uy = sin(angle + turns[k] * (M_PI / 4));
		/* The side of the box that faces the point touches it. */
		struct box b = { x + distance * ux + (ux - 1) / 2 * width, y + distance * uy + (uy - 1) / 2 * height,
				 width, height };

		if (is_free(p, &b)) {
			p->taken[p->count++] = b;
			*out = b;
			return true;
		}
	}
	return false;
}
