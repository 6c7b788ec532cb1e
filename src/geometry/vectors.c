#include "geometry/vectors.h"

#include "base/array.h"
#include "num/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of three labels every draw with three pairs has all three: there is one r, and no
 * interval. */
enum { DRAWS = 1000, FEWEST_PAIRS = 3, FEWEST_LABELS = 4 };

static bool row_fits(const struct table *t, size_t row, const char *state, int layer)
{
	return table_number_at(t, row, "layer") == (double)layer &&
	       (state == NULL || strcmp(table_text_at(t, row, "state"), state) == 0);
}

/* The labels of the rows that fit. */
static int names_of(struct labelset *out, const struct table *t, const char *state, int layer, struct error *err)
{
	const char **names = array_new(t->rows, 2, sizeof *names);
	size_t count = 0;
	int rc;

	if (names == NULL)
		return error_memory(err, "the labels of distances");
	for (size_t r = 0; r < t->rows; r++)
		if (row_fits(t, r, state, layer)) {
			names[count++] = table_text_at(t, r, "label_a");
			names[count++] = table_text_at(t, r, "label_b");
		}
	rc = labelset_of(out, names, count, err);
	free(names);
	return rc;
}

static int take_row(struct distances *out, const struct table *t, size_t row, const char *path, struct error *err)
{
	const char *names[2] = { table_text_at(t, row, "label_a"), table_text_at(t, row, "label_b") };
	size_t n = out->names.count;
	int at[2];
	double *there, *back;

	for (int side = 0; side < 2; side++) {
		at[side] = labelset_find(&out->names, names[side]);
		if (at[side] < 0)
			return error_set(err, STATUS_INPUT, "%s:%zu: %s is not in the label set beside it", path,
					 row + 2, names[side]);
	}
	there = &out->values[(size_t)at[0] * n + (size_t)at[1]];
	back = &out->values[(size_t)at[1] * n + (size_t)at[0]];
	if (!isnan(*there))
		return error_set(err, STATUS_INPUT, "%s:%zu: the pair %s and %s stands twice", path, row + 2,
				 names[0], names[1]);
	*there = *back = table_number_at(t, row, "distance");
	return 0;
}

int distances_of(struct distances *out, const struct table *t, const char *state, int layer,
		 const struct labelset *names, const char *path, struct error *err)
{
	size_t n;
	int rc = 0;

	*out = (struct distances){ .linear = -1 };
	if (names != NULL ? labelset_of(&out->names, (const char *const *)names->names, names->count, err) < 0
			  : names_of(&out->names, t, state, layer, err) < 0)
		return -1;
	n = out->names.count;
	out->values = array_new(n, n, sizeof *out->values);
	if (out->values == NULL) {
		distances_release(out);
		return error_memory(err, "distances of labels");
	}
	for (size_t i = 0; i < n * n; i++)
		out->values[i] = NAN;
	for (size_t r = 0; rc == 0 && r < t->rows; r++)
		if (row_fits(t, r, state, layer))
			rc = take_row(out, t, r, path, err);
	if (rc < 0)
		distances_release(out);
	return rc;
}

void distances_release(struct distances *d)
{
	labelset_release(&d->names);
	free(d->values);
	*d = (struct distances){ 0 };
}

/* Both vectors over the labels that are in one of them. */
struct comparison {
	size_t count;  /* labels */
	double *a, *b; /* (count, count), NaN where there is no pair */
	double *x, *y; /* (count²) scratch */
};

static double value_of(const struct distances *d, const char *p, const char *q)
{
	int i = labelset_find(&d->names, p), j = labelset_find(&d->names, q);

	return i < 0 || j < 0 ? NAN : d->values[(size_t)i * d->names.count + (size_t)j];
}

/* Pearson's r over the pairs of the labels drawn; NaN with fewer than three. */
static double correlation(void *arg, const uint32_t *drawn, size_t labels)
{
	const struct comparison *c = arg;
	size_t pairs = 0;

	for (size_t i = 0; i < labels; i++)
		for (size_t j = i + 1; j < labels; j++) {
			size_t at = drawn[i] * c->count + drawn[j];

			if (drawn[i] == drawn[j] || isnan(c->a[at]) || isnan(c->b[at]))
				continue;
			c->x[pairs] = c->a[at];
			c->y[pairs++] = c->b[at];
		}
	return pairs < FEWEST_PAIRS ? NAN : statistics_pearson(c->x, c->y, pairs);
}

/* Fills the matrices over `names`, counts what is behind them, and tells which
 * labels have a pair in both. */
static size_t fill(struct comparison *c, struct similarity *out, const struct labelset *names,
		   const struct distances *a, const struct distances *b, enum pairs_convention convention,
		   uint32_t *used)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->count; i++) {
		bool any = false, in_a = false, in_b = false;

		for (size_t j = 0; j < c->count; j++) {
			double *x = &c->a[i * c->count + j], *y = &c->b[i * c->count + j];

			*x = value_of(a, names->names[i], names->names[j]);
			*y = value_of(b, names->names[i], names->names[j]);
			in_a |= !isnan(*x);
			in_b |= !isnan(*y);
			if (convention == PAIRS_ZERO && i != j) {
				*x = isnan(*x) ? 0.0 : *x;
				*y = isnan(*y) ? 0.0 : *y;
			}
			if (i == j || isnan(*x) || isnan(*y))
				continue;
			any = true;
			out->pairs += i < j;
		}
		out->labels_a += in_a;
		out->labels_b += in_b;
		out->lacking_a += in_b && !in_a;
		out->lacking_b += in_a && !in_b;
		if (any)
			used[kept++] = (uint32_t)i;
	}
	return kept;
}

/* Draws among the labels that have a pair. */
struct draw {
	struct comparison *c;
	const uint32_t *used;
	uint32_t *labels; /* scratch */
};

static double draw_correlation(void *arg, const uint32_t *drawn, size_t count)
{
	struct draw *d = arg;

	for (size_t i = 0; i < count; i++)
		d->labels[i] = d->used[drawn[i]];
	return correlation(d->c, d->labels, count);
}

static int compare_labels(struct similarity *out, struct comparison *c, const struct labelset *names,
			  const struct distances *a, const struct distances *b, enum pairs_convention convention,
			  uint64_t seed)
{
	uint32_t *used = array_new(c->count, 2, sizeof *used);
	struct draw draw = { c, used, used == NULL ? NULL : used + c->count };
	struct interval interval;
	int rc = 0;

	if (used == NULL)
		return -1;
	out->labels = fill(c, out, names, a, b, convention, used);
	out->r = correlation(c, used, out->labels);
	if (!isnan(out->r) && out->labels >= FEWEST_LABELS) {
		rc = statistics_bootstrap(&interval, out->labels, DRAWS, 0.95, seed, draw_correlation, &draw);
		out->low = interval.low;
		out->high = interval.high;
		out->draws = DRAWS;
		out->dropped = interval.dropped;
	}
	free(used);
	return rc;
}

int distances_compare(struct similarity *out, const struct distances *a, const struct distances *b,
		      enum pairs_convention convention, uint64_t seed, struct error *err)
{
	size_t both = a->names.count + b->names.count;
	const char **all = array_new(both, 1, sizeof *all);
	struct labelset names = { 0 };
	struct comparison c = { 0 };
	int rc = -1;

	*out = (struct similarity){ .r = NAN, .low = NAN, .high = NAN, .linear_a = a->linear, .linear_b = b->linear };
	if (all == NULL)
		return error_memory(err, "distances of labels");
	for (size_t i = 0; i < both; i++)
		all[i] = i < a->names.count ? a->names.names[i] : b->names.names[i - a->names.count];
	if (labelset_of(&names, all, both, err) < 0)
		goto done;
	c.count = names.count;
	c.a = array_new(c.count, c.count, sizeof *c.a);
	c.b = array_new(c.count, c.count, sizeof *c.b);
	c.x = array_new(c.count, c.count, sizeof *c.x);
	c.y = array_new(c.count, c.count, sizeof *c.y);
	if (c.a != NULL && c.b != NULL && c.x != NULL && c.y != NULL)
		rc = compare_labels(out, &c, &names, a, b, convention, seed);
	if (rc < 0)
		error_memory(err, "distances of labels");
done:
	labelset_release(&names);
	free(all);
	free(c.a);
	free(c.b);
	free(c.x);
	free(c.y);
	return rc;
}

static void add_linear(struct table *t, int linear)
{
	table_add(t, linear < 0 ? "" : linear > 0 ? "1" : "0");
}

int similarities_init(struct similarities *out, struct error *err)
{
	*out = (struct similarities){ 0 };
	if (table_init(&out->rows, SIMILARITY_HEADER, err) == 0 &&
	    table_init(&out->coverage,
		       "layer,state_a,state_b,convention,labels_a,labels_b,lacking_a,lacking_b,draws,dropped",
		       err) == 0)
		return 0;
	similarities_release(out);
	return -1;
}

void similarities_release(struct similarities *s)
{
	table_release(&s->rows);
	table_release(&s->coverage);
}

void similarities_add(struct similarities *out, int layer, const char *state_a, const char *state_b,
		      const struct similarity *s, enum pairs_convention convention)
{
	const char *name = convention == PAIRS_ZERO ? "zero" : "present";
	const size_t counts[] = { s->labels_a, s->labels_b, s->lacking_a, s->lacking_b, s->draws, s->dropped };
	struct table *t = &out->rows, *c = &out->coverage;

	table_add_integer(t, layer);
	table_add(t, state_a);
	table_add(t, state_b);
	table_add_number(t, s->r);
	table_add_number(t, s->low);
	table_add_number(t, s->high);
	table_add_integer(t, (long)s->labels);
	table_add_integer(t, (long)s->pairs);
	add_linear(t, s->linear_a);
	add_linear(t, s->linear_b);
	table_add(t, name);
	table_add_integer(c, layer);
	table_add(c, state_a);
	table_add(c, state_b);
	table_add(c, name);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		table_add_integer(c, (long)counts[i]);
}

int similarities_write(const struct similarities *s, struct folder *out, const char *name, struct error *err)
{
	if (table_write(&s->rows, out, name, err) < 0)
		return -1;
	return table_write(&s->coverage, out, "coverage.csv", err);
}
