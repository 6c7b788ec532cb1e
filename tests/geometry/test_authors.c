/* The distances file of the DirectProbe authors, out and in. */
#include "probe.h"

#include "geometry/authors.h"
#include "geometry/similarity.h"

static struct context ctx;

static int compare_files(struct similarity *out, const char *a, const char *b, enum pairs_convention convention,
			 struct error *err)
{
	return similarity_of(out, &(struct layer_choice){ a, LAYER_LAST, "layer-a" },
			     &(struct layer_choice){ b, 0, "layer-b" }, convention, 7, err);
}

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
	if (authors_read(&read, &names, text, NULL, &err) < 0 || table_read(&own, csv, &err) < 0)
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

		if (compare_files(&a, csv, other, c, &err) < 0 || compare_files(&b, text, other, c, &err) < 0)
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
	assert_int_equal(authors_read(&t, &names, path, NULL, &err), -1);
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
	if (authors_read(&t, &names, path, NULL, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(names.count, 4);
	assert_int_equal(t.rows, 5);
	assert_string_equal(table_text_at(&t, 0, "label_a"), "-,");
	assert_string_equal(table_text_at(&t, 0, "label_b"), ".");
	assert_true(table_number_at(&t, 3, "distance") == 3.125);
	assert_int_equal(compare_files(&s, path, path, PAIRS_PRESENT, &err), 0);
	assert_true(s.pairs == 5 && s.labels == 4 && s.linear_a == -1);
	assert_near(s.r, 1.0, 1e-15);
	assert_int_equal(compare_files(&s, path, path, PAIRS_ZERO, &err), 0);
	assert_true(s.pairs == 6);
	table_release(&t);
	labelset_release(&names);
	assert_refused(root, "a---b,1.5\na---c\n", "distances.txt:2: expected labelA---labelB,distance");
	assert_refused(root, "a---b,one\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a---b,-1\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a--b,1\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a---b---c,1\n",
		       "distances.txt:1: ambiguous, \"a---b---c\" can be cut into two labels in several places; "
		       "distances.csv has them apart");
	assert_refused(root, "a---b,1\n\na---c,1\n", "distances.txt:2: expected labelA---labelB,distance");
	assert_refused(root, "a---b,inf\n", "distances.txt:1: expected labelA---labelB,distance");
	assert_refused(root, "a---,1\n", "distances.txt:1: expected labelA---labelB,distance");
	unlink(path);
	assert_int_equal(authors_read(&t, &names, path, NULL, &err), -1);
	free(path);
	support_remove(root);
}

/* Any labels: what DirectProbe writes of them, it reads. */
static void assert_labels_return(const char *const labels[], size_t count, bool alone)
{
	char *root = support_folder(), *folder = path_join(root, "out");
	char *text = path_join(folder, "distances.txt"), *csv = path_join(folder, "distances.csv");
	struct probe p = probe_of(root, "out", 1, &ctx);
	struct error err = { 0 };
	struct folder f;
	struct output *o;
	struct matrix m = matrix_of(array_new(4 * count, 2, sizeof(float)), 4 * count, 2);
	struct similarity s;

	assert_int_equal(folder_open(&f, root, &err), 0);
	assert_int_equal(output_open(&o, &f, "labels.txt", &err), 0);
	for (size_t i = 0; i < 4 * count; i++) {
		output_format(o, "%s\n", labels[i % count]);
		matrix_row(m, i)[0] = (float)(i % count * (i % count + 7)) + 0.1f * (float)(i / count);
		matrix_row(m, i)[1] = (float)(i % count * 3 % 5);
	}
	assert_int_equal(output_commit(o, &err), 0);
	assert_int_equal(npy_write(&f, "embeddings.npy", m, &err), 0);
	if (probe_run(&p, &err) < 0)
		fail_msg("%s", err.text);
	if (alone) { /* nothing beside it tells its labels */
		char *names = path_join(folder, "labelset.txt");

		unlink(names);
		free(names);
	}
	if (compare_files(&s, text, csv, PAIRS_PRESENT, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(s.labels, count);
	assert_int_equal(s.pairs, count * (count - 1) / 2);
	assert_near(s.r, 1.0, 1e-12);
	assert_int_equal(isnan(s.low), count < 4); /* of three labels there is one r, and no interval */
	assert_int_equal(isnan(s.high), count < 4);
	assert_int_equal(s.draws, count < 4 ? 0 : 1000);
	folder_release(&f);
	free(m.data);
	free(text);
	free(csv);
	free(folder);
	probe_release(&p);
	support_remove(root);
}

static void test_labels_with_dashes(void **state)
{
	static const char *const penn[] = { "-LRB-", "-RRB-", "NN" };
	static const char *const dashes[] = { "a", "a---b", "-", "--", "---", "b---a", "a-" };
	static const char *const others[] = { "x, y", "\"", "\"q\"", "it's", "\xC3\xA4 b", "," };
	static const char *const nested[] = { "a", "a---b", "b" };

	(void)state;
	assert_labels_return(penn, 3, false);
	assert_labels_return(penn, 3, true);
	assert_labels_return(dashes, 7, false);
	assert_labels_return(dashes, 7, true);
	assert_labels_return(others, 6, true);
	/* a---a---b, a---b, a---b---b: only the label set tells where to cut. */
	assert_labels_return(nested, 3, false);
}

/* Not all pairs, or not in order: certain lines tell the labels of others. */
static void test_incomplete_files(void **state)
{
	char *root = support_folder(), *path = path_join(root, "distances.txt");
	static const char *const given[] = { "-LRB-", "NN", "VB" };
	struct error err = { 0 };
	struct labelset names = { 0 }, known;
	struct table t;

	(void)state;
	probe_write(root, "distances.txt", "NN----LRB-,1\nNN---VB,2\n-LRB----VB,0\nX---NN,3\n");
	assert_int_equal(labelset_of(&known, given, 3, &err), 0);
	if (authors_read(&t, &names, path, &known, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(names.count, 4);
	assert_string_equal(table_text_at(&t, 0, "label_b"), "-LRB-");
	table_release(&t);
	labelset_release(&names);
	labelset_release(&known);
	assert_refused(root, "NN----LRB-,1\nNN---VB,2\n-LRB----VB,0\nX---NN,3\n", "distances.txt:1: ambiguous");
	probe_write(root, "distances.txt", "NN---a---b,1\nNN---VB,2\na---b---VB,0\nNN---a---b---c,2\nNN---b---c,1\n");
	assert_int_equal(authors_read(&t, &names, path, NULL, &err), -1);
	probe_write(root, "distances.txt",
		    "\xEF\xBB\xBF"
		    "a---b,1\r\nb---c,2\r\na---c,0\r\nc---d,4\r\n\r\n");
	assert_int_equal(authors_read(&t, &names, path, NULL, &err), 0);
	assert_int_equal(names.count, 4);
	assert_int_equal(t.rows, 3);
	table_release(&t);
	labelset_release(&names);
	free(path);
	support_remove(root);
}

/* What is no distance is no missing pair either. */
static void test_tables_are_checked(void **state)
{
	static const struct {
		const char *rows, *message;
	} cases[] = {
		{ "0,a,b,0.5\n0,a,c,0;7\n", "distances.csv:3: distance, expected a number from 0 on" },
		{ "0,a,b,-1\n", "distances.csv:2: distance, expected a number from 0 on" },
		{ "0,a,b,inf\n", "distances.csv:2: distance, expected a number from 0 on" },
		{ "0,a,,1\n", "distances.csv:2: label_a and label_b, expected two labels" },
		{ "0,a,a,1\n", "distances.csv:2: label_a and label_b, expected two labels" },
		{ "one,a,b,1\n", "distances.csv:2: layer, expected a number from 0 on" },
		{ "0,a,b,1\n0,b,a,2\n", "distances.csv:3: the pair b and a stands twice" },
		{ "", "distances.csv: no distances" },
	};
	char *root = support_folder(), *path = path_join(root, "distances.csv"), *text;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = { 0 };
		struct similarity s;

		text = text_format("layer,label_a,label_b,distance\n%s", cases[i].rows);
		probe_write(root, "distances.csv", text);
		assert_int_equal(compare_files(&s, path, path, PAIRS_PRESENT, &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		if (strstr(err.text, cases[i].message) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].message);
		free(text);
	}
	free(path);
	support_remove(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),         cmocka_unit_test(test_foreign_file),
		cmocka_unit_test(test_labels_with_dashes), cmocka_unit_test(test_incomplete_files),
		cmocka_unit_test(test_tables_are_checked),
	};
	int failed;

	ctx.pool = pool_new(1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
