#include "figure/build.h"

#include "figure/plot_panels.h"

#include <math.h>

/* Distances between labels, from which the three closest are chosen. */
struct between {
	const char **labels;
	size_t count;
	double *distance; /* (count, count); NaN: none */
	const char *kind; /* what kind of distance */
};

static long label_index(const struct between *b, const char *label)
{
	const struct pivot p = { .names = b->labels, .count = b->count };

	return pivot_find(&p, label);
}

/* Distances between the starting points on the page. */
static void use_places(struct between *b, const struct pivot *x, const struct pivot *y)
{
	b->kind = "the two components at the start";
	for (size_t i = 0; i < b->count; i++)
		for (size_t j = 0; j < b->count; j++)
			b->distance[i * b->count + j] =
				hypot(pivot_first(x, i) - pivot_first(x, j), pivot_first(y, i) - pivot_first(y, j));
}

/* Hull distances of the original. */
static void use_hulls(struct drawings *d, struct between *b, struct rows hull, const struct pivot *x)
{
	b->kind = "the distance of the original’s hulls";
	b->labels = x->names;
	b->count = x->count;
	b->distance = drawings_array(d, b->count * b->count, sizeof *b->distance);
	if (b->distance == NULL)
		return;
	for (size_t i = 0; i < b->count * b->count; i++)
		b->distance[i] = NAN;
	for (size_t k = 0; k < hull.count; k++) {
		long i = label_index(b, rows_get(hull, k, "label_a")),
		     j = label_index(b, rows_get(hull, k, "label_b"));
		double v = rows_value(hull, k, "distance");

		if (i >= 0 && j >= 0 && isfinite(v))
			b->distance[(size_t)i * b->count + (size_t)j] =
				b->distance[(size_t)j * b->count + (size_t)i] = v;
	}
}

/* The triple with the shortest perimeter; with fewer than three labels, all.
 * Returns how many; 0 where no triple has all its distances. */
static size_t closest_three(size_t out[3], const struct between *b)
{
	double best = INFINITY;
	size_t n = b->count;

	for (size_t i = 0; i < 3; i++)
		out[i] = i;
	if (n <= 3)
		return n;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			for (size_t k = j + 1; k < n; k++) {
				double sum = b->distance[i * n + j] + b->distance[j * n + k] + b->distance[i * n + k];

				if (sum < best) {
					best = sum;
					out[0] = i;
					out[1] = j;
					out[2] = k;
				}
			}
	return isfinite(best) ? 3 : 0;
}

static void fill_panel(struct drawings *d, struct panel *p, struct rows rows, struct rows spread, double layer,
		       const char *words, const char *const labels[3], size_t count)
{
	struct rows shares = rows_number(d, spread, "layer", layer);
	struct rows own = rows_number(d, rows, "layer", layer);
	struct pivot x = pivot_of(d, own, "label", "step", "pc1"), y = pivot_of(d, own, "label", "step", "pc2");

	*p = (struct panel){ .name = panel_name(d, drawings_text(d, "Layer %g%s", layer, words),
						shares.count > 0 ? rows_value(shares, 0, "pc1") : NAN,
						shares.count > 0 ? rows_value(shares, 0, "pc2") : NAN),
			     .layer = (long)layer,
			     .tracks = drawings_array(d, count, sizeof *p->tracks) };
	for (size_t i = 0; !d->failed && i < count; i++) {
		long k = pivot_find(&x, labels[i]);

		if (k >= 0)
			p->tracks[p->count++] = (struct track){ .name = labels[i],
								.count = x.width,
								.x = x.values + (size_t)k * x.width,
								.y = y.values + (size_t)k * y.width,
								.step = x.x,
								.colour = (int)i };
	}
}

static const char *caption_of(struct drawings *d, const struct figure_run *run, const char *const labels[3],
			      size_t count, const char *kind, double first, double last)
{
	return drawings_text(
		d,
		"Paths of the centroids of %s%s%s%s%s%s%s during fine-tuning of %s, at layers %g and %g, on the two "
		"principal components of all label centroids of the layer; per cent: their shares of the variance; "
		"dots: checkpoints.",
		labels[0],
		count > 2   ? ", "
		: count > 1 ? " and "
			    : "",
		count > 1 ? labels[1] : "", count > 2 ? " and " : "", count > 2 ? labels[2] : "",
		kind == NULL ? "" : ", the three closest by ", kind == NULL ? "" : kind, run->words, first, last);
}

/* The first encoder layer and the last: layer 0, the embeddings, is the same
 * vector for every sentence of a sentence task. */
void draw_centroids(struct drawings *d, const struct figure_run *run, const struct table *tables)
{
	struct rows rows = rows_run(d, &tables[0], run, run->seed);
	double last = rows_largest(rows, "layer"), first = fmin(1, last);
	struct rows top = rows_number(d, rows, "layer", last);
	struct pivot x = pivot_of(d, top, "label", "step", "pc1"), y = pivot_of(d, top, "label", "step", "pc2");
	struct rows spread = rows_run(d, &tables[2], run, run->seed);
	struct rows hull = rows_text(d, rows_run(d, &tables[1], run, -1), "state", "original");
	struct panels *p = drawings_array(d, 1, sizeof *p);
	struct between b = { 0 };
	const char *labels[3] = { "", "", "" };
	size_t chosen[3], count;

	if (x.count == 0 || x.width == 0) {
		drawings_miss(d, "%s: no paths of centroids (trajectory/%s)", run->words, run->cell);
		return;
	}
	hull = rows_number(d, hull, "layer", last);
	use_hulls(d, &b, hull, &x);
	if (d->failed || p == NULL || (p->panels = drawings_array(d, 2, sizeof *p->panels)) == NULL)
		return;
	count = closest_three(chosen, &b);
	if (count == 0) {
		use_places(&b, &x, &y);
		count = closest_three(chosen, &b);
	}
	if (count == 0) {
		drawings_miss(d, "%s: no three labels have places to measure between", run->words);
		return;
	}
	for (size_t i = 0; i < count; i++)
		labels[i] = x.names[chosen[i]];
	if (first < last)
		fill_panel(d, &p->panels[p->count++], rows, spread, first, first == 1 ? " (first)" : "", labels,
			   count);
	fill_panel(d, &p->panels[p->count++], rows, spread, last, " (last)", labels, count);
	p->heading = drawings_text(d, "%s, %s", run->words,
				   count == 3   ? "the three closest labels"
				   : count == 2 ? "both labels"
						: "the only label");
	p->note = "Hollow: before; filled: after. " PANEL_AXES;
	p->track_column = "label";
	panels_layout(p);
	run_add(d, run, "centroids", NULL,
		(struct drawing){ .title = "Paths of the closest labels",
				  .caption =
					  caption_of(d, run, labels, count, x.count > 3 ? b.kind : NULL, first, last),
				  .height = p->height,
				  .kind = &panels_kind,
				  .plot = p });
}
