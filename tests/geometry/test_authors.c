/* The distances file of the DirectProbe authors, out and in. */
#include "probe.h"

#include "geometry/authors.h"
#include "geometry/similarity.h"

static struct context ctx;

/* What DirectProbe writes for one plain file is read back as the same distances,
 * and stands for distances.csv in a comparison. */
static void test_round_trip(void **state)
{
	char *root = support_folder(), *text, *csv, *other;
	struct probe p = probe_of(root, "out", 6, &ctx), q = probe_of(root, "other", 1, &ctx);
	struct error err = { 0 };
	struct labelset names;
	struct table read, own;
	struct similarity a, b;

	(void)state;
	probe_points(root, 160, 6, 5, 0.4, 21);
	text = support_text(root, "labels.txt"); /* a label of one point, which has no distances */
	text[0] = 'r';
	probe_write(root, "labels.txt", text);
	free(text);
	if (probe_run(&p, &err) < 0 || probe_run(&q, &err) < 0)
		fail_msg("%s", err.text);
	text = path_join(p.out, "distances.txt");
	csv = path_join(p.out, "distances.csv");
	other = path_join(q.out, "distances.csv");
	assert_true(authors_wrote(text));
	assert_false(authors_wrote(csv));
	if (authors_read(&read, &names, text, &err) < 0 || table_read(&own, csv, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(names.count, 6);
	assert_int_equal(read.rows, own.rows);
	assert_int_equal(own.rows, 10); /* of 15; the others are 0 in the text */
	for (size_t r = 0; r < own.rows; r++) {
		assert_string_equal(table_text_at(&read, r, "label_a"), table_text_at(&own, r, "label_a"));
		assert_string_equal(table_text_at(&read, r, "label_b"), table_text_at(&own, r, "label_b"));
		assert_string_equal(table_text_at(&read, r, "distance"), table_text_at(&own, r, "distance"));
	}
	for (int zero = 0; zero < 2; zero++) {
		enum pairs_convention c = zero ? PAIRS_ZERO : PAIRS_PRESENT;

		if (similarity_of(&a, csv, 0, other, 0, c, 7, &err) < 0 ||
		    similarity_of(&b, text, 0, other, 0, c, 7, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(a.pairs, zero ? 15 : 10);
		assert_true(a.pairs == b.pairs && a.labels == b.labels);
		assert_true(a.r == b.r && a.low == b.low && a.high == b.high);
	}
	table_release(&read);
	table_release(&own);
	labelset_release(&names);
	free(text);
	free(csv);
	free(other);
	probe_release(&p);
	probe_release(&q);
	support_remove(root);
}

static void assert_refused(const char *root, const char *lines, const char *message)
{
	char *path = path_join(root, "distances.txt");
	struct error err = { 0 };
	struct labelset names = { 0 };
	struct table t;

	probe_write(root, "distances.txt", lines);
	assert_int_equal(authors_read(&t, &names, path, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	if (strstr(err.text, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, message);
	free(path);
}

/* A file of theirs alone: labels of any kind, nothing beside it. */
static void test_foreign_file(void **state)
{
	char *root = support_folder(), *path = path_join(root, "distances.txt");
	struct error err = { 0 };
	struct similarity s;
	struct labelset names;
	struct table t;

	(void)state;
	probe_write(root, "distances.txt",
		    "-,---.,1.25\n-,---SCONJ,0\n-,---a-b,0.5\n.---SCONJ,2.75\n.---a-b,3.125\nSCONJ---a-b,0.75\n");
	if (authors_read(&t, &names, path, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(names.count, 4);
	assert_int_equal(t.rows, 5);
	assert_string_equal(table_text_at(&t, 0, "label_a"), "-,");
	assert_string_equal(table_text_at(&t, 0, "label_b"), ".");
	assert_true(table_number_at(&t, 3, "distance") == 3.125);
	assert_int_equal(similarity_of(&s, path, 0, path, 0, PAIRS_PRESENT, 3, &err), 0);
	assert_true(s.pairs == 5 && s.labels == 4 && s.linear_a == -1);
	assert_near(s.r, 1.0, 1e-15);
	assert_int_equal(similarity_of(&s, path, 0, path, 0, PAIRS_ZERO, 3, &err), 0);
	assert_true(s.pairs == 6);
	table_release(&t);
	labelset_release(&names);
	assert_refused(root, "a---b,1.5\na---c\n", "distances.txt:2: expected labelA---labelB,distance");
	assert_refused(root, "a---b,one\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a---b,-1\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a--b,1\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a---b---c,1\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a---,1\n", "distances.txt:1: expected labelA---labelB,distance");
	unlink(path);
	assert_int_equal(authors_read(&t, &names, path, &err), -1);
	free(path);
	support_remove(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_foreign_file),
	};
	int failed;

	ctx.pool = pool_new(1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
