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
	const char *encodings[2];
	int rc;

	*w = (struct warnings){ 0 };
	assert_int_equal(folder_open(&out, path, err), 0);
	rc = task_prepare(encodings, t, &out, &ctx, err);
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
	{ "conllu", "upos", TASK_WORD, BYTES("# only a comment\n\n"), ": no examples for bad" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "a", "_", "0", "root")), ": no examples for bad" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "a\0", "X", "0", "root")), ":1: byte 4 is NUL, expected text" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "a", "X", "0", "root") "   x\n"),
	  ":2: 1 columns, expected 10" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "\xC3", "X", "0", "root")), ":1: byte 3 is not valid UTF-8" },
	{ "conllu", "upos", TASK_WORD, BYTES(ROW("1", "a", "", "0", "root")), ":1: empty UPOS" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "_", "root")),
	  ":1: HEAD is \"_\", expected a number" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "x", "_")),
	  ":1: HEAD is \"x\", expected a number" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "-1", "root")),
	  ":1: HEAD is \"-1\", expected a number" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "2", "nsubj")),
	  ":1: HEAD 2 is no word of the sentence" },
	{ "conllu", "deprel", TASK_PAIR, BYTES(ROW("1", "a", "X", "0", "root") ROW("2", "a", "X", "1", "")),
	  ":2: empty DEPREL" },
	{ "conllulex", "ss2", TASK_WORD, BYTES(LEX("1", "of", "_", "p.Whole", "n.GROUP")),
	  ":1: supersense \"n.GROUP\", expected p.\xE2\x80\xA6" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city Where ?\nWhere ?\n"),
	  ":2: expected \"COARSE:fine question\"" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city\n"), ":1: expected \"COARSE:fine question\"" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city Where ?\n\nLOC:city Why ?\n"),
	  ":2: expected \"COARSE:fine question\"" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city  \n"), ":1: a question without words" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city a\0b\n"), ":1: byte 11 is NUL, expected text" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("LOC:city K\xC3\xB6ln\nLOC:city don\x92t ?\n"),
	  ":2: byte 13 is 0x92, which is neither valid UTF-8 nor a character of ISO-8859-1" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("\xEF\xBB\xBFLOC:city caf\xE9 ?\n"), ":1: byte 13 is not valid UTF-8" },
	{ "trec", NULL, TASK_SENTENCE, BYTES("\xFF\xFEL\0O\0C\0"), ": UTF-16, expected UTF-8" },
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

/* A task whose training and test file is one, of these bytes. */
static void prepare_text(struct examples *out, struct task t, const char *place, const char *data, size_t size,
			 struct warnings *w)
{
	char *path = files_write(place, "data", data, size);
	struct error err = { 0 };

	t.train = t.test = path;
	assert_null(task_check(&t));
	if (prepare(&t, place, w, &err) < 0)
		fail_msg("%s", err.text);
	read_part(out, place, "train.tsv", t.kind);
	free(path);
}

static void words_without_a_label_stay_words(void **state)
{
	static const char text[] = ROW("1", "_", "SYM", "2", "_") ROW("2", "runs", "_", "0", "root")
		ROW("3", "_", "_", "_", "_") ROW("4", "far", "ADV", "2", "advmod") "\n";
	static const struct {
		enum task_kind kind;
		const char *label, *first;
		size_t count;
		long long unlabelled;
	} cases[] = { { TASK_WORD, "upos", "SYM", 2, 2 }, { TASK_PAIR, "deprel", "advmod", 1, 2 } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct task t = { .name = "t", .kind = cases[i].kind, .format = "conllu", .label = cases[i].label };
		char *place = support_folder(), *expected;
		char both[sizeof text + 100];
		struct examples e;
		struct warnings w;
		json_t *counts;

		snprintf(both, sizeof both, "%s%s", text,
			 ROW("1", "Go", "VERB", "0", "root") ROW("2", "on", "ADP", "1", "compound"));
		prepare_text(&e, t, place, both, strlen(both), &w);
		assert_int_equal(e.count, cases[i].count + (t.kind == TASK_WORD ? 2 : 1));
		assert_int_equal(e.sentences[0].count, 4);
		assert_string_equal(e.sentences[0].words[0], "_");
		assert_string_equal(e.sentences[0].words[2], "_");
		assert_string_equal(e.items[0].label, cases[i].first);
		assert_int_equal(w.count, 1);
		expected = text_format("t: %lld training and %lld test words have no label (_) and are no examples",
				       cases[i].unlabelled, cases[i].unlabelled);
		assert_string_equal(w.text, expected);
		counts = read_counts(place);
		assert_int_equal(json_integer_value(json_object_get(counts, "train_unlabelled")),
				 cases[i].unlabelled);
		json_decref(counts);
		examples_release(&e);
		free(expected);
		support_remove(place);
	}
}

/* Without words that lack a label the counts are as they were. */
static void counts_name_only_what_is_there(void **state)
{
	struct task t = { .name = "pos", .kind = TASK_WORD, .format = "conllu", .label = "upos" };
	char *place = support_folder();
	struct examples e;
	struct warnings w;
	json_t *counts;

	(void)state;
	prepare_text(&e, t, place, BYTES(treebank), &w);
	counts = read_counts(place);
	assert_int_equal(json_object_size(counts), 7);
	json_decref(counts);
	examples_release(&e);
	support_remove(place);
}

static void a_function_that_is_not_annotated_is_no_example(void **state)
{
	static const char text[] = LEX("1", "of", "_", "p.Whole", "_") LEX("2", "in", "_", "p.Time", "p.Time")
		LEX("3", "at", "_", "p.Locus", "p.Locus");
	struct task t = { .name = "fxn", .kind = TASK_WORD, .format = "conllulex", .label = "ss2" };
	char *place = support_folder();
	struct examples e;
	struct warnings w;

	(void)state;
	prepare_text(&e, t, place, BYTES(text), &w);
	assert_int_equal(e.count, 2);
	assert_int_equal(e.items[0].a.first, 1);
	assert_int_equal(w.count, 1);
	examples_release(&e);
	support_remove(place);
}

#define WORDS ROW("1", "a", "X", "0", "root") ROW("2", "b", "Y", "1", "dep")

static void sentences_are_parted_in_every_usual_way(void **state)
{
	static const char *const texts[] = {
		WORDS "  \n" WORDS,
		WORDS "\t\n \t \n\n" WORDS "\n\n \n",
		"# a licence\n# of two lines\n\n" WORDS "\n" WORDS,
		WORDS "\n# between\n\n" WORDS "\n# the end",
		WORDS "# inside the sentence, at its end\n\n" WORDS "\n# the end\n\n\n",
		"\xEF\xBB\xBF# sent_id = \n" WORDS "\r\n" WORDS "\r\n",
		"# sent_id = of a licence\n\n" WORDS "\n" WORDS,
		"1\ta\t_\t X \t_\t_\t 0\troot \t_\t_\n" ROW("2", "b", "Y", "1", "dep") "\n" WORDS,
	};
	struct task t = { .name = "t", .kind = TASK_WORD, .format = "conllu", .label = "upos" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char *place = support_folder();
		struct examples e;
		struct warnings w;

		prepare_text(&e, t, place, texts[i], strlen(texts[i]), &w);
		assert_int_equal(e.count, 4);
		assert_int_equal(e.sentence_count, 2);
		assert_int_equal(e.sentences[0].count, 2);
		assert_string_equal(e.sentences[0].id, "1");
		assert_string_equal(e.sentences[1].id, "2");
		assert_string_equal(e.items[0].label, "X");
		assert_int_equal(w.count, 0);
		examples_release(&e);
		support_remove(place);
	}
}

static void an_id_with_a_tab_stays_one_column(void **state)
{
	struct task t = { .name = "t", .kind = TASK_WORD, .format = "conllu", .label = "upos" };
	char *place = support_folder();
	struct examples e;
	struct warnings w;

	(void)state;
	prepare_text(&e, t, place, BYTES("# sent_id = a\tb \n" WORDS), &w);
	assert_string_equal(e.sentences[0].id, "a b");
	examples_release(&e);
	support_remove(place);
}

#define LATIN1 "LOC:city K\xF6ln ?\nHUM:ind Wer ?\n"
#define UTF8 "LOC:city K\xC3\xB6ln ?\nHUM:ind Wer ?\n"

static void the_encoding_of_questions_is_recognised_or_told(void **state)
{
	static const struct {
		const char *encoding, *data, *word, *found;
	} cases[] = {
		{ NULL, UTF8, "K\xC3\xB6ln", "utf-8" },
		{ "auto", "\xEF\xBB\xBF" UTF8, "K\xC3\xB6ln", "utf-8" },
		{ "auto", LATIN1, "K\xC3\xB6ln", "iso-8859-1" },
		{ "utf-8", UTF8, "K\xC3\xB6ln", "utf-8" },
		{ "iso-8859-1", UTF8, "K\xC3\x83\xC2\xB6ln", "iso-8859-1" },
		{ "auto", "LOC:city\tK\xC3\xB6ln\t?\r\nHUM:ind Wer ?\n\n", "K\xC3\xB6ln", "utf-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct task t = {
			.name = "t", .kind = TASK_SENTENCE, .format = "trec", .encoding = cases[i].encoding
		};
		char *place = support_folder(), *path;
		struct examples e;
		struct warnings w;
		struct error err = { 0 };

		prepare_text(&e, t, place, cases[i].data, strlen(cases[i].data), &w);
		assert_int_equal(e.count, 2);
		assert_string_equal(e.items[0].label, "LOC:city");
		assert_string_equal(e.sentences[0].words[0], cases[i].word);
		examples_release(&e);
		path = files_write(place, "data", cases[i].data, strlen(cases[i].data));
		t.train = path;
		assert_int_equal(task_read(&e, &t, false, &err), 0);
		assert_string_equal(e.encoding, cases[i].found);
		examples_release(&e);
		free(path);
		support_remove(place);
	}
}

static void an_encoding_that_is_told_must_fit(void **state)
{
	char *place = support_folder(), *path = files_write(place, "data", BYTES(LATIN1));
	struct task t = {
		.name = "t", .kind = TASK_SENTENCE, .format = "trec", .train = path, .test = path, .encoding = "utf-8"
	};
	struct examples e;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(task_read(&e, &t, false, &err), -1);
	files_assert_message(&err, path, ":1: byte 11 is not valid UTF-8");
	t.lossy = true;
	assert_int_equal(task_read(&e, &t, false, &err), 0);
	assert_string_equal(e.sentences[0].words[0], "K\xEF\xBF\xBDln");
	examples_release(&e);
	free(path);
	support_remove(place);
}

static void a_question_may_be_long(void **state)
{
	enum { WORD_COUNT = 5000 };
	struct task t = { .name = "long", .kind = TASK_SENTENCE, .format = "trec" };
	char *place = support_folder(), *text = array_new(2 * WORD_COUNT + 16, 1, 1);
	struct examples e;
	struct warnings w;

	(void)state;
	strcpy(text, "A:a");
	for (int i = 0; i < WORD_COUNT; i++)
		memcpy(text + 3 + 2 * i, " x", 3);
	strcat(text, "\nB:b y");
	prepare_text(&e, t, place, text, strlen(text), &w);
	assert_int_equal(e.sentences[0].count, WORD_COUNT);
	examples_release(&e);
	free(text);
	support_remove(place);
}

static void a_range_ends_within_the_file(void **state)
{
	char *place = support_folder(), *path = files_write(place, "t.conllu", BYTES(treebank));
	struct task t = {
		.name = "t", .kind = TASK_WORD, .format = "conllu", .train = path, .test = path, .label = "upos"
	};
	struct examples e;
	struct error err = { 0 };

	(void)state;
	t.train_sentences = "2-4";
	assert_int_equal(task_read(&e, &t, false, &err), -1);
	files_assert_message(&err, path, ": 3 sentences, but train.sentences is 2-4");
	t.train_sentences = "2-3";
	assert_int_equal(task_read(&e, &t, false, &err), 0);
	examples_release(&e);
	free(path);
	support_remove(place);
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
	static const char *const ranges[] = { "0-5", "5-4", "5",    "1-2x", "-",
					      "",    "1-",  " 1-2", "1 -2", "1-99999999999999999999" };
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
	t = good, t.encoding = "iso-8859-1";
	assert_string_equal(task_check(&t), "encoding: only trec is read as iso-8859-1");
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
		cmocka_unit_test(words_without_a_label_stay_words),
		cmocka_unit_test(counts_name_only_what_is_there),
		cmocka_unit_test(a_function_that_is_not_annotated_is_no_example),
		cmocka_unit_test(sentences_are_parted_in_every_usual_way),
		cmocka_unit_test(an_id_with_a_tab_stays_one_column),
		cmocka_unit_test(the_encoding_of_questions_is_recognised_or_told),
		cmocka_unit_test(an_encoding_that_is_told_must_fit),
		cmocka_unit_test(a_question_may_be_long),
		cmocka_unit_test(a_range_ends_within_the_file),
		cmocka_unit_test(invalid_bytes_can_be_replaced),
		cmocka_unit_test(one_label_is_too_few),
		cmocka_unit_test(a_task_is_checked_before_work),
		cmocka_unit_test(the_real_data_have_the_sizes_of_the_paper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
