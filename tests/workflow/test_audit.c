/* What an audit finds in the artefacts, the manifests and the published copies
 * of a miniature experiment. */
#include "mini.h"

static void expect_sound(void)
{
	expect(shell("$T audit --quiet --experiment $F"), 0);
	assert_printed(" 0 links broken");
}

static void a_flipped_bit_is_found_anywhere(void **state)
{
	static const char *const names[] = {
		"cache/mini/prepare/pos/train.tsv",
		"cache/mini/prepare/text/vocab.txt",
		"cache/mini/pretrain/small/model.safetensors",
		"cache/mini/finetune/small/pos-s1/c02/model.safetensors",
		"cache/mini/finetune/small/pos-s1/c02/config.json",
		"cache/mini/finetune/small/pos-s1/loss.csv",
		"cache/mini/extract/small/original/pos/train/layer1.npy",
		"cache/mini/probe/small/original/pos/accuracy.csv",
		"cache/mini/directprobe/small/original/pos/train/distances.csv",
		"cache/mini/directprobe/small/original/pos/train/summary.json",
		"cache/mini/trajectory/small/pos-s1/minimum.csv",
		"cache/mini/divergence/small/original/pos/divergence.csv",
		"cache/mini/similarity/small/pos-s1/similarity.csv",
		"cache/mini/collect/results.csv",
		"cache/mini/collect/claims.json",
		"cache/mini/report/index.html",
		"cache/mini/report/tables/results.csv",
		"cache/mini/report/ro-crate-metadata.json",
		"report/mini/index.html",
		"report/mini/report.pdf",
		"report/mini/SHA256SUMS",
		"manifests/mini/finetune/small/pos-s1.json",
	};

	const size_t count = sizeof names / sizeof names[0];

	(void)state;
	expect_sound();
	for (size_t i = 0; i < count; i++)
		flip(names[i]);
	expect(shell("$T audit --quiet --experiment $F"), 1);
	for (size_t i = 0; i < count; i++) {
		char *line = text_format("%s: SHA-256 is ",
					 strncmp(names[i], "cache/mini/", 11) == 0 ? names[i] + 11 : names[i]);

		assert_printed(line);
		free(line);
		flip(names[i]);
	}
	expect_sound();
}

/* One of each kind of file of a figure, in the cache and published. */
static void a_flipped_bit_of_a_figure_is_found(void **state)
{
	char *names, *file, *rest;

	(void)state;
	expect(shell("for e in svg pdf png csv; do ls cache/mini/figures/loss/*.$e | head -1; ls "
		     "figures/mini/minimum/*.$e | head -1; done"),
	       0);
	names = printed();
	for (rest = names; (file = strsep(&rest, "\n")) != NULL && *file != '\0';)
		flip(file);
	free(names);
	expect(shell("for e in svg pdf png csv; do ls cache/mini/figures/loss/*.$e | head -1; ls "
		     "figures/mini/minimum/*.$e | head -1; done > files; $T audit --quiet --experiment $F > said; "
		     "s=$?; "
		     "while read -r f; do grep -q \"${f#cache/mini/}: SHA-256 is\" said && echo found; done < files; "
		     "exit $s"),
	       1);
	names = printed();
	assert_string_equal(names, "found\nfound\nfound\nfound\nfound\nfound\nfound\nfound\n");
	free(names);
	expect(shell("cat files"), 0);
	names = printed();
	for (rest = names; (file = strsep(&rest, "\n")) != NULL && *file != '\0';)
		flip(file);
	free(names);
	expect_sound();
}

static void an_edited_manifest_is_found(void **state)
{
	static const struct {
		const char *cell, *edit, *printed;
	} edits[] = {
		{ "probe/small/original/pos", "s/\"runs\": \"2\"/\"runs\": \"3\"/",
		  "probe/small/original/pos: parameter runs is 2, the manifest has 3" },
		{ "probe/small/original/pos", "s/\"runs\": \"2\"/\"more\": \"1\", \"runs\": \"2\"/",
		  "probe/small/original/pos: manifest.json has " },
		{ "probe/small/original/pos", "s/tunescope-probe\": \"sha256:./tunescope-probe\": \"sha256:x/",
		  "probe/small/original/pos: made by the program x" },
		{ "report", "s,tunescope.invalid/0,tunescope.invalid/9,",
		  "report: manifest.json: the builder is not" },
		{ "collect", "s,slsa.dev/provenance/v1,slsa.dev/provenance/v2,", "expected SLSA provenance v1" },
		{ "collect", "s,in-toto.io/Statement/v1,in-toto.io/Statement/v0,",
		  "expected an in-toto Statement v1" },
		{ "collect", "s,stages/collect/v1,stages/report/v1,", "buildType is " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		expect(shell("M=cache/mini/%s/manifest.json; cp $M kept && sed -i '%s' $M && ! cmp -s kept $M && "
			     "$T audit --quiet --experiment $F; s=$?; cp kept $M; exit $s",
			     edits[i].cell, edits[i].edit),
		       1);
		assert_printed(edits[i].printed);
	}
	expect_sound();
}

static void swapped_and_deleted_files_are_found(void **state)
{
	static const char a[] = "cache/mini/extract/small/original/pos/train/layer0.npy";
	static const char b[] = "cache/mini/extract/small/original/pos/train/layer1.npy";

	(void)state;
	expect(shell("mv %s x && mv %s %s && mv x %s && $T audit --quiet --experiment $F", a, b, a, b), 1);
	assert_printed("train/layer0.npy: SHA-256 is ");
	assert_printed("train/layer1.npy: SHA-256 is ");
	expect(shell("mv %s x && mv %s %s && mv x %s", a, b, a, b), 0);
	expect(shell("mv %s x; $T audit --quiet --experiment $F; s=$?; mv x %s; exit $s", a, a), 1);
	assert_printed("layer0.npy: cannot read: No such file or directory");
	expect(shell("mv cache/mini/collect/manifest.json x; $T audit --quiet --experiment $F; s=$?; mv x "
		     "cache/mini/collect/manifest.json; exit $s"),
	       1);
	assert_printed("collect: no manifest.json");
	expect_sound();
}

/* Whoever edits a number, mends every digest that tells of it and publishes the
 * page anew is found out when it is made again. */
static void an_edited_number_is_found_behind_mended_digests(void **state)
{
	(void)state;
	expect(shell("cp -r cache kept-cache; cp -r report kept-report; D=cache/mini/report; "
		     "mend() { old=$(sha256sum < kept-cache/mini/report/$1 | cut -c1-64); "
		     "new=$(sha256sum < $D/$1 | cut -c1-64); [ $old != $new ] || echo $1 is the same; "
		     "sed -i s/$old/$new/ $D/ro-crate-metadata.json $D/SHA256SUMS $D/manifest.json; }; "
		     "sed -i '0,/<td[^>]*>[0-9]*\\.[0-9]/s//&9/' $D/index.html; "
		     "mend index.html; mend ro-crate-metadata.json; mend SHA256SUMS; "
		     "cp $D/index.html $D/ro-crate-metadata.json $D/SHA256SUMS report/mini/; "
		     "cp $D/manifest.json manifests/mini/report.json; "
		     "$T audit --quiet --experiment $F; s=$?; rm -rf cache report; mv kept-cache cache; mv "
		     "kept-report "
		     "report; cp cache/mini/report/manifest.json manifests/mini/report.json; exit $s"),
	       1);
	assert_printed("broken   report: report/index.html: made again its SHA-256 is ");
	expect_sound();
}

/* A cell of an earlier run of the same experiment, sound in itself. */
static void a_replayed_cell_is_found(void **state)
{
	(void)state;
	expect(shell("cp -r cache old && sed -i 's/^lr          = 1e-3/lr          = 2e-3/' mini.ini && "
		     "CACHE=old make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 finetune/small/pos-s1 && "
		     "sed -i 's/^lr          = 2e-3/lr          = 1e-3/' mini.ini && "
		     "mv cache/mini/finetune/small/pos-s1 kept-cell && cp -r old/mini/finetune/small/pos-s1 "
		     "cache/mini/finetune/small/ && $T audit --quiet --experiment $F; s=$?; rm -rf old "
		     "cache/mini/finetune/small/pos-s1; mv kept-cell cache/mini/finetune/small/pos-s1; exit $s"),
	       1);
	assert_printed("finetune/small/pos-s1: parameter lr is 0.001, the manifest has 0.002");
	assert_printed(
		"extract/small/pos-s1-c02/pos: finetune/small/pos-s1/c02/model.safetensors: the input's SHA-256 "
		"was ");
	expect_sound();
}

static void cells_are_made_again(void **state)
{
	(void)state;
	expect(shell("$T audit --deep 4 --seed 5 --experiment $F"), 0);
	assert_printed("mini: 4 cells made again, 0 artefacts differ");
	expect(shell("$T audit --deep x --experiment $F"), 2);
	assert_printed("--deep x: expected a whole number from 1 on");
	/* Sound by its digests, but not what its inputs lead to. */
	expect(shell("cp -r cache kept-cache; D=cache/mini/probe/small/original/pos; "
		     "was=$(sha256sum < $D/accuracy.csv | cut -c1-64) && echo >> $D/accuracy.csv && "
		     "sed -i \"s/$was/$(sha256sum < $D/accuracy.csv | cut -c1-64)/\" $D/manifest.json && "
		     "$T audit --deep 100 --experiment $F; s=$?; rm -rf cache; mv kept-cache cache; exit $s"),
	       1);
	assert_printed("probe/small/original/pos: probe/small/original/pos/accuracy.csv: made again its SHA-256 is ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flipped_bit_is_found_anywhere),
		cmocka_unit_test(a_flipped_bit_of_a_figure_is_found),
		cmocka_unit_test(an_edited_manifest_is_found),
		cmocka_unit_test(swapped_and_deleted_files_are_found),
		cmocka_unit_test(an_edited_number_is_found_behind_mended_digests),
		cmocka_unit_test(a_replayed_cell_is_found),
		cmocka_unit_test(cells_are_made_again),
	};

	return cmocka_run_group_tests_name("audit", tests, mini_set_up, mini_tear_down);
}
