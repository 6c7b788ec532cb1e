/* A reader's check of the captions: their numbers are those of the data that is
 * offered beside each drawing. */
#include "written.h"

#include "report/exhibit.h"

/* A drawing, its data, and the report's folder of collected tables. */
struct sight {
	const struct view *view;
	const struct table *data;
	const char *collected;
};

/* The number behind a phrase of the caption equals the value, as far as it is
 * printed. */
static void expect(const struct sight *s, const char *phrase, double value)
{
	const char *at = strstr(s->view->caption, phrase), *start, *point;
	bool minus;
	char *end;
	double found;

	if (at == NULL)
		fail_msg("no \"%s\" in: %s", phrase, s->view->caption);
	start = at + strlen(phrase) + strspn(at + strlen(phrase), " (");
	minus = strncmp(start, "−", strlen("−")) == 0;
	start += minus ? strlen("−") : 0;
	found = strtod(start, &end);
	if (end[-1] == '.') /* of the sentence */
		end--;
	if (end == start)
		fail_msg("no number behind \"%s\" in: %s", phrase, s->view->caption);
	point = memchr(start, '.', (size_t)(end - start));
	found = minus ? -found : found;
	if (!(fabs(found - value) <= 0.5001 * pow(10, point == NULL ? 0 : -(double)(end - point - 1))))
		fail_msg("%s %g, by its data %.17g: %s", phrase, found, value, s->view->caption);
}

static double at(const struct sight *s, size_t row, const char *column)
{
	return table_number_at(s->data, row, column);
}

static void see_divergence(const struct sight *s)
{
	size_t both = 0, fell = 0;

	for (size_t row = 0; row < s->data->rows; row++) {
		both += !isnan(at(s, row, "before") + at(s, row, "after")) ? 1 : 0;
		fell += at(s, row, "after") < at(s, row, "before") ? 1 : 0;
	}
	expect(s, "training and test set fell in", (double)fell);
	expect(s, "of the", (double)both);
	expect(s, "after fine-tuning", (double)s->data->rows);
}

/* A label's rows follow one another, by step. */
static void see_minimum(const struct sight *s)
{
	const struct table *t = s->data;
	size_t labels = 0, grew = 0;
	double most[2] = { 0 }, least[2] = { 0 };

	for (size_t first = 0, end; first < t->rows; first = end) {
		double a, b;

		for (end = first + 1;
		     end < t->rows && strcmp(table_text_at(t, first, "label"), table_text_at(t, end, "label")) == 0;)
			end++;
		a = at(s, first, "distance");
		b = at(s, end - 1, "distance");
		labels++;
		grew += b > a ? 1 : 0;
		if (labels == 1 || b - a > most[1] - most[0]) {
			most[0] = a;
			most[1] = b;
		}
		if (labels == 1 || b - a < least[1] - least[0]) {
			least[0] = a;
			least[1] = b;
		}
	}
	expect(s, "it grew for", (double)grew);
	expect(s, "labels, from", most[0]);
	expect(s, "and from", least[0]);
	assert_int_equal(labels, WORLD_LABELS);
}

static void see_distances(const struct sight *s)
{
	size_t moved = 0;

	if (strstr(s->view->file, "-difference") == NULL)
		return;
	for (size_t row = 0; row < s->data->rows; row++)
		moved += at(s, row, "distance") > 0 ? 1 : 0;
	expect(s, "of the", (double)s->data->rows / 2); /* each pair stands there twice */
	expect(s, "pairs of labels", (double)s->data->rows / 2);
	expect(s, "before and after, and", (double)moved / 2);
}

static void see_layers(const struct sight *s)
{
	const struct table *t = s->data;
	const char *measure = t->header[t->columns - 1];
	bool fewer = strstr(s->view->caption, "; it fell in") != NULL;
	size_t both = 0, moved = 0;
	char phrase[64];

	if (strstr(s->view->caption, "places measured") == NULL)
		return;
	for (size_t a = 0; a < t->rows; a++)
		for (size_t b = 0; b < t->rows; b++) {
			double change = at(s, b, measure) - at(s, a, measure);

			if (strcmp(table_text_at(t, a, "panel"), "before fine-tuning") != 0 ||
			    strcmp(table_text_at(t, b, "panel"), "after fine-tuning") != 0 ||
			    strcmp(table_text_at(t, a, "layer"), table_text_at(t, b, "layer")) != 0 ||
			    strcmp(table_text_at(t, a, "model"), table_text_at(t, b, "model")) != 0 || isnan(change))
				continue;
			both++;
			moved += (fewer ? change < 0 : change > 0) ? 1 : 0;
		}
	expect(s, fewer ? "it fell in" : "it rose in", (double)moved);
	snprintf(phrase, sizeof phrase, "%zu of the", moved);
	expect(s, phrase, (double)both);
}

/* The mean norm at a layer after the last update, from the collected table. */
static double mean_shift(const struct sight *s, long layer)
{
	char *path = path_join(s->collected, "shift.csv");
	struct error err = { 0 };
	double sum = 0, n = 0;
	struct table t;

	assert_int_equal(table_read(&t, path, &err), 0);
	for (size_t row = 0; row < t.rows; row++) {
		char *label = text_format("%s, %s", table_text_at(&t, row, "task"), table_text_at(&t, row, "model"));

		if (strcmp(label, s->view->label) == 0 && (long)table_number_at(&t, row, "layer") == layer &&
		    table_number_at(&t, row, "step") == 100) {
			sum += table_number_at(&t, row, "norm");
			n++;
		}
		free(label);
	}
	table_release(&t);
	free(path);
	return sum / n;
}

static void see_shift(const struct sight *s)
{
	expect(s, "length of the moves is", mean_shift(s, 0));
	expect(s, "at layer 0 and", mean_shift(s, WORLD_LAYERS - 1));
}

static void see_alignment(const struct sight *s)
{
	static const char *const names[] = { "CKA", "RSA" };

	for (size_t i = 0; i < 2; i++)
		for (size_t row = 0; row < s->data->rows; row++)
			if (strcmp(table_text_at(s->data, row, "measure"), names[i]) == 0 &&
			    at(s, row, "layer") == WORLD_LAYERS - 1)
				expect(s, names[i], at(s, row, "value"));
}

/* Behind the last update's loss of each model. */
static void see_loss(const struct sight *s)
{
	const struct table *t = s->data;
	const char *before = "at the end it is";
	char phrase[128];

	for (size_t row = 0; row < t->rows; row++) {
		const char *model = table_text_at(t, row, "model");

		if (row + 1 < t->rows && strcmp(model, table_text_at(t, row + 1, "model")) == 0)
			continue;
		expect(s, before, at(s, row, "loss"));
		snprintf(phrase, sizeof phrase, "for %s,", model);
		before = phrase;
	}
}

static void see_hypothesis(const struct sight *s)
{
	size_t n = 0;

	for (size_t row = 0; row < s->data->rows; row++)
		n += isnan(at(s, row, s->data->header[s->data->columns - 1]) +
			   at(s, row, s->data->header[s->data->columns - 2]))
			     ? 0
			     : 1;
	expect(s, "n =", (double)n);
}

static const struct {
	const char *figure;
	void (*see)(const struct sight *s);
} sights[] = {
	{ "divergence", see_divergence },
	{ "minimum", see_minimum },
	{ "distances", see_distances },
	{ "layers", see_layers },
	{ "shift", see_shift },
	{ "alignment", see_alignment },
	{ "loss", see_loss },
	{ "hypothesis", see_hypothesis },
};

static void see_figure(const struct written *r, const struct report_figure *f, void (*see)(const struct sight *s))
{
	struct error err = { 0 };
	struct exhibit x;

	assert_int_equal(exhibit_read(&x, f->name, f->directory, &err), 0);
	assert_true(x.count > 0);
	for (size_t i = 0; i < x.count; i++) {
		char *path = text_format("%s/%s.csv", f->directory, x.views[i].file);
		struct table data;

		if (table_read(&data, path, &err) < 0)
			fail_msg("%s", err.text);
		see(&(struct sight){ &x.views[i], &data, r->in.collected });
		table_release(&data);
		free(path);
	}
	exhibit_release(&x);
}

static void test_captions(void **state)
{
	const struct written *r = *state;
	size_t seen = 0;

	for (size_t i = 0; i < r->in.figure_count; i++)
		for (size_t k = 0; k < sizeof sights / sizeof sights[0]; k++)
			if (strcmp(r->figures[i].name, sights[k].figure) == 0) {
				see_figure(r, &r->figures[i], sights[k].see);
				seen++;
			}
	assert_int_equal(seen, sizeof sights / sizeof sights[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_captions) };

	return cmocka_run_group_tests(tests, written_setup, written_teardown);
}
