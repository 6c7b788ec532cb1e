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
	assert_printed("none/google/bert_uncased_L-2_H-128_A-2: [model bert-tiny]: no config.json there; make fetch "
		       "EXPERIMENT=paper MODELS=none brings it\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_there_and_up_to_date),
		cmocka_unit_test(times_decide_nothing),
		cmocka_unit_test(a_changed_parameter_is_the_reason),
		cmocka_unit_test(a_lost_output_is_made_again),
		cmocka_unit_test(a_failed_cell_is_named_and_the_report_still_written),
		cmocka_unit_test(bad_usage_is_one_line),
		cmocka_unit_test(a_missing_checkpoint_is_told_at_once),
	};

	return cmocka_run_group_tests_name("run", tests, mini_set_up, mini_tear_down);
}
