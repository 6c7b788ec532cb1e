#include "findings/outcome.h"

#include "base/array.h"
#include "num/statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static long last_layer(const struct table *t)
{
	long last = -1;

	for (size_t row = 0; row < t->rows; row++) {
		long layer = (long)table_number(t, row, 0);

		if (layer > last && strcmp(table_text(t, row, 1), "mlp") == 0)
			last = layer;
	}
	return last;
}

static bool is_row(const struct table *t, size_t row, long layer, const char *kind)
{
	return strcmp(table_text(t, row, 1), kind) == 0 && (long)table_number(t, row, 0) == layer;
}

size_t outcome_values(double *out, const struct table *t, long layer, const char *kind, const char *column)
{
	int values = table_column(t, column);
	size_t n = 0;

	for (size_t row = 0; row < t->rows; row++)
		if (is_row(t, row, layer, kind))
			out[n++] = table_number(t, row, values);
	return n;
}

struct mean mean_of(const double *values, size_t n)
{
	struct mean m = { NAN, NAN, NAN, n };
	double sum = 0, squares = 0;

	if (n == 0)
		return m;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	m.value = sum / (double)n;
	if (n < 2)
		return m;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - m.value) * (values[i] - m.value);
	m.sd = sqrt(squares / (double)(n - 1));
	m.half = gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * m.sd / sqrt((double)n);
	return m;
}

/* The label most runs give to an example; `given` (runs), in their order. */
static const char *vote(const char *const *given, size_t runs)
{
	const char *best = "";
	size_t most = 0;

	for (size_t r = 0; r < runs; r++) {
		size_t count = 0;

		for (size_t s = 0; s < runs; s++)
			count += given[s] != NULL && given[r] != NULL && strcmp(given[s], given[r]) == 0;
		if (count > most) {
			most = count;
			best = given[r];
		}
	}
	return best;
}

/* The count that holds an index, if it is larger. */
static size_t larger(size_t count, double index)
{
	return index >= (double)count ? (size_t)index + 1 : count;
}

/* Fills o->votes from predictions.csv. Rows that do not fit the first run's
 * examples leave the votes out. */
static int read_votes(struct outcome *o, const struct table *t, struct error *err)
{
	size_t examples = 0, runs = 0;
	const char **given = NULL, **label = NULL; /* (examples, runs), (examples) */
	int rc = -1;

	for (size_t row = 0; row < t->rows; row++)
		if (is_row(t, row, o->layer, "mlp")) {
			examples = larger(examples, table_number(t, row, 3));
			runs = larger(runs, table_number(t, row, 2));
		}
	if (examples == 0 || examples > t->rows || runs > t->rows)
		return 0;
	given = array_new(examples, runs, sizeof *given);
	label = array_new(examples, 1, sizeof *label);
	o->votes = array_new(examples, 1, 1);
	if (given == NULL || label == NULL || o->votes == NULL) {
		error_memory(err, "predictions.csv");
		goto done;
	}
	for (size_t row = 0; row < t->rows; row++)
		if (is_row(t, row, o->layer, "mlp")) {
			double example = table_number(t, row, 3), run = table_number(t, row, 2);

			if (!(example >= 0) || !(run >= 0))
				continue;
			given[(size_t)example * runs + (size_t)run] = table_text(t, row, 5);
			label[(size_t)example] = table_text(t, row, 4);
		}
	for (size_t i = 0; i < examples; i++)
		o->votes[i] = label[i] != NULL && strcmp(vote(given + i * runs, runs), label[i]) == 0;
	o->examples = examples;
	rc = 0;
done:
	free(given);
	free(label);
	return rc;
}

/* What the first row has stands for the cell. */
static void describe(struct outcome *o, const struct table *t)
{
	for (size_t row = 0; row < t->rows; row++)
		if (is_row(t, row, o->layer, "mlp")) {
			o->majority = table_number_at(t, row, "majority");
			o->hidden1 = table_number_at(t, row, "hidden1");
			o->hidden2 = table_number_at(t, row, "hidden2");
			o->alpha = table_number_at(t, row, "alpha");
			return;
		}
}

static int add_runs(struct outcome *o, const struct table *t, struct error *err)
{
	size_t capacity = o->capacity;

	o->layer = last_layer(t);
	if (o->runs == 0)
		describe(o, t);
	if (array_reserve(&o->accuracy, &capacity, o->runs + t->rows, sizeof *o->accuracy) < 0 ||
	    array_reserve(&o->macro_f1, &o->capacity, o->runs + t->rows, sizeof *o->macro_f1) < 0)
		return error_memory(err, "runs of a probe");
	outcome_values(o->macro_f1 + o->runs, t, o->layer, "mlp", "macro_f1");
	o->runs += outcome_values(o->accuracy + o->runs, t, o->layer, "mlp", "test");
	return 0;
}

int outcome_add(struct outcome *o, struct gather *g, size_t cell, struct error *err)
{
	struct table t;
	int rc = gather_table(&t, g, cell, "accuracy.csv", err);

	if (rc <= 0)
		return rc;
	rc = add_runs(o, &t, err);
	table_release(&t);
	if (rc < 0 || o->votes != NULL)
		return rc;
	rc = gather_table(&t, g, cell, "predictions.csv", err);
	if (rc <= 0)
		return rc;
	rc = read_votes(o, &t, err);
	table_release(&t);
	return rc;
}

void outcome_release(struct outcome *o)
{
	free(o->accuracy);
	free(o->macro_f1);
	free(o->votes);
	*o = (struct outcome){ 0 };
}

struct contrast outcome_contrast(const struct outcome *a, const struct outcome *b)
{
	struct contrast c = { NAN, NAN, NAN, 0, 0 };

	if (a->runs > 0 && b->runs > 0) {
		c.difference = mean_of(b->accuracy, b->runs).value - mean_of(a->accuracy, a->runs).value;
		c.p_permutation = statistics_permutation(a->accuracy, a->runs, b->accuracy, b->runs);
	}
	if (a->votes == NULL || b->votes == NULL || a->examples != b->examples)
		return c;
	for (size_t i = 0; i < a->examples; i++) {
		c.only_a += a->votes[i] && !b->votes[i];
		c.only_b += b->votes[i] && !a->votes[i];
	}
	c.p_mcnemar = statistics_mcnemar(c.only_a, c.only_b);
	return c;
}
