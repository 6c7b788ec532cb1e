/* A miniature experiment from its text to its report, run by make and the
 * programs themselves: what is up to date, and why what is not would run. */
#include "mini.h"

static void everything_is_there_and_up_to_date(void **state)
{
	(void)state;
	expect(shell("$T status --experiment $F"), 0);
	assert_printed("would run, 0 missing, 0 failed");
	expect(shell("test -s report/mini/index.html && test -s report/mini/report.pdf && test -s "
		     "figures/mini/minimum/index.json "
		     "&& test -s manifests/mini/finetune/small/pos-s1.json"),
	       0);
	expect(shell("%s", all_cells), 0);
	expect(shell("test ! -s out.txt"), 0);
}

/* By names of experiments whose reports lie below, or by folders; what is no report is
 * refused, and nothing is written. */
static void two_reports_stand_side_by_side(void **state)
{
	(void)state;
	expect(shell("$T compare mini report/mini && test -s report/mini-beside-mini/index.html && grep -q 'Every "
		     "parameter "
		     "is the same' report/mini-beside-mini/index.html && rm -r report/mini-beside-mini"),
	       0);
	expect(shell("$T compare mini cache --out both"), 2);
	assert_printed("cache: no report: it has no tables/claims.json\n");
	expect(shell("test ! -e both"), 0);
	expect(shell("$T compare mini"), 2);
	assert_printed("expected two reports: folders, or the names of experiments\n");
}

static void times_decide_nothing(void **state)
{
	(void)state;
	expect(shell("find cache -type f -exec touch {} + && cp -r cache elsewhere && $T status --experiment $F && "
		     "CACHE=elsewhere $T status --experiment $F; s=$?; rm -rf elsewhere; exit $s"),
	       0);
}

static void a_changed_parameter_is_the_reason(void **state)
{
	(void)state;
	expect(shell("sed -i 's/^lr          = 1e-3/lr          = 2e-3/' mini.ini && $T status --experiment $F"), 1);
	assert_printed("would run   finetune/small/pos-s1: parameters changed: lr 0.001 → 0.002\n");
	assert_printed("would run   probe/small/pos-s1-c02/pos: inputs: extract/small/pos-s1-c02/pos would run\n");
	expect(shell("! grep 'pretrain\\|prepare\\|original' out.txt"), 0);
	expect(shell("sed -i 's/^lr          = 2e-3/lr          = 1e-3/' mini.ini && $T status --experiment $F"), 0);
}

/* Asked for afterwards, the checkpoints between are probed, too: their weights,
 * deleted meanwhile, are made again; what was there stays; results have them. */
static void checkpoints_are_probed_on_request(void **state)
{
	static const char make[] = "make -s -f states.mk TUNESCOPE=$T FILE=states.ini JOBS=1 QUIET=--quiet";
	static const char weights[] = "cache/states/finetune/small/pos-s1/c01/model.safetensors";
	static const char same_mean[] =
		"awk -F, 'FNR == NR { if ($2 == \"mlp\") { sum += $10; runs++ } next } "
		"$3 == \"pos-s1-c01\" && $5 == \"test\" && $7 == \"accuracy\" { gap = $8 - sum / runs; found++ } "
		"END { exit !(found == 1 && runs == 2 && gap * gap < 1e-24) }' "
		"cache/states/probe/small/pos-s1-c01/pos/accuracy.csv cache/states/collect/results.csv";

	(void)state;
	expect(shell("sed 's/^\\[probe\\]/&\\ncheckpoints = yes/' mini.ini > states.ini && "
		     "cp -r cache/mini cache/states && test ! -e %s && $T status --experiment states.ini",
		     weights),
	       1);
	assert_printed("missing     probe/small/pos-s1-c01/pos: never ran\n");
	assert_printed("missing     probe/small/trec50-s1-c01/trec50: never ran\n");
	assert_printed("up to date  probe/small/pos-s1-c02/pos\n");
	expect(shell("touch before && $T plan --experiment states.ini > states.mk && %s cells && %s collect", make,
		     make),
	       0);
	expect(shell("test ! -e %s && ! find cache/states/probe cache/states/extract -name manifest.json "
		     "-newer before | grep -v c01",
		     weights),
	       0);
	expect(shell("cd cache/states/extract/small && for s in original pos-s1-c02; do "
		     "cmp -s pos-s1-c01/pos/train/layer1.npy $s/pos/train/layer1.npy; test $? = 1 || exit 1; done"),
	       0);
	expect(shell("%s", same_mean), 0);
	expect(shell("rm -rf cache/states manifests/states states.ini states.mk before && $T status --experiment $F"),
	       0);
}

static void a_lost_output_is_made_again(void **state)
{
	static const char name[] = "cache/mini/probe/small/original/pos/accuracy.csv";
	char before[65], after[65];

	(void)state;
	digest(before, name);
	expect(shell("rm %s && $T status --experiment $F", name), 1);
	assert_printed("probe/small/original/pos: output missing: probe/small/original/pos/accuracy.csv");
	expect(shell("%s", all_cells), 0);
	digest(after, name);
	assert_string_equal(before, after);
}

/* Only what is decided by code counts as the program: not comments, and not the
 * code of other stages. */
static void the_programs_digest_is_of_its_code(void **state)
{
	static const char digests[] =
		"make -s -C tree build/gen/program.c B=build && grep -o '\"[a-z]*\", \"[0-9a-f]*' "
		"tree/build/gen/program.c";

	(void)state;
	expect(shell("mkdir tree && cp -r '%s'/src '%s'/Makefile '%s'/*.mk '%s'/VERSION tree && { %s; } > before && "
		     "sed -i '1i /* a comment */' tree/src/encoder/inference.c && "
		     "sed -i 's/^{$/{ \\/\\/ and another/' tree/src/training/trainer.c && "
		     "sed -i '$a int a_new_name;' tree/src/figure/scale.c && { %s; } > after; diff before after | "
		     "grep '^>'",
		     SOURCE, SOURCE, SOURCE, SOURCE, digests, digests),
	       0);
	expect(shell("diff before after | sed -n 's/^> \"\\([a-z]*\\).*/\\1/p'; rm -rf tree"), 0);
	{
		char *text = printed();

		assert_string_equal(text, "figures\nreport\n");
		free(text);
	}
}

static void a_harmless_program_can_be_accepted(void **state)
{
	(void)state;
	expect(shell("cp -r cache kept-cache; sed -i 's/tunescope-probe\": \"sha256:./&0/' "
		     "cache/mini/probe/small/original/pos/manifest.json && $T status --experiment $F"),
	       1);
	assert_printed("would run   probe/small/original/pos: program changed\n");
	expect(shell("RERUN=harmless $T status --experiment $F"), 2);
	assert_printed("RERUN=harmless: expected a list of program, inputs, parameters");
	expect(shell("export RERUN=inputs,parameters; $T run --experiment $F probe/small/original/pos && "
		     "test -s cache/mini/probe/small/original/pos/accepted.json"),
	       0);
	expect(shell("$T status --experiment $F | grep probe/small/original/pos"), 0);
	assert_printed("up to date  probe/small/original/pos\n");
	expect(shell("sed -i 's/\"made_by\": \"sha256:./&0/' cache/mini/probe/small/original/pos/accepted.json; "
		     "$T status --experiment $F | grep probe/small/original/pos; rm -rf cache; mv kept-cache cache"),
	       0);
	assert_printed("would run   probe/small/original/pos: program changed\n");
}

/* What was published and is lost is put there again, without a cell running. */
static void what_is_lost_is_published_again(void **state)
{
	(void)state;
	expect(shell("rm -rf report figures/mini/loss && $T status --experiment $F"), 1);
	assert_printed("would run   report: not published: report/mini/");
	assert_printed("would run   figures/loss: not published: figures/mini/loss/");
	expect(shell("touch before && %s && ! find cache -name manifest.json -newer before | grep . && $T status "
		     "--experiment $F > /dev/null",
		     all_cells),
	       0);
}

/* A cell's run record is no input of the report, but of the page of times beside it. */
static void times_stand_beside_the_report(void **state)
{
	static const char set_back[] =
		"mv kept cache/mini/probe/small/original/pos/run.json && $T run --experiment $F report";

	(void)state;
	expect(shell("grep -q 'href=.times/index.html' report/mini/index.html && grep '^probe/small/original/pos,' "
		     "report/mini/times/tables/cells.csv | cut -d, -f1 && grep -c . "
		     "report/mini/times/tables/cells.csv"),
	       0);
	assert_printed("probe/small/original/pos\n49\n");
	expect(shell("sha256sum report/mini/index.html report/mini/SHA256SUMS > before && cp "
		     "cache/mini/probe/small/original/pos/run.json kept && sed -i 's/\"seconds\": *[0-9.e-]*/"
		     "\"seconds\": 4321.5/' cache/mini/probe/small/original/pos/run.json && $T run --experiment $F "
		     "report "
		     "&& sha256sum --quiet -c before && grep -q '4321.5' report/mini/times/index.html && grep -q "
		     "'^probe,[0-9]*,43[0-9.]*,4321.5,' report/mini/times/tables/stages.csv"),
	       0);
	expect(shell("$T gc --experiment $F && $T audit --quiet --experiment $F"), 0);
	assert_printed("mini: 0 files, ");
	expect(shell("%s && ! grep -q 4321.5 report/mini/times/index.html", set_back), 0);
	/* Where it cannot be written the report is published all the same. */
	expect(shell("rm -r cache/mini/report/times && echo > cache/mini/report/times && rm report/mini/index.html "
		     "&& $T "
		     "run --experiment $F report; s=$?; rm cache/mini/report/times; test -s report/mini/index.html "
		     "&& "
		     "! test -e report/mini/times && exit $s"),
	       0);
	/* Without it the report is up to date all the same; its cell puts it back. */
	expect(shell("$T status --experiment $F > /dev/null && $T run --experiment $F report && test -s "
		     "report/mini/times/index.html"),
	       0);
}

static void what_no_manifest_refers_to_is_collected(void **state)
{
	(void)state;
	expect(shell("echo x > cache/mini/prepare/pos/stray && mkdir -p cache/mini/probe/small/other/pos && "
		     "echo y > cache/mini/probe/small/other/pos/old.csv && echo z > "
		     "cache/mini/probe/small/original/pos/probe.work"
		     " && $T gc --experiment $F"),
	       0);
	assert_printed("  prepare/pos/stray\n");
	assert_printed("  probe/small/other/pos/old.csv\n");
	assert_printed("  probe/small/original/pos/probe.work\n");
	assert_printed("mini: 3 files, 0.0 MB that no manifest refers to; --delete deletes them\n");
	/* A cell that is being made, or that will go on, keeps everything. */
	expect(shell("flock cache/mini/prepare/pos/lock $T gc --experiment $F"), 0);
	assert_printed("mini: 2 files, ");
	expect(shell("touch cache/mini/prepare/pos/resume.bin; mv cache/mini/prepare/pos/train.tsv kept; $T gc "
		     "--experiment $F; mv kept cache/mini/prepare/pos/train.tsv; "
		     "rm cache/mini/prepare/pos/resume.bin"),
	       0);
	assert_printed("mini: 2 files, ");
	expect(shell("$T gc --delete --experiment $F && ! ls cache/mini/prepare/pos/stray && ! ls -d "
		     "cache/mini/probe/small/other && ! ls cache/mini/probe/small/original/pos/probe.work && "
		     "$T audit --quiet --experiment $F"),
	       0);
}

/* Where the style of the page changes, only the report runs. */
static void the_page_depends_on_its_style(void **state)
{
	(void)state;
	expect(shell("make -s -C '%s' install B='%s' DESTDIR=$PWD/root PREFIX=/usr && echo >> "
		     "root/usr/share/tunescope/report/style.css && root/usr/bin/tunescope status --experiment $F | "
		     "grep -v "
		     "'^up to date\\|^released'; rm -rf root",
		     SOURCE, PROGRAMS),
	       0);
	assert_printed("would run   report: inputs changed: assets/style.css\nmini: ");
}

static void a_failed_cell_is_named_and_the_report_still_written(void **state)
{
	(void)state;
	expect(shell("cp -r cache broken && rm -rf broken/mini/extract/small/original/trec50 && printf x > "
		     "broken/mini/prepare/trec50/train.tsv && CACHE=broken $T extract --experiment $F --cell "
		     "extract/small/original/trec50"),
	       1);
	assert_printed("prepare/trec50/train.tsv: SHA-256 ");
	expect(shell("CACHE=broken $T status --experiment $F"), 1);
	assert_printed("failed      extract/small/original/trec50: prepare/trec50/train.tsv");
	expect(shell("CACHE=broken $T collect --experiment $F --cell collect && CACHE=broken $T figures --publish "
		     "broken "
		     "--experiment $F --cell figures/layers && CACHE=broken $T report --publish broken --experiment "
		     "$F --cell "
		     "report && grep -q 'probe/small/original/trec50' broken/report/mini/index.html; s=$?; rm -rf "
		     "broken; "
		     "exit $s"),
	       0);
}

static void bad_usage_is_one_line(void **state)
{
	static const struct {
		const char *command;
		int status;
		const char *printed;
	} cases[] = {
		{ "$T", 0, "Usage: tunescope STAGE" },
		{ "$T --version", 0, "tunescope 0." },
		{ "$T nonsense", 2, "tunescope: no stage nonsense; tunescope --help lists them\n" },
		{ "$T finetune --epochs 3", 2, "tunescope-finetune: --out is missing" },
		{ "$T finetune --epochs x --out o", 2, "tunescope-finetune: --epochs x: expected a whole number\n" },
		{ "$T finetune --epoch 3", 2, "tunescope-finetune: unknown option --epoch; --help lists them\n" },
		{ "$T finetune --help", 0, "  --warmup VALUE" },
		{ "$T extract --experiment $F --cell none", 2, "no extract cell none" },
		{ "$T status --experiment none.ini", 2, "none.ini: cannot read: No such file or directory" },
		{ "$T check --experiment $F", 2, "expected the name of one cell" },
		{ "$T prepare --kind word --format conllu --label upos --train none --test none --out o", 2,
		  "tunescope-prepare: none: cannot read: No such file or directory\n" },
		{ "$T probe --grid 3x --train a --out o", 2, "tunescope-probe: " },
		{ "$T directprobe --out /proc/none/o --labels a --embeddings b", 2, "cannot make directory" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		expect(shell("%s", cases[i].command), cases[i].status);
		assert_printed(cases[i].printed);
	}
}

static void a_missing_checkpoint_is_told_at_once(void **state)
{
	(void)state;
	expect(shell("MODELS=none DATA='%s' $T plan --ready --experiment '%s/experiments/paper.ini'", place, SOURCE),
	       2);
	assert_printed("none/google/bert_uncased_L-2_H-128_A-2: [model bert-tiny]: no such folder; make fetch "
		       "EXPERIMENT=paper MODELS=none brings it\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_there_and_up_to_date),
		cmocka_unit_test(two_reports_stand_side_by_side),
		cmocka_unit_test(times_decide_nothing),
		cmocka_unit_test(a_changed_parameter_is_the_reason),
		cmocka_unit_test(checkpoints_are_probed_on_request),
		cmocka_unit_test(a_lost_output_is_made_again),
		cmocka_unit_test(the_programs_digest_is_of_its_code),
		cmocka_unit_test(a_harmless_program_can_be_accepted),
		cmocka_unit_test(what_is_lost_is_published_again),
		cmocka_unit_test(times_stand_beside_the_report),
		cmocka_unit_test(what_no_manifest_refers_to_is_collected),
		cmocka_unit_test(the_page_depends_on_its_style),
		cmocka_unit_test(a_failed_cell_is_named_and_the_report_still_written),
		cmocka_unit_test(bad_usage_is_one_line),
		cmocka_unit_test(a_missing_checkpoint_is_told_at_once),
	};

	return cmocka_run_group_tests_name("run", tests, mini_set_up, mini_tear_down);
}
