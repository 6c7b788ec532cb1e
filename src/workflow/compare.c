#include "workflow/compare.h"

#include "base/array.h"
#include "base/json.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_STATE = 2, KEY_SEED = 3, KEY_COLUMNS = 7 };

/* Rows of a run with the fine-tuning seed `from` are known as those of one with
 * `to`; from = "" leaves them as they are. */
struct reseeding {
	const char *from, *to;
};

static const struct reseeding as_is = { "", "" };

/* The seed of a run's fine-tuned states; "" if it has none, or several. */
static const char *only_seed(const struct table *t)
{
	const char *found = "";

	for (size_t r = 0; r < t->rows; r++) {
		const char *seed = table_text(t, r, KEY_SEED);

		if (strcmp(seed, "0") == 0 || strcmp(seed, found) == 0)
			continue;
		if (found[0] != '\0')
			return "";
		found = seed;
	}
	return found;
}

/* A column of the key, in new memory: the state "pos-s2-c01" becomes
 * "pos-s1-c01", the seed "2" becomes "1". */
static char *key_column(const struct table *t, size_t row, int column, struct reseeding as)
{
	const char *text = table_text(t, row, column), *place, *rest;
	char mark[32];

	if (as.from[0] == '\0' || (column != KEY_STATE && column != KEY_SEED))
		return text_copy(text);
	if (column == KEY_SEED)
		return text_copy(strcmp(text, as.from) == 0 ? as.to : text);
	snprintf(mark, sizeof mark, "-s%s", as.from);
	place = strstr(text, mark);
	rest = place == NULL ? text : place + strlen(mark);
	if (place == NULL || (*rest != '\0' && *rest != '-'))
		return text_copy(text);
	return text_format("%.*s-s%s%s", (int)(place - text), text, as.to, rest);
}

/* "model,task,state,seed,split,layer,measure", in new memory. */
static char *row_key(const struct table *t, size_t row, struct reseeding as)
{
	char *key = key_column(t, row, 0, as);

	for (int c = 1; key != NULL && c < KEY_COLUMNS; c++) {
		char *column = key_column(t, row, c, as);
		char *longer = column == NULL ? NULL : text_format("%s,%s", key, column);

		free(column);
		free(key);
		key = longer;
	}
	return key;
}

/* The values of a run by key, as a JSON object: jansson's hash table is the
 * one that is at hand. */
static json_t *index_values(const struct table *t, struct reseeding as)
{
	json_t *out = json_object();
	int value = table_column(t, "value");

	for (size_t r = 0; r < t->rows && out != NULL; r++) {
		char *key = row_key(t, r, as);

		if (key == NULL || json_object_set_new(out, key, json_string(table_text(t, r, value))) < 0) {
			json_decref(out);
			out = NULL;
		}
		free(key);
	}
	return out;
}

/* "true" and "false", as linear has them, count as 1 and 0; text that is no
 * number is NaN. */
static double value_of(const json_t *text)
{
	const char *s = json_string_value(text);
	double value;

	if (s == NULL || number_parse(&value, s) < 0)
		return s != NULL && strcmp(s, "true") == 0 ? 1 : s != NULL && strcmp(s, "false") == 0 ? 0 : NAN;
	return value;
}

int compare_runs(const struct table *a, const struct table *b, comparison_tell tell, void *arg, struct error *err)
{
	json_t *left = index_values(a, as_is), *right = index_values(b, as_is), *value;
	const char *key;

	if (left == NULL || right == NULL) {
		json_decref(left);
		json_decref(right);
		return error_memory(err, "results");
	}
	json_object_foreach(left, key, value)
	{
		json_t *other = json_object_get(right, key);
		struct comparison c = { key, value_of(value), other ? value_of(other) : NAN, NAN,
					AGREEMENT_DIFFERENT };

		if (other == NULL)
			c.agreement = AGREEMENT_MISSING;
		else if (json_equal(value, other))
			c.agreement = AGREEMENT_IDENTICAL;
		tell(arg, &c);
	}
	json_object_foreach(right, key, value)
	{
		if (json_object_get(left, key) == NULL)
			tell(arg, &(struct comparison){ key, NAN, value_of(value), NAN, AGREEMENT_MISSING });
	}
	json_decref(left);
	json_decref(right);
	return 0;
}

static void compare_value(const json_t *expected, const json_t *found, struct comparison *c)
{
	c->row = json_string_value(json_object_get(expected, "row"));
	c->expected = json_number_value(json_object_get(expected, "value"));
	c->tolerance = json_number_value(json_object_get(expected, "tolerance"));
	if (json_is_null(json_object_get(expected, "value")))
		c->expected = NAN;
	c->found = found ? value_of(found) : NAN;
	if (found == NULL)
		c->agreement = AGREEMENT_MISSING;
	else if (c->found == c->expected || (isnan(c->found) && isnan(c->expected)))
		c->agreement = AGREEMENT_IDENTICAL;
	else if (fabs(c->found - c->expected) <= c->tolerance)
		c->agreement = AGREEMENT_EQUAL;
	else
		c->agreement = AGREEMENT_DIFFERENT;
}

int compare_reference(const char *reference, const struct table *results, comparison_tell tell, void *arg,
		      struct error *err)
{
	json_t *file, *values, *value, *found = NULL;
	size_t i;
	int rc = -1;

	if (json_read(&file, reference, err) < 0)
		return -1;
	values = json_object_get(file, "values");
	if (!json_is_array(values)) {
		error_set(err, STATUS_INPUT, "%s: no array \"values\"", reference);
		goto done;
	}
	found = index_values(results, as_is);
	if (found == NULL) {
		error_memory(err, "results");
		goto done;
	}
	json_array_foreach(values, i, value)
	{
		const char *row = json_string_value(json_object_get(value, "row"));
		struct comparison c = { 0 };

		if (row == NULL) {
			error_set(err, STATUS_INPUT, "%s: value %zu has no row", reference, i);
			goto done;
		}
		compare_value(value, json_object_get(found, row), &c);
		tell(arg, &c);
	}
	rc = 0;
done:
	json_decref(found);
	json_decref(file);
	return rc;
}

static bool measure_is(const char *measure, const char *list)
{
	size_t length = strlen(measure);

	for (const char *p = strstr(list, measure); p != NULL; p = strstr(p + 1, measure))
		if ((p == list || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
			return true;
	return false;
}

/* What an original's geometry may differ by between kernels; see the header. */
static double fixed_tolerance(const char *measure, double value)
{
	if (measure_is(measure, "divergence similarity cka cka_unbiased rsa neighbours"))
		return 0.005;
	if (measure_is(measure, "clusters conflicts"))
		return fmax(2, 0.02 * fabs(value));
	if (measure_is(measure, "linear majority"))
		return 0;
	return 0.001 * fabs(value);
}

static double spread(const double *values, size_t count)
{
	double mean = 0, sum = 0;

	for (size_t i = 0; i < count; i++)
		mean += values[i] / (double)count;
	for (size_t i = 0; i < count; i++)
		sum += (values[i] - mean) * (values[i] - mean);
	return count > 1 ? sqrt(sum / (double)(count - 1)) : 0;
}

/* The last seven columns of a key hold no commas in state and measure. */
static const char *key_field(const char *key, int field, char out[128])
{
	for (; field > 0 && *key != '\0'; field--)
		key += strcspn(key, ",") + (key[strcspn(key, ",")] == ',');
	snprintf(out, 128, "%.*s", (int)strcspn(key, ","), key);
	return out;
}

static double tolerance_of(const char *key, const double *values, size_t count)
{
	char state[128], measure[128];
	bool accuracy;

	key_field(key, 2, state);
	key_field(key, 6, measure);
	accuracy = measure_is(measure, "accuracy macro_f1 selectivity linear_accuracy linear_train");
	if (strcmp(state, "original") == 0 && !accuracy && !measure_is(measure, "accuracy_sd codelength compression"))
		/* An original that was pre-trained here differs from seed to seed, too. */
		return fmax(fixed_tolerance(measure, values[0]), 3 * spread(values, count));
	return fmax(3 * spread(values, count), accuracy ? 0.01 : 0.001 * fabs(values[0]));
}

static struct reseeding as_first(const struct table *runs, size_t i)
{
	struct reseeding as = { only_seed(&runs[i]), only_seed(&runs[0]) };

	return as.to[0] == '\0' ? as_is : as;
}

int reference_write(const char *experiment, const struct table *runs, size_t count, struct folder *folder,
		    const char *name, struct error *err)
{
	json_t **indexed = array_new(count, 1, sizeof *indexed), *list = json_array(), *file, *text;
	double *values = array_new(count, 1, sizeof *values);
	const char *key;
	int rc = -1;

	for (size_t i = 0; indexed != NULL && i < count; i++)
		indexed[i] = index_values(&runs[i], as_first(runs, i));
	if (indexed == NULL || values == NULL || list == NULL || indexed[count - 1] == NULL) {
		error_memory(err, name);
		goto done;
	}
	json_object_foreach(indexed[0], key, text)
	{
		size_t known = 0;

		for (size_t i = 0; i < count; i++) {
			double value = value_of(json_object_get(indexed[i], key));

			if (isfinite(value))
				values[known++] = value;
		}
		if (isfinite(value_of(text)))
			json_array_append_new(list, json_pack("{s:s, s:f, s:f}", "row", key, "value", value_of(text),
							      "tolerance", tolerance_of(key, values, known)));
	}
	file = json_pack("{s:s, s:I, s:O}", "experiment", experiment, "runs", (json_int_t)count, "values", list);
	rc = file == NULL ? error_memory(err, name) : json_write(folder, name, file, err);
	json_decref(file);
done:
	for (size_t i = 0; indexed != NULL && i < count; i++)
		json_decref(indexed[i]);
	free(indexed);
	free(values);
	json_decref(list);
	return rc;
}
