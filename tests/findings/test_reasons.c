/* A reader's check of the claims: from the tables as they are printed, each
 * claim's numbers and its verdict come out as the report has them, signs
 * included, whatever the run's numbers are. */
#include "made.h"

#include "findings/decide.h"
#include "findings/tabulars.h"

#include <ctype.h>

static const char BEFORE[] = "Train/test similarity: before", AFTER[] = "Train/test similarity: after";

/* The numbers a reader would write, in their order, and the verdict. */
struct reading {
	struct shown numbers[256];
	size_t count;
	enum verdict verdict;
};

static void put(struct reading *r, struct shown number)
{
	assert_true(r->count < 256);
	if (strpbrk(number.text, "0123456789") != NULL)
		r->numbers[r->count++] = number;
}

static void put_count(struct reading *r, size_t count)
{
	put(r, show((double)count, 0));
}

static void put_cell(struct reading *r, const struct tabular *g, size_t row, const char *column)
{
	struct shown s;

	snprintf(s.text, sizeof s.text, "%s", made_cell(g, row, column));
	put(r, s);
}

/* "2 of 6 pairs missing" */
static void put_missing(struct reading *r, size_t missing, const struct tabular *g)
{
	if (missing == 0)
		return;
	put_count(r, missing);
	put_count(r, tabular_rows(g));
}

static bool text_is(const struct tabular *g, size_t row, const char *column, const char *text)
{
	return strcmp(made_cell(g, row, column), text) == 0;
}

/* Numbers that are found while rows are read, to be put behind the counts. */
static void put_all(struct reading *r, const struct reading *list)
{
	for (size_t i = 0; i < list->count; i++)
		put(r, list->numbers[i]);
}

static enum verdict of_every(size_t holding, size_t failing, size_t missing)
{
	return failing > 0 ? VERDICT_FAILS : missing > 0 || holding == 0 ? VERDICT_UNDECIDED : VERDICT_HOLDS;
}

static void read_accuracy(struct reading *r, const struct tabular *g)
{
	size_t rose = 0, known = 0, rows = tabular_rows(g);
	struct reading list = { 0 };

	for (size_t row = 0; row < rows; row++) {
		double change = made_number(g, row, "Accuracy, %: change");

		known += isnan(change) ? 0 : 1;
		rose += change > 0;
		if (isnan(change) || change > 0)
			continue;
		put_cell(&list, g, row, "Accuracy, %: before");
		put_cell(&list, g, row, "Accuracy, %: after");
	}
	if (known == 0)
		return;
	put_count(r, rose);
	put_count(r, known);
	put(r, show(100 * (double)rose / (double)known, 1));
	put_all(r, &list);
	put_missing(r, rows - known, g);
	r->verdict = 10 * rose >= 9 * rows                    ? VERDICT_HOLDS
		     : 10 * (rose + rows - known) >= 9 * rows ? VERDICT_UNDECIDED
							      : VERDICT_FAILS;
}

static void read_divergence(struct reading *r, const struct tabular *g)
{
	size_t fell = 0, others = 0, missing = 0;
	struct reading list = { 0 };

	for (size_t row = 0; row < tabular_rows(g); row++) {
		if (text_is(g, row, BEFORE, "undefined") || text_is(g, row, AFTER, "undefined"))
			continue;
		if (made_dash(g, row, BEFORE) || made_dash(g, row, AFTER)) {
			missing++;
		} else if (made_number(g, row, AFTER) < made_number(g, row, BEFORE)) {
			fell++;
		} else {
			others++;
			put_cell(&list, g, row, BEFORE);
			put_cell(&list, g, row, AFTER);
		}
	}
	if (fell + others > 0) {
		put_count(r, fell);
		put_count(r, fell + others);
	}
	put_all(r, &list);
	put_missing(r, missing, g);
	r->verdict = of_every(fell, others, missing);
}

static void read_least_similar(struct reading *r, const struct tabular *g)
{
	size_t fallen = 0, undefined = 0, missing = 0, unprobed = 0, unseen = 0;
	double largest = -INFINITY, smallest = INFINITY;
	struct reading list = { 0 };

	for (size_t row = 0; row < tabular_rows(g); row++) {
		double change = made_number(g, row, "Accuracy, %: change"), similarity = made_number(g, row, AFTER);

		if (isnan(change) || made_dash(g, row, AFTER)) {
			missing++;
			unprobed += isnan(change) ? 1 : 0;
			unseen += change < 0 ? 1 : 0;
		} else if (change < 0) {
			fallen++;
			undefined += isnan(similarity) ? 1 : 0;
			put_cell(&list, g, row, AFTER);
			largest = fmax(largest, similarity);
		} else {
			smallest = fmin(smallest, similarity);
		}
	}
	put_all(r, &list);
	if (undefined > 0)
		put_count(r, undefined);
	else if (fallen > 0 && !isinf(smallest))
		put(r, show(smallest, 2));
	put_missing(r, fallen + unseen == 0 ? unprobed : missing, g);
	if (fallen > 0 && undefined == 0)
		r->verdict = largest > smallest                 ? VERDICT_FAILS
			     : missing == 0 && !isinf(smallest) ? VERDICT_HOLDS
								: VERDICT_UNDECIDED;
}

static void read_clusters(struct reading *r, const struct tabular *g)
{
	size_t fewer = 0, others = 0, missing = 0;
	struct reading list = { 0 };

	for (size_t row = 0; row < tabular_rows(g); row++) {
		double before = made_number(g, row, "Clusters: before"),
		       after = made_number(g, row, "Clusters: after");

		if (made_dash(g, row, "Linear: before")) {
			missing++;
		} else if (!text_is(g, row, "Linear: before", "no")) {
			continue;
		} else if (isnan(after)) {
			missing++;
		} else if (after < before) {
			fewer++;
		} else {
			others++;
			put_cell(&list, g, row, "Clusters: before");
			put_cell(&list, g, row, "Clusters: after");
		}
	}
	if (fewer + others > 0) {
		put_count(r, fewer);
		put_count(r, fewer + others);
	}
	put_all(r, &list);
	put_missing(r, missing, g);
	r->verdict = of_every(fewer, others, missing);
}

static void read_growth(struct reading *r, const struct tabular *g)
{
	size_t pairs = 0, missing = 0;
	double grew = 0, compared = 0;

	for (size_t row = 0; row < tabular_rows(g); row++) {
		const char *before = made_cell(g, row, "separable before"),
			   *after = made_cell(g, row, "separable after");
		double labels = made_number(g, row, "Labels: compared");

		if (strcmp(before, "–") == 0 || strcmp(after, "–") == 0)
			missing += strcmp(before, "no") != 0 && strcmp(after, "no") != 0;
		if (strcmp(before, "yes") != 0 || strcmp(after, "yes") != 0)
			continue;
		pairs++;
		compared += isnan(labels) ? 0 : labels;
		grew += isnan(labels) ? 0 : made_number(g, row, "Labels: grew");
	}
	if (compared > 0) {
		put(r, show(grew, 0));
		put(r, show(compared, 0));
		put(r, show(100 * grew / compared, 1));
		put_count(r, pairs);
	}
	put_missing(r, missing, g);
	if (compared > 0 && missing == 0)
		r->verdict = 10 * grew >= 9 * compared ? VERDICT_HOLDS : VERDICT_FAILS;
}

static int sign(double x)
{
	return (x > 0) - (x < 0);
}

static void read_transfer(struct reading *r, const struct tabular *g)
{
	static const char DISTANCE[] = "Minimum distance: mean change", ACCURACY[] = "Accuracy, %: change";
	size_t holding = 0, failing = 0, missing = 0;
	struct reading list = { 0 };

	for (size_t row = 0; row < tabular_rows(g); row++) {
		double distance = made_number(g, row, DISTANCE), accuracy = made_number(g, row, ACCURACY);

		if (isnan(distance) || isnan(accuracy)) {
			missing++;
		} else if (sign(distance) == sign(accuracy) && distance != 0 &&
			   !(distance < 0 && text_is(g, row, "Role", "related")) &&
			   !(distance > 0 && text_is(g, row, "Role", "opposing"))) {
			holding++;
		} else {
			failing++;
			put_cell(&list, g, row, DISTANCE);
			put_cell(&list, g, row, ACCURACY);
		}
	}
	if (holding + failing > 0) {
		put_count(r, holding);
		put_count(r, holding + failing);
	}
	put_all(r, &list);
	if (missing > 0)
		put_count(r, missing);
	r->verdict = of_every(holding, failing, missing);
}

/* Twice the rank of a value among others, the mean of equal ones. */
static int rank_of(const double *values, size_t n, double value)
{
	int rank = 1;

	for (size_t i = 0; i < n; i++)
		rank += 2 * (values[i] < value) + (values[i] == value);
	return rank;
}

/* Spearman's correlation of layer and column over a run's rows, where there is a
 * number; NaN for fewer than three, or where all are the same. */
static double correlation(const struct tabular *g, size_t first, size_t end, const char *column)
{
	double x[LAYERS], y[LAYERS];
	long sum = 0, xy = 0, xx = 0, yy = 0;
	size_t n = 0;

	for (size_t row = first; row < end; row++) {
		x[n] = made_number(g, row, "Layer");
		y[n] = made_number(g, row, column);
		n += isnan(y[n]) ? 0 : 1;
	}
	for (size_t i = 0; i < n; i++)
		sum += rank_of(x, n, x[i]);
	for (size_t i = 0; i < n; i++) {
		long a = (long)n * rank_of(x, n, x[i]) - sum, b = (long)n * rank_of(y, n, y[i]) - sum;

		xy += a * b;
		xx += a * a;
		yy += b * b;
	}
	return n < 3 || yy == 0 ? NAN : (double)xy / sqrt((double)xx * (double)yy);
}

/* One run's rows: from `first` to the return value. */
static size_t run_end(const struct tabular *g, size_t first)
{
	size_t end = first + 1;

	while (end < tabular_rows(g) && tabular_repeats(g, end, 2))
		end++;
	return end;
}

static void read_layers(struct reading *r, const struct tabular *g)
{
	size_t holding = 0, failing = 0;
	struct reading list = { 0 };

	for (size_t first = 0, end; first < tabular_rows(g); first = end) {
		double rho;

		end = run_end(g, first);
		rho = correlation(g, first, end, "Similarity to the original: r");
		holding += rho < 0;
		if (isnan(rho) || rho < 0)
			continue;
		failing++;
		put(&list, show(rho, 2));
	}
	if (holding + failing > 0) {
		put_count(r, holding);
		put_count(r, holding + failing);
	}
	put_all(r, &list);
	r->verdict = of_every(holding, failing, 0);
}

static void read_top_layer(struct reading *r, const struct tabular *g)
{
	size_t holding = 0, failing = 0;
	double smallest = INFINITY;
	struct reading list = { 0 };

	for (size_t first = 0, end; first < tabular_rows(g); first = end) {
		double similarity;

		end = run_end(g, first);
		similarity = made_number(g, end - 1, "Similarity to the original: r");
		smallest = fmin(smallest, similarity);
		holding += similarity > 0.5;
		if (isnan(similarity) || similarity > 0.5)
			continue;
		failing++;
		put_cell(&list, g, end - 1, "Similarity to the original: r");
	}
	r->verdict = of_every(holding, failing, 0);
	if (holding + failing == 0)
		return;
	put(r, show(0.5, 1)); /* the claim's own */
	put_count(r, holding);
	put_count(r, holding + failing);
	put(r, show(smallest, 2));
	put_all(r, &list);
}

static void read_displacement(struct reading *r, const struct tabular *g)
{
	size_t holding = 0, failing = 0;
	struct reading list = { 0 };

	for (size_t first = 0, end; first < tabular_rows(g); first = end) {
		double moved, spread;

		end = run_end(g, first);
		moved = correlation(g, first, end, "Displacement: relative norm");
		spread = correlation(g, first, end, "Displacement: directions");
		holding += moved > 0 && spread > 0;
		if (!(moved <= 0 || spread <= 0))
			continue;
		failing++;
		put(&list, show(moved, 2));
		put(&list, show(spread, 2));
	}
	if (holding + failing > 0) {
		put_count(r, holding);
		put_count(r, holding + failing);
	}
	put_all(r, &list);
	r->verdict = of_every(holding, failing, 0);
}

/* The text's numbers with their signs. */
static void numbers_of(struct reading *out, const char *text)
{
	for (const char *p = text; *p != '\0';) {
		size_t length = strspn(p, "0123456789."), minus = strlen("−");
		struct shown s;

		if (!isdigit((unsigned char)*p)) {
			p++;
			continue;
		}
		length -= p[length - 1] == '.';
		if (p - text >= (long)minus && strncmp(p - minus, "−", minus) == 0)
			snprintf(s.text, sizeof s.text, "−%.*s", (int)length, p);
		else
			snprintf(s.text, sizeof s.text, "%s%.*s", p > text && p[-1] == '+' ? "+" : "", (int)length,
				 p);
		put(out, s);
		p += length;
	}
}

static const struct claim_reader {
	const char *name;
	enum verdict (*decide)(struct prose *why, const struct evidence *e);
	int (*table)(struct tabular *, const struct evidence *, struct error *);
	void (*read)(struct reading *r, const struct tabular *g);
} readers[] = {
	{ "accuracy", decide_accuracy, tabular_divergence, read_accuracy },
	{ "divergence", decide_divergence, tabular_divergence, read_divergence },
	{ "least similar", decide_least_similar, tabular_divergence, read_least_similar },
	{ "clusters", decide_clusters, tabular_clusters, read_clusters },
	{ "growth", decide_growth, tabular_margins, read_growth },
	{ "transfer", decide_transfer, tabular_crosstask, read_transfer },
	{ "layers", decide_layers, tabular_layers, read_layers },
	{ "top layer", decide_top_layer, tabular_layers, read_top_layer },
	{ "displacement", decide_displacement, tabular_layers, read_displacement },
};

static void check_reader(const struct claim_reader *c, const struct evidence *e, size_t seen[VERDICTS])
{
	struct reading expected = { .verdict = VERDICT_UNDECIDED }, found = { 0 };
	struct prose why = { 0 };
	struct error err = { 0 };
	struct tabular g;

	assert_int_equal(c->table(&g, e, &err), 0);
	c->read(&expected, &g);
	found.verdict = c->decide(&why, e);
	numbers_of(&found, prose_text(&why));
	if (found.verdict != expected.verdict)
		fail_msg("%s %s, by its table it %s: %s", c->name, verdict_name(found.verdict),
			 verdict_name(expected.verdict), prose_text(&why));
	if (found.count != expected.count)
		fail_msg("%s: %zu numbers, expected %zu: %s", c->name, found.count, expected.count, prose_text(&why));
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(found.numbers[i].text, expected.numbers[i].text) != 0)
			fail_msg("%s: %s, by its table %s: %s", c->name, found.numbers[i].text,
				 expected.numbers[i].text, prose_text(&why));
	seen[found.verdict]++;
	prose_release(&why);
	tabular_release(&g);
}

/* As in the paper: all rise, grow, and move more in higher layers, unless that is
 * not known. */
static void behave(struct made *m, bool moved)
{
	for (size_t i = 0; i < m->evidence.pair_count; i++) {
		struct pair *p = &m->pairs[i];

		p->after.accuracy = p->before.accuracy + 1.25;
		p->difference = p->after.accuracy - p->before.accuracy;
		p->grew = p->compared;
	}
	for (size_t i = 0; i < ROWS; i++) {
		m->layers[i].relative_shift = moved ? (double)m->layers[i].layer : NAN;
		m->layers[i].participation = 1 + (double)m->layers[i].layer;
	}
}

static void test_claims(void **state)
{
	struct dice dice = { 2022 };
	struct made m;

	(void)state;
	for (size_t c = 0; c < sizeof readers / sizeof readers[0]; c++) {
		size_t seen[VERDICTS] = { 0 };

		for (unsigned i = 0; i < 400; i++) {
			made_init(&m, &dice, i % 4 == 3 ? 1 + i % PAIRS : PAIRS, i % 2 == 0 ? 0 : 2 + i % 7);
			if (i % 5 == 0)
				behave(&m, i % 10 == 0);
			check_reader(&readers[c], &m.evidence, seen);
		}
		/* Each verdict was there, so that none is told from the others by chance. */
		if (seen[VERDICT_HOLDS] == 0 || seen[VERDICT_FAILS] == 0 || seen[VERDICT_UNDECIDED] == 0)
			fail_msg("%s: %zu hold, %zu fail, %zu undecided", readers[c].name, seen[VERDICT_HOLDS],
				 seen[VERDICT_FAILS], seen[VERDICT_UNDECIDED]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_claims) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
