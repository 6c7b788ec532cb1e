/* From data to examples: the rules on small files and on the real ones. */
#include "corpus/files.h"

#include "base/json.h"
#include "corpus/labels.h"
#include "corpus/task.h"

/* The last warning. */
struct warnings {
	int count;
	char text[512];
};

static void warn(void *arg, const char *message)
{
	struct warnings *w = arg;

	w->count++;
	snprintf(w->text, sizeof w->text, "%s", message);
}

/* Prepares the task in `place`/out. */
static int prepare(const struct task *t, const char *place, struct warnings *w, struct error *err)
{
	struct context ctx = { .warn = warn, .arg = w };
	struct folder out;
	char *path = path_join(place, "out");
	int rc;

	*w = (struct warnings){ 0 };
	assert_int_equal(folder_open(&out, path, err), 0);
	rc = task_prepare(t, &out, &ctx, err);
	folder_release(&out);
	free(path);
	return rc;
}

static json_t *read_counts(const char *place)
{
	struct error err = { 0 };
	char *path = path_join(place, "out/counts.json");
	json_t *counts = NULL;

	assert_int_equal(json_read(&counts, path, &err), 0);
	free(path);
	return counts;
}

static void read_part(struct examples *out, const char *place, const char *name, enum task_kind kind)
{
	struct error err = { 0 };
	char *folder = path_join(place, "out"), *path = path_join(folder, name);

	assert_int_equal(examples_read(out, path, kind, &err), 0);
	free(folder);
	free(path);
}

static const char treebank[] = "# sent_id = first\n"
			       "1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_\n"
			       "1\tDo\tdo\tAUX\t_\t_\t3\taux\t_\t_\n"
			       "2\tn't\tnot\tPART\t_\t_\t3\tadvmod\t_\t_\n"
			       "3\tgo\tgo\tVERB\t_\t_\t0\troot\t_\t_\n"
			       "3.1\tgone\tgo\tX\t_\t_\t_\t_\t_\t_\n"
			       "4\tNew York\tx\tPROPN\t_\t_\t3\tobl:tmod\t_\t_\n"
			       "\n"
			       "# text = a second, without an id\n"
			       "1\tStop\tstop\tVERB\t_\t_\t0\troot\t_\t_\n"
			       "2\there\there\tADV\t_\t_\t1\tadvmod\t_\t_\n"
			       "\n\n"
			       "1\tGo\tgo\tINTJ\t_\t_\t0\troot\t_\t_\n"
			       "2\tnow\tnow\tADV\t_\t_\t1\tdiscourse\t_\t_\n";

static void words_and_empty_nodes_are_tagged(void **state)
{
	char *place = support_folder(), *path = files_write(place, "t.conllu", BYTES(treebank));
	struct task t = { .name = "pos",
			  .kind = TASK_WORD,
			  .format = "conllu",
			  .train = path,
			  .test = path,
			  .train_sentences = "1-2",
			  .test_sentences = "3-3",
			  .label = "upos",
			  .empty_nodes = true };
	struct examples e;
	struct warnings w;
	struct error err = { 0 };
	json_t *counts;

	(void)state;
	assert_null(task_check(&t));
	assert_int_equal(prepare(&t, place, &w, &err), 0);
	read_part(&e, place, "train.tsv", TASK_WORD);
	assert_int_equal(e.count, 7);
	assert_int_equal(e.sentences[0].count, 5);
	assert_string_equal(e.sentences[0].id, "first");
	assert_string_equal(e.sentences[1].id, "2");
	assert_string_equal(e.sentences[0].words[3], "gone");
	assert_string_equal(e.items[3].label, "X");
	assert_string_equal(e.sentences[0].words[4], "New\xC2\xA0York");
	examples_release(&e);
	/* INTJ is only in the test part: one warning, and its count. */
	assert_int_equal(w.count, 1);
	assert_non_null(strstr(w.text, "pos: 1 test examples have one of 1 labels that training lacks"));
	counts = read_counts(place);
	assert_int_equal(json_integer_value(json_object_get(counts, "train")), 7);
	assert_int_equal(json_integer_value(json_object_get(counts, "test")), 2);
	assert_int_equal(json_integer_value(json_object_get(counts, "train_sentences")), 2);
	assert_int_equal(json_integer_value(json_object_get(counts, "test_sentences")), 1);
	assert_int_equal(json_integer_value(json_object_get(counts, "labels")), 6);
	assert_int_equal(json_integer_value(json_object_get(counts, "test_labels")), 2);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(counts, "unknown"), "INTJ")), 1);
	json_decref(counts);
	t.empty_nodes = false;
	assert_int_equal(prepare(&t, place, &w, &err), 0);
	read_part(&e, place, "train.tsv", TASK_WORD);
	assert_int_equal(e.count, 6);
	assert_int_equal(e.sentences[0].count, 4);
	examples_release(&e);
	free(path);
	support_remove(place);
}

/* The head's index counts the empty nodes that stand before it. */
static void pairs_leave_out_roots_and_empty_nodes(void **state)
{
	char *place = support_folder(), *path = files_write(place, "t.conllu", BYTES(treebank));
	struct task t = { .name = "dep",
			  .kind = TASK_PAIR,
			  .format = "conllu",
			  .train = path,
			  .test = path,
			  .label = "deprel",
			  .empty_nodes = true,
			  .subtypes = true };
	struct examples e;
	struct warnings w;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(prepare(&t, place, &w, &err), 0);
	assert_int_equal(w.count, 0);
	read_part(&e, place, "train.tsv", TASK_PAIR);
	assert_int_equal(e.count, 5);
	assert_int_equal(e.sentences[0].count, 5);
	assert_int_equal(e.items[2].a.first, 4);
	assert_int_equal(e.items[2].b.first, 2);
	assert_string_equal(e.items[2].label, "obl:tmod");
	examples_release(&e);
	t.subtypes = false;
	assert_int_equal(prepare(&t, place, &w, &err), 0);
	read_part(&e, place, "train.tsv", TASK_PAIR);
	assert_string_equal(e.items[2].label, "obl");
	examples_release(&e);
	free(path);
	support_remove(place);
}

#define LEX(id, form, smwe, ss, ss2)                                                                                 \
	id "\t" form "\t_\t_\t_\t_\t_\t_\t_\t_\t" smwe "\t_\t_\t" ss "\t" ss2 "\t_\t_\t_\t_\n"

static void supersenses_are_those_of_single_words(void **state)
{
	static const char text[] = LEX("1", "Out", "1:1", "p.Source", "p.Source") LEX("2", "of", "1:2", "_", "_")
		LEX("3", "to", "_", "p.Recipient", "p.Goal") LEX("3.1", "x", "_", "p.Topic", "p.Topic")
			LEX("4", "in", "_", "p.Time", "p.Time")
				LEX("5", "dog", "_", "n.ANIMAL", "_") "\n" LEX("1", "None", "_", "_", "_")
					LEX("2", "here", "_", "??", "??") "\n";
	char *place = support_folder(), *path = files_write(place, "t.conllulex", BYTES(text));
	struct task t = {
		.name = "ps", .kind = TASK_WORD, .format = "conllulex", .train = path, .test = path, .label = "ss"
	};
	struct examples e;
	struct warnings w;
	struct error err = { 0 };

	(void)state;
	for (int function = 0; function < 2; function++) {
		t.label = function ? "ss2" : "ss";
		assert_null(task_check(&t));
		assert_int_equal(prepare(&t, place, &w, &err), 0);
		read_part(&e, place, "test.tsv", TASK_WORD);
		assert_int_equal(e.sentence_count, 1);
		assert_int_equal(e.sentences[0].count, 5);
		assert_int_equal(e.count, 2);
		assert_int_equal(e.items[0].a.first, 2);
		assert_string_equal(e.items[0].label, function ? "p.Goal" : "p.Recipient");
		assert_int_equal(e.items[1].a.first, 3);
		assert_string_equal(e.items[1].label, "p.Time");
		examples_release(&e);
	}
	free(path);
	support_remove(place);
}

static void questions_become_utf8(void **state)
{
	static const char text[] = "LOC:city What sister\xF0"
				   "city ?\nNUM:date When ?\n";
	char *place = support_folder(), *path = files_write(place, "t.label", BYTES(text));
	struct task t = { .name = "trec", .kind = TASK_SENTENCE, .format = "trec", .train = path, .test = path };
	struct examples e;
	struct warnings w;
	struct error err = { 0 };

	(void)state;
	assert_null(task_check(&t));
	assert_int_equal(prepare(&t, place, &w, &err), 0);
	read_part(&e, place, "train.tsv", TASK_SENTENCE);
	assert_int_equal(e.count, 2);
	assert_string_equal(e.sentences[0].words[1], "sister\xC3\xB0"
						     "city");
	assert_string_equal(e.items[0].label, "LOC:city");
	assert_string_equal(e.sentences[1].id, "2");
	examples_release(&e);
	free(path);
	support_remove(place);
}

static void a_table_of_examples_passes_through(void **state)
{
	static const char text[] = "a\tx y\t0\t1\t\t\tL\na\tx y\t1\t1\t\t\tM\n";
	char *place = support_folder(), *path = files_write(place, "t.tsv", BYTES(text));
	struct task t = { .name = "mine", .kind = TASK_WORD, .format = "tsv", .train = path, .test = path };
	struct mapping map;
	struct warnings w;
	struct error err = { 0 };
	char *written = path_join(place, "out/train.tsv");

	(void)state;
	assert_null(task_check(&t));
	assert_int_equal(prepare(&t, place, &w, &err), 0);
	assert_int_equal(mapping_open(&map, written, &err), 0);
	assert_int_equal(map.size, sizeof text - 1);
	assert_memory_equal(map.data, text, map.size);
	mapping_close(&map);
	free(written);
	free(path);
	support_remove(place);
}

#define ROW(id, form, upos, head, relation) id "\t" form "\t_\t" upos "\t_\t_\t" head "\t" relation "\t_\t_\n"

static const struct {
	const char *format, *label;
	enum task_kind kind;
	const char *data;
	size_t size;
	const char *message;
} malformed[] = {
	{ "conllu", "upos", TASK_WORD, BYTES("1\ta\tb\n"), ":1: 3 columns, expected 10" },
	{ "conllulex", "ss", TASK_WORD, BYTES(ROW("1", "a", "X", "0", "root")), ":1: 10 columns, expected 19" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("", "a", "X", "0", "root")), ":1: empty column 1" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "", "X", "0", "root")), ":1: empty column 2" },
	{ "conllu", "upos", TASK_WORD, BYTES("# c\n" ROW("2", "a", "X", "0", "root")), ":2: id 2, expected 1" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "a", "X", "0", "root") ROW("1", "a", "X", "0", "root")),
	  ":2: id 1, expected 2" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("x", "a", "X", "0", "root")), ":1: id x, expected 1" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1-x", "a", "X", "0", "root")),
	  ":1: id 1-x, expected a number, a range or an empty node" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1.", "a", "X", "0", "root")),
	  ":1: id 1., expected a number, a range or an empty node" },
	{ "conllu", "upos", TASK_WORD, BYTES("# sent_id = 1\n\n"), ":1: a sentence without words" },
	{ "conllu", "upos", TASK_WORD, BYTES("# only a comment\n"), ":1: a sentence without words" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "\xC3", "X", "0", "root")), ":1: byte 3 is not valid UTF-8" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "a", "", "0", "root")), ":1: empty UPOS" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "_", "root")),
	  ":1: HEAD is \"_\", expected a number" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "-1", "root")),
	  ":1: HEAD is \"-1\", expected a number" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "2", "nsubj")),
	  ":1: HEAD 2 is no word of the sentence" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "0", "root") ROW("2", "a", "X", "1", "")),
	  ":2: empty DEPREL" },
	{ "conllulex", "ss2", TASK_WORD, BYTES(LEX("1", "of", "_", "p.Whole", "_")),
	  ":1: supersense \"_\", expected p.\xE2\x80\xA6" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city Where ?\nWhere ?\n"),
	  ":2: expected \"COARSE:fine question\"" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city\n"), ":1: expected \"COARSE:fine question\"" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city Where ?\n\n"), ":2: expected \"COARSE:fine question\"" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city  \n"), ":1: a question without words" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city a\0b\n"), ":1: byte 11 is NUL" },
	{ "tsv", NULL, TASK_WORD, BYTES("a\tb\n"), ":1: 2 columns, expected 7" },
	{ "conllu", "upos", TASK_WORD, BYTES(""), ": no examples for bad" },
};

static void malformed_data_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
		char *place = support_folder(),
		     *path = files_write(place, "bad", malformed[i].data, malformed[i].size);
		char *left = path_join(place, "out/train.tsv");
		struct task t = { .name = "bad",
				  .kind = malformed[i].kind,
				  .format = malformed[i].format,
				  .train = path,
				  .test = path,
				  .label = malformed[i].label,
				  .empty_nodes = true,
				  .subtypes = true };
		struct warnings w;
		struct error err = { 0 };

		assert_null(task_check(&t));
		assert_int_equal(prepare(&t, place, &w, &err), -1);
		files_assert_message(&err, path, malformed[i].message);
		assert_false(file_exists(left));
		free(left);
		free(path);
		support_remove(place);
	}
}

static void a_question_may_have_1024_words(void **state)
{
	(void)state;
	for (int words = 1024; words <= 1025; words++) {
		char text[4096] = "A:a", *place = support_folder(), *path;
		struct task t = { .name = "long", .kind = TASK_SENTENCE, .format = "trec" };
		struct warnings w;
		struct error err = { 0 };
		size_t n = 3;

		for (int i = 0; i < words; i++, n += 2)
			memcpy(text + n, " x", 2);
		n += (size_t)snprintf(text + n, sizeof text - n, "\nB:b y\n");
		path = files_write(place, "t", text, n);
		t.train = t.test = path;
		assert_int_equal(prepare(&t, place, &w, &err), words == 1024 ? 0 : -1);
		if (words > 1024)
			files_assert_message(&err, path, ":1: more than 1024 words");
		free(path);
		support_remove(place);
	}
}

static void invalid_bytes_can_be_replaced(void **state)
{
	static const char text[] = ROW("1", "a\xFF", "X", "0", "root") ROW("2", "b", "Y", "1", "dep");
	char *place = support_folder(), *path = files_write(place, "t.conllu", BYTES(text));
	struct task t = { .name = "pos",
			  .kind = TASK_WORD,
			  .format = "conllu",
			  .train = path,
			  .test = path,
			  .label = "upos",
			  .lossy = true };
	struct examples e;
	struct warnings w;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(prepare(&t, place, &w, &err), 0);
	read_part(&e, place, "train.tsv", TASK_WORD);
	assert_string_equal(e.sentences[0].words[0], "a\xEF\xBF\xBD");
	examples_release(&e);
	free(path);
	support_remove(place);
}

static void one_label_is_too_few(void **state)
{
	static const char text[] = ROW("1", "a", "X", "0", "root") ROW("2", "b", "X", "1", "dep");
	char *place = support_folder(), *path = files_write(place, "t.conllu", BYTES(text));
	struct task t = {
		.name = "pos", .kind = TASK_WORD, .format = "conllu", .train = path, .test = path, .label = "upos"
	};
	struct warnings w;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(prepare(&t, place, &w, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_string_equal(err.text, "pos: 1 label in the training part, expected at least two");
	free(path);
	support_remove(place);
}

static void a_task_is_checked_before_work(void **state)
{
	struct task good = {
		.name = "t", .kind = TASK_WORD, .format = "conllu", .train = "a", .test = "b", .label = "upos"
	};
	struct task embedded = { .name = "t",
				 .kind = TASK_PAIR,
				 .format = "embedded",
				 .label = "deprel",
				 .train_size = 1,
				 .test_size = 1 };
	static const char *const ranges[] = { "0-5", "5-4", "5", "1-2x", "-", "" };
	struct task t;

	(void)state;
	assert_null(task_check(&good));
	assert_null(task_check(&embedded));
	t = good, t.kind = TASK_PAIR;
	assert_non_null(strstr(task_check(&t), "no such combination of format, kind and label"));
	t = good, t.label = NULL;
	assert_non_null(strstr(task_check(&t), "no such combination"));
	t = good, t.format = "conll";
	assert_non_null(strstr(task_check(&t), "no such combination"));
	t = good, t.test = NULL;
	assert_string_equal(task_check(&t), "expected a training and a test file");
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		t = good, t.test_sentences = ranges[i];
		assert_string_equal(task_check(&t), "sentences: expected a range such as 1-800");
	}
	t = embedded, t.test_size = 0;
	assert_string_equal(task_check(&t), "train.size and test.size: expected 1 or more");
}

/* Table 1 of Zhou and Srikumar (2022). */
static void the_real_data_have_the_sizes_of_the_paper(void **state)
{
	static const char pud[] = "ud-english-pud/en_pud-ud-test.conllu", train[] = "streusle-4.2/train.conllulex",
			  test[] = "streusle-4.2/test.conllulex";
	static const struct {
		struct task task;
		long long train, test, labels;
	} cases[] = {
		{ { .name = "pos",
		    .kind = TASK_WORD,
		    .format = "conllu",
		    .train = pud,
		    .test = pud,
		    .train_sentences = "1-800",
		    .test_sentences = "801-1000",
		    .label = "upos",
		    .empty_nodes = true },
		  16860,
		  4323,
		  17 },
		{ { .name = "dep",
		    .kind = TASK_PAIR,
		    .format = "conllu",
		    .train = pud,
		    .test = pud,
		    .train_sentences = "1-800",
		    .test_sentences = "801-1000",
		    .label = "deprel",
		    .empty_nodes = true,
		    .subtypes = true },
		  16054,
		  4122,
		  46 },
		{ { .name = "ps-role",
		    .kind = TASK_WORD,
		    .format = "conllulex",
		    .train = train,
		    .test = test,
		    .label = "ss" },
		  4282,
		  457,
		  46 },
		{ { .name = "ps-fxn",
		    .kind = TASK_WORD,
		    .format = "conllulex",
		    .train = train,
		    .test = test,
		    .label = "ss2" },
		  4282,
		  457,
		  40 },
		{ { .name = "trec50",
		    .kind = TASK_SENTENCE,
		    .format = "trec",
		    .train = "trec/train_5500.label",
		    .test = "trec/TREC_10.label" },
		  5452,
		  500,
		  50 },
	};
	const char *data = support_data();

	(void)state;
	if (data == NULL)
		skip();
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct task t = cases[i].task;
		char *place = support_folder(), *first = path_join(data, t.train), *second = path_join(data, t.test);
		struct examples e;
		struct warnings w;
		struct error err = { 0 };
		json_t *counts;

		t.train = first;
		t.test = second;
		assert_null(task_check(&t));
		assert_int_equal(prepare(&t, place, &w, &err), 0);
		assert_int_equal(w.count, 0);
		counts = read_counts(place);
		assert_int_equal(json_integer_value(json_object_get(counts, "train")), cases[i].train);
		assert_int_equal(json_integer_value(json_object_get(counts, "test")), cases[i].test);
		assert_int_equal(json_integer_value(json_object_get(counts, "labels")), cases[i].labels);
		assert_int_equal(json_object_size(json_object_get(counts, "unknown")), 0);
		json_decref(counts);
		read_part(&e, place, "train.tsv", t.kind);
		assert_int_equal(e.count, cases[i].train);
		examples_release(&e);
		free(first);
		free(second);
		support_remove(place);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_empty_nodes_are_tagged),
		cmocka_unit_test(pairs_leave_out_roots_and_empty_nodes),
		cmocka_unit_test(supersenses_are_those_of_single_words),
		cmocka_unit_test(questions_become_utf8),
		cmocka_unit_test(a_table_of_examples_passes_through),
		cmocka_unit_test(malformed_data_is_named),
		cmocka_unit_test(a_question_may_have_1024_words),
		cmocka_unit_test(invalid_bytes_can_be_replaced),
		cmocka_unit_test(one_label_is_too_few),
		cmocka_unit_test(a_task_is_checked_before_work),
		cmocka_unit_test(the_real_data_have_the_sizes_of_the_paper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
