/* Each claim, each verdict; and the paper's own table. */
#include "support.h"

#include "findings/claims.h"
#include "findings/decide.h"

#include <math.h>
#include <string.h>

static struct evidence paper(void)
{
	struct evidence e;
	struct error err = { 0 };

	if (evidence_read_pairs(&e, ASSETS "/paper-table7.csv", &err) < 0)
		fail_msg("%s", err.text);
	return e;
}

static void check(enum verdict (*decide)(struct prose *, const struct evidence *), const struct evidence *e,
		  enum verdict expected, const char *part)
{
	struct prose why = { 0 };
	enum verdict verdict = decide(&why, e);

	if (verdict != expected || strstr(prose_text(&why), part) == NULL)
		fail_msg("%s: %s, expected %s with \"%s\"", verdict_name(verdict), prose_text(&why),
			 verdict_name(expected), part);
	prose_release(&why);
}

static void test_paper(void **state)
{
	struct evidence e = paper();

	(void)state;
	assert_int_equal(e.pair_count, 25);
	check(decide_accuracy, &e, VERDICT_HOLDS,
	      "accuracy rises in 24 of 25 pairs (96.0 %); not for ps-fxn on bert-small (86.26 → 85.08)");
	check(decide_divergence, &e, VERDICT_HOLDS, "falls in 16 of the 16 pairs");
	check(decide_least_similar, &e, VERDICT_HOLDS,
	      "ps-fxn on bert-small (0.44); the smallest similarity of the other pairs is 0.52");
	check(decide_clusters, &e, VERDICT_HOLDS, "in 9 of the 9 pairs");
	check(decide_growth, &e, VERDICT_UNDECIDED, "no pair with measured labels");
	check(decide_transfer, &e, VERDICT_UNDECIDED, "no cross-task part");
	evidence_release(&e);
}

/* What the report says of the paper beside each claim is what its table gives. */
static void test_paper_effects(void **state)
{
	static const char *const beside[] = { ": %s %%, 24 of 25 pairs", ": %s at the most; 16 of 16",
					      ": %s, for the one pair", ": %s at the most; 9 of 9" };
	static const int digits[] = { 1, 3, 3, 1 };
	struct evidence e = paper();
	struct error err = { 0 };
	struct claims c;

	(void)state;
	assert_int_equal(claims_decide(&c, &e, &err), 0);
	for (int i = 0; i < 4; i++) {
		char *said = text_format(beside[i], (i == 0 ? show(c.items[i].effect.value, digits[i])
							    : show_signed(c.items[i].effect.value, digits[i]))
							    .text);

		if (strstr(c.items[i].certainty, said) == NULL)
			fail_msg("%s: expected \"%s\"", c.items[i].certainty, said);
		free(said);
	}
	claims_release(&c);
	evidence_release(&e);
}

static struct pair *find(struct evidence *e, const char *model, const char *task)
{
	for (size_t i = 0; i < e->pair_count; i++)
		if (strcmp(e->pairs[i].model, model) == 0 && strcmp(e->pairs[i].task, task) == 0)
			return &e->pairs[i];
	fail_msg("no %s on %s", task, model);
	return NULL;
}

static void test_accuracy(void **state)
{
	struct evidence e = paper();

	(void)state;
	/* 23 of 25 are nine tenths, 22 are not. */
	find(&e, "bert-base", "pos")->difference = -0.25;
	check(decide_accuracy, &e, VERDICT_HOLDS, "23 of 25 pairs (92.0 %)");
	find(&e, "bert-base", "dep")->difference = 0;
	check(decide_accuracy, &e, VERDICT_FAILS, "22 of 25 pairs (88.0 %)");
	/* One that is missing might have risen. */
	find(&e, "bert-base", "dep")->difference = NAN;
	check(decide_accuracy, &e, VERDICT_UNDECIDED, "22 of 24 pairs (91.7 %)");
	check(decide_accuracy, &e, VERDICT_UNDECIDED, "1 of 25 pairs missing");
	for (size_t i = 0; i < e.pair_count; i++)
		e.pairs[i].difference = NAN;
	check(decide_accuracy, &e, VERDICT_UNDECIDED, "no pair has an accuracy before and after");
	evidence_release(&e);
}

static void test_divergence(void **state)
{
	struct evidence e = paper();
	struct pair *p = find(&e, "bert-mini", "dep");

	(void)state;
	p->after.likeness = KNOWN_MISSING;
	check(decide_divergence, &e, VERDICT_UNDECIDED, "1 of 25 pairs missing");
	p->after.likeness = KNOWN_UNDEFINED;
	check(decide_divergence, &e, VERDICT_HOLDS, "15 of the 15 pairs");
	p->after.likeness = KNOWN_DEFINED;
	p->after.similarity = 0.93; /* as before: not less */
	check(decide_divergence, &e, VERDICT_FAILS, "not for dep on bert-mini (0.93 → 0.93)");
	find(&e, "bert-mini", "ps-fxn")->after.likeness = KNOWN_MISSING;
	check(decide_divergence, &e, VERDICT_FAILS, "missing"); /* one that rose is enough */
	for (size_t i = 0; i < e.pair_count; i++)
		e.pairs[i].before.likeness = KNOWN_UNDEFINED;
	check(decide_divergence, &e, VERDICT_UNDECIDED, "no pair has a similarity");
	evidence_release(&e);
}

static void test_least_similar(void **state)
{
	struct evidence e = paper();
	struct pair *fallen = find(&e, "bert-small", "ps-fxn");

	(void)state;
	fallen->after.similarity = 0.521; /* above bert-base's ps-role, 0.52 */
	check(decide_least_similar, &e, VERDICT_FAILS, "the smallest similarity of the other pairs is 0.52");
	fallen->after.similarity = 0.44;
	find(&e, "bert-tiny", "dep")->difference = NAN;
	check(decide_least_similar, &e, VERDICT_UNDECIDED, "1 of 25 pairs missing");
	fallen->after.likeness = KNOWN_UNDEFINED;
	check(decide_least_similar, &e, VERDICT_UNDECIDED, "is undefined for 1 of these");
	fallen->difference = 0.5;
	check(decide_least_similar, &e, VERDICT_UNDECIDED, "accuracy fell in no pair");
	evidence_release(&e);
}

static void test_clusters(void **state)
{
	struct evidence e = paper();
	struct pair *p = find(&e, "bert-base", "trec50");

	(void)state;
	p->after.clusters = 162;
	check(decide_clusters, &e, VERDICT_FAILS, "not for trec50 on bert-base (162 → 162)");
	p->after.clusters = NAN;
	check(decide_clusters, &e, VERDICT_UNDECIDED,
	      "in 8 of the 8 pairs that are not linearly separable before; 1 of 25");
	for (size_t i = 0; i < e.pair_count; i++)
		e.pairs[i].before.linear = 1;
	check(decide_clusters, &e, VERDICT_UNDECIDED, "every original representation is linearly separable already");
	evidence_release(&e);
}

static void test_growth(void **state)
{
	struct evidence e = paper();

	(void)state;
	for (size_t i = 0; i < e.pair_count; i++) {
		e.pairs[i].compared = 10;
		e.pairs[i].grew = 9;
	}
	check(decide_growth, &e, VERDICT_HOLDS, "for 144 of 160 labels (90.0 %) in 16 pairs");
	find(&e, "bert-base", "pos")->grew = 8;
	check(decide_growth, &e, VERDICT_FAILS, "for 143 of 160 labels (89.4 %)");
	find(&e, "bert-base", "dep")->after = (struct side){ .linear = -1, .shape = KNOWN_MISSING };
	check(decide_growth, &e, VERDICT_UNDECIDED, "1 of 25 pairs missing");
	evidence_release(&e);
}

static void test_transfer(void **state)
{
	struct transfer items[] = {
		{ "m", "fxn", "fxn", "target", 40, 38, 2, 1.25, 80, 84, 4, NAN, NAN, NAN },
		{ "m", "fxn", "role", "related", 40, 30, 10, 0.5, 80, 80.5, 0.5, NAN, NAN, NAN },
		{ "m", "fxn", "pos", "opposing", 40, 5, 35, -1.68, 80, 76, -4, NAN, NAN, NAN },
	};
	struct evidence e = { .transfers = items, .transfer_count = 3 };

	(void)state;
	check(decide_transfer, &e, VERDICT_HOLDS, "for 3 of 3 sources");
	items[0].difference = -1; /* opposite signs */
	check(decide_transfer, &e, VERDICT_FAILS, "fxn from fxn on m (distance +1.25, accuracy −1.00)");
	items[0].difference = 4;
	items[2].difference = NAN;
	check(decide_transfer, &e, VERDICT_UNDECIDED, "1 source is missing");
	items[2].difference = 4;
	items[2].change = 1.68; /* the same sign, the wrong way */
	check(decide_transfer, &e, VERDICT_FAILS, "fxn from pos on m (distance +1.68, accuracy +4.00)");
}

static void test_layers(void **state)
{
	struct layer rows[] = {
		{ .layer = 0, .similarity = 0.99, .relative_shift = 0.11, .participation = 1.5 },
		{ .layer = 1, .similarity = 0.83, .relative_shift = 0.13, .participation = 1.7 },
		{ .layer = 2, .similarity = 0.62, .relative_shift = 0.29, .participation = 2.25 },
	};
	struct run runs[] = { { "m", "pos", 1, true, true, rows, 3, "pos-s1-c03" },
			      { "m", "dep", 1, true, true, rows, 3, "dep-s1-c03" } };
	struct evidence e = { .runs = runs, .run_count = 2 };

	(void)state;
	check(decide_layers, &e, VERDICT_HOLDS, "in 2 of 2 runs");
	check(decide_top_layer, &e, VERDICT_HOLDS,
	      "in 2 of the 2 runs where it is defined, and is 0.62 where it is smallest");
	check(decide_displacement, &e, VERDICT_HOLDS, "in 2 of 2 runs");

	runs[1].has_similarity = runs[1].has_scale = false;
	check(decide_layers, &e, VERDICT_UNDECIDED, "1 run is missing");
	check(decide_top_layer, &e, VERDICT_UNDECIDED, "1 run is missing");
	check(decide_displacement, &e, VERDICT_UNDECIDED, "1 run is missing");

	runs[1].has_similarity = runs[1].has_scale = true;
	runs[1].count = 2; /* too few layers to decide that run; the other one does */
	check(decide_layers, &e, VERDICT_HOLDS, "undecided for dep on m");
	check(decide_displacement, &e, VERDICT_HOLDS, "undecided for dep on m");
	runs[0].count = 2;
	check(decide_layers, &e, VERDICT_UNDECIDED, "defined at three layers in no run");
	check(decide_displacement, &e, VERDICT_UNDECIDED, "undecided for pos on m, dep on m");

	runs[0].count = runs[1].count = 3;
	rows[2].similarity = 0.51;
	check(decide_top_layer, &e, VERDICT_HOLDS,
	      "in 2 of the 2 runs where it is defined, and is 0.51 where it is smallest");
	rows[2].similarity = 0.5; /* not above */
	rows[2].relative_shift = 0.01;
	check(decide_top_layer, &e, VERDICT_FAILS, "pos on m (0.50)");
	check(decide_displacement, &e, VERDICT_FAILS, "pos on m (displacement ρ = −0.50, directions ρ = 1.00)");
	rows[2].similarity = 0.995;
	check(decide_layers, &e, VERDICT_FAILS, "pos on m (ρ = 0.50)");
	rows[2].similarity = NAN;
	check(decide_top_layer, &e, VERDICT_UNDECIDED, "is defined in no run");
}

static void test_line(void **state)
{
	struct evidence e = paper();
	struct claims c, back;
	struct error err = { 0 };
	char *path = support_folder(), *line;
	struct folder folder;

	(void)state;
	assert_int_equal(claims_decide(&c, &e, &err), 0);
	line = claims_line(&c.items[3]);
	assert_string_equal(
		line, "4 holds: fewer clusters: clusters become fewer in 9 of the 9 pairs that are not linearly "
		      "separable before");
	free(line);
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(output_file(&folder, "claims.json", "[]", 2, &err), 0);
	line = path_join(path, "claims.json");
	assert_int_equal(claims_read(&back, line, &err), -1);
	assert_non_null(strstr(err.text, "0 claims, expected 10"));
	free(line);
	claims_release(&c);
	evidence_release(&e);
	folder_release(&folder);
	support_remove(path);
}

static void test_bad_table(void **state)
{
	static const char text[] = "model,task,variant,accuracy\na,b,original,50\na,c,original,60\n";
	struct evidence e;
	struct error err = { 0 };
	char *path = support_folder(), *file;
	struct folder folder;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(output_file(&folder, "t.csv", text, sizeof text - 1, &err), 0);
	file = path_join(path, "t.csv");
	assert_int_equal(evidence_read_pairs(&e, file, &err), -1);
	assert_non_null(strstr(err.text, "t.csv:2: expected a row \"original\" and a row \"fine-tuned\""));
	free(file);
	folder_release(&folder);
	support_remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paper),         cmocka_unit_test(test_paper_effects),
		cmocka_unit_test(test_accuracy),      cmocka_unit_test(test_divergence),
		cmocka_unit_test(test_least_similar), cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_growth),        cmocka_unit_test(test_transfer),
		cmocka_unit_test(test_layers),        cmocka_unit_test(test_line),
		cmocka_unit_test(test_bad_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
