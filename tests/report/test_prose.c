/* A reader's check: every number of the prose stands where the report's tables
 * have it, whatever the run's numbers are. */
#include "findings/made.h"

#include "report/document.h"
#include "report/page_text.h"
#include "report/say.h"
#include "findings/tabulars.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static void write_all(struct document *d, const struct evidence *e)
{
	static int (*const grids[])(struct tabular *, const struct evidence *,
				    struct error *) = { tabular_divergence, tabular_clusters, tabular_margins,
							tabular_crosstask, tabular_layers };
	static void (*const says[])(struct document *, const struct evidence *) = { say_accuracy, say_clusters,
										    say_margins, say_transfer,
										    say_layers };
	struct error err = { 0 };
	struct tabular g;

	for (size_t i = 0; i < sizeof grids / sizeof grids[0]; i++) {
		says[i](d, e);
		assert_int_equal(grids[i](&g, e, &err), 0);
		document_grid(d, &g, false);
	}
	assert_int_equal(tabular_alignment(&g, e, &err), 0);
	document_grid(d, &g, false);
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

static bool counts(const struct citation *c, const struct tabular *g, size_t row)
{
	double value = made_number(g, row, c->column);

	switch (c->rule) {
	case CITE_NUMBERS:
		return !isnan(value) && (c->other == NULL || !isnan(made_number(g, row, c->other)));
	case CITE_POSITIVE:
		return value > 0;
	case CITE_FALLS:
		return made_number(g, row, c->other) < value;
	case CITE_KNOWN:
		return !made_dash(g, row, c->column) && !made_dash(g, row, c->other);
	case CITE_YES:
		return strcmp(made_cell(g, row, c->column), "yes") == 0 && !made_dash(g, row, c->other);
	default:
		fail_msg("rule %d does not count rows", (int)c->rule);
		return false;
	}
}

/* Of the rows of one run, from `first` to the next run's: the row at which each
 * of three columns is smallest, over rows that have all three. */
static bool smallest(size_t out[3], const struct tabular *g, size_t first, size_t end)
{
	static const char *const columns[] = { "r", "CKA", "RSA" };
	size_t rows = 0;
	bool varied = true;

	for (int i = 0; i < 3; i++) {
		double least = NAN, most = NAN;

		for (size_t row = first; row < end; row++) {
			double v = made_number(g, row, columns[i]);

			if (isnan(made_number(g, row, columns[0]) + made_number(g, row, columns[1]) +
				  made_number(g, row, columns[2])))
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
		snprintf(s.text, sizeof s.text, "%s", made_cell(g, c->row, c->column));
		return s;
	}
	if (c->rule >= CITE_MEASURES)
		return show((double)count_runs(c, g), 0);
	for (size_t row = 0; row < tabular_rows(g); row++) {
		double value = c->rule == CITE_SUM ? made_number(g, row, c->column) : counts(c, g, row);

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
		made_init(&m, &dice, i % 3 == 2 ? 1 : PAIRS, i % 2 == 0 ? 0 : 2 + i % 7);
		check_made(&m);
	}
	made_init(&m, &dice, PAIRS, 0);
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

		made_init(&m, &dice, i % 2 == 0 ? 1 : PAIRS, 0);
		if (i % 2 == 0)
			m.transfers[0].role = "opposing";
		write_all(&d, &m.evidence);
		for (size_t k = 0; k < d.count; k++) {
			texts += d.blocks[k].kind == BLOCK_TEXT;
			if (d.blocks[k].kind != BLOCK_GRID)
				continue;
			assert_int_equal(texts, ++grids < 5 ? 2 : grids == 5 ? 4 : 0);
			texts = 0;
		}
		assert_int_equal(grids, 6);
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
	made_init(&m, &dice, PAIRS, 0);
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

		made_init(&m, &dice, PAIRS, 0);
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

/* One pair and one run are not spoken of in the plural. */
static void test_singular(void **state)
{
	struct dice dice = { 31 };

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct document d = { 0 };
		struct made m;

		made_init(&m, &dice, 1, i % 3 == 0 ? 0 : 4);
		m.transfers[0].role = "related";
		write_all(&d, &m.evidence);
		for (size_t k = 0; k < d.count; k++) {
			const char *text = d.blocks[k].text;

			if (text != NULL && (strstr(text, " 1 pairs") != NULL || strstr(text, " 1 runs") != NULL ||
					     strstr(text, " 1 representations") != NULL))
				fail_msg("%s", text);
		}
		document_release(&d);
	}
}

/* What is no character of XML reaches neither page nor PDF; a text that begins
 * with a letter of several bytes is left as it is. */
static void test_escaped(void **state)
{
	struct prose p = { 0 };

	(void)state;
	page_escape(&p, "a\x01\x1f\x7f"
			"\xc2\x85"
			"b <i>&\"\xff\xef\xbf\xbf 95 % of é");
	assert_string_equal(prose_text(&p), "a    b &lt;i&gt;&amp;&quot;\xef\xbf\xbd\xef\xbf\xbd 95\u00a0% of é");
	prose_release(&p);
	page_capitalised(&p, "fewer <clusters>");
	page_capitalised(&p, "ρ falls");
	page_capitalised(&p, "");
	assert_string_equal(prose_text(&p), "Fewer &lt;clusters&gt;ρ falls");
	prose_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_two_sentences),
		cmocka_unit_test(test_all_fall),
		cmocka_unit_test(test_singular),
		cmocka_unit_test(test_missing_and_undefined),
		cmocka_unit_test(test_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
