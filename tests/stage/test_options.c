/* Options that take numbers and lists: what they hold is what is meant, or an error
 * that names the option and its value. */
#include "support.h"

#include "base/output.h"
#include "stage/options.h"
#include "workflow/layers.h"

#include <limits.h>
#include <string.h>

static void numbers_have_limits(void **state)
{
	static const struct option list[] = { { "n", "N", "a number" }, { NULL, NULL, NULL } };
	static const struct {
		const char *text;
		long low, high, value;
		const char *message;
	} cases[] = {
		{ "7", 1, 7, 7, NULL },
		{ "-3", -3, LONG_MAX, -3, NULL },
		{ "8", 1, 7, 0, "--n 8: expected a whole number from 1 to 7" },
		{ "0", 1, LONG_MAX, 0, "--n 0: expected a whole number from 1 on" },
		{ "1x", 0, 7, 0, "--n 1x: expected a whole number from 0 to 7" },
		{ "", 0, 7, 0, "--n : expected a whole number from 0 to 7" },
		{ " 1", 0, 7, 0, "--n  1: expected a whole number from 0 to 7" },
		{ "1.0", 0, 7, 0, "--n 1.0: expected a whole number from 0 to 7" },
		{ "0x1", 0, 7, 0, "--n 0x1: expected a whole number from 0 to 7" },
		{ "99999999999999999999", 0, LONG_MAX, 0,
		  "--n 99999999999999999999: expected a whole number from 0 on" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *argv[] = { "program", "--n", (char *)(uintptr_t)cases[i].text };
		struct options o = { 0 };
		struct error err = { 0 };
		long value = 42;

		assert_int_equal(options_know(&o, list, &err), 0);
		assert_int_equal(options_integer(&value, &o, "n", 0, 1, &err), 0);
		assert_int_equal(value, 42); /* not given */
		assert_int_equal(options_parse(&o, 3, argv, &err), 0);
		assert_int_equal(options_integer(&value, &o, "n", cases[i].low, cases[i].high, &err),
				 cases[i].message == NULL ? 0 : -1);
		assert_int_equal(value, cases[i].message == NULL ? cases[i].value : 42);
		if (cases[i].message != NULL)
			assert_string_equal(err.text, cases[i].message);
		options_release(&o);
	}
}

static void a_list_names_layers_that_are_there(void **state)
{
	static const bool there[4] = { true, false, true, true };

	(void)state;
	assert_int_equal(layers_lacking("all", there, 4), -1);
	assert_int_equal(layers_lacking("0, 3,last", there, 4), -1);
	assert_int_equal(layers_lacking("0,1,9", there, 4), 1);
	assert_int_equal(layers_lacking("0,9", there, 4), 9);
	assert_int_equal(layers_lacking("3,4", NULL, 4), 4);
	assert_int_equal(layers_lacking("0,3", NULL, 4), -1);
	assert_int_equal(layers_lacking("99999999999999999999", NULL, 4), LONG_MAX);
}

#define TABLE "layer,label_a,label_b,distance\\n"
#define PAIRS(l) l ",a,b,1.5\\n" l ",a,c,2.25\\n" l ",b,c,0.5\\n" l ",a,d,3\\n" l ",b,d,1\\n" l ",c,d,2\\n"

/* Two tables, one with layers 0 and 3 and one with layer 2, and data. */
static char *make_place(void)
{
	char *place = support_folder();
	char *command =
		text_format("cd %s && printf '" TABLE PAIRS("0") PAIRS("3") "' > a.csv && printf '" TABLE PAIRS(
				    "2") "' > b.csv && "
					 "printf '1\\ta\\t0\\t0\\t\\t\\tX\\n2\\tb\\t0\\t0\\t\\t\\tY\\n' > t.tsv && "
					 "printf '0 1\\n1 0\\n' > e.txt && printf 'X\\nY\\n' > l.txt",
			    place);

	assert_int_equal(system(command), 0);
	free(command);
	return place;
}

static void assert_printed(const char *place, const char *arguments, int status, const char *said)
{
	int got = support_tunescope(place, arguments);
	char *printed = support_text(place, "printed.txt");

	if (got != status || strstr(printed, said) == NULL)
		fail_msg("%s: exit %d, \"%s\", expected %d, \"%s\"", arguments, got, printed, status, said);
	free(printed);
}

static void what_an_option_holds_is_meant_or_named(void **state)
{
	static const char tsv[] = "prepare --kind word --train t.tsv --test t.tsv --out o ";
	static const char probe[] = "directprobe --embeddings e.txt --labels l.txt --out o ";
	static const struct {
		const char *command, *rest, *said;
	} refused[] = {
		{ "similarity --a a.csv --b b.csv ", "--layer-b 2 --layer-a 1x",
		  "--layer-a 1x: expected last, or the number of a layer\n" },
		{ "similarity --a a.csv --b b.csv ", "--layer-b 2 --layer-a first",
		  "--layer-a first: expected last" },
		{ "similarity --a a.csv --b b.csv ", "--layer-b 2 --layer-a 9",
		  "--layer-a 9: a.csv has the layers 0, 3\n" },
		{ "similarity --a a.csv --b b.csv ", "", "--layer-b 0: b.csv has the layer 2\n" },
		{ "similarity --a a.csv --b b.csv ", "--layer-b 2 --pairs all",
		  "--pairs all: expected present or zero\n" },
		{ "similarity --a a.csv --b b.csv ", "--layer-b 2 --seed -1",
		  "--seed -1: expected a whole number from 0 on\n" },
		{ "similarity --a a.csv --b b.csv ", "--layer-b 2 --threads 2k",
		  "--threads 2k: expected a whole number from 1 to 1024\n" },
		{ "similarity --a a.csv --b b.csv ", "--layer-b 2 9",
		  "9: unexpected; a value with spaces needs quotes\n" },
		{ tsv, "--format conllu --label upos --train-sentences 5-2",
		  "--train-sentences 5-2: expected a range of sentences such as 1-800\n" },
		{ tsv, "--format conllu --label upos --test-sentences 3",
		  "--test-sentences 3: expected a range of sentences such as 1-800\n" },
		{ tsv, "--format embedded --label upos --train-size 20x",
		  "--train-size 20x: expected a whole number\n" },
		{ tsv, "--format embedded --label upos --test-size 0", "--test-size 0: expected 10 to 1" },
		{ tsv, "--subtypes maybe", "--subtypes maybe: expected yes or no\n" },
		{ tsv, "--empty-nodes Ja", "--empty-nodes Ja: expected yes or no\n" },
		{ tsv, "--encoding latin1", "--encoding latin1: expected auto|utf-8|iso-8859-1\n" },
		{ tsv, "--format xml", "--format xml: expected conllu|conllulex|trec|tsv|embedded\n" },
		{ tsv, "--kernels fast", "--kernels fast: expected portable|native\n" },
		{ probe, "--max-points 1e3", "--max-points 1e3: expected a whole number\n" },
		{ probe, "--min-points 0", "--min-points 0: expected 1 to " },
		{ "pretrain --text t.tsv --heldout t.tsv --vocabulary . --out o --hidden 8 --heads 2 --positions 16 ",
		  "--layers two", "--layers two: expected a whole number from 1 to 64\n" },
		{ "pretrain --text t.tsv --heldout t.tsv --vocabulary . --out o --layers 1 --heads 2 --positions 16 ",
		  "--hidden 8.5", "--hidden 8.5: expected a whole number from 4 to 4096\n" },
		{ "audit --experiment " SOURCE "/experiments/embedded.ini ", "--deep all",
		  "--deep all: expected a whole number from 1 on\n" },
		{ "audit --experiment " SOURCE "/experiments/embedded.ini ", "--deep 1 --seed one",
		  "--seed one: expected a whole number from 0 on\n" },
		{ "run --experiment " SOURCE "/experiments/embedded.ini ", "--jobs 0 prepare/text",
		  "--jobs 0: expected a whole number from 1 to 1000000\n" },
		{ "extract --model " FIXTURES "/tiny-bert --examples t.tsv --kind word --out o ", "--layers 0,9",
		  "layers: 0,9: expected all, last, or numbers from 0 to " },
		{ "extract --model " FIXTURES "/tiny-bert --examples t.tsv --kind word --out o ", "--layers ,",
		  "--layers ,: " },
		{ "extract --model " FIXTURES "/tiny-bert --examples t.tsv --kind word --out o ", "--layers 0, 1",
		  "1: unexpected; a value with spaces needs quotes\n" },
	};
	char *place = make_place();

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		char *command = text_format("%s%s", refused[i].command, refused[i].rest);

		assert_printed(place, command, 2, refused[i].said);
		free(command);
	}
	assert_printed(place, "similarity --a a.csv --b b.csv --layer-a last --layer-b last", 0, "\"r\": 1.0}");
	assert_printed(place, "similarity --a a.csv --b b.csv --layer-a 3 --layer-b 2", 0, "\"r\": 1.0}");
	assert_printed(place, "prepare --kind word --train t.tsv --test t.tsv --out o --subtypes on", 0, "");
	assert_printed(place, "prepare --kind word --train t.tsv --test t.tsv --out o --kernels native", 0, "");
	support_remove(place);
}

static const char experiment[] =
	"[experiment]\nkernels = portable\n[model m]\nlayers = 1\nhidden = 8\nheads = 2\n"
	"[text]\nsentences = 100\nheldout = 10\nvocabulary = 150\n[pretrain]\nepochs = 1\n"
	"[finetune]\nepochs = 1\ncheckpoints = 1\n"
	"[probe]\ngrid = 8x8:1e-3\nruns = 1\n"
	"[task q]\nkind = sentence\nformat = embedded\nlabel = question\ntrain.size = 20\ntest.size = 10\n";

/* A cell whose key names a layer that is not there fails, also where others are. */
static void lists_of_cells_are_checked(void **state)
{
	static const struct {
		const char *keys, *cell, *said;
	} runs[] = {
		{ "", "prepare/text", "" },
		{ "", "pretrain/m", "" },
		{ "", "prepare/q", "" },
		{ "extract.layers = 0,9\n", "extract/m/original/q",
		  "extract.layers = 0,9: no layer 9, the model has 0 to 1" },
		{ "probe.layers = 2,last\n", "extract/m/original/q",
		  "probe.layers = 2,last: no layer 2, the model has 0 to 1" },
		{ "extract.layers = 1\n", "extract/m/original/q", "" },
		{ "extract.layers = 1\nprobe.layers = 0\n", "probe/m/original/q",
		  "probe.layers = 0: layer 0 was not extracted" },
		{ "extract.layers = 1\ndirectprobe.layers = 0,1\n", "directprobe/m/original/q/train",
		  "directprobe.layers = 0,1: layer 0 was not extracted" },
	};
	char *place = support_folder();

	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		char *text = text_format("%s%s", experiment, runs[i].keys), *arguments;
		struct folder folder;
		struct error err;

		assert_int_equal(folder_open(&folder, place, &err), 0);
		assert_int_equal(output_file(&folder, "e.ini", text, strlen(text), &err), 0);
		arguments = text_format("run --experiment e.ini --cache c %s", runs[i].cell);
		assert_printed(place, arguments, runs[i].said[0] == '\0' ? 0 : 2, runs[i].said);
		folder_release(&folder);
		free(arguments);
		free(text);
	}
	support_remove(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_limits),
		cmocka_unit_test(a_list_names_layers_that_are_there),
		cmocka_unit_test(lists_of_cells_are_checked),
		cmocka_unit_test(what_an_option_holds_is_meant_or_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
