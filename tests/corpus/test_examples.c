/* Examples and labels: what is written is read again, and what is malformed is
 * named with its line. */
#include "corpus/files.h"

#include "corpus/examples.h"
#include "corpus/labels.h"

static const char nbsp[] = "two\xC2\xA0words";

/* Three examples, two of them in one sentence; one word holds a space. */
static void build(struct examples *e, enum task_kind kind)
{
	static const char *const first[] = { "The", "two words", "\xC3\xA9t\xC3\xA9" }, *const second[] = { "Run",
													    "!" };
	struct error err;

	examples_init(e, kind);
	assert_int_equal(examples_add_sentence(e, "s1", first, 3, &err), 0);
	assert_int_equal(examples_add(e, (struct span){ 0, 1 }, (struct span){ 2, 2 }, "B", &err), 0);
	assert_int_equal(examples_add(e, (struct span){ 2, 2 }, (struct span){ 0, 0 }, "A:x", &err), 0);
	assert_int_equal(examples_add_sentence(e, "s2", second, 2, &err), 0);
	assert_int_equal(examples_add(e, (struct span){ 1, 1 }, (struct span){ 0, 1 }, "B", &err), 0);
}

static void assert_span(struct span got, struct span wanted, bool there)
{
	assert_int_equal(got.first, there ? wanted.first : 0);
	assert_int_equal(got.last, there ? wanted.last : 0);
}

static void every_kind_reads_what_it_wrote(void **state)
{
	(void)state;
	for (int k = 0; k < 3; k++) {
		enum task_kind kind = (enum task_kind)k;
		struct examples a, b;
		struct folder folder;
		struct error err;
		char *place = support_folder(), *path = path_join(place, "e.tsv");

		build(&a, kind);
		assert_int_equal(folder_open(&folder, place, &err), 0);
		assert_int_equal(examples_write(&a, &folder, "e.tsv", &err), 0);
		folder_release(&folder);
		assert_int_equal(examples_read(&b, path, kind, &err), 0);
		assert_int_equal(b.kind, kind);
		assert_int_equal(b.sentence_count, 2);
		assert_int_equal(b.count, 3);
		assert_string_equal(b.sentences[0].id, "s1");
		assert_int_equal(b.sentences[0].count, 3);
		assert_string_equal(b.sentences[0].words[1], nbsp);
		assert_string_equal(b.sentences[1].words[1], "!");
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(b.items[i].sentence, a.items[i].sentence);
			assert_string_equal(b.items[i].label, a.items[i].label);
			assert_span(b.items[i].a, a.items[i].a, kind != TASK_SENTENCE);
			assert_span(b.items[i].b, a.items[i].b, kind == TASK_PAIR);
		}
		examples_release(&a);
		examples_release(&b);
		free(path);
		support_remove(place);
	}
}

static void the_file_has_seven_columns(void **state)
{
	static const char *const expected[] = {
		"s1\tThe two\xC2\xA0words \xC3\xA9t\xC3\xA9\t0\t1\t\t\tB\n",
		"s1\tThe two\xC2\xA0words \xC3\xA9t\xC3\xA9\t0\t1\t2\t2\tB\n",
		"s1\tThe two\xC2\xA0words \xC3\xA9t\xC3\xA9\t\t\t\t\tB\n",
	};

	(void)state;
	for (int k = 0; k < 3; k++) {
		struct examples e;
		struct folder folder;
		struct mapping map;
		struct error err;
		char *place = support_folder(), *path = path_join(place, "e.tsv");

		build(&e, (enum task_kind)k);
		assert_int_equal(folder_open(&folder, place, &err), 0);
		assert_int_equal(examples_write(&e, &folder, "e.tsv", &err), 0);
		folder_release(&folder);
		assert_int_equal(mapping_open(&map, path, &err), 0);
		assert_true(map.size > strlen(expected[k]));
		assert_memory_equal(map.data, expected[k], strlen(expected[k]));
		mapping_close(&map);
		examples_release(&e);
		free(path);
		support_remove(place);
	}
}

/* The same words under another id are another sentence. */
static void sentences_are_shared_by_id_and_words(void **state)
{
	static const char text[] =
		"1\ta b\t0\t0\t\t\tX\n1\ta b\t1\t1\t\t\tY\r\n2\ta b\t0\t0\t\t\tX\n2\ta c\t0\t0\t\t\tX";
	struct examples e;
	struct error err;
	char *place = support_folder(), *path = files_write(place, "e.tsv", BYTES(text));

	(void)state;
	assert_int_equal(examples_read(&e, path, TASK_WORD, &err), 0);
	assert_int_equal(e.count, 4);
	assert_int_equal(e.sentence_count, 3);
	assert_int_equal(e.items[1].sentence, 0);
	assert_string_equal(e.items[1].label, "Y");
	assert_int_equal(e.items[3].sentence, 2);
	examples_release(&e);
	free(path);
	support_remove(place);
}

static void malformed_examples_are_named(void **state)
{
	static const struct {
		enum task_kind kind;
		const char *data;
		size_t size;
		const char *message;
	} cases[] = {
		{ TASK_WORD, BYTES(""), ": no examples" },
		{ TASK_WORD, BYTES("1\ta\t0\t0\t\tX\n"), ":1: 6 columns, expected 7" },
		{ TASK_WORD, BYTES("1\ta\t0\t0\t\t\tX\t\n"), ":1: 8 columns, expected 7" },
		{ TASK_WORD, BYTES("1\ta\t0\t0\t\t\tX\n\n1\ta\t0\t0\t\t\tX\n"),
		  ":2: an empty line, expected an example" },
		{ TASK_WORD, BYTES("\ta\t0\t0\t\t\tX\n"), ":1: empty sentence id" },
		{ TASK_WORD, BYTES("1\ta\t0\t0\t\t\t\n"), ":1: empty label" },
		{ TASK_WORD, BYTES("1\t\t0\t0\t\t\tX\n"),
		  ":1: empty sentence, expected words separated by single spaces" },
		{ TASK_WORD, BYTES("1\ta  b\t0\t0\t\t\tX\n"),
		  ":1: empty word, expected words separated by single spaces" },
		{ TASK_WORD, BYTES("1\ta b \t0\t0\t\t\tX\n"),
		  ":1: empty word, expected words separated by single spaces" },
		{ TASK_WORD, BYTES("1\ta b\t0\t0\t1\t1\tX\n"),
		  ":1: columns 5 and 6 must be empty in a task of this kind" },
		{ TASK_SENTENCE, BYTES("1\ta\t0\t0\t\t\tX\n"),
		  ":1: columns 3 and 4 must be empty in a task of this kind" },
		{ TASK_WORD, BYTES("1\ta b\t0\t2\t\t\tX\n"),
		  ":1: span \"0\" to \"2\", expected word numbers within 0 to 1" },
		{ TASK_WORD, BYTES("1\ta b\t1\t0\t\t\tX\n"),
		  ":1: span \"1\" to \"0\", expected word numbers within 0 to 1" },
		{ TASK_WORD, BYTES("1\ta b\t-1\t0\t\t\tX\n"),
		  ":1: span \"-1\" to \"0\", expected word numbers within 0 to 1" },
		{ TASK_WORD, BYTES("1\ta b\tx\t0\t\t\tX\n"),
		  ":1: span \"x\" to \"0\", expected word numbers within 0 to 1" },
		{ TASK_WORD, BYTES("1\ta b\t0x0\t0.0\t\t\tX\n"),
		  ":1: span \"0x0\" to \"0.0\", expected word numbers within 0 to 1" },
		{ TASK_SENTENCE,
		  BYTES("\xEF\xBB\xBF\xEF\xBB\xBF"
			"1\ta\t\t\t\t\tX\n"),
		  ":1: begins with a byte order mark, expected one at the file's start at most (files that are "
		  "joined "
		  "keep theirs)" },
		{ TASK_SENTENCE,
		  BYTES("1\ta\t\t\t\t\tX\n\xEF\xBB\xBF"
			"2\ta\t\t\t\t\tX\n"),
		  ":2: begins with a byte order mark, expected one at the file's start at most (files that are "
		  "joined "
		  "keep theirs)" },
		{ TASK_SENTENCE, BYTES("ID\tsomething\t\t\t\t\tLabel\n1\ta\t\t\t\t\tX\n"),
		  ":1: a header row (\"ID\" \xE2\x80\xA6 \"Label\"), expected an example" },
		{ TASK_SENTENCE, BYTES("\xEF\xBB\xBFsent_id\ttext\t\t\t\t\tkind\r\n1\ta\t\t\t\t\tX\r\n"),
		  ":1: a header row (\"sent_id\" \xE2\x80\xA6 \"kind\"), expected an example" },
		{ TASK_SENTENCE, BYTES("Satz\tWorte\tvon\tbis\tvon\tbis\tArt\n1\ta\t\t\t\t\tX\n"),
		  ":1: a header row (\"Satz\" \xE2\x80\xA6 \"Art\"), expected an example" },
		{ TASK_WORD, BYTES("Satz\tWorte\tvon\tbis\t\t\tArt\n1\ta\t0\t0\t\t\tX\n"),
		  ":1: a header row (\"Satz\" \xE2\x80\xA6 \"Art\"), expected an example" },
		{ TASK_SENTENCE, BYTES("Nr.\tSatz\t\t\t\t\tArt\n1\ta\t\t\t\t\tX\n2\tb\t\t\t\t\tY\n"),
		  ":1: a header row (\"Nr.\" \xE2\x80\xA6 \"Art\"), expected an example" },
		{ TASK_SENTENCE, BYTES("1\ta\t\t\t\t\tX\n2\tb\t\t\t\t\t\"Y\"\n"),
		  ":2: the label \"Y\" stands in quotes, expected it without them" },
		{ TASK_SENTENCE, BYTES("1\ta\t\t\t\t\tX\n2\t\"He said \"\"b\"\"\"\t\t\t\t\tY\n"),
		  ":2: the sentence stands in quotes as in a CSV, expected it without them" },
		{ TASK_SENTENCE, BYTES("1\ta\t\t\t\t\tX\n2\t\"Oh, b\"\t\t\t\t\tY\n"),
		  ":2: the sentence stands in quotes as in a CSV, expected it without them" },
		{ TASK_PAIR, BYTES("1\ta b\t0\t0\t\t\tX\n"),
		  ":1: span \"\" to \"\", expected word numbers within 0 to 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct examples e;
		struct error err = { 0 };
		char *place = support_folder(), *path = files_write(place, "e.tsv", cases[i].data, cases[i].size);

		assert_int_equal(examples_read(&e, path, cases[i].kind, &err), -1);
		files_assert_message(&err, path, cases[i].message);
		free(path);
		support_remove(place);
	}
}

/* Quotes that are words, or part of one, and lines that only look like headings. */
static void quotes_of_the_text_stay(void **state)
{
	static const char text[] = "id\t\" Hi \"\t\t\t\t\tx\n"
				   "s2\t\"Oh, b\"\t\t\t\t\t\"\n"
				   "s3\t\"All, he said\t\t\t\t\t x \n"
				   "s4\t\"\t\t\t\t\ty\r\n\r\n\n";
	struct examples e;
	struct error err;
	char *place = support_folder(), *path = files_write(place, "e.tsv", BYTES(text));

	(void)state;
	if (examples_read(&e, path, TASK_SENTENCE, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(e.count, 4);
	assert_string_equal(e.sentences[0].words[0], "\"");
	assert_string_equal(e.sentences[1].words[0], "\"Oh,");
	assert_string_equal(e.items[1].label, "\"");
	assert_string_equal(e.items[2].label, "x");
	assert_string_equal(e.sentences[3].words[0], "\"");
	examples_release(&e);
	free(path);
	support_remove(place);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	static const struct {
		const char *data;
		size_t size;
		const char *message;
	} cases[] = {
		{ BYTES("1\ta\t0\t0\t\t\tX\n1\t\xFF\t0\t0\t\t\tX\n"), ":2: byte 3 is not valid UTF-8" },
		{ BYTES("1\ta\t0\t0\t\t\tX\n1\ta\0b\t0\t0\t\t\tX\n"), ":2: byte 4 is NUL, expected text" },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct examples e;
		struct error err = { 0 };
		char *place = support_folder(), *path = files_write(place, "e.tsv", cases[i].data, cases[i].size);

		assert_int_equal(examples_read(&e, path, TASK_WORD, &err), -1);
		files_assert_message(&err, path, cases[i].message);
		free(path);
		support_remove(place);
	}
}

static void a_missing_file_is_bad_input(void **state)
{
	struct examples e;
	struct labels l;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(examples_read(&e, "no/such.tsv", TASK_WORD, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_non_null(strstr(err.text, "no/such.tsv"));
	assert_int_equal(labels_read(&l, "no/such.txt", &err), -1);
	assert_non_null(strstr(err.text, "no/such.txt"));
}

static void kinds_have_names(void **state)
{
	enum task_kind kind;

	(void)state;
	for (int k = 0; k < 3; k++) {
		assert_int_equal(task_kind_parse(&kind, task_kind_name((enum task_kind)k)), 0);
		assert_int_equal((int)kind, k);
	}
	assert_int_equal(task_kind_parse(&kind, "words"), -1);
}

static void a_label_set_is_sorted_by_bytes(void **state)
{
	static const char *const names[] = { "b", "a:x", "B", "\xC3\xA9", "b", "a" };
	static const char *const sorted[] = { "B", "a", "a:x", "b", "\xC3\xA9" };
	struct labelset s, again;
	struct folder folder;
	struct error err;
	char *place = support_folder(), *path = path_join(place, "set.txt");

	(void)state;
	assert_int_equal(labelset_of(&s, names, 6, &err), 0);
	assert_int_equal(folder_open(&folder, place, &err), 0);
	assert_int_equal(labelset_write(&s, &folder, "set.txt", &err), 0);
	folder_release(&folder);
	assert_int_equal(labelset_read(&again, path, &err), 0);
	assert_int_equal(s.count, 5);
	assert_int_equal(again.count, 5);
	for (int i = 0; i < 5; i++) {
		assert_string_equal(s.names[i], sorted[i]);
		assert_string_equal(again.names[i], sorted[i]);
		assert_int_equal(labelset_find(&s, sorted[i]), i);
	}
	assert_int_equal(labelset_find(&s, "c"), -1);
	assert_int_equal(labelset_find(&s, ""), -1);
	labelset_release(&s);
	labelset_release(&again);
	free(path);
	support_remove(place);
}

static void labels_are_read_from_both_forms(void **state)
{
	struct labels l;
	struct error err;
	char *place = support_folder(),
	     *path = files_write(place, "l.txt", BYTES("\xEF\xBB\xBFX\nword\tY\na\tb\t Z \r\nX\r\n\r\n"));

	(void)state;
	assert_int_equal(labels_read(&l, path, &err), 0);
	assert_int_equal(l.count, 4);
	assert_string_equal(l.names[0], "X");
	assert_string_equal(l.names[1], "Y");
	assert_string_equal(l.names[2], "Z");
	assert_string_equal(l.names[3], "X");
	labels_release(&l);
	free(path);
	support_remove(place);
}

static void malformed_labels_are_named(void **state)
{
	struct labels l;
	struct labelset s;
	struct error err = { 0 };
	char *place = support_folder(), *path = files_write(place, "a.txt", BYTES("X\n\nY\n"));

	(void)state;
	assert_int_equal(labels_read(&l, path, &err), -1);
	files_assert_message(&err, path, ":2: empty label");
	free(path);
	path = files_write(place, "b.txt", BYTES("X\nword\t\n"));
	assert_int_equal(labels_read(&l, path, &err), -1);
	files_assert_message(&err, path, ":2: empty label");
	free(path);
	path = files_write(place, "e.txt", BYTES("X\ncaf\xE9\n"));
	assert_int_equal(labels_read(&l, path, &err), -1);
	files_assert_message(&err, path, ":2: byte 4 is not valid UTF-8");
	free(path);
	path = files_write(place, "f.txt", BYTES("\"X\"\n\"Y\"\n"));
	assert_int_equal(labels_read(&l, path, &err), -1);
	files_assert_message(&err, path, ": every label stands in quotes, expected them without");
	free(path);
	path = files_write(place, "g.txt", BYTES("\xFF\xFEX\0\n\0"));
	assert_int_equal(labels_read(&l, path, &err), -1);
	files_assert_message(&err, path, ": UTF-16, expected UTF-8");
	free(path);
	path = files_write(place, "c.txt", BYTES(""));
	assert_int_equal(labels_read(&l, path, &err), -1);
	files_assert_message(&err, path, ": no labels");
	free(path);
	path = files_write(place, "d.txt", BYTES("X\nY\nX\n"));
	assert_int_equal(labelset_read(&s, path, &err), -1);
	files_assert_message(&err, path, ": a label stands twice");
	free(path);
	support_remove(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_reads_what_it_wrote),
		cmocka_unit_test(the_file_has_seven_columns),
		cmocka_unit_test(sentences_are_shared_by_id_and_words),
		cmocka_unit_test(malformed_examples_are_named),
		cmocka_unit_test(quotes_of_the_text_stay),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(a_missing_file_is_bad_input),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(a_label_set_is_sorted_by_bytes),
		cmocka_unit_test(labels_are_read_from_both_forms),
		cmocka_unit_test(malformed_labels_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
