/* States that were made elsewhere: by transformers' Trainer, and by PEFT, merged. */
#include "mini.h"

#define FIXTURE FIXTURES "/elsewhere"

static int set_up(void **state)
{
	(void)state;
	place = support_folder();
	return shell("mkdir -p data models && cp -r '%s'/families/electra models/net && cp -r '%s'/trainer '%s'/peft "
		     "models && "
		     "cp '%s'/t*.tsv data && "
		     "printf '[experiment]\\ntitle = Made elsewhere\\nkernels = portable\\n[model net]\\npath = "
		     "net\\n"
		     "[recipe here]\\nmethod = head\\ncheckpoints = 2\\n[recipe trainer]\\n"
		     "from = trainer/{task}/seed{seed}\\ncheckpoints = 3\\n[recipe peft]\\nfrom = peft\\n"
		     "[task tags]\\nkind = word\\nformat = tsv\\ntrain = train.tsv\\ntest = test.tsv\\n[finetune]\\n"
		     "epochs = 1\\n[probe]\\ngrid = 8x8:1e-3\\nruns = 1\\nmax_iter = 20\\n' > study.ini",
		     FIXTURES, FIXTURE, FIXTURE, FIXTURE) == 0
		       ? 0
		       : -1;
}

/* Nothing is trained but the head; every state goes to the report, and its files stand in
 * the manifests as those of data do. */
static void they_are_analysed_to_the_report(void **state)
{
	(void)state;
	expect(shell("$T reproduce study.ini"), 0);
	expect(shell("test -d cache/study/finetune/net/tags-here-s1 && ! test -e "
		     "cache/study/finetune/net/tags-trainer-s1"),
	       0);
	expect(shell("cat cache/study/trajectory/net/tags-trainer-s1/steps.csv"), 0);
	assert_printed("checkpoint,step\n1,16\n2,32\n3,48\n");
	expect(shell("cut -d, -f1-4 cache/study/collect/similarity.csv | sort -u"), 0);
	assert_printed("net (peft),tags,1,1\n");
	assert_printed("net (trainer),tags,1,48\n");
	expect(shell("cat cache/study/extract/net/tags-trainer-s1-c03/tags/manifest.json"), 0);
	assert_printed("\"models/trainer/tags/seed1/checkpoint-48/model.safetensors\"");
	assert_printed("\"models/net/tokenizer.json\""); /* the checkpoint has none */
	expect(shell("cat cache/study/extract/net/tags-peft-s1-c01/tags/manifest.json"), 0);
	assert_printed("\"models/peft/tokenizer.json\"");
	expect(shell("grep -q 'net (trainer)' report/study/index.html && $T audit study.ini"), 0);
	assert_printed("0 links broken");
}

/* A checkpoint that changes makes its states stale, and no other. */
static void a_changed_checkpoint_is_seen(void **state)
{
	(void)state;
	expect(shell("cp models/trainer/tags/seed1/checkpoint-16/model.safetensors kept && "
		     "cp models/peft/model.safetensors models/trainer/tags/seed1/checkpoint-16/ && "
		     "$T status study.ini | grep -v 'up to date'; mv kept "
		     "models/trainer/tags/seed1/checkpoint-16/model.safetensors"),
	       0);
	assert_printed("trajectory/net/tags-trainer-s1");
	expect(shell("! grep -q 'extract/net/tags-trainer-s1-c03/tags\\|peft' out.txt"), 0);
}

static void refused(const char *change, const char *expected)
{
	expect(shell("sed '%s' study.ini > other.ini && $T reproduce other.ini", change), 2);
	assert_printed(expected);
	expect(shell("! test -e cache/other/prepare"), 0);
}

/* Named before anything runs. */
static void what_is_wrong_is_named(void **state)
{
	(void)state;
	refused("s/seed{seed}/seed2/",
		"models/trainer/tags/seed2: [recipe trainer]: no such folder, for task tags on "
		"model net, seed 1");
	refused("s/checkpoints = 3/checkpoints = 4/",
		"models/trainer/tags/seed1: [recipe trainer]: 3 folders checkpoint-N, but checkpoints = 4");
	refused("s/from = peft/from = trainer/",
		"models/trainer: [recipe peft]: neither a model directory nor folders checkpoint-N");
	refused("s/from = peft/from = peft\\nlr = 1/",
		"[recipe peft]: lr: without effect, from = peft is not trained here");
	expect(shell("cp -r '%s'/families/modernbert models/wide && sed -i 's/from = peft/from = wide/' study.ini && "
		     "$T reproduce study.ini; rc=$?; sed -i 's/from = wide/from = peft/' study.ini; exit $rc",
		     FIXTURES),
	       2);
	assert_printed("models/wide: 4 layers of width 16, but [model net] has 3 of width 16");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_analysed_to_the_report),
		cmocka_unit_test(a_changed_checkpoint_is_seen),
		cmocka_unit_test(what_is_wrong_is_named),
	};

	return cmocka_run_group_tests_name("elsewhere", tests, set_up, mini_tear_down);
}
