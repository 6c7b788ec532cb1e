#include "findings/shape.h"

#include <math.h>
#include <string.h>

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Where no sample was taken, the number may stand once. */
static double total_of(const json_t *layer)
{
	double total = number(layer, "points_total");

	return isnan(total) ? number(layer, "points") : total;
}

int shape_read(struct shape *out, struct gather *g, long cell, struct error *err)
{
	json_t *summary, *item;
	size_t i;
	int rc;

	*out = (struct shape)SHAPE_ABSENT;
	if (cell < 0)
		return 0;
	rc = gather_json(&summary, g, (size_t)cell, "summary.json", err);
	if (rc <= 0)
		return rc;
	json_array_foreach(summary, i, item)
	{
		const json_t *linear = json_object_get(item, "linear");
		long layer = (long)number(item, "layer");

		if (layer < out->layer)
			continue;
		*out = (struct shape){ .present = true,
				       .layer = layer,
				       .points = number(item, "points"),
				       .points_total = total_of(item),
				       .labels = number(item, "labels"),
				       .clusters = number(item, "clusters"),
				       .conflicts = number(item, "conflicts"),
				       .linear = json_is_true(linear)    ? 1
						 : json_is_false(linear) ? 0
									 : -1 };
	}
	json_decref(summary);
	return 0;
}

static double minimum_of(const struct table *t, long layer, const char *label)
{
	for (size_t row = 0; row < t->rows; row++)
		if ((long)table_number(t, row, 0) == layer && strcmp(table_text(t, row, 1), label) == 0)
			return table_number(t, row, 2);
	return NAN;
}

static void compare(struct growth *out, const struct table *a, const struct table *b, long layer)
{
	double sum = 0;

	out->present = true;
	for (size_t row = 0; row < a->rows; row++) {
		double change;

		if ((long)table_number(a, row, 0) != layer)
			continue;
		change = minimum_of(b, layer, table_text(a, row, 1)) - table_number(a, row, 2);
		if (isnan(change))
			continue;
		out->compared++;
		out->grew += change > 0;
		out->shrank += change < 0;
		sum += change;
	}
	out->change = out->compared > 0 ? sum / (double)out->compared : NAN;
}

int growth_read(struct growth *out, struct gather *g, long before, long after, long layer, struct error *err)
{
	struct table a, b;
	int rc;

	*out = (struct growth){ .change = NAN };
	if (before < 0 || after < 0)
		return 0;
	rc = gather_table(&a, g, (size_t)before, "minimum.csv", err);
	if (rc <= 0)
		return rc;
	rc = gather_table(&b, g, (size_t)after, "minimum.csv", err);
	if (rc > 0)
		compare(out, &a, &b, layer);
	table_release(&a);
	table_release(&b);
	return rc < 0 ? -1 : 0;
}

int likeness_read(struct likeness *out, struct gather *g, long cell, struct error *err)
{
	struct table t;
	int rc;

	*out = (struct likeness){ false, false, NAN, NAN, NAN, NAN, NAN };
	if (cell < 0)
		return 0;
	rc = gather_table(&t, g, (size_t)cell, "divergence.csv", err);
	if (rc <= 0)
		return rc;
	for (size_t row = 0; row < t.rows; row++) {
		if (strcmp(table_text_at(&t, row, "convention"), "zero") == 0) {
			out->zero = table_number_at(&t, row, "r");
			continue;
		}
		out->present = true;
		out->linear = table_number_at(&t, row, "linear_a") == 1 && table_number_at(&t, row, "linear_b") == 1;
		out->r = table_number_at(&t, row, "r");
		out->low = table_number_at(&t, row, "low");
		out->high = table_number_at(&t, row, "high");
		out->pairs = table_number_at(&t, row, "pairs");
	}
	table_release(&t);
	return 0;
}
