/* A reader's check: every number of the prose stands where the report's tables
 * have it, whatever the run's numbers are. */
#include "support.h"

#include "report/document.h"
#include "report/evidence.h"
#include "report/say.h"
#include "report/tabulars.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static const char *const models[] = { "tiny", "mini" }, *const tasks[] = { "pos", "fxn", "role" };

enum { MODELS = 2, TASKS = 3, PAIRS = MODELS * TASKS, LAYERS = 4, ROWS = PAIRS * LAYERS };

/* Made-up evidence, in hundredths, so that rounding hides no difference. */
struct made {
	struct pair pairs[PAIRS];
	struct transfer transfers[PAIRS];
	struct run runs[PAIRS];
	struct layer layers[ROWS];
	struct evidence evidence;
};

struct dice {
	uint64_t state;
};

static unsigned roll(struct dice *d, unsigned sides)
{
	d->state = d->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(d->state >> 33) % sides;
}

/* Hundredths from low to high; NaN one time in `rare`. */
static double hundredths(struct dice *d, int low, int high, unsigned rare)
{
	double value = low + (int)roll(d, (unsigned)(high - low));

	return rare > 0 && roll(d, rare) == 0 ? NAN : value / 100;
}

static struct side make_side(struct dice *d, unsigned rare)
{
	struct side s = { .accuracy = hundredths(d, 4000, 9900, rare),
			  .sd = 0.25,
			  .labels = 5 + roll(d, 3),
			  .majority = 30.25,
			  .similarity_pairs = 10 + roll(d, 30),
			  .similarity_low = NAN };

	s.shape = (enum known)(rare > 0 && roll(d, rare) < 2 ? roll(d, 2) : KNOWN_DEFINED);
	s.linear = s.shape == KNOWN_DEFINED ? (int)roll(d, 2) : -1;
	s.clusters = s.shape == KNOWN_MISSING ? NAN : s.linear == 1 ? s.labels : s.labels + 1 + roll(d, 50);
	s.likeness = (enum known)(rare > 0 ? roll(d, 3) : KNOWN_DEFINED);
	s.similarity = s.likeness == KNOWN_DEFINED ? hundredths(d, -50, 100, 0) : NAN;
	return s;
}

static void make_layers(struct run *r, struct layer *layers, struct dice *d, unsigned rare)
{
	r->layers = layers;
	r->count = LAYERS;
	for (int i = 0; i < LAYERS; i++) {
		layers[i] = (struct layer){ .layer = i,
					    .clusters_before = 5,
					    .clusters_after = 5,
					    .similarity = hundredths(d, 0, 100, rare),
					    .low = NAN,
					    .cka = hundredths(d, 0, 100, rare),
					    .rsa = hundredths(d, 0, 100, rare),
					    .relative_shift = hundredths(d, 0, 100, rare),
					    .participation = hundredths(d, 100, 400, 0) };
		layers[i].likeness = isnan(layers[i].similarity) ? (enum known)roll(d, 2) : KNOWN_DEFINED;
	}
}

/* `rare`: one value in so many is missing; 0: none. */
static void make(struct made *m, struct dice *d, size_t pairs, unsigned rare)
{
	*m = (struct made){ 0 };
	for (size_t i = 0; i < pairs; i++) {
		struct pair *p = &m->pairs[i];
		const char *model = models[i / TASKS], *task = tasks[i % TASKS];

		*p = (struct pair){ .model = model,
				    .task = task,
				    .before = make_side(d, rare),
				    .after = make_side(d, rare),
				    .p_permutation = 0.1,
				    .p_mcnemar = 0.1,
				    .compared = rare > 0 && roll(d, rare) == 0 ? NAN : 5 };
		p->difference = p->after.accuracy - p->before.accuracy;
		p->grew = isnan(p->compared) ? NAN : (double)roll(d, 6);
		p->change = isnan(p->compared) ? NAN : hundredths(d, -300, 300, 0);
		m->transfers[i] = (struct transfer){ .model = model,
						     .target = "fxn",
						     .source = task,
						     .role = i % TASKS == 1 ? "target" : "related",
						     .change = hundredths(d, -300, 300, rare),
						     .difference = hundredths(d, -900, 900, rare) };
		m->runs[i] = (struct run){ model, task, 1, true, true, NULL, 0 };
		make_layers(&m->runs[i], &m->layers[i * LAYERS], d, rare);
	}
	m->evidence = (struct evidence){ .pairs = m->pairs,
					 .pair_count = pairs,
					 .transfers = m->transfers,
					 .transfer_count = pairs,
					 .runs = m->runs,
					 .run_count = pairs,
					 .layers = m->layers };
}

static void write_all(struct document *d, const struct evidence *e)
{
	static int (*const grids[])(struct tabular *, const struct evidence *,
				    struct error *) = { tabular_divergence, tabular_clusters, tabular_margins,
							tabular_crosstask, tabular_layers };
	static void (*const says[])(struct document *, const struct evidence *) = { say_accuracy, say_clusters,
										    say_margins, say_transfer,
										    say_layers };
	struct error err = { 0 };

	for (size_t i = 0; i < sizeof grids / sizeof grids[0]; i++) {
		struct tabular g;

		says[i](d, e);
		assert_int_equal(grids[i](&g, e, &err), 0);
		document_grid(d, &g, false);
	}
	assert_int_equal(document_check(d, &err), 0);
}

static const struct tabular *find_grid(const struct document *d, const char *id)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->blocks[i].kind == BLOCK_GRID && strcmp(d->blocks[i].grid.id, id) == 0)
			return &d->blocks[i].grid;
	fail_msg("no table %s", id);
	return NULL;
}

static const char *cell(const struct tabular *g, size_t row, const char *column)
{
	for (size_t c = 0; c < g->count; c++) {
		const char *group = g->columns[c].group;
		char *name = text_format("%s%s%s", group == NULL ? "" : group, group == NULL ? "" : ": ",
					 g->columns[c].heading);
		bool same = strcmp(name, column) == 0;

		free(name);
		if (same)
			return tabular_text(g, row, c);
	}
	fail_msg("%s has no column %s", g->id, column);
	return "";
}

/* A cell's number; NaN where it is none. */
static double number(const struct tabular *g, size_t row, const char *column)
{
	const char *text = cell(g, row, column), *sign = "−";
	bool minus = strncmp(text, sign, strlen(sign)) == 0;
	char *end;
	double value = strtod(minus ? text + strlen(sign) : text, &end);

	return *text == '\0' || *end != '\0' ? NAN : minus ? -value : value;
}

static bool dash(const struct tabular *g, size_t row, const char *column)
{
	return strcmp(cell(g, row, column), "–") == 0;
}

static bool counts(const struct citation *c, const struct tabular *g, size_t row)
{
	double value = number(g, row, c->column);

	switch (c->rule) {
	case CITE_NUMBERS:
		return !isnan(value) && (c->other == NULL || !isnan(number(g, row, c->other)));
	case CITE_POSITIVE:
		return value > 0;
	case CITE_FALLS:
		return number(g, row, c->other) < value;
	case CITE_KNOWN:
		return !dash(g, row, c->column) && !dash(g, row, c->other);
	case CITE_YES:
		return strcmp(cell(g, row, c->column), "yes") == 0 && !dash(g, row, c->other);
	default:
		fail_msg("rule %d does not count rows", (int)c->rule);
		return false;
	}
}

/* Of the rows of one run, from `first` to the next run's: the row at which each
 * of three columns is smallest, over rows that have all three. */
static bool smallest(size_t out[3], const struct tabular *g, size_t first, size_t end)
{
	static const char *const columns[] = { "Similarity to the original: r", "Similarity to the original: CKA",
					       "Similarity to the original: RSA" };
	size_t rows = 0;
	bool varied = true;

	for (int i = 0; i < 3; i++) {
		double least = NAN, most = NAN;

		for (size_t row = first; row < end; row++) {
			double v = number(g, row, columns[i]);

			if (isnan(number(g, row, columns[0]) + number(g, row, columns[1]) +
				  number(g, row, columns[2])))
				continue;
			rows++;
			if (!(v >= least)) {
				least = v;
				out[i] = row;
			}
			most = fmax(most, v);
		}
		varied = varied && least < most;
	}
	return rows >= 2 * 3 && varied;
}

static size_t count_runs(const struct citation *c, const struct tabular *g)
{
	size_t total = 0;

	for (size_t first = 0, end; first < tabular_rows(g); first = end) {
		size_t at[3] = { 0 };

		for (end = first + 1; end < tabular_rows(g) && tabular_repeats(g, end, 2);)
			end++;
		if (!smallest(at, g, first, end))
			continue;
		total += c->rule == CITE_MEASURES ||
			 (at[0] == at[1] && at[1] == at[2] && (c->rule == CITE_AGREE || at[0] + 1 == end));
	}
	return total;
}

/* What a reader of the table would write. */
static struct shown expected(const struct citation *c, const struct tabular *g)
{
	double total = 0;
	struct shown s;

	if (c->rule == CITE_CELL) {
		snprintf(s.text, sizeof s.text, "%s", cell(g, c->row, c->column));
		return s;
	}
	if (c->rule >= CITE_MEASURES)
		return show((double)count_runs(c, g), 0);
	for (size_t row = 0; row < tabular_rows(g); row++) {
		double value = c->rule == CITE_SUM ? number(g, row, c->column) : counts(c, g, row);

		total += isnan(value) ? 0 : value;
	}
	return show(total, 0);
}

static bool is_part(char c)
{
	return isdigit((unsigned char)c) || c == '.';
}

/* Blanks the first occurrence of a number that is not a part of another. */
static bool strike(char *text, const char *number)
{
	size_t n = strlen(number);

	for (char *at = text; (at = strstr(at, number)) != NULL; at++) {
		bool starts = at == text ||
			      (!is_part(at[-1]) && at[-1] != '+' && (at - text < 3 || strncmp(at - 3, "−", 3) != 0));
		bool ends = !isdigit((unsigned char)at[n]) && !(at[n] == '.' && isdigit((unsigned char)at[n + 1]));

		if (!starts || !ends)
			continue;
		memset(at, '_', n);
		return true;
	}
	return false;
}

static size_t check_block(const struct document *d, size_t block)
{
	char *text = text_copy(d->blocks[block].text);
	size_t citations = 0;

	for (size_t i = 0; i < d->citation_count; i++) {
		const struct citation *c = &d->citations[i];

		if (c->block != block)
			continue;
		citations++;
		assert_string_equal(c->number.text, expected(c, find_grid(d, c->table)).text);
		if (!strike(text, c->number.text))
			fail_msg("no %s in \"%s\"", c->number.text, d->blocks[block].text);
	}
	if (strpbrk(text, "0123456789") != NULL)
		fail_msg("a number of \"%s\" has no source", d->blocks[block].text);
	free(text);
	return citations;
}

static size_t check_made(const struct made *m)
{
	struct document d = { 0 };
	size_t citations = 0;

	write_all(&d, &m->evidence);
	for (size_t i = 0; i < d.count; i++)
		if (d.blocks[i].kind == BLOCK_TEXT || d.blocks[i].kind == BLOCK_MISSING)
			citations += check_block(&d, i);
	assert_int_equal(citations, d.citation_count);
	document_release(&d);
	return citations;
}

static void test_numbers(void **state)
{
	struct dice dice = { 12345 };
	struct made m;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		make(&m, &dice, i % 3 == 2 ? 1 : PAIRS, i % 2 == 0 ? 0 : 2 + i % 7);
		check_made(&m);
	}
	make(&m, &dice, PAIRS, 0);
	assert_true(check_made(&m) >= 38);
}

/* Two sentences a question, four about the layers, when nothing is missing. */
static void test_two_sentences(void **state)
{
	struct dice dice = { 4711 };

	(void)state;
	for (int i = 0; i < 50; i++) {
		struct document d = { 0 };
		struct made m;
		size_t texts = 0, grids = 0;

		make(&m, &dice, i % 2 == 0 ? 1 : PAIRS, 0);
		if (i % 2 == 0)
			m.transfers[0].role = "opposing";
		write_all(&d, &m.evidence);
		for (size_t k = 0; k < d.count; k++) {
			texts += d.blocks[k].kind == BLOCK_TEXT;
			if (d.blocks[k].kind != BLOCK_GRID)
				continue;
			assert_int_equal(texts, ++grids < 5 ? 2 : 4);
			texts = 0;
		}
		assert_int_equal(grids, 5);
		document_release(&d);
	}
}

/* Every pair falls: nothing is said to rise. */
static void test_all_fall(void **state)
{
	struct dice dice = { 99 };
	struct document d = { 0 };
	struct made m;

	(void)state;
	make(&m, &dice, PAIRS, 0);
	for (size_t i = 0; i < PAIRS; i++) {
		m.pairs[i].after.accuracy = m.pairs[i].before.accuracy - 1 - (double)i;
		m.pairs[i].difference = -1 - (double)i;
	}
	check_made(&m);
	say_accuracy(&d, &m.evidence);
	assert_non_null(strstr(d.blocks[0].text, "raises the accuracy of the probe in 0 of 6 pairs"));
	assert_non_null(strstr(d.blocks[0].text, "reach from −6.00 points (role on mini"));
	assert_non_null(strstr(d.blocks[0].text, "to −1.00 points (pos on tiny"));
	document_release(&d);
}

/* What is missing is not called undefined, nor the other way round. */
static void test_missing_and_undefined(void **state)
{
	struct dice dice = { 7 };
	struct made m;

	(void)state;
	for (int undefined = 0; undefined < 2; undefined++) {
		enum known state_of = undefined ? KNOWN_UNDEFINED : KNOWN_MISSING;
		struct document d = { 0 };

		make(&m, &dice, PAIRS, 0);
		for (size_t i = 0; i < PAIRS; i++) {
			m.pairs[i].after.likeness = state_of;
			m.pairs[i].after.similarity = NAN;
		}
		for (size_t i = 0; i < ROWS; i++) {
			m.layers[i].similarity = NAN;
			m.layers[i].likeness = state_of;
		}
		check_made(&m);
		say_accuracy(&d, &m.evidence);
		say_layers(&d, &m.evidence);
		assert_int_equal(d.blocks[1].kind, undefined ? BLOCK_TEXT : BLOCK_MISSING);
		assert_int_equal(d.blocks[2].kind, undefined ? BLOCK_TEXT : BLOCK_MISSING);
		assert_non_null(
			strstr(d.blocks[1].text, undefined ? "in none of the 6 pairs" : "measured in no pair"));
		assert_non_null(strstr(d.blocks[2].text, undefined ? "separable both" : "measured in no run"));
		document_release(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_two_sentences),
		cmocka_unit_test(test_all_fall),
		cmocka_unit_test(test_missing_and_undefined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
