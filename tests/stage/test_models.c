/* Commands on models and examples that do not fit: refused before anything is
 * written, or done and said. */
#include "support.h"

#include <string.h>
#include <sys/wait.h>

#define TINY FIXTURES "/tiny-bert"

static void write_text(const char *folder, const char *name, const char *text)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void assert_printed(const char *folder, const char *expected)
{
	char *text = support_text(folder, "printed.txt");

	if (strstr(text, expected) == NULL)
		fail_msg("printed: %s\nexpected: %s", text, expected);
	free(text);
}

static bool is_there(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	bool there = file_exists(path) || directory_exists(path);

	free(path);
	return there;
}

/* Another kind of model is named by every command, though all its files are
 * missing. */
static void another_kind_of_model(void **state)
{
	static const char *const commands[] = {
		"tokenize --model m < lines",
		"encode --model m --out out < lines",
		"extract --model m --examples none.tsv --kind word --layers all --out out",
		"finetune --model m --train none.tsv --test none.tsv --kind word --out out",
	};
	char *folder = support_folder(), *model = path_join(folder, "m");
	struct error err = { 0 };

	(void)state;
	assert_int_equal(directory_make(model, &err), 0);
	write_text(folder, "lines", "the boat\n");
	write_text(model, "config.json", "{\"model_type\": \"convbert\", \"x\": NaN}");
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		assert_int_equal(support_tunescope(folder, commands[i]), 2);
		assert_printed(folder, "config.json: model_type is convbert, expected bert");
		assert_false(is_there(folder, "out"));
	}
	free(model);
	support_remove(folder);
}

/* A folder that was there stays, whatever was refused. */
static void refusals_leave_nothing(void **state)
{
	char *folder = support_folder(), *model = path_join(folder, "m");
	struct error err = { 0 };

	(void)state;
	assert_int_equal(directory_make(model, &err), 0);
	write_text(folder, "lines", "the boat\n");
	assert_int_equal(support_tunescope(folder, "encode --model m --out out < lines"), 2);
	assert_printed(folder, "m: no tokenizer.json, and no vocab.txt");
	assert_false(is_there(folder, "out"));
	free(model);
	model = path_join(folder, "out");
	assert_int_equal(directory_make(model, &err), 0);
	assert_int_equal(support_tunescope(folder, "encode --model m --out out < lines"), 2);
	assert_true(is_there(folder, "out"));
	free(model);
	support_remove(folder);
}

#define FINETUNE                                                                                                     \
	"finetune --train " TINY "/sentences.tsv --test " TINY "/sentences.tsv --kind word --epochs 1 --seed 1 "

/* The fixture has a head: it is used only where that is asked for, and this is
 * said. */
static void old_heads(void **state)
{
	char *folder = support_folder(), *a, *b;

	(void)state;
	assert_int_equal(support_tunescope(folder, FINETUNE "--model " TINY " --out new"), 0);
	assert_printed(folder,
		       "warning: " TINY ": its own head is not used, a new one is drawn from the seed (head = "
		       "keep begins with its own)");
	assert_int_equal(support_tunescope(folder, FINETUNE "--model " TINY " --head keep --out kept"), 0);
	assert_printed(folder, "the head is the checkpoint's own");
	a = support_text(folder, "new/loss.csv");
	b = support_text(folder, "kept/loss.csv");
	assert_string_not_equal(a, b);
	free(a);
	free(b);
	assert_int_equal(support_tunescope(folder, FINETUNE "--model " TINY " --head old --out x"), 2);
	support_remove(folder);
}

/* Examples of a sentence of 60 words, of which the model takes less; and of one
 * that it takes whole. */
static void write_examples(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (int i = 0; i < 40; i++) {
		fprintf(file, "%s\t", i < 10 ? "long" : "short");
		for (int w = 0; w < (i < 10 ? 60 : 20); w++)
			fprintf(file, "%s%s", w ? " " : "", w % 2 ? "the" : "a");
		fprintf(file, "\t%d\t%d\t\t\t%s\n", i < 10 ? 50 + i % 3 : i % 20, i < 10 ? 50 + i % 3 : i % 20,
			i % 2 ? "X" : "Y");
	}
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* In an experiment the rows of every stage are of the examples that are left, for
 * the control task, too, which reads examples. */
static void examples_behind_a_cut(void **state)
{
	static const char *const cells[] = { "prepare/t",
					     "finetune/net/t-s1",
					     "extract/net/original/t",
					     "extract/net/t-s1-c01/t",
					     "directprobe/net/original/t/train",
					     "trajectory/net/t-s1",
					     "probe/net/original/t" };
	char *folder = support_folder(), *text;

	(void)state;
	write_examples(folder, "train.tsv");
	write_examples(folder, "test.tsv");
	write_text(
		folder, "e.ini",
		"[experiment]\nkernels = portable\n[model net]\npath = " TINY
		"\n[task t]\nkind = word\nformat = tsv\n"
		"train = train.tsv\ntest = test.tsv\n[finetune]\nepochs = 1\ncheckpoints = 1\n[extract]\ntruncate = "
		"yes\n[probe]\ngrid = 4x4:1e-3\nruns = 1\nmax_iter = 5\nkinds = mlp, control\n");
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		char *arguments = text_format("run --experiment e.ini --data . --models . --cache c %s", cells[i]);

		if (support_tunescope(folder, arguments) != 0) {
			text = support_text(folder, "printed.txt");
			fail_msg("%s: %s", cells[i], text);
		}
		free(arguments);
	}
	assert_printed(folder, "");
	text = support_text(folder, "c/e/extract/net/original/t/train/labels.txt");
	assert_int_equal(strlen(text), 2 * 30);
	free(text);
	text = support_text(folder, "c/e/extract/net/original/t/manifest.json");
	assert_non_null(strstr(text, "\"dropped\": 20"));
	assert_non_null(strstr(text, "\"truncated\": 2"));
	free(text);
	text = support_text(folder, "c/e/trajectory/net/t-s1/manifest.json");
	assert_non_null(strstr(text, "\"dropped\": 10"));
	free(text);
	text = support_text(folder, "c/e/finetune/net/t-s1/manifest.json");
	assert_non_null(strstr(text, "\"dropped\": 20"));
	assert_non_null(strstr(text, "\"head\": \"new, not the checkpoint's\""));
	free(text);
	text = support_text(folder, "c/e/probe/net/original/t/manifest.json");
	assert_non_null(strstr(text, "extract/net/original/t/train/examples.tsv"));
	assert_non_null(strstr(text, "extract/net/original/t/test/examples.tsv"));
	free(text);
	support_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_kind_of_model),
		cmocka_unit_test(refusals_leave_nothing),
		cmocka_unit_test(old_heads),
		cmocka_unit_test(examples_behind_a_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
