/* Text files as people save them: with a byte order mark, CR LF, empty last lines,
 * in UTF-8 or ISO-8859-1. */
#include "support.h"

#include "base/json.h"
#include "base/output.h"

#include <string.h>

/* How an editor may save the lines. */
static const struct {
	const char *mark, *end, *rest;
} savings[] = {
	{ "\xEF\xBB\xBF", "\n", "" },
	{ "", "\r\n", "" },
	{ "\xEF\xBB\xBF", "\r\n", "\r\n\r\n" },
	{ "", "\n", "\n\n" },
};

enum { SAVINGS = sizeof savings / sizeof savings[0] };

static const char *const files[][2] = {
	{ "e.txt", "0 1\n1 0.5\n4 4\n5 4.5\n9 0\n8 0.25\n" },
	{ "l.txt", "NOUN\nNOUN\nVERB\nVERB\nADJ\nADJ\n" },
	{ "c.txt", "0\n0\n1\n1\n2\n2\n" },
	{ "d.csv", "layer,label_a,label_b,distance\n0,a,b,1.5\n0,a,c,2.25\n0,b,c,0.5\n0,a,d,3\n0,b,d,1\n0,c,d,2\n" },
	{ "d.txt", "a---b,1.5\na---c,2.25\na---d,3\nb---c,0.5\nb---d,1\nc---d,2\n" },
	{ "t.tsv", "1\ta b\t0\t0\t\t\tX\n2\tc\t0\t0\t\t\tY\n" },
	{ "t.conllu", "1\ta\t_\tX\t_\t_\t0\troot\t_\t_\n\n1\tb\t_\tY\t_\t_\t0\troot\t_\t_\n" },
	{ "t.label", "A:a Was ?\nB:b K\xC3\xB6ln ?\n" },
};

/* Writes all files, saved in one way; −1: as they stand above. */
static void write_files(const char *place, int saving)
{
	struct folder folder;
	struct error err;

	assert_int_equal(folder_open(&folder, place, &err), 0);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct output *o;

		assert_int_equal(output_open(&o, &folder, files[i][0], &err), 0);
		output_text(o, saving < 0 ? "" : savings[saving].mark);
		for (const char *p = files[i][1]; *p != '\0'; p++)
			if (*p == '\n')
				output_text(o, saving < 0 ? "\n" : savings[saving].end);
			else
				output_write(o, p, 1);
		output_text(o, saving < 0 ? "" : savings[saving].rest);
		assert_int_equal(output_commit(o, &err), 0);
	}
	folder_release(&folder);
}

static const struct {
	const char *command, *result;
} commands[] = {
	{ "directprobe --embeddings e.txt --labels l.txt --min-points 1 --out o", "o/labelset.txt" },
	{ "directprobe --embeddings e.txt --labels l.txt --min-points 1 --out o", "o/distances.csv" },
	{ "directprobe --embeddings e.txt --labels l.txt --clusters c.txt --min-points 1 --out o", "o/clusters.csv" },
	{ "similarity --a d.csv --b d.txt", "printed.txt" },
	{ "prepare --kind word --train t.tsv --test t.tsv --out o", "o/train.tsv" },
	{ "prepare --kind word --format conllu --label upos --train t.conllu --test t.conllu --out o",
	  "o/train.tsv" },
	{ "prepare --quiet --kind sentence --format trec --train t.label --test t.label --out o", "o/train.tsv" },
};

static void a_text_is_the_same_however_it_is_saved(void **state)
{
	char *place = support_folder();

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		char *expected;

		write_files(place, -1);
		assert_int_equal(support_tunescope(place, commands[i].command), 0);
		expected = support_text(place, commands[i].result);
		for (int s = 0; s < SAVINGS; s++) {
			char *got;

			write_files(place, s);
			assert_int_equal(support_tunescope(place, commands[i].command), 0);
			got = support_text(place, commands[i].result);
			assert_string_equal(got, expected);
			free(got);
		}
		free(expected);
	}
	support_remove(place);
}

static void write_text(const char *place, const char *name, const char *text)
{
	struct folder folder;
	struct error err;

	assert_int_equal(folder_open(&folder, place, &err), 0);
	assert_int_equal(output_file(&folder, name, text, strlen(text), &err), 0);
	folder_release(&folder);
}

/* The encodings that were found stand in the manifest and in the log. */
static void the_manifest_tells_the_encodings(void **state)
{
	static const char experiment[] =
		"[experiment]\ntitle = Encodings\n\n[model m]\nlayers = 1\nhidden = 8\nheads = 2\n\n"
		"[task q]\nkind = sentence\nformat = trec\ntrain = train.label\ntest = "
		"test.label\n";
	static const char *const runs[][3] = {
		{ "", "K\xF6ln", "iso-8859-1" },
		{ "encoding = utf-8\n", "K\xC3\xB6ln", "utf-8" },
	};
	char *place = support_folder();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = text_format("%s%s", experiment, runs[i][0]), *path, *log;
		const json_t *internal;
		struct error err;
		json_t *manifest;

		write_text(place, "e.ini", text);
		free(text);
		text = text_format("LOC:city %s ?\nHUM:ind Wer ?\n", runs[i][1]);
		write_text(place, "train.label", text);
		write_text(place, "test.label", "LOC:city Wo ?\nHUM:ind Wer ?\n");
		assert_int_equal(support_tunescope(place, "run --experiment e.ini --data . --cache c prepare/q"), 0);
		path = path_join(place, "c/e/prepare/q/manifest.json");
		assert_int_equal(json_read(&manifest, path, &err), 0);
		internal = json_object_get(json_object_get(json_object_get(manifest, "predicate"), "buildDefinition"),
					   "internalParameters");
		assert_string_equal(json_string_value(json_object_get(internal, "train_encoding")), runs[i][2]);
		assert_string_equal(json_string_value(json_object_get(internal, "test_encoding")), "utf-8");
		json_decref(manifest);
		log = support_text(place, "c/e/prepare/q/log");
		assert_non_null(strstr(log, runs[i][2]));
		free(log);
		log = support_text(place, "c/e/prepare/q/train.tsv");
		assert_non_null(strstr(log, "K\xC3\xB6ln"));
		free(log);
		free(path);
		free(text);
	}
	support_remove(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_the_same_however_it_is_saved),
		cmocka_unit_test(the_manifest_tells_the_encodings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
